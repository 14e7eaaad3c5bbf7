//! One training run, pulled by its driver: `advance(n)` does n units of work and says what
//! happened. Owns the model, the optimizer and its place in the data; owns no clock, file,
//! thread or console, and does not decide when to run.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use crate::adam::Adam;
use crate::batch::{Batch, Draw};
use crate::config::{Kind, Output, RunConfig};
use crate::dataset::{DatasetError, Dataset};
use crate::events::{PictureCounts, Place, Plan, PlannedPhase, Reason, RunEvent};
use crate::loss;
use crate::manifest::Split;
use crate::metrics::Tally;
use crate::models::{Architecture, Flow, Net, Summary};
use crate::phase::{Path, Phase, Target, phases};

/// Pictures in a batch of validation; its size does not change any result.
const VALIDATION_BATCH: usize = 100;

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The device did not give back what it computed.
    #[error("The {backend} device could not be read: {reason}. Start the run again.")]
    Device {
        /// Which.
        backend: &'static str,
        /// What it said.
        reason: String,
    },
    /// Asked of a model that does not do it.
    #[error("{model} does not {what}.")]
    NotForModel {
        /// The model's name.
        model: &'static str,
        /// What was asked.
        what: &'static str,
    },
    /// Asked for pictures that are not there.
    #[error(transparent)]
    Data(#[from] DatasetError),
}

/// A picture through an autoencoder, values in 0 to 1 as `[picture][channel][y][x]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconstruction {
    /// Input and its corruption.
    pub batch: Batch,
    /// What the network draws.
    pub outputs: Vec<f32>,
}

/// One training run.
#[derive(Debug)]
pub struct Trainer {
    config: RunConfig,
    data: Rc<Dataset>,
    device: Device,
    architecture: Architecture,
    phases: Vec<Phase>,
    net: Net,
    adam: Adam,
    /// The weights that gave the last finite loss.
    good: Net,
    place: Place,
    /// Epochs begun in the whole run.
    epochs: u32,
    order: Vec<u32>,
    state: State,
    training: Tally,
    validation: Tally,
    best: Best,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A phase that has not begun.
    Begin,
    /// Batches of the epoch trained so far.
    Training(usize),
    /// Batches of the test pictures scored so far.
    Validating(usize),
    Over,
}

/// The best validation loss of a phase, for early stopping.
#[derive(Debug, Clone, Copy)]
struct Best {
    loss: f64,
    epochs_since: u32,
}

impl Best {
    const NONE: Self = Self { loss: f64::INFINITY, epochs_since: 0 };
}

/// What a step gives, still on the device.
struct Outcome {
    loss: Tensor<1>,
    /// For the accuracy; `None` where it has no meaning.
    outputs: Option<Flow>,
    batch: Batch,
    /// The weights before the step, which gave the loss.
    before: Net,
}

impl Trainer {
    /// A run of `config` on `data`, computed on `device`.
    ///
    /// # Errors
    /// [`DatasetError`] where the settings are wrong or do not fit the data.
    pub fn new(config: RunConfig, data: Rc<Dataset>, device: &Device) -> Result<Self, DatasetError> {
        let architecture = Architecture::new(&config)?;
        data.check(&config)?;
        let device = device.clone().autodiff();
        let net = Net::new(&architecture, config.seed, &device);
        let trainer = Self {
            phases: phases(&architecture),
            adam: Adam::new(config.learning_rate),
            good: net.clone(),
            place: Place::default(),
            epochs: 0,
            order: Vec::new(),
            state: State::Begin,
            training: Tally::default(),
            validation: Tally::default(),
            best: Best::NONE,
            config,
            data,
            device,
            architecture,
            net,
        };
        let steps = trainer.plan().total_steps;
        if steps > u64::from(u32::MAX) {
            return Err(DatasetError::TooLong(steps));
        }
        Ok(trainer)
    }

    /// What the run is going to do.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let steps_per_epoch = self.data.train.len().div_ceil(self.config.batch_size);
        let epochs = self.config.epochs;
        let epochs_in_all = u64::from(epochs) * self.phases.len() as u64;
        Plan {
            config: self.config.clone(),
            summary: Summary::new(&self.architecture),
            pictures: PictureCounts { train: self.data.train.len(), test: self.data.test.len() },
            steps_per_epoch,
            validation_batches: self.validation_batches(),
            phases: (self.phases.iter())
                .map(|phase| PlannedPhase { name: phase.name.clone(), epochs })
                .collect(),
            total_steps: epochs_in_all * steps_per_epoch as u64,
        }
    }

    /// Whether the run is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Does up to `units` units of work, a unit being one optimizer step or one batch of
    /// validation, and says what happened. How a run is cut into calls changes nothing in it.
    /// Gives nothing once the run is over.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn advance(&mut self, units: usize) -> Result<Vec<RunEvent>, TrainError> {
        let mut events = Vec::new();
        let mut left = units;
        while left > 0 {
            match self.state {
                State::Begin => self.begin_phase(&mut events),
                State::Training(done) => {
                    let batches = self.data.train.len().div_ceil(self.config.batch_size);
                    let steps = left.min(batches - done);
                    left -= steps;
                    self.take_steps(done, steps, &mut events).await?;
                    if self.state != State::Over && done + steps == batches {
                        self.state = State::Validating(0);
                    }
                }
                State::Validating(done) => {
                    left -= 1;
                    self.validate(done, &mut events).await?;
                }
                State::Over => break,
            }
        }
        Ok(events)
    }

    fn begin_phase(&mut self, events: &mut Vec<RunEvent>) {
        let phase = self.place.phase;
        self.adam = Adam::new(self.config.learning_rate);
        self.best = Best::NONE;
        self.place.epoch = 0;
        events.push(RunEvent::Phase { phase, name: self.phases[phase].name.clone() });
        self.begin_epoch();
    }

    fn begin_epoch(&mut self) {
        self.order = self.data.order(self.config.seed, u64::from(self.epochs));
        self.epochs += 1;
        self.place.epoch += 1;
        self.training = Tally::default();
        self.validation = Tally::default();
        self.state = State::Training(0);
    }

    /// Takes `steps` steps from batch `first` of the epoch, then reads all their losses back in
    /// one transfer.
    async fn take_steps(
        &mut self,
        first: usize,
        steps: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let outcomes: Vec<Outcome> = (first..first + steps).map(|batch| self.step(batch)).collect();
        let mut transfer = Transaction::default();
        for outcome in &outcomes {
            transfer = register(transfer.register(outcome.loss.clone()), outcome.outputs.clone());
        }
        let mut values = self.read(transfer).await?.into_iter();
        for outcome in outcomes {
            let loss = floats(values.next()).first().copied().unwrap_or(f32::NAN);
            if !loss.is_finite() {
                self.diverge("loss", loss, events);
                return Ok(());
            }
            self.good = outcome.before;
            self.place.step += 1;
            let pictures = outcome.batch.len();
            let mut tally = Tally::default();
            tally.add_loss(loss, pictures);
            self.training.add_loss(loss, pictures);
            if let Some(outputs) = outcome.outputs {
                let values = floats(values.next());
                for tally in [&mut tally, &mut self.training] {
                    match outputs {
                        Flow::Flat(_) => tally.add_logits(&values, &outcome.batch.labels),
                        Flow::Map(_) => tally.add_pixels(&values, &outcome.batch.clean),
                    }
                }
            }
            events.push(RunEvent::Step {
                place: self.place,
                loss: f64::from(loss),
                accuracy: tally.accuracy(),
                pictures,
            });
        }
        self.state = State::Training(first + steps);
        Ok(())
    }

    /// Forward, backward and update on batch `index` of the epoch.
    fn step(&mut self, index: usize) -> Outcome {
        let size = self.config.batch_size;
        let end = ((index + 1) * size).min(self.order.len());
        let indices = &self.order[index * size..end];
        // Epochs are counted from the run's first, so that each phase sees noise of its own.
        let draw = Draw::Training(self.epochs);
        let batch = Batch::new(&self.data.train, indices, &self.config, draw);
        let before = self.net.clone();
        let phase = &self.phases[self.place.phase];

        let inputs = Flow::Map(batch.inputs(&self.device));
        let frozen = self.net.forward(inputs, phase.frozen.clone());
        let [encoder, decoder] = phase.trained.clone();
        let code = match phase.target {
            Target::Code => detached(frozen),
            Target::Answer => frozen,
        };
        let sums = self.net.train(code.clone(), encoder);
        let sums = self.net.train(sums, decoder);
        let (loss, outputs) = match phase.target {
            Target::Code => (self.code_loss(sums, code), None),
            Target::Answer => {
                let outputs = self.activated(sums.clone());
                (self.answer_loss(sums, &batch), Some(outputs))
            }
        };
        let gradients = loss.backward();
        self.net = self.adam.step(self.net.clone(), gradients);
        Outcome { loss: loss.inner(), outputs: outputs.map(plain), batch, before }
    }

    /// Scores test batch `index`; after the last one, ends the epoch.
    async fn validate(
        &mut self,
        index: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let batch = self.test_batch(index);
        let (loss, outputs) = self.score(&batch);
        let transfer = register(Transaction::default().register(loss), Some(outputs.clone()));
        let mut values = self.read(transfer).await?.into_iter();
        let loss = floats(values.next()).first().copied().unwrap_or(f32::NAN);
        if !loss.is_finite() {
            self.diverge("validation loss", loss, events);
            return Ok(());
        }
        let values = floats(values.next());
        self.validation.add_loss(loss, batch.len());
        match outputs {
            Flow::Flat(_) => self.validation.add_logits(&values, &batch.labels),
            Flow::Map(_) => {
                self.validation.add_pixels(&values, &batch.clean);
                self.validation.add_drawings(&values, &batch.clean);
            }
        }
        let (done, total) = (index + 1, self.validation_batches());
        events.push(RunEvent::Validating { place: self.place, done, total });
        if done < total {
            self.state = State::Validating(done);
        } else {
            self.end_epoch(events);
        }
        Ok(())
    }

    fn end_epoch(&mut self, events: &mut Vec<RunEvent>) {
        let val_loss = self.validation.loss().unwrap_or(f64::NAN);
        events.push(RunEvent::Epoch {
            place: self.place,
            loss: self.training.loss().unwrap_or(f64::NAN),
            accuracy: self.training.accuracy(),
            val_loss,
            val_accuracy: self.validation.accuracy(),
            mse: self.validation.mean_squared_error(),
            psnr: self.validation.psnr(),
            ssim: self.validation.ssim(),
        });
        if val_loss < self.best.loss {
            self.best = Best { loss: val_loss, epochs_since: 0 };
        } else {
            self.best.epochs_since += 1;
        }
        let stopped = self.config.patience.is_some_and(|limit| self.best.epochs_since >= limit);
        if !stopped && self.place.epoch < self.config.epochs {
            self.begin_epoch();
        } else if self.place.phase + 1 < self.phases.len() {
            self.place.phase += 1;
            self.state = State::Begin;
        } else {
            self.state = State::Over;
            let reason = if stopped { Reason::StoppedEarly } else { Reason::Completed };
            events.push(RunEvent::Finished { place: self.place, reason });
        }
    }

    /// Ends the run with the last weights that gave a finite loss.
    fn diverge(&mut self, what: &str, value: f32, events: &mut Vec<RunEvent>) {
        self.net = self.good.clone();
        self.state = State::Over;
        let place = self.place;
        let message = format!(
            "After step {} the {what} is {value}: training diverged and was stopped. The last good \
             weights are kept. Try a learning rate below {}.",
            place.step, self.config.learning_rate
        );
        events.push(RunEvent::Diverged { place, message });
    }

    /// Loss and outputs of a test batch, on the device, with the weights as they are.
    fn score(&self, batch: &Batch) -> (Tensor<1>, Flow) {
        let phase = &self.phases[self.place.phase];
        let device = self.device.clone().inner();
        let net = burn::module::Module::valid(&self.net);
        let run = |x: Flow, path: &Path| {
            path.iter().fold(x, |x, range| net.forward(x, range.clone()))
        };
        let inputs = Flow::Map(batch.inputs(&device));
        let sums = run(inputs.clone(), &phase.whole);
        let loss = match phase.target {
            Target::Answer => self.answer_loss(sums.clone(), batch),
            Target::Code => {
                let code = net.forward(inputs, phase.frozen.clone());
                self.code_loss(run(code.clone(), &phase.trained), code)
            }
        };
        (loss, self.activated(sums))
    }

    /// The run's loss on the sums of the last layer.
    fn answer_loss(&self, sums: Flow, batch: &Batch) -> Tensor<1> {
        match sums {
            Flow::Flat(logits) => {
                let labels = batch.labels(&logits.device());
                loss::cross_entropy(logits, labels)
            }
            Flow::Map(sums) => {
                let targets = batch.targets(&sums.device());
                loss::reconstruction(sums, targets, self.config.loss, self.output())
            }
        }
    }

    /// Mean squared error between codes, the loss of the inner stages.
    fn code_loss(&self, outputs: Flow, codes: Flow) -> Tensor<1> {
        match (outputs, codes) {
            (Flow::Map(outputs), Flow::Map(codes)) => loss::squared_error(outputs, codes),
            (outputs, codes) => unreachable!("{outputs:?}, {codes:?}: stages give maps"),
        }
    }

    /// Logits as they are, drawings through the output activation.
    fn activated(&self, sums: Flow) -> Flow {
        match sums {
            Flow::Flat(logits) => Flow::Flat(logits),
            Flow::Map(sums) => Flow::Map(loss::activate(sums, self.output())),
        }
    }

    fn output(&self) -> Output {
        self.config.output.unwrap_or(Output::Sigmoid)
    }

    fn validation_batches(&self) -> usize {
        self.data.test.len().div_ceil(VALIDATION_BATCH)
    }

    fn test_batch(&self, index: usize) -> Batch {
        let count = self.data.test.len();
        let range = index * VALIDATION_BATCH..((index + 1) * VALIDATION_BATCH).min(count);
        let indices: Vec<u32> = range.filter_map(|i| u32::try_from(i).ok()).collect();
        Batch::new(&self.data.test, &indices, &self.config, Draw::Fixed)
    }

    /// Pictures as the network draws them now, through the stages trained so far.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn reconstruct(
        &self,
        split: Split,
        indices: &[u32],
    ) -> Result<Reconstruction, TrainError> {
        let batch = self.asked(Kind::Autoencoder, "redraw pictures", split, indices)?;
        let (_, outputs) = self.score(&batch);
        let values = self.read(register(Transaction::default(), Some(outputs))).await?;
        Ok(Reconstruction { batch, outputs: floats(values.into_iter().next()) })
    }

    /// Class probabilities of pictures, `[picture][class]`.
    ///
    /// # Errors
    /// [`TrainError`] for an autoencoder, an index past the end, or a device that fails.
    pub async fn predict(&self, split: Split, indices: &[u32]) -> Result<Vec<f32>, TrainError> {
        let batch = self.asked(Kind::Classifier, "tell classes apart", split, indices)?;
        let (_, Flow::Flat(logits)) = self.score(&batch) else { return Ok(Vec::new()) };
        let probabilities = loss::probabilities(logits);
        let values = self.read(Transaction::default().register(probabilities)).await?;
        Ok(floats(values.into_iter().next()))
    }

    /// The parameters of layers `range`, each flattened, in the order of the layers.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    ///
    /// # Panics
    /// If the model has fewer layers.
    pub async fn parameters(&self, range: Range<usize>) -> Result<Vec<Vec<f32>>, TrainError> {
        let parameters = self.net.parameters(range).into_iter();
        let values = self.read(parameters.fold(Transaction::default(), Transaction::register)).await?;
        Ok(values.into_iter().map(|value| floats(Some(value))).collect())
    }

    /// The pictures of a question, if this model answers it.
    fn asked(
        &self,
        kind: Kind,
        what: &'static str,
        split: Split,
        indices: &[u32],
    ) -> Result<Batch, TrainError> {
        if self.config.model.kind() != kind {
            return Err(TrainError::NotForModel { model: self.config.model.name(), what });
        }
        let pictures = self.data.chosen(split, indices)?;
        Ok(Batch::new(pictures, indices, &self.config, Draw::Fixed))
    }

    async fn read(&self, transfer: Transaction) -> Result<Vec<TensorData>, TrainError> {
        transfer.execute_async().await.map_err(|error| TrainError::Device {
            backend: "CPU",
            reason: error.to_string(),
        })
    }
}

fn register(transfer: Transaction, flow: Option<Flow>) -> Transaction {
    match flow {
        Some(Flow::Map(x)) => transfer.register(x),
        Some(Flow::Flat(x)) => transfer.register(x),
        None => transfer,
    }
}

/// The same values without the graph behind them, still on the autodiff device.
fn detached(flow: Flow) -> Flow {
    match flow {
        Flow::Map(x) => Flow::Map(x.detach()),
        Flow::Flat(x) => Flow::Flat(x.detach()),
    }
}

/// The same values off the autodiff device.
fn plain(flow: Flow) -> Flow {
    match flow {
        Flow::Map(x) => Flow::Map(x.inner()),
        Flow::Flat(x) => Flow::Flat(x.inner()),
    }
}

fn floats(data: Option<TensorData>) -> Vec<f32> {
    data.and_then(|data| data.try_into_vec().ok()).unwrap_or_default()
}
