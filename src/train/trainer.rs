//! One training run as a state machine: `advance(n)` computes n work items and says what happened. The
//! trainer owns the weights, the optimizer and the position in the data; its driver owns the clock, the
//! files and the decision when to run.

use burn::tensor::Device;

use crate::backend::takes_microbatches;
use crate::data::caveats::Caveat;
use crate::data::pictures::PictureShape;
use crate::nn::{AnyLayer, Net, Parameter};
use crate::optim::plateau::Plateau;
use crate::parallel::prefetch::Prefetched;
use crate::spec::summary::Summary;
use crate::spec::{Kind, RunConfig, ValidModel};
use crate::step::metrics::MetricSums;
use crate::step::phase::{Phase, phases};
use crate::step::train_state::TrainState;
use crate::step::transfer::read_parameters;
use crate::train::error::TrainError;
use crate::train::events::{PictureCounts, Plan, PlannedPhase, Progress, RunEvent};
use crate::train::queued_steps::QueuedSteps;
use crate::train::snapshot::{EarlyStopping, RunState};
use crate::train::training_data::TrainingData;
use crate::train::watch::Watch;

/// Pictures in a batch of validation; its size does not change any result.
pub(crate) const VALIDATION_BATCH: usize = 100;

/// Events of a call of [`Trainer::advance`], after which it comes back: without a bound, a call that asks
/// for a whole run would hold all of them in memory.
pub const MOST_EVENTS: usize = 1000;

/// One training run.
#[derive(Debug)]
pub struct Trainer {
    pub(crate) config: RunConfig,
    pub(crate) data: TrainingData,
    pub(crate) model: ValidModel,
    pub(crate) phases: Vec<Phase>,
    pub(crate) train_state: TrainState,
    /// Whether work items are computed microbatch by microbatch.
    pub(crate) by_microbatches: bool,
    /// Whether the device is a GPU, which gathers batches from its own copy of the data set.
    #[cfg(feature = "gpu")]
    pub(crate) on_gpu: bool,
    /// Steps that the device was given and that were not read back.
    pub(crate) queued: QueuedSteps,
    /// Microbatches of the step after the next one.
    pub(crate) prefetched: Option<Prefetched>,
    /// Counts how often the weights were set from outside.
    pub(crate) weights_version: u32,
    /// The weights that gave the last finite loss.
    pub(crate) last_finite: Net,
    pub(crate) progress: Progress,
    /// Epochs begun in the whole run.
    pub(crate) epochs_begun: u32,
    /// The order in which this epoch visits the training pictures.
    pub(crate) epoch_order: Vec<u32>,
    pub(crate) run_state: RunState,
    /// Of this epoch.
    pub(crate) train_metrics: MetricSums,
    /// Of this epoch.
    pub(crate) val_metrics: MetricSums,
    pub(crate) early_stopping: EarlyStopping,
    /// The weights of the phase's best epoch, where it is to end with them.
    pub(crate) best: Option<Best>,
    /// The learning rate of the phase, where it falls with the validation loss.
    pub(crate) plateau: Option<Plateau>,
    /// What was noted of the run, to tell whether it learns.
    pub(crate) watch: Watch,
}

/// The weights after an epoch.
#[derive(Debug, Clone)]
pub(crate) struct Best {
    /// Which, from 1.
    pub(crate) epoch: u32,
    pub(crate) net: Net,
}

/// Whether a batch can be computed microbatch by microbatch: what normalisations of the batch need of each
/// other is exchanged where the whole network learns at once.
fn splits(model: &ValidModel) -> bool {
    let is_norm = |layer: &AnyLayer| matches!(layer, AnyLayer::BatchNormalization(_));
    model.stages.is_empty() || !model.layers.iter().any(is_norm)
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
        data.check()?;
        let model = config.model(data.shape(), classes)?;
        config.check_classes(model.classes())?;
        let steps_per_epoch = data.train.len().div_ceil(config.batch_size);
        let train_state = TrainState::new(&config, &model, device).with_epochs_of(steps_per_epoch);
        let trainer = Self {
            phases: phases(&model),
            last_finite: train_state.net(),
            train_state,
            by_microbatches: takes_microbatches(device) && splits(&model),
            #[cfg(feature = "gpu")]
            on_gpu: crate::backend::is_gpu(device),
            queued: QueuedSteps::default(),
            prefetched: None,
            weights_version: 0,
            progress: Progress::default(),
            epochs_begun: 0,
            epoch_order: Vec::new(),
            run_state: RunState::Begin,
            train_metrics: MetricSums::default(),
            val_metrics: MetricSums::default(),
            early_stopping: EarlyStopping::NEW,
            best: None,
            plateau: None,
            watch: Watch::new(&config, &model, &data),
            config,
            data,
            model,
        };
        let steps = trainer.total_steps();
        if steps > u64::from(u32::MAX) {
            return Err(TrainError::TooLong(steps));
        }
        Ok(trainer)
    }

    /// What the run is going to do.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let steps_per_epoch = self.steps_per_epoch();
        let epochs = self.config.epochs;
        Plan {
            config: self.config.clone(),
            summary: self.summary(),
            pictures: PictureCounts { train: self.data.train.len(), test: self.data.test.len() },
            caveats: match self.model.kind {
                Kind::Classifier => Caveat::of_labels(&self.data),
                Kind::Autoencoder => Caveat::of_pixels(&self.data),
            },
            steps_per_epoch,
            validation_batches: self.validation_batches(),
            phases: (self.phases.iter())
                .map(|phase| PlannedPhase { name: phase.name.clone(), epochs })
                .collect(),
            total_steps: self.total_steps(),
        }
    }

    fn total_steps(&self) -> u64 {
        let epochs = u64::from(self.config.epochs) * self.phases.len() as u64;
        epochs.saturating_mul(self.steps_per_epoch() as u64)
    }

    /// The model's table.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::new(&self.model)
    }

    /// The shape of the pictures that it is trained on.
    #[must_use]
    pub fn picture_shape(&self) -> PictureShape {
        self.data.shape()
    }

    /// Phase, epoch and step that the run is at.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// All parameters of the network, in the order of its layers.
    ///
    /// # Errors
    /// [`TrainError`] where the device fails, or has failed in the middle of steps.
    pub async fn parameters(&self) -> Result<Vec<Parameter>, TrainError> {
        self.queued.check()?;
        Ok(read_parameters(self.train_state.net().parameters()).await?)
    }

    /// Sets the given parameters, which [`Trainer::parameters`] may have given; the others stay, and so
    /// does the optimizer's state.
    ///
    /// # Errors
    /// [`TrainError::Parameter`] where one does not belong to this model; then none is set.
    pub fn put_parameters(&mut self, parameters: &[Parameter]) -> Result<(), TrainError> {
        self.queued.check()?;
        self.train_state.put_parameters(parameters)?;
        self.weights_version += 1;
        self.last_finite = self.train_state.net();
        Ok(())
    }

    /// Whether the run is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.run_state == RunState::Over
    }

    /// Computes up to `items` work items, a work item being one optimizer step or one batch of
    /// validation, and says what happened. How a run is cut into calls changes nothing in it. A call
    /// gives no more than [`MOST_EVENTS`] events or a few above, however many items were asked for: who
    /// wants the whole run asks again. Gives no events once the run is over.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails. If steps were queued on it, the trainer is lost:
    /// everything that needs its weights is then [`TrainError::DeviceLost`], until the run is resumed
    /// from a snapshot.
    pub async fn advance(&mut self, items: usize) -> Result<Vec<RunEvent>, TrainError> {
        self.queued.check()?;
        let mut events = Vec::new();
        let mut left = items;
        while left > 0 && events.len() < MOST_EVENTS {
            match self.run_state {
                RunState::Begin => self.begin_phase(&mut events),
                RunState::Over => break,
                RunState::Training(_) | RunState::Validating(_) if self.by_microbatches => {
                    left -= 1;
                    self.compute_work_item(&mut events).await?;
                }
                RunState::Training(done) => {
                    let most = left.min(self.steps_per_epoch() - done);
                    left -= self.train_batches(done, most, &mut events).await?;
                }
                RunState::Validating(done) => {
                    let most = left.min(self.validation_batches() - done);
                    left -= self.validate_batches(done, most, &mut events).await?;
                }
            }
        }
        Ok(events)
    }

    /// The phase that is trained now.
    pub(crate) fn phase(&self) -> &Phase {
        &self.phases[self.progress.phase]
    }

    pub(crate) fn steps_per_epoch(&self) -> usize {
        self.data.train.len().div_ceil(self.config.batch_size)
    }

    pub(crate) fn validation_batches(&self) -> usize {
        self.data.test.len().div_ceil(VALIDATION_BATCH)
    }

    /// The training pictures of batch `index` of the epoch; none after the last batch.
    pub(crate) fn train_indices(&self, index: usize) -> &[u32] {
        let size = self.config.batch_size;
        let [start, end] = [index, index + 1].map(|at| (at * size).min(self.epoch_order.len()));
        &self.epoch_order[start..end]
    }

    /// The test pictures of batch `index` of a validation.
    pub(crate) fn test_indices(&self, index: usize) -> Vec<u32> {
        let first = index * VALIDATION_BATCH;
        // The index of a picture is a u32 in every format.
        (first..self.data.test.len()).take(VALIDATION_BATCH).map(|index| index as u32).collect()
    }
}
