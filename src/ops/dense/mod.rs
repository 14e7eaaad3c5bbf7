//! A dense layer: a product with its weights, a bias, and perhaps a relu.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;

/// Of `x` `[batch, inputs]`, `weight` `[inputs, units]` and `bias` `[units]`.
#[derive(Debug, Clone, Copy)]
struct Dense {
    /// Whether a relu follows.
    relu: bool,
}

/// `x` `[batch, inputs]` times `weight` `[inputs, units]`, plus `bias` `[units]`, then a relu if
/// `relu`: `[batch, units]`.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let inputs = [x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(run(Dense { relu }, inputs))
}
