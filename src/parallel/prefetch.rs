//! Prefetching: what a worker computes of a later step before its weights are known, while other workers
//! still compute the step before it: augmentation, noise, and the codes of frozen layers.

use std::ops::Range;

use super::microbatch;
use super::work_item::Assignment;
use crate::spec::{Noise, RunConfig};
use crate::step::batch::Batch;
use crate::step::phase::Phase;
use crate::step::prepare::DeviceBatch;
use crate::step::train_state::TrainState;

/// Microbatches of a later step, as far as they are computed.
#[derive(Debug)]
pub(crate) struct Prefetched {
    key: PrefetchKey,
    microbatches: Vec<DeviceBatch>,
}

/// Everything that prefetched microbatches depend on: they are used where all of it is the same.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PrefetchKey {
    pub(crate) assignment: Assignment,
    pub(crate) indices: Vec<u32>,
}

/// Whether prefetching a step of `phase` saves enough for a message. With synchronised batch
/// normalisation it does not: workers wait for each other in the middle of the step.
pub(crate) fn is_worthwhile(config: &RunConfig, state: &TrainState, phase: &Phase) -> bool {
    let made = config.noise != Noise::None || config.augmentation.is_on();
    let saves = !phase.frozen.is_empty() || made;
    saves && phase.trained.iter().all(|layers| state.net().norms(layers).is_empty())
}

impl Prefetched {
    /// Computes the microbatches that `key` names; `batch` makes pictures by their position in the
    /// batch.
    pub(crate) fn new(
        state: &TrainState,
        phase: &Phase,
        key: PrefetchKey,
        batch: impl Fn(Range<usize>) -> Batch,
    ) -> Self {
        let Assignment { batch_size, microbatches, .. } = &key.assignment;
        let one =
            |index| state.device_batch(phase, &batch(microbatch::pictures_of(index, *batch_size)));
        Self { microbatches: microbatches.clone().map(one).collect(), key }
    }

    /// The microbatches, in order; none where others were prefetched.
    pub(crate) fn get(&self, key: &PrefetchKey) -> Vec<DeviceBatch> {
        if self.key == *key { self.microbatches.clone() } else { Vec::new() }
    }
}
