//! `UpSampling2D`: each value becomes a 2x2 block (nearest neighbour).

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError};
use crate::ops::{self, Resize};

/// Has no settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpSampling2D {}

impl Layer for UpSampling2D {
    fn describe(&self) -> String {
        "upsampling".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let (side, channels) = input.map()?;
        Ok(Shape::Map { side: side * 2, channels })
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        Activation::Map(ops::resize(x.map(), Resize::UpSample))
    }
}
