//! What a run trains, one thing after another: the whole network, or for a stacked autoencoder
//! each stage and then the whole. Layers by place; no tensors.

use std::ops::Range;

use crate::spec::ValidModel;

/// One thing to train.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) name: String,
    /// Layers run before the trained ones, with weights that stay as they are.
    pub(crate) frozen: Range<usize>,
    /// Layers that learn.
    pub(crate) trained: LayerPath,
    /// Layers from picture to output: the frozen and trained ones, and for an inner stage the
    /// outer decoders after them.
    pub(crate) whole: LayerPath,
    /// What the trained layers should give.
    pub(crate) target: Target,
}

/// Layers that run one after another, in two runs of neighbours.
pub(crate) type LayerPath = [Range<usize>; 2];

/// What a phase learns to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// What the run's loss compares with: the label or the picture.
    Answer,
    /// The code that the frozen layers give.
    Code,
}

/// The phases of `model`, in order.
pub(crate) fn phases(model: &ValidModel) -> Vec<Phase> {
    let end = model.layers.len();
    let mut phases: Vec<Phase> = model
        .stages
        .iter()
        .enumerate()
        .map(|(index, stage)| Phase {
            name: format!("Stage {}", index + 1),
            frozen: 0..stage.encoder.start,
            trained: [stage.encoder.clone(), stage.decoder.clone()],
            whole: [0..stage.encoder.end, stage.decoder.start..end],
            target: if index == 0 { Target::Answer } else { Target::Code },
        })
        .collect();
    phases.push(Phase {
        name: if phases.is_empty() { "Training" } else { "Fine-tuning" }.to_owned(),
        frozen: 0..0,
        trained: [0..end, end..end],
        whole: [0..end, end..end],
        target: Target::Answer,
    });
    phases
}
