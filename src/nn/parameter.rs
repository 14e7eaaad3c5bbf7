//! A network's parameters: what a layer says of each, and their values in Keras' names, shapes and
//! order, whatever order the device has them in.

use burn::tensor::Tensor;

use super::init::Initializer;
use crate::ops::Penalty;

/// What a layer says of one of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// Keras' name: `kernel`, `bias`, `gamma`, `beta`, `moving_mean` or `moving_variance`.
    pub name: &'static str,
    /// Keras' shape: `[y, x, channel, filter]` for the kernel of a convolution.
    pub shape: Vec<usize>,
    /// How it begins.
    pub initializer: Initializer,
    /// Whether gradients change it.
    pub trainable: bool,
    /// Where its axes are on the device.
    pub(crate) layout: Layout,
    /// What the loss grows by.
    pub(crate) penalty: Option<Penalty>,
}

/// How the device orders the axes of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As Keras does.
    Keras,
    /// A convolution's kernel as `[filter, channel, y, x]`.
    FilterFirst,
}

impl ParameterSpec {
    /// A trainable parameter in Keras' order.
    #[must_use]
    pub fn new(name: &'static str, shape: Vec<usize>, initializer: Initializer) -> Self {
        Self { name, shape, initializer, trainable: true, layout: Layout::Keras, penalty: None }
    }

    /// How many values it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.values() as usize
    }

    /// The same, of a parameter that may not fit into memory.
    #[must_use]
    pub(crate) fn values(&self) -> u64 {
        self.shape.iter().fold(1, |size, &n| size.saturating_mul(n as u64))
    }

    /// Values of Keras' order in the device's, both flattened.
    pub(super) fn to_device(&self, values: Tensor<1>) -> Tensor<1> {
        match (self.layout, self.shape.as_slice()) {
            (Layout::FilterFirst, &[y, x, channel, filter]) => {
                flattened(values.reshape([y, x, channel, filter]).permute([3, 2, 0, 1]))
            }
            _ => values,
        }
    }

    /// Values of the device's order in Keras', both flattened.
    pub(super) fn to_keras(&self, values: Tensor<1>) -> Tensor<1> {
        match (self.layout, self.shape.as_slice()) {
            (Layout::FilterFirst, &[y, x, channel, filter]) => {
                flattened(values.reshape([filter, channel, y, x]).permute([2, 3, 1, 0]))
            }
            _ => values,
        }
    }
}

/// A parameter, or its gradient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter<Values = Vec<f32>> {
    /// The layer, from 0.
    pub layer: usize,
    /// Keras' name: `kernel`, `bias`, `gamma`, `beta`, `moving_mean` or `moving_variance`.
    pub name: &'static str,
    /// `[y, x, channel, filter]` for the kernel of a convolution, `[input, unit]` for that of a
    /// dense layer, else one number.
    pub shape: Vec<usize>,
    /// All values, row by row.
    pub values: Values,
}

/// The values row by row, in one dimension.
fn flattened<const D: usize>(tensor: Tensor<D>) -> Tensor<1> {
    let size = tensor.dims().iter().product::<usize>();
    tensor.reshape([size])
}

/// The same values in row-major order, as the kernels want them.
pub(super) fn in_order<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    let dims = tensor.dims();
    flattened(tensor).reshape(dims)
}
