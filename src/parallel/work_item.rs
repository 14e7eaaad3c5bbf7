//! The names of what workers compute: the work item, one training step or one batch of validation, and
//! which of its microbatches a worker was assigned.

use std::fmt;
use std::ops::Range;

use crate::step::batch::Draw;

/// One training step or one batch of validation of a run. Tasks and outputs carry it, so that an output
/// that comes late, or was computed from other weights, is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkItem {
    /// Optimizer steps that the run has taken before it.
    pub step: u64,
    /// Index of the run's phase.
    pub phase: usize,
    /// A step of an epoch, or validation; it seeds the noise.
    pub draw: Draw,
    /// Index of the batch in its epoch, or in its validation.
    pub batch: usize,
    /// Counts how often the run's weights were set from outside instead of by a step.
    pub weights_version: u32,
}

impl fmt::Display for WorkItem {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, phase, draw, batch, weights_version } = self;
        match draw {
            Draw::Training(epoch) => write!(to, "batch {batch} of epoch {epoch}")?,
            Draw::Fixed => write!(to, "validation batch {batch}")?,
        }
        write!(to, " after step {step} in phase {phase} (weights version {weights_version})")
    }
}

/// The microbatches of a work item that one worker computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Of which they are.
    pub item: WorkItem,
    /// Pictures of the whole batch.
    pub batch_size: usize,
    /// Indices of the microbatches.
    pub microbatches: Range<usize>,
}
