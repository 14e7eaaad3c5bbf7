//! One training run, pulled by its driver: `advance(n)` does n units of work and says what
//! happened. Owns the model, the optimizer and its place in the data; owns no clock, file,
//! thread or console, and does not decide when to run.

use burn::tensor::Device;

use crate::backend::takes_microbatches;
use crate::data::dataset::DatasetError;
use crate::nn::{Net, Parameter, ParameterError};
use crate::parallel::replica::Prefetched;
use crate::spec::summary::Summary;
use crate::spec::{ConfigError, RunConfig, ValidModel};
use crate::step::metrics::MetricSums;
use crate::step::phase::{Phase, phases};
use crate::step::train_state::TrainState;
use crate::train::events::{PictureCounts, Plan, PlannedPhase, Progress, Reason, RunEvent};
use crate::train::snapshot::{Best, SnapshotError, State};
use crate::train::training_data::TrainingData;

/// Pictures in a batch of validation; its size does not change any result.
pub(crate) const VALIDATION_BATCH: usize = 100;

/// A run that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The device did not give back what it computed.
    #[error("The device could not be read: {0}. Start the run again.")]
    Device(String),
    /// Asked of a model that does not do it.
    #[error("{model} does not {what}.")]
    NotForModel {
        /// The model's name.
        model: String,
        /// What was asked.
        what: &'static str,
    },
    /// Settings that no run can have.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Data that cannot be trained on, or pictures that it does not have.
    #[error(transparent)]
    Data(#[from] DatasetError),
    /// The run would be longer than it can count.
    #[error("{0} steps are more than a run can count. Use fewer epochs or larger batches.")]
    TooLong(u64),
    /// DeviceBatch weights that the model cannot take.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// DeviceBatch a stored run that it cannot take.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// DeviceBatch values that are no codes.
    #[error(
        "{given} values are no codes of {model}: a code has {each} finite numbers. Give one code or \
         more, whole."
    )]
    NoCode {
        /// The model's name.
        model: String,
        /// How many values were given.
        given: usize,
        /// Values of a code.
        each: usize,
    },
    /// A single step that leads nowhere.
    #[error(
        "The step was not kept, because the {what} is {value}. Try a learning rate below \
         {learning_rate}."
    )]
    NoStep {
        /// Which loss.
        what: &'static str,
        /// What it is.
        value: f32,
        /// The rate of the run.
        learning_rate: f64,
    },
}

/// One training run.
#[derive(Debug)]
pub struct Trainer {
    pub(crate) config: RunConfig,
    pub(crate) data: TrainingData,
    pub(crate) model: ValidModel,
    pub(crate) phases: Vec<Phase>,
    pub(crate) learner: TrainState,
    /// Whether steps and validation are computed part by part.
    pub(crate) by_microbatches: bool,
    /// Whether the device is a GPU, which is given all pictures once.
    #[cfg(feature = "gpu")]
    pub(crate) uploads: bool,
    /// Of the step after the next one.
    pub(crate) ahead: Option<Prefetched>,
    /// Counts the times that it was given weights.
    pub(crate) given: u32,
    /// The weights that gave the last finite loss.
    pub(crate) good: Net,
    pub(crate) place: Progress,
    /// Epochs begun in the whole run.
    pub(crate) epochs: u32,
    pub(crate) order: Vec<u32>,
    pub(crate) state: State,
    pub(crate) training: MetricSums,
    pub(crate) validation: MetricSums,
    pub(crate) best: Best,
}

impl Trainer {
    /// A run of `config` on `data`, computed on `device`.
    ///
    /// # Errors
    /// [`TrainError`] where the settings are wrong or do not fit the data.
    pub fn new(
        config: RunConfig,
        data: impl Into<TrainingData>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let data = data.into();
        let classes = data.classes.len();
        Self::with_outputs(config, data, classes, device)
    }

    /// The same with a classifier of `classes` outputs, which may be more than the data has classes:
    /// so are those that were stored before the data set gave their number.
    pub(crate) fn with_outputs(
        config: RunConfig,
        data: TrainingData,
        classes: usize,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let model = config.model(classes)?;
        data.check()?;
        let learner = TrainState::new(&config, &model, device);
        let trainer = Self {
            phases: phases(&model),
            good: learner.net(),
            learner,
            by_microbatches: takes_microbatches(device),
            #[cfg(feature = "gpu")]
            uploads: crate::backend::is_gpu(device),
            ahead: None,
            given: 0,
            place: Progress::default(),
            epochs: 0,
            order: Vec::new(),
            state: State::Begin,
            training: MetricSums::default(),
            validation: MetricSums::default(),
            best: Best::NONE,
            config,
            data,
            model,
        };
        let steps = trainer.plan().total_steps;
        if steps > u64::from(u32::MAX) {
            return Err(TrainError::TooLong(steps));
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
            summary: self.summary(),
            pictures: PictureCounts { train: self.data.train.len(), test: self.data.test.len() },
            steps_per_epoch,
            validation_batches: self.validation_batches(),
            phases: (self.phases.iter())
                .map(|phase| PlannedPhase { name: phase.name.clone(), epochs })
                .collect(),
            total_steps: epochs_in_all * steps_per_epoch as u64,
        }
    }

    /// The model's table.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::new(&self.model)
    }

    /// Where in its run it is.
    #[must_use]
    pub fn place(&self) -> Progress {
        self.place
    }

    /// Goes on with the given weights, which [`Trainer::parameters`] may have given; those that
    /// are not given stay. The optimizer's moments stay, too.
    ///
    /// # Errors
    /// [`TrainError::Parameter`] where one does not belong to this model; then none is taken.
    pub fn put_parameters(&mut self, parameters: &[Parameter]) -> Result<(), TrainError> {
        self.learner.put(parameters)?;
        self.given += 1;
        self.good = self.learner.net();
        Ok(())
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
                State::Over => break,
                State::Training(_) | State::Validating(_) if self.by_microbatches => {
                    left -= 1;
                    self.take_parts(&mut events).await?;
                }
                State::Training(done) => {
                    let batches = self.data.train.len().div_ceil(self.config.batch_size);
                    left -= self.take_steps(done, left.min(batches - done), &mut events).await?;
                }
                State::Validating(done) => {
                    let most = left.min(self.validation_batches() - done);
                    left -= self.validate_whole(done, most, &mut events).await?;
                }
            }
        }
        Ok(events)
    }

    pub(crate) fn begin_phase(&mut self, events: &mut Vec<RunEvent>) {
        let phase = self.place.phase;
        self.learner.restart_optimizer();
        self.best = Best::NONE;
        self.place.epoch = 0;
        events.push(RunEvent::Phase { phase, name: self.phases[phase].name.clone() });
        self.begin_epoch();
    }

    pub(crate) fn begin_epoch(&mut self) {
        self.order = self.data.order(self.config.seed, u64::from(self.epochs));
        self.epochs += 1;
        self.place.epoch += 1;
        self.training = MetricSums::default();
        self.validation = MetricSums::default();
        self.state = State::Training(0);
    }

    pub(crate) fn end_epoch(&mut self, events: &mut Vec<RunEvent>) {
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
    pub(crate) fn diverge(&mut self, what: &str, value: f32, events: &mut Vec<RunEvent>) {
        self.learner.restore(self.good.clone());
        self.state = State::Over;
        let place = self.place;
        let message = format!(
            "After step {} the {what} is {value}: training diverged and was stopped. The last good \
             weights are kept. Try a learning rate below {}.",
            place.step, self.config.learning_rate
        );
        events.push(RunEvent::Diverged { place, message });
    }

    pub(crate) fn validation_batches(&self) -> usize {
        self.data.test.len().div_ceil(VALIDATION_BATCH)
    }
}
