//! `Conv2DTranspose`: the gradient of a convolution by its inputs, as a layer ("deconvolution"), and an
//! activation function.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::activation_function::ActivationFunction;
use super::context::Context;
use super::convolution::{Kernel, yes};
use super::init::InitializerName;
use super::layer::{Layer, LayerSetting, Padding, Shape, ShapeError, Units};
use super::pair::Pair;
use super::parameter::ParameterSpec;
use super::regularizer::Regularizer;
use super::sliding::Sliding;
use crate::data::pictures::PictureShape;
use crate::ops::{self, ConvAttrs};

/// Settings of a transposed convolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv2DTranspose {
    /// Output channels.
    pub filters: Units,
    /// Size of the kernel.
    pub kernel_size: Pair,
    /// Pixels of the output from what one value gives to what the next does.
    #[serde(default = "Pair::one")]
    pub strides: Pair,
    /// Border: with `same` the output is `strides` times as large as the input.
    #[serde(default)]
    pub padding: Padding,
    /// Pixels from a value of the kernel to the next.
    #[serde(default = "Pair::one", skip_serializing_if = "Pair::is_one")]
    pub dilation_rate: Pair,
    /// Whether a number for each filter is added.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub use_bias: bool,
    /// Function on the outputs.
    #[serde(default)]
    pub activation: ActivationFunction,
    /// How the kernel begins.
    #[serde(default, skip_serializing_if = "InitializerName::is_glorot_uniform")]
    pub kernel_initializer: InitializerName,
    /// How the bias begins.
    #[serde(default = "InitializerName::zeros", skip_serializing_if = "InitializerName::is_zeros")]
    pub bias_initializer: InitializerName,
    /// Penalty on the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel_regularizer: Option<Regularizer>,
}

impl Layer for Conv2DTranspose {
    fn describe(&self) -> String {
        let how = self.kernel().describe();
        self.activation.after(format!("transposed convolution{how} to {} maps", self.filters))
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [height, width, channels] = input.map()?;
        self.filters.count()?;
        let kernel = self.kernel();
        kernel.check(channels.max(self.filters.known()))?;
        let ([height, width], _) = kernel.sliding.transposed([height, width]);
        kernel.sliding.check_reach([height, width])?;
        Ok(Shape::Map { height, width, channels: self.filters.known() })
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let Shape::Map { channels, .. } = input else { return Vec::new() };
        self.kernel().parameters([self.filters.known(), channels])
    }

    fn multiply_adds(&self, input: Shape, _: Shape) -> u64 {
        let Pair { height, width } = self.kernel_size;
        [input.size(), self.filters.known(), height, width].map(|n| n as u64).iter().product()
    }

    fn activation(&self) -> ActivationFunction {
        self.activation
    }

    fn for_data(&self, picture: PictureShape, classes: usize) -> Self {
        Self { filters: self.filters.for_data(picture, classes), ..self.clone() }
    }

    fn set(&mut self, setting: LayerSetting) {
        if let LayerSetting::Activation(activation) = setting {
            self.activation = activation;
        }
    }

    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let (x, kernel) = (x.map(), self.kernel());
        let [_, channels, height, width] = x.dims();
        let (output, places) = kernel.sliding.transposed([height, width]);
        let attrs = ConvAttrs {
            stride: self.strides.sizes(),
            dilation: self.dilation_rate.sizes(),
            groups: 1,
            before: places.before,
            output,
            relu: self.activation.is_relu(),
        };
        let weight = kernel.weight(weights, [channels, self.filters.known()]);
        let bias = kernel.bias(weights, &x.device());
        self.activation.unless_fused(Activation::Map(ops::conv_transpose(x, weight, bias, attrs)))
    }
}

impl Conv2DTranspose {
    fn kernel(&self) -> Kernel {
        let sliding = Sliding {
            size: self.kernel_size,
            strides: self.strides,
            dilation: self.dilation_rate,
            padding: self.padding,
        };
        Kernel {
            filters: self.filters.known(),
            sliding,
            use_bias: self.use_bias,
            kernel_initializer: self.kernel_initializer,
            bias_initializer: self.bias_initializer,
            regularizer: self.kernel_regularizer,
        }
    }
}
