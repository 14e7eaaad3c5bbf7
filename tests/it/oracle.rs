//! Our kernels against burn-ndarray, which has none of them: the same runs on both.

use tabgrad::backend::Backend;
use tabgrad::spec::{Loss, Noise, Output, Preset, RunConfig};
use tabgrad::train::trainer::Trainer;

use crate::support::{dataset, device, losses, run, short};

/// Steps over which rounding has no time to grow; burn-ndarray is slow, too.
const STEPS: usize = 3;

#[track_caller]
fn agree(config: RunConfig, steps: usize) {
    let config = RunConfig { batch_size: 4, ..config };
    let [ours, theirs] = [Backend::Flex, Backend::NdArray].map(|backend| {
        let data = dataset(4 * STEPS, 2);
        let mut trainer = Trainer::new(config.clone(), data, &device(backend)).expect("valid");
        losses(&run(&mut trainer, 1))
    });
    for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate().take(steps) {
        let error = (ours - theirs).abs() / theirs;
        assert!(error < 1e-5, "{config:?}, step {step}: {ours} and {theirs}");
    }
}

#[test]
fn every_model_takes_the_same_first_steps_on_both_backends() {
    for model in Preset::listed() {
        agree(short(model.name()), STEPS);
    }
}

#[test]
fn so_do_the_other_outputs_losses_and_noises() {
    for loss in [Loss::BinaryCrossEntropy, Loss::MeanSquaredError] {
        for output in [Output::Sigmoid, Output::Relu] {
            // The gradient of Keras' clipped logarithm is up to 1e7 for an output just above 0
            // and 0 just below, so rounding decides the first update: only the loss before it
            // can agree.
            let on_edge = (loss, output) == (Loss::BinaryCrossEntropy, Output::Relu);
            let steps = if on_edge { 1 } else { STEPS };
            agree(RunConfig { loss, output: Some(output), ..short("cae") }, steps);
        }
    }
    for noise in [Noise::SaltAndPepper, Noise::Masking] {
        agree(RunConfig { noise, noise_level: 0.3, ..short("cae-denoise") }, STEPS);
    }
}
