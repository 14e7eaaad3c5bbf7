//! `BatchNormalization` over all but channels: with the statistics of the batch in training, with
//! their moving averages at inference (Ioffe and Szegedy 2015, as Keras has it).

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::affine::{self, Affine};
use super::context::Context;
use super::init::Initializer;
use super::layer::{Layer, Shape, ShapeError, number_within};
use super::parameter::ParameterSpec;
use crate::kernels::norm::{Moments, Normalizer};
use crate::ops;

/// Settings of a normalisation over the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchNormalization {
    /// Share of the old moving statistics kept at each step.
    #[serde(default = "momentum")]
    pub momentum: f64,
    /// Added to the variance before the root.
    #[serde(default = "affine::epsilon")]
    pub epsilon: f64,
    /// Whether it has a `beta` that shifts each channel.
    #[serde(default = "affine::yes")]
    pub center: bool,
    /// Whether it has a `gamma` that scales each channel.
    #[serde(default = "affine::yes")]
    pub scale: bool,
}

/// Keras' default.
fn momentum() -> f64 {
    0.99
}

impl Default for BatchNormalization {
    fn default() -> Self {
        Self { momentum: momentum(), epsilon: affine::epsilon(), center: true, scale: true }
    }
}

impl Layer for BatchNormalization {
    fn describe(&self) -> String {
        "batch normalisation".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        number_within("momentum", self.momentum, 0.0..=1.0)?;
        number_within("epsilon", self.epsilon, affine::EPSILONS)?;
        Ok(input)
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let channels = input.channels();
        let moving = |name, initializer| ParameterSpec {
            trainable: false,
            ..ParameterSpec::new(name, vec![channels], initializer)
        };
        let mut all = self.affine().parameters(channels);
        all.push(moving("moving_mean", Initializer::Zeros));
        all.push(moving("moving_variance", Initializer::Ones));
        all
    }

    fn forward(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        context: &mut Context<'_>,
    ) -> Activation {
        x.by_maps(|x| {
            let [_, channels, ..] = x.dims();
            let [gamma, beta] = self.affine().tensors(weights, channels, &x.device());
            let training = context.is_training();
            let moments = if training {
                let moments = ops::moments(x.clone());
                for (index, value) in self.moved(weights, &moments.clone().inner()) {
                    context.update(index, value);
                }
                moments
            } else {
                let [mean, variance] =
                    self.moving().map(|index| weights[index].clone().unsqueeze::<2>());
                ops::rows_of(mean, variance)
            };
            ops::batch_norm(x, moments, gamma, beta, self.epsilon, training)
        })
    }
}

impl BatchNormalization {
    fn affine(&self) -> Affine {
        Affine { scale: self.scale, center: self.center }
    }

    /// The indices of the moving mean and variance among the layer's parameters.
    fn moving(&self) -> [usize; 2] {
        let first = self.affine().count();
        [first, first + 1]
    }

    /// The moving statistics after a batch with these `moments`, `[2, channels]`: mean and biased
    /// variance, as Keras has it.
    pub(super) fn moved(
        &self,
        weights: &[Tensor<1>],
        moments: &Tensor<2>,
    ) -> [(usize, Tensor<1>); 2] {
        let [_, channels] = moments.dims();
        let [mean, variance] = self.moving();
        [(mean, 0), (variance, 1)].map(|(index, row)| {
            let new = moments.clone().narrow(0, row, 1).reshape([channels]);
            let old = weights[index].clone().inner();
            let moved =
                ops::sum(ops::scaled(old, self.momentum), ops::scaled(new, 1.0 - self.momentum));
            (index, moved.autodiff())
        })
    }

    /// It as layer `layer` of a network, whose parameters begin at `start` there with these `weights`.
    pub(super) fn shared(&self, layer: usize, start: usize, weights: &[Tensor<1>]) -> SharedNorm {
        let [channels] = weights[self.moving()[0]].dims();
        let device: Device = weights[self.moving()[0]].device().inner();
        let plain: Vec<Tensor<1>> = weights.iter().map(|value| value.clone().inner()).collect();
        SharedNorm {
            layer,
            indices: self.affine().indices().map(|index| Some(start + index?)),
            affine: self.affine().tensors(&plain, channels, &device),
            epsilon: self.epsilon as f32,
        }
    }
}

/// A normalisation whose statistics are of a batch that several workers share.
#[derive(Debug, Clone)]
pub(crate) struct SharedNorm {
    /// The layer.
    pub(crate) layer: usize,
    /// The indices of `gamma` and `beta` among the network's parameters, where it has them.
    pub(crate) indices: [Option<usize>; 2],
    /// `gamma` and `beta`, `[channel]`.
    pub(crate) affine: [Tensor<1>; 2],
    epsilon: f32,
}

impl SharedNorm {
    /// What normalises with `moments`.
    pub(crate) fn normalizer(&self, moments: &Moments) -> Normalizer {
        Normalizer::new(&moments.mean, &moments.variance, self.epsilon)
    }
}
