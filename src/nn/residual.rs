//! `Residual`: layers whose input is added to what they give (He et al. 2016), by a 1x1 convolution where
//! the two differ in shape.
//!
//! In a model's JSON it holds its layers. A network has no nesting: there they stand in its place, and it
//! comes after them, knowing how many they are (`flattened`). So every parameter belongs to a layer by
//! its index, however deep it stood.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::AnyLayer;
use super::activation::Activation;
use super::context::Context;
use super::init::InitializerName;
use super::layer::{Layer, LayerSetting, Shape, ShapeError};
use super::layer_spec::LayerSpec;
use super::parameter::{Layout, ParameterSpec};
use crate::data::pictures::PictureShape;
use crate::ops::{self, ConvAttrs, ConvBlockAttrs};

/// The largest step of the convolution that brings its input to the shape of the sum.
const MAX_STRIDE: usize = 64;
/// The largest that the kernels for square maps take.
const MAX_BLOCK_STRIDE: usize = 8;

/// Settings of a residual block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residual {
    /// Its layers.
    pub layers: Vec<LayerSpec>,
    /// In a network, the layers before it whose input it adds.
    #[serde(skip)]
    pub(crate) span: usize,
    /// In a network, the shape of that input.
    #[serde(skip)]
    pub(crate) input: Option<Shape>,
}

/// How the input becomes what is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shortcut {
    /// As it is.
    Identity,
    /// Every so many pixels, by a 1x1 convolution from so many channels.
    Convolution { channels: usize },
    /// A vector of so many units, by a kernel.
    Dense { units: usize },
}

impl Residual {
    /// How the input becomes what is added to `output`, the output of the layers.
    fn shortcut(&self, output: Shape) -> Result<Shortcut, ShapeError> {
        let input = self.input.unwrap_or(output);
        let unfit = |advice: &str| {
            ShapeError::Unfit(format!(
                "its layers make {output} of {input}, to which that cannot be added. {advice}"
            ))
        };
        match (input, output) {
            _ if input == output => Ok(Shortcut::Identity),
            (Shape::Flat(units), Shape::Flat(_)) => Ok(Shortcut::Dense { units }),
            (Shape::Map { height, width, channels }, Shape::Map { height: h, width: w, .. }) => {
                strides([height, width], [h, w]).ok_or_else(|| {
                    unfit("Use `same` padding, and strides or pooling that only make maps smaller")
                })?;
                Ok(Shortcut::Convolution { channels })
            }
            _ => Err(unfit("Let them give maps for maps, or a vector for a vector")),
        }
    }
}

impl Layer for Residual {
    fn describe(&self) -> String {
        format!("sum with the input of {} layers before it", self.span)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        if self.span == 0 {
            return Err(ShapeError::Unfit("it has no layers. Give it `layers`".to_owned()));
        }
        self.shortcut(input)?;
        Ok(input)
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let outputs = input.channels();
        let (shape, layout) = match self.shortcut(input) {
            Ok(Shortcut::Convolution { channels, .. }) => {
                (vec![1, 1, channels, outputs], Layout::FilterFirst)
            }
            Ok(Shortcut::Dense { units }) => (vec![units, outputs], Layout::Keras),
            _ => return Vec::new(),
        };
        let initializer = InitializerName::GlorotUniform.of_shape(&shape);
        let kernel = ParameterSpec { layout, ..ParameterSpec::new("kernel", shape, initializer) };
        let bias = InitializerName::Zeros.of_shape(&[outputs]);
        vec![kernel, ParameterSpec::new("bias", vec![outputs], bias)]
    }

    fn multiply_adds(&self, input: Shape, _: Shape) -> u64 {
        let inputs = match self.shortcut(input) {
            Ok(Shortcut::Convolution { channels, .. }) => channels,
            Ok(Shortcut::Dense { units }) => units,
            _ => 0,
        };
        input.values().saturating_mul(inputs as u64)
    }

    fn for_data(&self, picture: PictureShape, classes: usize) -> Self {
        let mut residual = self.clone();
        for one in &mut residual.layers {
            one.layer = one.layer.for_data(picture, classes);
        }
        residual
    }

    fn set(&mut self, setting: LayerSetting) {
        if let LayerSetting::Padding(_) = setting {
            self.layers.iter_mut().for_each(|one| one.layer.set(setting));
        }
    }

    fn forward(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        context: &mut Context<'_>,
    ) -> Activation {
        let skip =
            context.skips.pop().expect("a network runs a residual block from its first layer");
        match (skip, x) {
            (Activation::Flat(skip), Activation::Flat(x)) => Activation::Flat(match weights {
                [kernel, bias] => {
                    let ([_, inputs], [_, units]) = (skip.dims(), x.dims());
                    let kernel = kernel.clone().reshape([inputs, units]);
                    ops::sum(x, ops::dense(skip, kernel, bias.clone(), false))
                }
                _ => ops::sum(x, skip),
            }),
            (Activation::Map(skip), Activation::Map(x)) => Activation::Map(match weights {
                [kernel, bias] => {
                    let ([_, inputs, ..], [_, outputs, ..]) = (skip.dims(), x.dims());
                    let kernel = kernel.clone().reshape([outputs, inputs, 1, 1]);
                    ops::add(x.clone(), every(skip, kernel, bias.clone(), x.dims()))
                }
                _ => ops::add(x, skip),
            }),
            (skip, x) => unreachable!("{skip:?}, {x:?}: shapes were validated"),
        }
    }
}

/// The steps of a 1x1 convolution that makes maps of `output` height and width of maps of `input`.
fn strides(input: [usize; 2], output: [usize; 2]) -> Option<[usize; 2]> {
    let step =
        |axis: usize| (1..=MAX_STRIDE).find(|&stride| input[axis].div_ceil(stride) == output[axis]);
    Some([step(0)?, step(1)?])
}

/// The 1x1 convolution of `x` that makes maps of the height and width of `output`.
fn every(x: Tensor<4>, kernel: Tensor<4>, bias: Tensor<1>, output: [usize; 4]) -> Tensor<4> {
    let ([_, _, height, width], [_, _, h, w]) = (x.dims(), output);
    let stride = strides([height, width], [h, w]).expect("shapes were validated");
    if height == width && stride[0] == stride[1] && stride[0] <= MAX_BLOCK_STRIDE {
        let (stride, padding) = (stride[0], (0, 0));
        let attrs = ConvBlockAttrs { stride, padding, upsample: false, relu: false, pool: None };
        return ops::conv_block(x, kernel, bias, attrs);
    }
    let attrs = ConvAttrs {
        stride,
        dilation: [1, 1],
        groups: 1,
        before: [0, 0],
        output: [h, w],
        relu: false,
    };
    ops::conv(x, kernel, bias, attrs)
}

/// The layers of a network, of which every residual block has become its layers and then itself.
#[must_use]
pub(crate) fn flattened(layers: &[LayerSpec]) -> Vec<LayerSpec> {
    let mut flat = Vec::with_capacity(layers.len());
    for one in layers {
        if let AnyLayer::Residual(residual) = &one.layer {
            let inner = flattened(&residual.layers);
            let span = inner.len();
            flat.extend(inner);
            let block = Residual { layers: Vec::new(), span, input: None };
            flat.push(LayerSpec { name: one.name.clone(), layer: AnyLayer::Residual(block) });
        } else {
            flat.push(one.clone());
        }
    }
    flat
}

/// How many residual blocks begin at each layer of a network, and thus keep its input.
#[must_use]
pub(crate) fn beginning_at(layers: &[AnyLayer]) -> Vec<usize> {
    let mut counts = vec![0; layers.len()];
    for (index, layer) in layers.iter().enumerate() {
        if let AnyLayer::Residual(residual) = layer
            && let Some(start) = index.checked_sub(residual.span)
        {
            counts[start] += 1;
        }
    }
    counts
}

/// The residual block of a network that has layers on both sides of `cut`, a place before the layer of that
/// index, by its own.
#[must_use]
pub(crate) fn across(layers: &[AnyLayer], cut: usize) -> Option<usize> {
    layers.iter().enumerate().find_map(|(index, layer)| match layer {
        AnyLayer::Residual(residual) => {
            (index - residual.span.min(index) < cut && cut <= index).then_some(index)
        }
        _ => None,
    })
}
