//! `BatchNormalization` over all but channels: with the statistics of the batch in training, with
//! their moving averages at inference (Ioffe and Szegedy 2015, as Keras has it).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::init::Initializer;
use super::layer::{Layer, Shape, ShapeError};
use super::parameter::ParameterSpec;
use crate::kernels::norm::{Moments, Normalizer};
use crate::ops;

/// Share of the old moving statistics kept at each step, Keras' default.
pub(crate) const MOMENTUM: f64 = 0.99;
/// Added to the variance before the root, Keras' default.
const EPSILON: f64 = 1e-3;

/// The parameters, by their index in the layer.
pub(super) const GAMMA: usize = 0;
pub(super) const BETA: usize = 1;
const MOVING_MEAN: usize = 2;
const MOVING_VARIANCE: usize = 3;

/// Has no settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchNormalization {}

impl Layer for BatchNormalization {
    fn describe(&self) -> String {
        "batch normalisation".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        input.map()?;
        Ok(input)
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let Shape::Map { channels, .. } = input else { return Vec::new() };
        let one = |name, initializer, trainable| ParameterSpec {
            trainable,
            ..ParameterSpec::new(name, vec![channels], initializer)
        };
        vec![
            one("gamma", Initializer::Ones, true),
            one("beta", Initializer::Zeros, true),
            one("moving_mean", Initializer::Zeros, false),
            one("moving_variance", Initializer::Ones, false),
        ]
    }

    fn forward(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        context: &mut Context<'_>,
    ) -> Activation {
        let x = x.map();
        let (gamma, beta) = (weights[GAMMA].clone(), weights[BETA].clone());
        let training = context.is_training();
        let moments = if training {
            let moments = ops::moments(x.clone());
            for (index, value) in self.moved(weights, &moments.clone().inner()) {
                context.update(index, value);
            }
            moments
        } else {
            let row = |index: usize| weights[index].clone().unsqueeze::<2>();
            Tensor::cat(vec![row(MOVING_MEAN), row(MOVING_VARIANCE)], 0)
        };
        Activation::Map(ops::batch_norm(x, moments, gamma, beta, EPSILON, training))
    }
}

impl BatchNormalization {
    /// The moving statistics after a batch with these `moments`, `[2, channels]`: mean and biased
    /// variance, as Keras has it.
    pub(super) fn moved(
        &self,
        weights: &[Tensor<1>],
        moments: &Tensor<2>,
    ) -> [(usize, Tensor<1>); 2] {
        let [_, channels] = moments.dims();
        [(MOVING_MEAN, 0), (MOVING_VARIANCE, 1)].map(|(index, row)| {
            let new = moments.clone().narrow(0, row, 1).reshape([channels]);
            let old = weights[index].clone().inner();
            (index, (old * MOMENTUM + new * (1.0 - MOMENTUM)).autodiff())
        })
    }
}

/// A normalisation whose statistics are of a batch that several workers share.
#[derive(Debug, Clone)]
pub(crate) struct SharedNorm {
    /// The layer.
    pub(crate) layer: usize,
    /// The index of `gamma` among the network's parameters; that of `beta` is the next.
    pub(crate) index: usize,
    /// `gamma` and `beta`, `[channel]`.
    pub(crate) affine: [Tensor<1>; 2],
}

impl SharedNorm {
    /// What normalises with `moments`.
    pub(crate) fn normalizer(moments: &Moments) -> Normalizer {
        Normalizer::new(&moments.mean, &moments.variance, EPSILON as f32)
    }
}
