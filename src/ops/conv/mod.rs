//! Convolutions of maps of any height and width, and transposed ones: any kernel, stride, dilation and
//! groups. `conv_block` is faster where it fits.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
use crate::kernels::general_conv::ConvGeometry;

/// How a convolution is done, `[height, width]` where there are two. Of a transposed one, that of which
/// it is the transpose: the gradient by its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvAttrs {
    /// From an output to the next, in pixels of the input.
    pub stride: [usize; 2],
    /// From a tap of the kernel to the next.
    pub dilation: [usize; 2],
    /// Groups that channels and filters fall into.
    pub groups: usize,
    /// Zeros above and to the left.
    pub before: [usize; 2],
    /// The size of what comes out.
    pub output: [usize; 2],
    /// Whether a relu follows.
    pub relu: bool,
}

/// Of `x` `[batch, channels, h, w]`, `weight` `[filters, channels / groups, ky, kx]` and `bias`
/// `[filters]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Conv(ConvAttrs);

/// Of `x` `[batch, channels, h, w]`, `weight` `[channels, filters / groups, ky, kx]` and `bias`
/// `[filters]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ConvTranspose(ConvAttrs);

/// Convolution of `x` `[batch, channels, h, w]` by `weight` `[filters, channels / groups, ky, kx]`, plus
/// `bias` `[filters]`: `[batch, filters, h', w']`, of the size that `attrs` give.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn conv(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, attrs: ConvAttrs) -> Tensor<4> {
    let inputs = [x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(run(Conv(attrs), inputs))
}

/// Transposed convolution of `x` `[batch, channels, h, w]` by `weight` `[channels, filters / groups, ky,
/// kx]`, plus `bias` `[filters]`: `[batch, filters, h', w']`, of the size that `attrs` give.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn conv_transpose(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    attrs: ConvAttrs,
) -> Tensor<4> {
    let inputs = [x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(run(ConvTranspose(attrs), inputs))
}

impl Conv {
    /// The geometry, of `x` and `weight` of these shapes.
    fn geometry(self, x: [usize; 4], weight: [usize; 4]) -> ConvGeometry {
        let ConvAttrs { stride, dilation, groups, before, output, .. } = self.0;
        let ([_, channels, h, w], [filters, _, ky, kx]) = (x, weight);
        ConvGeometry {
            channels,
            filters,
            groups,
            map: [h, w],
            output,
            kernel: [ky, kx],
            stride,
            dilation,
            before: before.map(|zeros| zeros as isize),
        }
    }
}

impl ConvTranspose {
    /// The geometry of the convolution that this is the transpose of: from its outputs to `x`.
    fn geometry(self, x: [usize; 4], weight: [usize; 4]) -> ConvGeometry {
        let ConvAttrs { stride, dilation, groups, before, output, .. } = self.0;
        let ([_, filters, h, w], [_, own, ky, kx]) = (x, weight);
        ConvGeometry {
            channels: own * groups,
            filters,
            groups,
            map: output,
            output: [h, w],
            kernel: [ky, kx],
            stride,
            dilation,
            before: before.map(|zeros| zeros as isize),
        }
    }
}
