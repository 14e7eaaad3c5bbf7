//! Between burn-flex's tensors and the slices that `crate::kernels` compute on.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, TensorData};

/// A tensor whose values lie in order.
pub(super) struct Ordered(FlexTensor);

impl Ordered {
    pub(super) fn new(tensor: &FlexTensor) -> Self {
        Self(tensor.to_contiguous())
    }

    pub(super) fn values(&self) -> &[f32] {
        self.0.as_slice().expect("contiguous values of 32 bits: models hold no others")
    }
}

/// The shape of a tensor.
pub(super) fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.layout().shape();
    std::array::from_fn(|dim| shape[dim])
}

/// The tensor of values that lie in order.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// A tensor `[picture, channel, y, x]` whose values lie `[picture][y][x][channel]`: as the kernels
/// leave it, or copied.
pub(super) fn maps(tensor: &FlexTensor) -> Ordered {
    Ordered::new(&tensor.permute(&[0, 2, 3, 1]))
}

/// The tensor `[picture, channel, y, x]` of values `[picture][y][x][channel]`.
pub(super) fn from_maps(values: Vec<f32>, [batch, channels, h, w]: [usize; 4]) -> FlexTensor {
    tensor(values, [batch, h, w, channels]).permute(&[0, 3, 1, 2])
}

/// Values in one order for every layout, the second dimension last: of `[picture, channel, y, x]` as
/// the kernels leave them.
pub(super) fn channels_last(x: &FlexTensor) -> Ordered {
    if x.layout().shape().num_dims() == 4 { maps(x) } else { Ordered::new(x) }
}

/// The tensor of `shape` whose [`channels_last`] are these.
pub(super) fn from_channels_last(values: Vec<f32>, shape: &Shape) -> FlexTensor {
    if shape.num_dims() == 4 {
        return from_maps(values, std::array::from_fn(|dim| shape[dim]));
    }
    FlexTensor::from_data(TensorData::new(values, shape.clone()))
}
