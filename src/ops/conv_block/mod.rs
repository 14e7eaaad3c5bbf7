//! A convolution with what networks put around it, computed as one: upsampling before it, a relu and a
//! pooling after it.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
use crate::kernels::pool::Pool;

/// How a convolution is done, and what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvBlockAttrs {
    /// Step of the kernel.
    pub stride: usize,
    /// Zeros before and after each row and column.
    pub padding: (usize, usize),
    /// Whether [`super::Resize::UpSample`] comes before it.
    pub upsample: bool,
    /// Whether a relu follows.
    pub relu: bool,
    /// The pooling that follows, if any.
    pub pool: Option<Pool>,
}

/// Convolution of `x` `[batch, channels, side, side]` by `weight` `[filters, channels, k, k]`, plus
/// `bias` `[filters]`, with what `attrs` put around it: `[batch, filters, side', side']`.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn conv_block(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    attrs: ConvBlockAttrs,
) -> Tensor<4> {
    let inputs = [x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(run(attrs, inputs))
}
