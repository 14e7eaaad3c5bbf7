//! Phases of a run: which layers learn, and against what. Most models have one phase, the whole
//! network; a stacked autoencoder trains its stages one by one and then fine-tunes all of it.

use std::ops::Range;

use crate::spec::ValidModel;

/// One thing to train. Layers are indices into the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phase {
    pub(crate) name: String,
    /// Layers that run before the trained ones, with weights that stay as they are.
    pub(crate) frozen: Range<usize>,
    /// Layers that learn.
    pub(crate) trained: LayerPath,
    /// Layers from the input picture to the output: the frozen and trained ones, and for an inner
    /// stage the outer decoders after them.
    pub(crate) inference_path: LayerPath,
    /// What the outputs of the trained layers are compared with.
    pub(crate) target: Target,
}

/// Layers that run one after another: two ranges, of which the second may be empty.
pub(crate) type LayerPath = [Range<usize>; 2];

/// What a phase learns to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The run's task: the label, or the clean picture.
    Task,
    /// The latent code that the frozen layers give, which an inner stage reconstructs.
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
            inference_path: [0..stage.encoder.end, stage.decoder.start..end],
            target: if index == 0 { Target::Task } else { Target::Code },
        })
        .collect();
    phases.push(Phase {
        name: if phases.is_empty() { "Training" } else { "Fine-tuning" }.to_owned(),
        frozen: 0..0,
        trained: [0..end, end..end],
        inference_path: [0..end, end..end],
        target: Target::Task,
    });
    phases
}
