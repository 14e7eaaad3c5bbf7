//! `UpSampling2D`: maps enlarged by whole factors, each value repeated or with values between them.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError};
use super::pair::Pair;
use super::sliding::SIZES;
use crate::ops::{self, Interpolation, Resize};

/// Settings of an upsampling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpSampling2D {
    /// How many times as many rows and columns there are.
    #[serde(default = "two", skip_serializing_if = "is_two")]
    pub size: Pair,
    /// What is put between values.
    #[serde(default = "nearest", skip_serializing_if = "is_nearest")]
    pub interpolation: Interpolation,
}

impl Default for UpSampling2D {
    fn default() -> Self {
        Self { size: two(), interpolation: nearest() }
    }
}

/// Keras' default of `size`.
fn two() -> Pair {
    2.into()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
fn is_two(size: &Pair) -> bool {
    *size == two()
}

/// Keras' default of `interpolation`.
fn nearest() -> Interpolation {
    Interpolation::Nearest
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
fn is_nearest(interpolation: &Interpolation) -> bool {
    *interpolation == nearest()
}

impl Layer for UpSampling2D {
    fn describe(&self) -> String {
        if self.is_by_two() {
            return "upsampling".to_owned();
        }
        let kind = if is_nearest(&self.interpolation) { "" } else { "bilinear " };
        format!("{kind}upsampling by {}", self.size)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [height, width, channels] = input.map()?;
        self.size.within("size", SIZES)?;
        let Pair { height: down, width: across } = self.size;
        Ok(Shape::Map { height: height * down, width: width * across, channels })
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let x = x.map();
        let [_, _, height, width] = x.dims();
        Activation::Map(if self.is_by_two() && height == width {
            ops::resize(x, Resize::UpSample)
        } else {
            ops::enlarge(x, self.size.sizes(), self.interpolation)
        })
    }
}

impl UpSampling2D {
    /// Whether a convolution after it can be fused with it: each value becomes a block of 2x2.
    pub(super) fn is_by_two(&self) -> bool {
        self.size == two() && is_nearest(&self.interpolation)
    }
}
