//! `Conv2D`: convolution with bias, square kernel, and a relu if asked.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::init::Initializer;
use super::layer::{ActivationFunction, Layer, LayerSetting, Padding, Shape, ShapeError, within};
use super::parameter::{Layout, ParameterSpec};
use crate::ops::{self, ConvBlockAttrs, Pool};

/// Settings of a convolution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv2D {
    /// Output channels.
    pub filters: usize,
    /// Side of the kernel.
    pub kernel_size: usize,
    /// Step of the kernel, in both directions.
    #[serde(default = "one")]
    pub strides: usize,
    /// Border.
    #[serde(default)]
    pub padding: Padding,
    /// Function on the outputs.
    #[serde(default)]
    pub activation: ActivationFunction,
}

fn one() -> usize {
    1
}

impl Layer for Conv2D {
    fn describe(&self) -> String {
        let Self { filters, strides, .. } = self;
        let stride = if *strides == 1 { String::new() } else { format!(" with stride {strides}") };
        self.activation.after(format!("convolution{stride} to {filters} maps"))
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let (side, _) = input.map()?;
        within("filters", self.filters, 1..=1024)?;
        within("kernel_size", self.kernel_size, 1..=15)?;
        within("strides", self.strides, 1..=8)?;
        let side = match self.padding {
            Padding::Same => side.div_ceil(self.strides),
            Padding::Valid if side < self.kernel_size => {
                return Err(ShapeError::SmallerThanKernel { kernel: self.kernel_size, side });
            }
            Padding::Valid => (side - self.kernel_size) / self.strides + 1,
        };
        Ok(Shape::Map { side, channels: self.filters })
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let Shape::Map { channels, .. } = input else { return Vec::new() };
        let (side, filters) = (self.kernel_size, self.filters);
        let window = side * side;
        let initializer =
            Initializer::GlorotUniform { fan_in: window * channels, fan_out: window * filters };
        let shape = vec![side, side, channels, filters];
        let kernel = ParameterSpec::new("kernel", shape, initializer);
        vec![
            ParameterSpec { layout: Layout::FilterFirst, ..kernel },
            ParameterSpec::new("bias", vec![filters], Initializer::Zeros),
        ]
    }

    fn multiply_adds(&self, input: Shape, output: Shape) -> u64 {
        let Shape::Map { channels, .. } = input else { return 0 };
        [output.size(), channels, self.kernel_size, self.kernel_size]
            .map(|n| n as u64)
            .iter()
            .product()
    }

    fn activation(&self) -> ActivationFunction {
        self.activation
    }

    fn set(&mut self, setting: LayerSetting) {
        match setting {
            LayerSetting::Padding(padding) => self.padding = padding,
            LayerSetting::Activation(activation) => self.activation = activation,
        }
    }

    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        self.forward_block(weights, x, false, None)
    }
}

impl Conv2D {
    /// The convolution of maps that are first upsampled to twice the side if `upsample`, and pooled
    /// afterwards if asked: `[batch, channels, side, side]` to `[batch, filters, side', side']`.
    pub(super) fn forward_block(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        upsample: bool,
        pool: Option<Pool>,
    ) -> Activation {
        let x = x.map();
        let [_, channels, side, _] = x.dims();
        let (kernel, stride) = (self.kernel_size, self.strides);
        let mut padding = (0, 0);
        if self.padding == Padding::Same {
            // Keras puts the odd one of the zeros below and to the right.
            let side = if upsample { 2 * side } else { side };
            let total = ((side.div_ceil(stride) - 1) * stride + kernel).saturating_sub(side);
            padding = (total / 2, total.div_ceil(2));
        }
        let relu = self.activation.is_relu();
        let attrs = ConvBlockAttrs { stride, padding, upsample, relu, pool };
        let weight = weights[0].clone().reshape([self.filters, channels, kernel, kernel]);
        Activation::Map(ops::conv_block(x, weight, weights[1].clone(), attrs))
    }
}
