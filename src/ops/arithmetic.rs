//! Sums and products of tensors, with gradients. burn's own `+`, `*` and `cat` take quantized tensors, too, whose
//! scales and ranges need two dozen more operations of every type: a third of a megabyte of the page's package.

use burn::backend::Dispatch;
use burn::backend::ops::FloatTensorOps;
use burn::tensor::Tensor;

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
