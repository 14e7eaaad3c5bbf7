//! A step taken apart: the loss on a batch and the chain rule layer by layer, with the gradient between
//! every two layers, which an ordinary backward pass never keeps. Weights and optimizer stay.

use burn::tensor::{Gradients, Tensor};

use super::autodiff::{leaf, untracked};
use super::train_state::{DeviceBatch, TrainState, forward_trained};
use crate::nn::{Activation, Parameter};
use crate::step::batch::Batch;
use crate::step::phase::Phase;

/// One layer of [`TrainState::trace_step`], still on the device.
pub(crate) struct LayerTrace {
    /// Its index in the network.
    pub(crate) layer: usize,
    /// Its outputs in training.
    pub(crate) outputs: Activation,
    /// The loss's gradient with respect to the outputs.
    pub(crate) output_grad: Activation,
    /// The loss's gradients with respect to the layer's parameters.
    pub(crate) gradients: Vec<Parameter<Tensor<1>>>,
}

impl TrainState {
    /// The loss on `batch`, the logits, and the chain rule layer by layer for the trained layers. Each
    /// layer is an autodiff graph of its own, so that the gradient between two of them can be seen.
    pub(crate) fn trace_step(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Activation, Vec<LayerTrace>) {
        let mut net = self.net.clone();
        let DeviceBatch { inputs: mut x, targets, streams, .. } = self.device_batch(phase, batch);
        let mut forward = Vec::new();
        for layer in phase.trained.iter().flat_map(Clone::clone) {
            let input = leaf(x);
            let output = net.forward_training(input.clone(), layer..layer + 1, &streams);
            x = output.clone();
            forward.push((layer, input, output));
        }
        let logits = leaf(x);
        let loss = self.phase_loss(phase, logits.clone(), targets);
        let mut output_grad = gradient(&logits, &loss.backward());
        let mut layers = Vec::new();
        for (layer, input, outputs) in forward.into_iter().rev() {
            // `backward` seeds with ones: the product with the output's gradient makes that the chain
            // rule.
            let found = match (outputs.clone(), output_grad.clone()) {
                (Activation::Map(y), Activation::Map(grad)) => {
                    (y * Tensor::from_inner(grad)).backward()
                }
                (Activation::Flat(y), Activation::Flat(grad)) => {
                    (y * Tensor::from_inner(grad)).backward()
                }
                (y, grad) => unreachable!("{y:?}, {grad:?}: a gradient has its tensor's shape"),
            };
            let gradients = net.gradients(&found);
            let input_grad = gradient(&input, &found);
            layers.push(LayerTrace { layer, outputs: untracked(outputs), output_grad, gradients });
            output_grad = input_grad;
        }
        layers.reverse();
        (loss.inner(), untracked(logits), layers)
    }

    /// The loss of the phase on `batch` and the logits, as in training, without a step.
    pub(crate) fn loss_and_logits(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
        let mut net = self.net.clone();
        let DeviceBatch { inputs, targets, streams, .. } = self.device_batch(phase, batch);
        let logits = forward_trained(&mut net, phase, inputs, &streams);
        let loss = self.phase_loss(phase, logits.clone(), targets);
        (loss.inner(), untracked(logits))
    }
}

/// The gradient with respect to a leaf: zeros where no gradient flowed back, such as behind a relu
/// that is off everywhere.
fn gradient(leaf: &Activation, found: &Gradients) -> Activation {
    match leaf {
        Activation::Map(x) => {
            Activation::Map(x.grad(found).unwrap_or_else(|| x.clone().inner().zeros_like()))
        }
        Activation::Flat(x) => {
            Activation::Flat(x.grad(found).unwrap_or_else(|| x.clone().inner().zeros_like()))
        }
    }
}
