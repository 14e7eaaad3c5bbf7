//! `MaxPooling2D` and `AveragePooling2D`: windows of 2x2 with stride 2. An odd last row or column
//! is dropped.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError};
use crate::ops::{self, Resize};

/// Has no settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaxPooling2D {}

/// Has no settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AveragePooling2D {}

impl Layer for MaxPooling2D {
    fn describe(&self) -> String {
        "max pooling".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        half(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        Activation::Map(ops::resize(x.map(), Resize::MaxPool))
    }
}

impl Layer for AveragePooling2D {
    fn describe(&self) -> String {
        "average pooling".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        half(input)
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        Activation::Map(ops::resize(x.map(), Resize::AveragePool))
    }
}

fn half(input: Shape) -> Result<Shape, ShapeError> {
    match input.map()? {
        (side @ 2.., channels) => Ok(Shape::Map { side: side / 2, channels }),
        _ => Err(ShapeError::Unfit(
            "it needs at least 2x2. Use fewer pooling layers before it, or `same` padding"
                .to_owned(),
        )),
    }
}
