//! A run stored and brought back: which of its tensors go by which names, and whether a snapshot
//! fits the data and the model. The format is `snapshot`'s.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, Transaction};

use crate::data::dataset::Dataset;
use crate::nn::{Net, Parameter};
use crate::spec::Kind;
use crate::spec::summary::Summary;
use crate::step::train_state::read_all;
use crate::train::events::PictureCounts;
use crate::train::snapshot::{About, Numbers, Snapshot, SnapshotError, State, Stored};
use crate::train::trainer::{TrainError, Trainer};
use crate::train::training_data::TrainingData;

/// Before the names of the weights before the last step.
const BEFORE: &str = "before/";

impl Trainer {
    /// The run as it is now, as a `.safetensors` file: weights, in Keras' layout and by Keras'
    /// names, the optimizer's moments, the weights before the last step, and the place in the data.
    /// One read of the device.
    ///
    /// # Errors
    /// [`TrainError`] where the device fails, or where weights are no finite numbers, so that an
    /// earlier snapshot is better kept.
    pub async fn snapshot(&self) -> Result<Vec<u8>, TrainError> {
        let net = self.learner.net();
        let mut named = vec![(String::new(), net.parameters())];
        let optimizer = self.learner.optimizer();
        for (at, state) in optimizer.state_names().iter().enumerate() {
            named.push((format!("{state}/"), net.named(optimizer.state(at))));
        }
        // A run that is over goes back to nothing.
        if self.state != State::Over {
            named.push((BEFORE.to_owned(), self.good.parameters()));
        }
        let summary = self.summary();
        let mut names = Vec::new();
        let mut all: Vec<Parameter<Tensor<1>>> = Vec::new();
        for (prefix, parameters) in named {
            names.extend(parameters.iter().map(|one| prefix.clone() + &name(&summary, one)));
            all.extend(parameters);
        }
        let (_, all) = read_all(Transaction::default(), all).await.map_err(TrainError::Device)?;
        let tensors: BTreeMap<String, Stored> = (names.into_iter().zip(all))
            .map(|(name, Parameter { shape, values, .. })| (name, Stored { shape, values }))
            .collect();
        for (name, stored) in &tensors {
            let weights = !optimizer.state_names().iter().any(|state| name.starts_with(state));
            if weights && !stored.values.iter().all(|value| value.is_finite()) {
                return Err(SnapshotError::NotFinite(name.clone()).into());
            }
        }
        let mut numbers = Numbers::new(self.config.clone(), about(&self.data));
        numbers.place = self.place;
        numbers.epochs = self.epochs;
        numbers.state = self.state;
        numbers.training = self.training;
        numbers.validation = self.validation;
        numbers.best = self.best;
        numbers.adam_steps = self.learner.optimizer().steps().unsigned_abs();
        Ok(Snapshot { numbers, tensors }.to_bytes()?)
    }

    /// Goes on with a run that [`Trainer::snapshot`] stored, with the same numbers as if it had
    /// never been interrupted: on the CPU to the last bit.
    ///
    /// # Errors
    /// [`TrainError::Snapshot`] where the bytes are no snapshot, are damaged, or were made with
    /// other data.
    pub fn resume(
        bytes: &[u8],
        data: impl Into<TrainingData>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let data = data.into();
        let snapshot = Snapshot::from_bytes(bytes)?;
        let numbers = &snapshot.numbers;
        let now = about(&data);
        if numbers.data != now {
            let was = Box::new(numbers.data.clone());
            return Err(SnapshotError::OtherData { was, now: Box::new(now) }.into());
        }
        let classes = stored_classes(&snapshot)?.unwrap_or(data.classes.len());
        let mut trainer = Self::with_outputs(numbers.config.clone(), data, classes, device)?;
        numbers.check(trainer.phases.len(), trainer.validation_batches())?;
        let fresh = trainer.learner.net();
        let reader = Reader { snapshot: &snapshot, summary: &trainer.summary() };
        let like = fresh.parameters();
        let net = reader.weights(&fresh, &like, "")?;
        trainer.good = match numbers.state {
            State::Over => net.clone(),
            _ => reader.weights(&fresh, &like, BEFORE)?,
        };
        let state =
            reader.optimizer_state(&fresh, like, trainer.learner.optimizer().state_names())?;
        let steps = i32::try_from(numbers.adam_steps).unwrap_or(i32::MAX);
        trainer.learner.optimizer_mut().resume(steps, state);
        trainer.learner.restore(net);
        trainer.place = numbers.place;
        trainer.epochs = numbers.epochs;
        if let Some(epoch) = numbers.epochs.checked_sub(1) {
            trainer.order = trainer.data.order(numbers.config.seed, u64::from(epoch));
        }
        trainer.state = numbers.state;
        trainer.training = numbers.training;
        trainer.validation = numbers.validation;
        trainer.best = numbers.best;
        Ok(trainer)
    }

    /// Takes the weights of a snapshot's first layers, of this model or another: layer by layer, up
    /// to the first that has weights and is of another kind or shape there. Says how many layers
    /// with weights were taken. The optimizer's moments stay.
    ///
    /// # Errors
    /// [`TrainError::Snapshot`] where the bytes are no snapshot, or no layer fits; then nothing is
    /// taken.
    pub fn start_from(&mut self, snapshot: &[u8]) -> Result<usize, TrainError> {
        let snapshot = Snapshot::from_bytes(snapshot)?;
        let classes = stored_classes(&snapshot)?.unwrap_or(self.data.classes.len());
        let theirs = snapshot.numbers.config.model(classes).map_err(SnapshotError::from)?;
        let reader = Reader { snapshot: &snapshot, summary: &Summary::new(&theirs) };
        let ours = self.summary();
        let mut net = self.learner.net();
        let like = net.parameters();
        let mut taken = 0;
        for (index, row) in ours.layers.iter().enumerate() {
            let layer: Vec<_> = like.iter().filter(|one| one.layer == index).collect();
            if layer.is_empty() {
                continue;
            }
            let kind = reader.summary.layers.get(index).map(|theirs| theirs.kind);
            let given: Result<Vec<_>, _> = layer.iter().map(|one| reader.finite(one, "")).collect();
            let given = match given {
                Ok(given) if kind == Some(row.kind) => given,
                Err(error @ SnapshotError::NotFinite(_)) => return Err(error.into()),
                _ => break,
            };
            given.iter().try_for_each(|one| net.put(one))?;
            taken += 1;
        }
        if taken == 0 {
            let (from, to) = (theirs.name, self.model.name.clone());
            return Err(SnapshotError::NothingFits { from, to }.into());
        }
        self.learner.restore(net);
        self.given += 1;
        self.good = self.learner.net();
        Ok(taken)
    }
}

fn about(data: &Dataset) -> About {
    let pictures = PictureCounts { train: data.train.len(), test: data.test.len() };
    About { pictures, classes: data.classes.clone() }
}

/// The outputs of a stored classifier: the length of its last bias. `None` where the model has no
/// output for each class.
fn stored_classes(snapshot: &Snapshot) -> Result<Option<usize>, SnapshotError> {
    let config = &snapshot.numbers.config;
    // The names and ranks do not depend on the number of classes.
    let model = config.model(1).map_err(SnapshotError::from)?;
    if model.kind != Kind::Classifier {
        return Ok(None);
    }
    let bias = model.names.last().map(|layer| format!("{layer}/bias"));
    let stored = bias.and_then(|bias| snapshot.tensors.get(&bias));
    Ok(stored.and_then(|stored| stored.shape.first().copied()))
}

/// What a parameter is called in a file.
fn name<V>(summary: &Summary, parameter: &Parameter<V>) -> String {
    let layer = summary.layers.get(parameter.layer).map_or("", |row| row.name.as_str());
    format!("{layer}/{}", parameter.name)
}

/// Tensors of a snapshot, by the parameter of a network.
struct Reader<'a> {
    snapshot: &'a Snapshot,
    /// Of the model that was stored.
    summary: &'a Summary,
}

impl Reader<'_> {
    /// What is stored for a parameter like `like` below `prefix`.
    fn read<V>(&self, like: &Parameter<V>, prefix: &str) -> Result<Parameter, SnapshotError> {
        let Parameter { layer, name: kind, shape, .. } = like;
        let values =
            self.snapshot.tensor(&(prefix.to_owned() + &name(self.summary, like)), shape)?;
        let (shape, values) = (shape.clone(), values.to_vec());
        Ok(Parameter { layer: *layer, name: kind, shape, values })
    }

    /// The same, of weights.
    fn finite<V>(&self, like: &Parameter<V>, prefix: &str) -> Result<Parameter, SnapshotError> {
        let found = self.read(like, prefix)?;
        if found.values.iter().all(|value| value.is_finite()) {
            return Ok(found);
        }
        Err(SnapshotError::NotFinite(prefix.to_owned() + &name(self.summary, like)))
    }

    /// `fresh` with the weights below `prefix`.
    fn weights<V>(
        &self,
        fresh: &Net,
        like: &[Parameter<V>],
        prefix: &str,
    ) -> Result<Net, TrainError> {
        let mut net = fresh.clone();
        for one in like {
            net.put(&self.finite(one, prefix)?)?;
        }
        Ok(net)
    }

    /// What the optimizer remembers under `names`, by the index of the parameter, laid out by means of a
    /// network.
    fn optimizer_state<V>(
        &self,
        fresh: &Net,
        like: Vec<Parameter<V>>,
        names: &[&str],
    ) -> Result<Vec<Option<Vec<Tensor<1>>>>, TrainError> {
        let prefixes: Vec<String> = names.iter().map(|state| format!("{state}/")).collect();
        let is_stored = |one: &Parameter<V>, prefix: &str| {
            self.snapshot.tensors.contains_key(&(prefix.to_owned() + &name(self.summary, one)))
        };
        // A parameter that has never had a gradient has no state.
        let stored: Vec<bool> =
            like.iter().map(|one| prefixes.iter().any(|prefix| is_stored(one, prefix))).collect();
        let mut state = vec![Some(Vec::new()); like.len()];
        for prefix in &prefixes {
            let mut net = fresh.clone();
            for (one, _) in like.iter().zip(&stored).filter(|(_, stored)| **stored) {
                net.put_any(&self.read(one, prefix)?)?;
            }
            for (all, values) in state.iter_mut().flatten().zip(net.weights()) {
                all.push(values);
            }
        }
        Ok(state.into_iter().zip(stored).map(|(all, stored)| all.filter(|_| stored)).collect())
    }
}
