//! Layers that draw random numbers in training and do nothing at inference: `Dropout` (Srivastava et
//! al. 2014), `SpatialDropout2D` (Tompson et al. 2015) and `GaussianNoise`. Each picture has a stream of
//! its own, so that how a batch is cut, and on what it is computed, changes no draw.

use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError, number_within};
use crate::ops::{self, Draw};

/// The largest share that can be dropped: 32 bits hold it, and what is kept is multiplied by 1000.
const MAX_RATE: f64 = 0.999;

/// Settings of a layer that drops single values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dropout {
    /// The share of values that become 0; the others grow, so that their sum stays about the same.
    pub rate: f64,
}

/// Settings of a layer that drops whole maps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpatialDropout2D {
    /// The share of a picture's maps that become 0; the others grow.
    pub rate: f64,
}

/// Settings of a layer that adds noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GaussianNoise {
    /// Standard deviation of the noise.
    pub stddev: f64,
}

/// Numbers for `[channels, y, x]` of each picture, off the autodiff device.
fn drawn(context: &Context<'_>, shape: [usize; 3], draw: Draw, device: &Device) -> Tensor<4> {
    let numbers = ops::random(context.streams(), shape, draw, &device.clone().inner());
    Tensor::from_inner(numbers)
}

impl Layer for Dropout {
    fn describe(&self) -> String {
        format!("dropout of {}", self.rate)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        number_within("rate", self.rate, 0.0..=MAX_RATE)?;
        Ok(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, context: &mut Context<'_>) -> Activation {
        if !context.is_training() || self.rate == 0.0 {
            return x;
        }
        x.by_maps(|x| {
            let [_, channels, h, w] = x.dims();
            let draw = Draw::Keep { rate: self.rate as f32 };
            let factors = drawn(context, [channels, h, w], draw, &x.device());
            ops::multiply(x, factors)
        })
    }
}

impl Layer for SpatialDropout2D {
    fn describe(&self) -> String {
        format!("dropout of {} of the maps", self.rate)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        input.map()?;
        number_within("rate", self.rate, 0.0..=MAX_RATE)?;
        Ok(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, context: &mut Context<'_>) -> Activation {
        if !context.is_training() || self.rate == 0.0 {
            return x;
        }
        let x = x.map();
        let [_, channels, ..] = x.dims();
        let draw = Draw::Keep { rate: self.rate as f32 };
        let factors = drawn(context, [channels, 1, 1], draw, &x.device());
        Activation::Map(ops::multiply(x, factors))
    }
}

impl Layer for GaussianNoise {
    fn describe(&self) -> String {
        format!("Gaussian noise of {}", self.stddev)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        number_within("stddev", self.stddev, 0.0..=1.0)?;
        Ok(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, context: &mut Context<'_>) -> Activation {
        if !context.is_training() || self.stddev == 0.0 {
            return x;
        }
        x.by_maps(|x| {
            let [_, channels, h, w] = x.dims();
            let draw = Draw::Normal { stddev: self.stddev as f32 };
            let noise = drawn(context, [channels, h, w], draw, &x.device());
            ops::add(x, noise)
        })
    }
}
