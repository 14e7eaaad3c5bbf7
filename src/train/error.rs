//! Why a run cannot begin or go on.

use crate::data::dataset::DatasetError;
use crate::nn::ParameterError;
use crate::parallel::error::ParallelError;
use crate::spec::ConfigError;
use crate::step::transfer::TransferError;
use crate::train::snapshot::SnapshotError;

/// A run that cannot begin or go on, or a question that it cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The device did not give back what it computed.
    #[error(transparent)]
    Device(#[from] TransferError),
    /// The device failed while steps were queued on it.
    #[error(
        "The run lost the device in the middle of the steps after step {step}: its weights are no \
         longer those of a known step. Resume it from its last snapshot."
    )]
    DeviceLost {
        /// The last step that is known to be complete.
        step: u64,
    },
    /// Several workers did not come to one step.
    #[error(transparent)]
    Parallel(ParallelError),
    /// An epoch without a loss.
    #[error(
        "The epoch has no {0} loss, because no picture was counted in it. Resume the run from an \
         earlier snapshot, or start it again."
    )]
    NothingCounted(&'static str),
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
    /// Weights that the model cannot take.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A stored run that cannot be resumed or started from.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Values that are not latent codes.
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
    /// More pictures than are generated at once, or none.
    #[error("{given} pictures cannot be generated at once. Ask for 1 to {most}.")]
    NotSoMany {
        /// How many were asked for.
        given: usize,
        /// The most.
        most: usize,
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

impl From<ParallelError> for TrainError {
    fn from(error: ParallelError) -> Self {
        match error {
            ParallelError::Transfer(error) => Self::Device(error),
            ParallelError::Config(error) => Self::Config(error),
            other => Self::Parallel(other),
        }
    }
}
