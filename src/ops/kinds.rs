//! What an operator can be told: which loss, which resizing, what surrounds a convolution. Also as
//! numbers, because dispatch passes numbers on.

use burn::backend::ops::ConvOptions;

use crate::kernels::pool::Pool;

/// The losses. Each compares inputs with targets of the same shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// Softmax cross-entropy over the last of two dimensions; targets are one-hot rows, and the
    /// mean is over rows.
    CrossEntropy,
    /// Binary cross-entropy of the sigmoid of the inputs.
    BinaryCrossEntropy,
    /// Binary cross-entropy of the inputs themselves, clipped to `[1e-7, 1 - 1e-7]` as Keras
    /// clips probabilities.
    ClippedBinaryCrossEntropy,
    /// Mean squared error.
    SquaredError,
}

impl LossKind {
    const ALL: [Self; 4] = [
        Self::CrossEntropy,
        Self::BinaryCrossEntropy,
        Self::ClippedBinaryCrossEntropy,
        Self::SquaredError,
    ];

    /// The loss that was numbered by `as usize`.
    pub(super) fn numbered(number: usize) -> Self {
        Self::ALL[number]
    }
}

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
    const ALL: [Self; 3] = [Self::MaxPool, Self::AveragePool, Self::UpSample];

    /// The side of what it makes of maps of `side`.
    #[must_use]
    pub fn output_side(self, side: usize) -> usize {
        match self {
            Self::MaxPool | Self::AveragePool => side / 2,
            Self::UpSample => side * 2,
        }
    }

    /// The one that was numbered by `as usize`.
    pub(super) fn numbered(number: usize) -> Self {
        Self::ALL[number]
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

/// How a convolution is done, and what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvBlockAttrs {
    /// Step of the kernel.
    pub stride: usize,
    /// Zeros before and after each row and column.
    pub padding: (usize, usize),
    /// Whether [`Resize::UpSample`] comes before it.
    pub doubled: bool,
    /// Whether a relu follows.
    pub relu: bool,
    /// The pooling that follows, if any.
    pub pool: Option<Pool>,
}

impl ConvBlockAttrs {
    pub(super) fn options(self) -> ConvOptions<2> {
        let Self { stride, padding, .. } = self;
        ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1)
    }

    /// As a number: dispatch passes numbers on.
    pub(super) fn number(self) -> usize {
        let Self { stride, padding: (before, after), doubled, relu, pool } = self;
        let pool = match pool {
            None => 0,
            Some(Pool::Max) => 1,
            Some(Pool::Average) => 2,
        };
        debug_assert!(stride.max(before).max(after) < 256, "no kernel is that large");
        pool << 26
            | usize::from(relu) << 25
            | usize::from(doubled) << 24
            | after << 16
            | before << 8
            | stride
    }

    pub(super) fn numbered(number: usize) -> Self {
        let byte = |at: usize| number >> at & 0xff;
        Self {
            stride: byte(0),
            padding: (byte(8), byte(16)),
            doubled: number >> 24 & 1 == 1,
            relu: number >> 25 & 1 == 1,
            pool: [None, Some(Pool::Max), Some(Pool::Average)][number >> 26],
        }
    }
}
