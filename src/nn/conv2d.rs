//! `Conv2D`: convolution by a kernel of any size, with stride or dilation, in groups up to depthwise, and
//! an activation function.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::activation_function::ActivationFunction;
use super::context::Context;
use super::convolution::{Kernel, yes};
use super::init::InitializerName;
use super::layer::{Layer, LayerSetting, Padding, Shape, ShapeError, Units, within};
use super::pair::Pair;
use super::parameter::ParameterSpec;
use super::regularizer::Regularizer;
use super::sliding::Sliding;
use crate::data::pictures::PictureShape;
use crate::ops::{self, ConvAttrs, ConvBlockAttrs, Pool};

/// Settings of a convolution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv2D {
    /// Output channels.
    pub filters: Units,
    /// Size of the kernel.
    pub kernel_size: Pair,
    /// Step of the kernel.
    #[serde(default = "Pair::one")]
    pub strides: Pair,
    /// Border.
    #[serde(default)]
    pub padding: Padding,
    /// Pixels from a value under the kernel to the next.
    #[serde(default = "Pair::one", skip_serializing_if = "Pair::is_one")]
    pub dilation_rate: Pair,
    /// Groups that channels and filters fall into; filters see the channels of their own.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub groups: usize,
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

fn one() -> usize {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
fn is_one(groups: &usize) -> bool {
    *groups == 1
}

/// The largest square kernels and strides of the operator that a block is computed by.
const BLOCK_KERNEL: usize = 15;
const BLOCK_STRIDE: usize = 8;

impl Layer for Conv2D {
    fn describe(&self) -> String {
        let Self { filters, groups, .. } = self;
        let mut how = self.kernel().describe();
        if *groups > 1 {
            how += &format!(" in {groups} groups");
        }
        self.activation.after(format!("convolution{how} to {filters} maps"))
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [height, width, channels] = input.map()?;
        within("groups", self.groups, 1..=channels)?;
        let (filters, groups) = (self.filters.count()?, self.groups);
        if !channels.is_multiple_of(groups) || !filters.is_multiple_of(groups) {
            return Err(ShapeError::Unfit(format!(
                "its {groups} `groups` do not divide {channels} channels and {filters} filters. Use \
                 `groups` and `filters` that do"
            )));
        }
        let (kernel, map) = (self.kernel(), [height, width]);
        kernel.check(channels / groups)?;
        kernel.sliding.check_reach(map)?;
        match kernel.sliding.places(map) {
            Some(places) => {
                let [height, width] = places.output;
                Ok(Shape::Map { height, width, channels: filters })
            }
            None => Err(ShapeError::SmallerThanKernel { kernel: kernel.sliding.reach(), map }),
        }
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let Shape::Map { channels, .. } = input else { return Vec::new() };
        self.kernel().parameters([channels / self.groups.max(1), self.filters.known()])
    }

    fn multiply_adds(&self, input: Shape, output: Shape) -> u64 {
        let Shape::Map { channels, .. } = input else { return 0 };
        let Pair { height, width } = self.kernel_size;
        [output.size(), channels / self.groups.max(1), height, width]
            .map(|n| n as u64)
            .iter()
            .product()
    }

    fn activation(&self) -> ActivationFunction {
        self.activation
    }

    fn for_data(&self, picture: PictureShape, classes: usize) -> Self {
        Self { filters: self.filters.for_data(picture, classes), ..self.clone() }
    }

    fn set(&mut self, setting: LayerSetting) {
        match setting {
            LayerSetting::Padding(padding) => self.padding = padding,
            LayerSetting::Activation(activation) => self.activation = activation,
        }
    }

    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let x = x.map();
        let [_, channels, height, width] = x.dims();
        if self.fits_block() && height == width {
            return self.forward_block(weights, Activation::Map(x), false, None);
        }
        let kernel = self.kernel();
        let places = kernel.sliding.places([height, width]).expect("shapes were validated");
        let attrs = ConvAttrs {
            stride: self.strides.sizes(),
            dilation: self.dilation_rate.sizes(),
            groups: self.groups,
            before: places.before,
            output: places.output,
            relu: self.activation.is_relu(),
        };
        let weight = kernel.weight(weights, [self.filters.known(), channels / self.groups]);
        let bias = kernel.bias(weights, &x.device());
        self.activation.unless_fused(Activation::Map(ops::conv(x, weight, bias, attrs)))
    }
}

impl Conv2D {
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

    /// Whether it is computed as a block where its map is square: by kernels for square strides and
    /// kernels, and without dilation and groups.
    pub(super) fn fits_block(&self) -> bool {
        let square = |pair: Pair, most: usize| pair.square().is_some_and(|size| size <= most);
        square(self.kernel_size, BLOCK_KERNEL)
            && square(self.strides, BLOCK_STRIDE)
            && self.dilation_rate.is_one()
            && self.groups == 1
    }

    /// The convolution of maps that are first upsampled to twice the side if `upsample`, and pooled
    /// afterwards if asked, for which no function but a relu may be between: `[batch, channels, side,
    /// side]` to `[batch, filters, side', side']`. It must fit a block.
    pub(super) fn forward_block(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        upsample: bool,
        pool: Option<Pool>,
    ) -> Activation {
        let x = x.map();
        let [_, channels, side, _] = x.dims();
        let (size, stride) = (self.kernel_size.height, self.strides.height);
        let mut padding = (0, 0);
        if self.padding == Padding::Same {
            // Keras puts the odd one of the zeros below and to the right.
            let side = if upsample { 2 * side } else { side };
            let total = ((side.div_ceil(stride) - 1) * stride + size).saturating_sub(side);
            padding = (total / 2, total.div_ceil(2));
        }
        let relu = self.activation.is_relu();
        let attrs = ConvBlockAttrs { stride, padding, upsample, relu, pool };
        let weight = self.kernel().weight(weights, [self.filters.known(), channels]);
        let bias = self.kernel().bias(weights, &x.device());
        self.activation.unless_fused(Activation::Map(ops::conv_block(x, weight, bias, attrs)))
    }
}
