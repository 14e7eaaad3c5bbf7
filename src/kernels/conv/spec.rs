//! The shape of a convolution, and of a block: a convolution with what is fused to it.

use crate::kernels::pool::Pool;

/// A 2-D convolution of square maps by a square kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvShape {
    /// Input channels.
    pub channels: usize,
    /// Output channels.
    pub filters: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Stride, the same in both directions.
    pub stride: usize,
    /// Zeros before and after each row and column.
    pub padding: (usize, usize),
    /// Side of the map that is convolved, in pixels.
    pub side: usize,
}

/// A convolution with the operations fused to it, in this order: upsampling, convolution, bias,
/// relu, pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvBlock {
    /// The convolution. Where there is an upsampling, its `side` is that of the upsampled map.
    pub shape: ConvShape,
    /// Whether the input is first upsampled by two (nearest neighbour).
    pub upsample: bool,
    /// Whether a relu follows.
    pub relu: bool,
    /// The 2x2 pooling that follows, if any.
    pub pool: Option<Pool>,
}

impl ConvShape {
    /// Side of the output map.
    #[must_use]
    pub fn output_side(&self) -> usize {
        (self.side + self.padding.0 + self.padding.1 - self.kernel) / self.stride + 1
    }
}

impl ConvBlock {
    /// A convolution with a bias and nothing else.
    #[must_use]
    pub fn conv_only(shape: ConvShape) -> Self {
        Self { shape, upsample: false, relu: false, pool: None }
    }

    /// Side of the block's input.
    pub(super) fn input_side(&self) -> usize {
        if self.upsample { self.shape.side / 2 } else { self.shape.side }
    }

    /// Side of the block's output.
    #[must_use]
    pub fn output_side(&self) -> usize {
        let side = self.shape.output_side();
        if self.pool.is_some() { side / 2 } else { side }
    }

    /// Side of the part of the convolution's output that is used: a pooling drops an odd last row
    /// and column, which need not be computed.
    pub(super) fn used_conv_side(&self) -> usize {
        let side = self.shape.output_side();
        if self.pool.is_some() { side / 2 * 2 } else { side }
    }

    /// Values of one picture's input.
    pub(super) fn input_len(&self) -> usize {
        self.shape.channels * self.input_side() * self.input_side()
    }

    /// Values of one picture's output.
    pub(super) fn output_len(&self) -> usize {
        self.shape.filters * self.output_side() * self.output_side()
    }
}
