//! `Reshape`: the same values, in Keras' order y, x, channel, as maps of another shape or a vector.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError};

/// Settings of a change of shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reshape {
    /// Height, width and channels, or units. One of them may be -1: what is left for it.
    pub target_shape: Vec<i64>,
}

impl Reshape {
    /// The shape that `values` values take.
    fn target(&self, values: usize) -> Result<Shape, ShapeError> {
        let target = &self.target_shape;
        let refuse = |reason: &str| {
            Err(ShapeError::Unfit(format!("its `target_shape` is {target:?}, {reason}")))
        };
        if ![1, 3].contains(&target.len()) {
            return refuse(
                "which is neither [units] nor [height, width, channels]. Use one of these",
            );
        }
        let open = target.iter().filter(|&&size| size == -1).count();
        if open > 1 || target.iter().any(|&size| size == 0 || size < -1) {
            return refuse("but sizes are from 1 on, and only one may be -1 (what is left)");
        }
        let known = target.iter().filter(|&&size| size > 0);
        let known = known.fold(1_usize, |product, &size| {
            product.saturating_mul(usize::try_from(size).unwrap_or(usize::MAX))
        });
        if !values.is_multiple_of(known) || (open == 0 && values != known) {
            return refuse(&format!(
                "which does not hold {values} values. Use sizes whose product is that"
            ));
        }
        let sizes: Vec<usize> =
            target.iter().map(|&size| usize::try_from(size).unwrap_or(values / known)).collect();
        Ok(match *sizes.as_slice() {
            [height, width, channels] => Shape::Map { height, width, channels },
            _ => Shape::Flat(values),
        })
    }
}

impl Layer for Reshape {
    fn describe(&self) -> String {
        format!("reshaping to {:?}", self.target_shape)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        self.target(input.size())
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let rows = x.rows();
        let [_, values] = rows.dims();
        match self.target(values) {
            Ok(Shape::Map { height, width, channels }) => {
                Activation::from_rows(rows, [height, width, channels])
            }
            _ => Activation::Flat(rows),
        }
    }
}
