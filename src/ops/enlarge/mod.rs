//! Maps enlarged by whole factors. `resize` has nearest neighbours by two.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
use crate::kernels::enlarge::Interpolation;

/// By what, `[height, width]`, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Enlarge {
    factor: [usize; 2],
    kind: Interpolation,
}

impl Enlarge {
    /// The shape of what it makes of `x` of this shape.
    fn output(self, [batch, channels, h, w]: [usize; 4]) -> [usize; 4] {
        [batch, channels, h * self.factor[0], w * self.factor[1]]
    }
}

/// `x` `[batch, channels, h, w]` with `factor` times as many rows and columns.
#[must_use]
pub fn enlarge(x: Tensor<4>, factor: [usize; 2], kind: Interpolation) -> Tensor<4> {
    Tensor::from_dispatch(run(Enlarge { factor, kind }, [x.into_dispatch()]))
}
