//! Checkpoints: storing a run as a snapshot, resuming it, and starting another model from its first
//! layers. Which tensor goes by which name is decided here; the file format is [`super::snapshot`]'s.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor};

use crate::data::dataset::Dataset;
use crate::nn::{AnyLayer, Net, Parameter};
use crate::spec::Kind;
use crate::spec::summary::Summary;
use crate::step::transfer::read_parameters;
use crate::train::dataset_info::DatasetInfo;
use crate::train::error::TrainError;
use crate::train::events::PictureCounts;
use crate::train::snapshot::{RunMetadata, RunState, Snapshot, SnapshotError, StoredTensor};
use crate::train::trainer::{Best, Trainer};
use crate::train::training_data::TrainingData;

/// Prefix of the weights before the last step, to which a run that diverges goes back.
const BEFORE: &str = "before/";
/// Prefix of the weights of the phase's best epoch, where it ends with them.
const BEST: &str = "best/";

impl Trainer {
    /// The run as it is now, as a `.safetensors` file: weights, in Keras' layout and by Keras'
    /// names, the optimizer's state, the weights before the last step, those of the best epoch where they
    /// are kept, and the position in the data.
    /// One transfer from the device.
    ///
    /// # Errors
    /// [`TrainError`] where the device fails, or has failed in the middle of steps, or where weights
    /// are no finite numbers: an earlier snapshot is then the better one.
    pub async fn snapshot(&self) -> Result<Vec<u8>, TrainError> {
        self.queued.check()?;
        let net = self.train_state.net();
        let mut named = vec![(String::new(), net.parameters())];
        let optimizer = self.train_state.optimizer();
        for (at, state) in optimizer.state_names().iter().enumerate() {
            named.push((format!("{state}/"), net.named(optimizer.state(at))));
        }
        // A run that is over cannot diverge.
        if self.run_state != RunState::Over {
            named.push((BEFORE.to_owned(), self.last_finite.parameters()));
        }
        if let Some(best) = &self.best {
            named.push((BEST.to_owned(), best.net.parameters()));
        }
        let summary = self.summary();
        let mut names = Vec::new();
        let mut all: Vec<Parameter<Tensor<1>>> = Vec::new();
        for (prefix, parameters) in named {
            names.extend(parameters.iter().map(|one| prefix.clone() + &name(&summary, one)));
            all.extend(parameters);
        }
        let all = read_parameters(all).await?;
        let tensors: BTreeMap<String, StoredTensor> = (names.into_iter().zip(all))
            .map(|(name, Parameter { shape, values, .. })| (name, StoredTensor { shape, values }))
            .collect();
        for (name, stored) in &tensors {
            let weights = !optimizer.state_names().iter().any(|state| name.starts_with(state));
            if weights && !stored.values.iter().all(|value| value.is_finite()) {
                return Err(SnapshotError::NotFinite(name.clone()).into());
            }
        }
        let mut metadata = RunMetadata::new(self.config.clone(), dataset_info(&self.data));
        metadata.progress = self.progress;
        metadata.epochs_begun = self.epochs_begun;
        metadata.run_state = self.run_state;
        metadata.train_metrics = self.train_metrics.clone();
        metadata.val_metrics = self.val_metrics.clone();
        metadata.early_stopping = self.early_stopping;
        metadata.adam_steps = self.train_state.optimizer().steps().unsigned_abs();
        metadata.best_epoch = self.best.as_ref().map(|best| best.epoch);
        metadata.plateau = self.plateau;
        Ok(Snapshot { metadata: metadata.with_version()?, tensors }.to_bytes()?)
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
        let metadata = &snapshot.metadata;
        let now = dataset_info(&data);
        metadata.data.check(now)?;
        let classes = stored_classes(&snapshot)?.unwrap_or(data.classes.len());
        let mut trainer = Self::with_outputs(metadata.config.clone(), data, classes, device)?;
        metadata.check(trainer.phases.len(), trainer.validation_batches())?;
        let fresh = trainer.train_state.net();
        let reader = Reader { snapshot: &snapshot, summary: &trainer.summary() };
        let like = fresh.parameters();
        let net = reader.weights(&fresh, &like, "")?;
        trainer.last_finite = match metadata.run_state {
            RunState::Over => net.clone(),
            _ => reader.weights(&fresh, &like, BEFORE)?,
        };
        let names = trainer.train_state.optimizer().state_names();
        let best =
            |epoch| Ok::<_, TrainError>(Best { epoch, net: reader.weights(&fresh, &like, BEST)? });
        trainer.best = metadata.best_epoch.map(best).transpose()?;
        let state = reader.optimizer_state(&fresh, like, &names)?;
        // Checked with the rest of the metadata to be an i32.
        let steps = metadata.adam_steps.cast_signed();
        trainer.train_state.optimizer_mut().resume(steps, state);
        trainer.train_state.restore(net);
        trainer.progress = metadata.progress;
        trainer.epochs_begun = metadata.epochs_begun;
        if let Some(epoch) = metadata.epochs_begun.checked_sub(1) {
            trainer.epoch_order = trainer.data.order(metadata.config.seed, u64::from(epoch));
        }
        trainer.run_state = metadata.run_state;
        trainer.train_metrics = metadata.train_metrics.clone();
        trainer.val_metrics = metadata.val_metrics.clone();
        trainer.early_stopping = metadata.early_stopping;
        trainer.plateau = metadata.plateau;
        trainer.follow_plateau();
        Ok(trainer)
    }

    /// Whether a snapshot says by hash which data it was made with. One that does not, of an earlier version,
    /// is resumed on any data of as many pictures and the same classes.
    ///
    /// # Errors
    /// [`TrainError::Snapshot`] where the bytes are no snapshot or are damaged.
    pub fn knows_its_data(snapshot: &[u8]) -> Result<bool, TrainError> {
        Ok(Snapshot::from_bytes(snapshot)?.metadata.data.hash.is_some())
    }

    /// Takes the weights of a snapshot's first layers, of this model or another: layer by layer, up
    /// to the first that has weights and is of another kind or shape there. Says how many layers
    /// with weights were taken. The optimizer's moments stay.
    ///
    /// # Errors
    /// [`TrainError::Snapshot`] where the bytes are no snapshot, or no layer fits; then nothing is
    /// taken.
    pub fn start_from(&mut self, snapshot: &[u8]) -> Result<usize, TrainError> {
        self.queued.check()?;
        let snapshot = Snapshot::from_bytes(snapshot)?;
        let classes = stored_classes(&snapshot)?.unwrap_or(self.data.classes.len());
        let theirs = snapshot
            .metadata
            .config
            .model(snapshot.metadata.data.picture, classes)
            .map_err(SnapshotError::from)?;
        let reader = Reader { snapshot: &snapshot, summary: &Summary::new(&theirs) };
        let ours = self.summary();
        let mut net = self.train_state.net();
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
        self.train_state.restore(net);
        self.weights_version += 1;
        self.last_finite = self.train_state.net();
        Ok(taken)
    }
}

fn dataset_info(data: &Dataset) -> DatasetInfo {
    let pictures = PictureCounts { train: data.train.len(), test: data.test.len() };
    let hash = data.fingerprint.clone();
    DatasetInfo { pictures, picture: data.shape(), classes: data.classes.clone(), hash }
}

/// The outputs of a stored classifier: the length of its last bias. `None` where the model has no
/// output for each class.
fn stored_classes(snapshot: &Snapshot) -> Result<Option<usize>, SnapshotError> {
    let config = &snapshot.metadata.config;
    // The names and ranks do not depend on the number of classes, where the model leaves it open.
    let classes = config.model.spec().classes_without_data();
    let picture = snapshot.metadata.data.picture;
    let model = config.model(picture, classes).map_err(SnapshotError::from)?;
    if model.kind != Kind::Classifier {
        return Ok(None);
    }
    // Layers without weights may follow it.
    let dense = model.layers.iter().rposition(|layer| matches!(layer, AnyLayer::Dense(_)));
    let bias = dense.map(|layer| format!("{}/bias", model.names[layer]));
    let stored = bias.and_then(|bias| snapshot.tensors.get(&bias));
    Ok(stored.and_then(|stored| stored.shape.first().copied()))
}

/// The name of a parameter in a file, such as `conv2d/kernel`.
fn name<V>(summary: &Summary, parameter: &Parameter<V>) -> String {
    let layer = summary.layers.get(parameter.layer).map_or("", |row| row.name.as_str());
    format!("{layer}/{}", parameter.name)
}

/// Reads tensors of a snapshot by the parameters of a network.
struct Reader<'a> {
    snapshot: &'a Snapshot,
    /// Of the model that was stored.
    summary: &'a Summary,
}

impl Reader<'_> {
    /// The stored parameter that has the layer, name and shape of `like`.
    fn read<V>(&self, like: &Parameter<V>, prefix: &str) -> Result<Parameter, SnapshotError> {
        let Parameter { layer, name: kind, shape, .. } = like;
        let values =
            self.snapshot.tensor(&(prefix.to_owned() + &name(self.summary, like)), shape)?;
        let (shape, values) = (shape.clone(), values.to_vec());
        Ok(Parameter { layer: *layer, name: kind, shape, values })
    }

    /// The same of a weight, which must be finite.
    fn finite<V>(&self, like: &Parameter<V>, prefix: &str) -> Result<Parameter, SnapshotError> {
        let found = self.read(like, prefix)?;
        if found.values.iter().all(|value| value.is_finite()) {
            return Ok(found);
        }
        Err(SnapshotError::NotFinite(prefix.to_owned() + &name(self.summary, like)))
    }

    /// `fresh` with the stored weights.
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

    /// The optimizer's state tensors of these names, by the index of their parameter. A network brings
    /// them from Keras' layout into the device's.
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::backend::Backend;
    use crate::data::pictures::PictureShape;
    use crate::spec::RunConfig;

    #[test]
    fn a_classifier_stored_with_more_outputs_than_classes_is_resumed_with_them() {
        let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
        let data: TrainingData = Rc::new(Dataset::noise(PictureShape::CIFAR, 8, 3)).into();
        let config =
            RunConfig { batch_size: 4, ..RunConfig::named("cnn-max-4").expect("a preset") };
        let mut old =
            Trainer::with_outputs(config.clone(), data.clone(), 10, &device).expect("fits");
        pollster::block_on(old.advance(1)).expect("the device works");
        let snapshot = pollster::block_on(old.snapshot()).expect("finite weights");
        let resumed = Trainer::resume(&snapshot, data.clone(), &device).expect("the same data");
        assert_eq!(resumed.model.classes(), 10);
        assert_eq!(resumed.progress, old.progress);
        assert_eq!(Trainer::new(config, data, &device).expect("fits").model.classes(), 3);
    }

    #[test]
    fn weights_that_are_no_numbers_are_not_stored() {
        let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
        let config = RunConfig::named("cnn-max-2").expect("a preset");
        let data = Rc::new(Dataset::noise(PictureShape::CIFAR, 8, 3));
        let mut trainer = Trainer::new(config, data, &device).expect("fits");
        let mut weights =
            pollster::block_on(trainer.parameters()).expect("the device works").remove(0);
        weights.values[3] = f32::INFINITY;
        let mut net = trainer.train_state.net();
        net.put_any(&weights).expect("its own shape");
        trainer.train_state.restore(net);
        let error = pollster::block_on(trainer.snapshot()).expect_err("not finite").to_string();
        assert!(error.contains("are not finite numbers: training diverged."), "{error}");
    }
}
