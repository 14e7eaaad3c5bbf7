//! Why a step could not be computed by several workers.

use std::ops::Range;

use super::work_item::WorkItem;
use crate::spec::ConfigError;
use crate::step::transfer::TransferError;

/// A task that cannot be computed, or outputs that are not those of the step. None of them changes the
/// run: its work item can still be computed by one worker alone, with the same result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParallelError {
    /// The device failed.
    #[error(transparent)]
    Transfer(#[from] TransferError),
    /// Settings that no run can have.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Nothing that several workers could compute.
    #[error(
        "There is no work item to share: the run is over, is between two phases, or its device \
         computes whole batches. Advance the run on one worker."
    )]
    NoWorkItem,
    /// A task that this model cannot compute.
    #[error(
        "The task asks for microbatches {microbatches:?} of a batch of {batch_size} in phase {phase}, \
         but has {indices} indices and {pictures} pictures, and the model has {phases} phases. \
         Scatter tasks of the run that the replica was opened for."
    )]
    Task {
        /// Asked for.
        microbatches: Range<usize>,
        /// Asked for.
        batch_size: usize,
        /// Asked for.
        phase: usize,
        /// In the task.
        indices: usize,
        /// In the task.
        pictures: usize,
        /// Of the replica's model.
        phases: usize,
    },
    /// Weights of another model.
    #[error(
        "The task's weights have {found} values, but the replica's model has {expected}. Open the \
         replica with the run's settings."
    )]
    Weights {
        /// Values in the task.
        found: usize,
        /// Values of the replica's model.
        expected: usize,
    },
    /// Statistics for another normalisation.
    #[error(
        "The workers' statistics for a batch normalisation have {found} values, but {expected} are \
         needed for all microbatches. Send those of every worker, in order."
    )]
    Statistics {
        /// Values that came.
        found: usize,
        /// Values that are needed; 0 where none were waited for.
        expected: usize,
    },
    /// Taken before it was finished.
    #[error(
        "A worker's output is not finished: it waits for the statistics of a batch normalisation. \
         Resume it with those of all workers."
    )]
    Unfinished,
    /// Normalisation where part of the network is frozen.
    #[error(
        "The model has batch normalisation in a stage that is trained alone, whose statistics cannot \
         be exchanged between microbatches. Use a model without stages, or without batch \
         normalisation."
    )]
    StagedBatchNorm,
    /// An output of another work item.
    #[error(
        "A replica's output is of {found}, but the run is at {expected}. Compute the work item again."
    )]
    Stale {
        /// Of the output.
        found: WorkItem,
        /// Of the run.
        expected: WorkItem,
    },
    /// A microbatch is missing, or there twice.
    #[error(
        "The replicas' outputs have the microbatches {found:?}, but the batch has {expected}, each \
         needed once. Compute the work item again, on one worker."
    )]
    Microbatches {
        /// Indices, in order.
        found: Vec<usize>,
        /// How many there should be.
        expected: usize,
    },
    /// Metrics of another batch.
    #[error(
        "The replicas' metrics are of {found} pictures, but the batch has {expected}. Compute the work \
         item again, on one worker."
    )]
    Pictures {
        /// In the metrics.
        found: u64,
        /// In the batch.
        expected: u64,
    },
    /// Gradients that cannot be added, or not applied.
    #[error(
        "The gradients of a replica have {found:?} values, but the trained parameters have \
         {expected:?}. Open the replica with the run's settings."
    )]
    Gradients {
        /// Values by parameter.
        found: Vec<usize>,
        /// Values by parameter.
        expected: Vec<usize>,
    },
}
