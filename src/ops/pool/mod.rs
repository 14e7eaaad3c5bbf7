//! Pooling in general: windows of any size and stride, with padding or without. `resize` has the one that
//! networks mostly have.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
use crate::kernels::pool::Pool;
use crate::kernels::windows::Windows;

/// What is made of which windows, `[height, width]` where there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolAttrs {
    /// What becomes of a window.
    pub kind: Pool,
    /// A window.
    pub size: [usize; 2],
    /// From a window to the next.
    pub stride: [usize; 2],
    /// Rows and columns of the first window above and to the left of the map.
    pub before: [usize; 2],
    /// Windows below each other, and side by side. All of them meet the map.
    pub output: [usize; 2],
}

impl PoolAttrs {
    /// The windows of maps of shape `[_, _, h, w]`.
    fn windows(self, [_, _, h, w]: [usize; 4]) -> Windows {
        let Self { size, stride, before, output, .. } = self;
        Windows { map: [h, w], output, size, stride, before }
    }
}

/// `x` `[batch, channels, h, w]` pooled to `[batch, channels, h', w']`. What lies past the border of the
/// map does not count, neither for the largest value nor for the mean.
#[must_use]
pub fn pool(x: Tensor<4>, attrs: PoolAttrs) -> Tensor<4> {
    Tensor::from_dispatch(run(attrs, [x.into_dispatch()]))
}
