//! What a layer is told beside its input: whether it trains, and the random numbers of this batch.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::activation::Activation;
use crate::data::rng::{Purpose, Rng};

/// Random numbers for the layers of a training step: a stream of its own for each picture, epoch
/// and layer. They do not depend on how a batch is cut into microbatches or who computes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SampleStreams {
    /// The run's seed.
    pub seed: u64,
    /// Epoch, counted over the whole run.
    pub epoch: u32,
    /// The pictures of the batch, by their index in the data set.
    pub indices: Rc<[u32]>,
}

/// Says how a forward pass runs, and takes what it leaves behind.
#[derive(Debug)]
pub struct Context<'a> {
    /// The batch's random numbers in training; `None` at inference.
    streams: Option<&'a SampleStreams>,
    /// The layer that runs.
    pub(super) layer: usize,
    /// New values of parameters that are not trained by gradients, by their index in the layer.
    pub(super) updates: Vec<(usize, Tensor<1>)>,
    /// The inputs of the residual blocks that the layer stands in, outermost first.
    pub(super) skips: Vec<Activation>,
    /// As [`super::Branches::kl`].
    pub(super) kl: Option<Tensor<1>>,
}

impl<'a> Context<'a> {
    /// A pass in which nothing moves: normalisation uses its moving statistics.
    pub(super) fn inference() -> Self {
        Self { streams: None, layer: 0, updates: Vec::new(), skips: Vec::new(), kl: None }
    }

    /// A pass of a training step.
    pub(super) fn training(streams: &'a SampleStreams) -> Self {
        Self { streams: Some(streams), ..Self::inference() }
    }

    /// Whether this is a training step.
    #[must_use]
    pub fn is_training(&self) -> bool {
        self.streams.is_some()
    }

    /// The stream of each picture of the batch, for the layer that runs; none at inference.
    pub fn streams(&self) -> impl Iterator<Item = Rng> {
        let layer = self.layer as u64;
        self.streams.into_iter().flat_map(move |SampleStreams { seed, epoch, indices }| {
            // 32 bits of picture, 8 of layer (`spec` allows no more), 24 of epoch.
            let stream = move |index: &u32| {
                let index = u64::from(*epoch) << 40 | layer << 32 | u64::from(*index);
                Rng::new(*seed, Purpose::Layer, index)
            };
            indices.iter().map(stream)
        })
    }

    /// Gives parameter `index` of the layer, one that has no gradient, a new value after the pass.
    pub fn update(&mut self, index: usize, value: Tensor<1>) {
        self.updates.push((index, value));
    }

    /// Hands the loss the divergence of the layer's code, `[1]`, through which gradients flow.
    pub fn add_divergence(&mut self, kl: Tensor<1>) {
        self.kl = Some(kl);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_epoch_and_layer_has_a_stream_of_its_own() {
        let first = |epoch, layer, indices: &[u32]| -> Vec<u32> {
            let streams = SampleStreams { seed: 3, epoch, indices: indices.into() };
            let mut context = Context::training(&streams);
            context.layer = layer;
            context.streams().map(|mut rng| rng.bits()).collect()
        };
        let batch = first(1, 2, &[5, 9]);
        assert_eq!(batch, [first(1, 2, &[5]), first(1, 2, &[9])].concat(), "however it is cut");
        assert_ne!(batch[0], batch[1]);
        assert_ne!(batch, first(2, 2, &[5, 9]));
        assert_ne!(batch, first(1, 3, &[5, 9]));
        assert_eq!(Context::inference().streams().count(), 0);
    }
}
