//! `LayerNormalization` and `GroupNormalization`, which normalise each picture by itself, in training as at
//! inference.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::affine::{self, Affine};
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError, number_within, within};
use super::parameter::ParameterSpec;
use crate::ops::{self, NormSets};

/// Settings of a normalisation over the channels of each pixel, or over the units of a vector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerNormalization {
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

/// Settings of a normalisation over groups of neighbouring channels, each at all pixels of a picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupNormalization {
    /// How many groups.
    #[serde(default = "groups")]
    pub groups: usize,
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
fn groups() -> usize {
    32
}

/// `x` normalised over `sets`.
fn normalised(
    weights: &[Tensor<1>],
    affine: Affine,
    x: Activation,
    sets: NormSets,
    epsilon: f64,
) -> Activation {
    x.by_maps(|x| {
        let [_, channels, ..] = x.dims();
        let [gamma, beta] = affine.tensors(weights, channels, &x.device());
        ops::group_norm(x, gamma, beta, sets, epsilon)
    })
}

impl LayerNormalization {
    fn affine(&self) -> Affine {
        Affine { scale: self.scale, center: self.center }
    }
}

impl Layer for LayerNormalization {
    fn describe(&self) -> String {
        "layer normalisation".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        number_within("epsilon", self.epsilon, affine::EPSILONS)?;
        Ok(input)
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        self.affine().parameters(input.channels())
    }

    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        normalised(weights, self.affine(), x, NormSets::Position, self.epsilon)
    }
}

impl GroupNormalization {
    fn affine(&self) -> Affine {
        Affine { scale: self.scale, center: self.center }
    }
}

impl Layer for GroupNormalization {
    fn describe(&self) -> String {
        format!("group normalisation in {} groups", self.groups)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let channels = input.channels();
        within("groups", self.groups, 1..=channels)?;
        if !channels.is_multiple_of(self.groups) {
            return Err(ShapeError::Unfit(format!(
                "its {channels} channels cannot be dealt to {} `groups`. Use a number that divides \
                 {channels}",
                self.groups
            )));
        }
        number_within("epsilon", self.epsilon, affine::EPSILONS)?;
        Ok(input)
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        self.affine().parameters(input.channels())
    }

    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        normalised(weights, self.affine(), x, NormSets::Groups(self.groups), self.epsilon)
    }
}
