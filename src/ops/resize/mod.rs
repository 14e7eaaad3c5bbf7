//! Maps of half or twice the side: pooling and upsampling.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
use crate::kernels::pool::Pool;

/// What halves or doubles the sides of maps `[batch, channels, side, side]`. An odd last row or
/// column is dropped where they are halved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resize {
    /// The largest value of each 2x2 window.
    MaxPool,
    /// The mean of each 2x2 window.
    AveragePool,
    /// Each value four times.
    UpSample,
}

impl Resize {
    /// The side of what it makes of maps of `side`.
    #[must_use]
    pub fn output_side(self, side: usize) -> usize {
        match self {
            Self::MaxPool | Self::AveragePool => side / 2,
            Self::UpSample => side * 2,
        }
    }
}

impl From<Pool> for Resize {
    fn from(pool: Pool) -> Self {
        match pool {
            Pool::Max => Self::MaxPool,
            Pool::Average => Self::AveragePool,
        }
    }
}

/// `x` `[batch, channels, side, side]` with half or twice the side.
#[must_use]
pub fn resize(x: Tensor<4>, kind: Resize) -> Tensor<4> {
    Tensor::from_dispatch(run(kind, [x.into_dispatch()]))
}
