//! What a worker makes of the pictures of a step before the weights that learn are known, while others
//! still compute the step before it: noise, and the codes of frozen layers. Knows no weights that learn.

use super::replica::ReplicaTask;
use crate::parallel::microbatch;
use crate::spec::{Noise, RunConfig};
use crate::step::batch::{Batch, Draw};
use crate::step::phase::Phase;
use crate::step::train_state::{DeviceBatch, TrainState};

/// The share of a step, as far as it is computed ahead.
#[derive(Debug)]
pub(crate) struct Prefetched {
    of: PrefetchKey,
    given: Vec<DeviceBatch>,
}

/// What names a share: all that its pictures depend on.
#[derive(Debug, PartialEq)]
pub(crate) struct PrefetchKey {
    pub(crate) phase: usize,
    pub(crate) draw: Draw,
    /// Counts the times that the run was given other weights, also for its frozen layers.
    pub(crate) weights: u32,
    pub(crate) all: usize,
    pub(crate) parts: std::ops::Range<usize>,
    pub(crate) indices: Vec<u32>,
}

impl PrefetchKey {
    /// The share that `task` asks for.
    pub(crate) fn of(task: &ReplicaTask) -> Self {
        let ReplicaTask { phase, draw, weights, all, ref parts, ref indices, .. } = *task;
        Self { phase, draw, weights, all, parts: parts.clone(), indices: indices.clone() }
    }
}

/// Whether there is anything in a step of `phase` to compute ahead that is worth a message. What takes
/// rounds is not.
pub(crate) fn pays(config: &RunConfig, state: &TrainState, phase: &Phase) -> bool {
    let [trained, _] = &phase.trained;
    let some = !phase.frozen.is_empty() || config.noise != Noise::None;
    some && state.net().norms(trained).is_empty()
}

impl Prefetched {
    /// Computes it, of pictures that `batch` has by their place in the step.
    pub(crate) fn new(
        state: &TrainState,
        phase: &Phase,
        of: PrefetchKey,
        batch: impl Fn(std::ops::Range<usize>) -> Batch,
    ) -> Self {
        let part = |part| state.given(phase, &batch(microbatch::pictures_of(part, of.all)));
        Self { given: of.parts.clone().map(part).collect(), of }
    }

    /// What was computed of the share of that name, part by part; nothing if it was another.
    pub(crate) fn taken(&self, of: &PrefetchKey) -> Vec<DeviceBatch> {
        if self.of == *of { self.given.clone() } else { Vec::new() }
    }
}
