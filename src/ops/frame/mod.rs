//! Zeros around maps, or their borders cut off.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
pub(super) use reference::put;

/// Where the values of a map lie in another, `[height, width]` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    /// Rows and columns before them; if negative, so many of theirs are cut off.
    before: [isize; 2],
    /// The map that they are in.
    output: [usize; 2],
}

impl Frame {
    /// What brings maps of `[_, _, h, w]` back.
    fn back(self, [_, _, h, w]: [usize; 4]) -> Self {
        Self { before: self.before.map(|before| -before), output: [h, w] }
    }
}

/// `x` `[batch, channels, h, w]` in maps of `output`, so many rows and columns after its begin: negative
/// is cut off. What has no value is zero.
#[must_use]
pub fn frame(x: Tensor<4>, before: [isize; 2], output: [usize; 2]) -> Tensor<4> {
    Tensor::from_dispatch(run(Frame { before, output }, [x.into_dispatch()]))
}
