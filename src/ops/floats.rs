//! Tensors of 32-bit floats: made of values, added and multiplied, with gradients. burn's own functions take values
//! of any type and quantized tensors, too; their conversions, scales and ranges are most of a megabyte of the page's
//! package, and nothing here needs them.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// A tensor of `data`, which are 32-bit floats.
///
/// # Panics
/// If they are not, or their shape has not `D` dimensions.
#[must_use]
pub fn from_data<const D: usize>(data: TensorData, device: &Device) -> Tensor<D> {
    assert_eq!((data.dtype(), data.rank()), (DType::F32, D), "a tensor's data");
    Tensor::from_dispatch(Dispatch::float_from_data(data, device.as_dispatch()))
}

/// `x + y`, of the same shape or one that is repeated.
#[must_use]
pub fn sum<const D: usize>(x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::float_add(x.into_dispatch(), y.into_dispatch()))
}

/// `x * y`, of the same shape or one that is repeated.
#[must_use]
pub fn product<const D: usize>(x: Tensor<D>, y: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::float_mul(x.into_dispatch(), y.into_dispatch()))
}

/// `x` times a number.
#[must_use]
pub fn scaled<const D: usize>(x: Tensor<D>, factor: f64) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::float_mul_scalar(x.into_dispatch(), factor.into()))
}

/// The first rows and then the second, of all rows along the first dimension.
#[must_use]
pub fn rows_of<const D: usize>(first: Tensor<D>, second: Tensor<D>) -> Tensor<D> {
    let both = [first, second].map(Tensor::into_dispatch);
    Tensor::from_dispatch(Dispatch::float_cat(both.into(), 0))
}
