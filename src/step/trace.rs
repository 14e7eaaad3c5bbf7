//! A step taken apart: the loss on a batch and the chain rule layer by layer, with the gradient between
//! every two layers, which an ordinary backward pass never keeps. Weights and optimizer stay.

use burn::tensor::Tensor;

use super::autodiff::{gradient, leaf, seeded, untracked};
use super::penalty::told_with_penalty;
use super::prepare::DeviceBatch;
use super::train_state::{TrainState, forward_trained};
use crate::nn::{Activation, Branches, Parameter};
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
        let DeviceBatch { inputs, targets, streams, weights, .. } = self.device_batch(phase, batch);
        let mut x = Branches::from(inputs);
        let mut forward = Vec::new();
        for layer in phase.trained.iter().flat_map(Clone::clone) {
            let inputs = x.map(leaf);
            let outputs = net.forward_training_branches(inputs.clone(), layer..layer + 1, &streams);
            x = outputs.clone();
            forward.push((layer, inputs, outputs));
        }
        let logits = leaf(x.main);
        let loss = self.phase_loss(phase, logits.clone(), targets, weights);
        let mut output_grad = Branches::from(gradient(&logits, &loss.backward()));
        let penalty_grads = net.penalty(&phase.trained).map(|penalty| penalty.backward());
        let mut layers = Vec::new();
        for (layer, inputs, outputs) in forward.into_iter().rev() {
            let seeds = outputs.clone().into_iter().zip(output_grad.clone());
            let seeded = seeds.map(|(y, gradient)| seeded(y, gradient));
            let found = seeded.reduce(|sum, one| sum + one).map(|sum| sum.backward());
            // There is always a main branch.
            let Some(found) = found else { continue };
            let mut gradients = net.gradients(&found);
            if let Some(penalty) = &penalty_grads {
                add_own(&mut gradients, net.gradients(penalty));
            }
            let outputs = untracked(outputs.main);
            layers.push(LayerTrace { layer, outputs, output_grad: output_grad.main, gradients });
            output_grad = inputs.map(|input| gradient(&input, &found));
        }
        layers.reverse();
        (told_with_penalty(&net, phase, loss.inner()), untracked(logits), layers)
    }

    /// The loss of the phase on `batch` and the logits, as in training, without a step.
    pub(crate) fn loss_and_logits(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
        let mut net = self.net.clone();
        let DeviceBatch { inputs, targets, streams, weights, .. } = self.device_batch(phase, batch);
        let logits = forward_trained(&mut net, phase, inputs, &streams);
        let loss = self.phase_loss(phase, logits.clone(), targets, weights);
        (told_with_penalty(&net, phase, loss.inner()), untracked(logits))
    }
}

/// Adds what else flows to parameters to their gradients.
fn add_own(gradients: &mut [Parameter<Tensor<1>>], others: Vec<Parameter<Tensor<1>>>) {
    for other in others {
        let same =
            |one: &&mut Parameter<Tensor<1>>| (one.layer, one.name) == (other.layer, other.name);
        if let Some(one) = gradients.iter_mut().find(same) {
            one.values = one.values.clone() + other.values;
        }
    }
}
