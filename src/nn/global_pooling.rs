//! `GlobalAveragePooling2D` and `GlobalMaxPooling2D`: a number for each channel.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError};
use crate::ops::{self, Pool, PoolAttrs};

/// Has no settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlobalAveragePooling2D {}

/// Has no settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlobalMaxPooling2D {}

impl Layer for GlobalAveragePooling2D {
    fn describe(&self) -> String {
        "mean of each map".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        channels(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        pooled(Pool::Average, x)
    }
}

impl Layer for GlobalMaxPooling2D {
    fn describe(&self) -> String {
        "largest value of each map".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        channels(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        pooled(Pool::Max, x)
    }
}

fn channels(input: Shape) -> Result<Shape, ShapeError> {
    input.map().map(|[_, _, channels]| Shape::Flat(channels))
}

/// What `kind` makes of each map as one window.
fn pooled(kind: Pool, x: Activation) -> Activation {
    let x = x.map();
    let [_, _, height, width] = x.dims();
    let size = [height, width];
    let attrs = PoolAttrs { kind, size, stride: size, before: [0, 0], output: [1, 1] };
    Activation::Flat(ops::flatten(ops::pool(x, attrs)))
}
