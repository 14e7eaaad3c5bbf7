//! A step taken apart: the loss on a batch and the chain rule layer by layer. Nothing moves; what is
//! made of the numbers is not known here.

use burn::tensor::{Gradients, Tensor};

use super::train_state::{DeviceBatch, TrainState, leaf, plain, trained};
use crate::nn::{Activation, Parameter};
use crate::step::batch::Batch;
use crate::step::phase::Phase;

/// A layer of a [`TrainState::study`].
pub(crate) struct Studied {
    /// Its place in the network.
    pub(crate) layer: usize,
    /// Its outputs in training.
    pub(crate) outputs: Activation,
    /// The loss's gradient by these.
    pub(crate) upstream: Activation,
    /// The loss's gradients by its parameters.
    pub(crate) gradients: Vec<Parameter<Tensor<1>>>,
}

impl TrainState {
    /// The loss on `batch`, the last sums, and the chain rule layer by layer for the layers that
    /// learn: each is a graph of its own, so that the gradient between two of them can be seen.
    pub(crate) fn trace_step(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> (Tensor<1>, Activation, Vec<Studied>) {
        let mut net = self.net.clone();
        let DeviceBatch { code, targets, streams, .. } = self.given(phase, batch);
        let mut x = code;
        let mut runs = Vec::new();
        for layer in phase.trained.iter().flat_map(Clone::clone) {
            let input = leaf(x);
            let output = net.forward_training(input.clone(), layer..layer + 1, &streams);
            x = output.clone();
            runs.push((layer, input, output));
        }
        let sums = leaf(x);
        let loss = self.phase_loss(phase, sums.clone(), targets);
        let mut upstream = gradient(&sums, &loss.backward());
        let mut layers = Vec::new();
        for (layer, input, outputs) in runs.into_iter().rev() {
            // Backward starts from ones: times the upstream gradient, that is the chain rule.
            let found = match (outputs.clone(), upstream.clone()) {
                (Activation::Map(y), Activation::Map(by)) => {
                    (y * Tensor::from_inner(by)).backward()
                }
                (Activation::Flat(y), Activation::Flat(by)) => {
                    (y * Tensor::from_inner(by)).backward()
                }
                (y, by) => unreachable!("{y:?}, {by:?}: a gradient has its tensor's shape"),
            };
            let gradients = net.gradients(&found);
            let downstream = gradient(&input, &found);
            layers.push(Studied { layer, outputs: plain(outputs), upstream, gradients });
            upstream = downstream;
        }
        layers.reverse();
        (loss.inner(), plain(sums), layers)
    }

    /// The loss of the phase on `batch` and the last sums, as in training; nothing moves.
    pub(crate) fn look(&self, phase: &Phase, batch: &Batch) -> (Tensor<1>, Activation) {
        let mut net = self.net.clone();
        let DeviceBatch { code, targets, streams, .. } = self.given(phase, batch);
        let sums = trained(&mut net, phase, code, &streams);
        let loss = self.phase_loss(phase, sums.clone(), targets);
        (loss.inner(), plain(sums))
    }
}

/// The gradient by a leaf: zeros where nothing flowed back.
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
