//! Winograd convolution: 3x3 kernels with fewer multiplications, after Lavin and Gray, "Fast
//! Algorithms for Convolutional Neural Networks" (CVPR 2016, arXiv:1509.09308).
//!
//! Outputs are computed in 2x2 tiles. The input tile of each, d, and each kernel, g, are
//! transformed to S x S elements, V = Bᵀ d B and U = G g Gᵀ; for every element one matrix product
//! over channels gives M = U V (`batched_gemm`); and the outputs are Aᵀ M A. F(2x2, 3x3) has S = 4,
//! 16 multiplications instead of 36; stride 2 has S = 5, and an upsampled input S = 3
//! (`transforms`). The transforms only add a few values each, so that they lose hardly a digit.
//!
//! An output tile is also the window of a 2x2 pooling, which is therefore done in registers. The
//! backward pass (`gradient`) uses the transpose of each transform.

use super::padded_layout::PaddedLayout;
use super::spec::{ConvBlock, ConvShape};
use super::upsample_conv;
use crate::kernels::microkernel::NR;
use crate::kernels::workspace::Workspace;

mod batched_gemm;
mod forward;
pub(super) mod gradient;
mod input_transform;
mod kernel_transform;
pub(super) mod output_grad;
mod output_transform;
mod transforms;

pub(super) use forward::WinogradForward;

/// Side of an output tile.
const OUTPUT_TILE: usize = 2;

/// Tiles that are transformed and multiplied at once, so that they stay in the cache. A running sum
/// of weight gradients goes over as many.
const BATCH: usize = 64;

/// Floats between the matrices of two elements beside their values: at a distance of a power of
/// two, all elements of a tile would compete for the same cache lines.
const ELEMENT_GAP: usize = 16;

/// Input and output channels from which on fewer multiplications outweigh the transforms.
const MIN_CHANNELS: usize = 16;

/// A number of channels that is not a constant.
const ANY: usize = 0;

/// Some neighbouring tiles among those of a batch.
#[derive(Debug, Clone, Copy)]
struct TileRange {
    /// The first of them.
    from: usize,
    count: usize,
    /// Tiles of the batch.
    batch: usize,
}

/// Whether a block is convolved so.
pub(super) fn applies(block: &ConvBlock) -> bool {
    let ConvShape { channels, filters, kernel, stride, .. } = block.shape;
    let side = block.used_conv_side();
    let has_transforms = if block.upsample { upsample_conv::applies(block) } else { stride <= 2 };
    has_transforms
        && kernel == 3
        && [channels, filters].iter().all(|n| *n >= MIN_CHANNELS && n.is_multiple_of(NR))
        && side.is_multiple_of(OUTPUT_TILE)
        && side >= 2 * OUTPUT_TILE
}

/// The layout of the block's input (before an upsampling).
fn input_layout(block: &ConvBlock) -> PaddedLayout {
    PaddedLayout::new(block.input_side(), block.shape.channels, block.shape.padding)
}

/// How many rows of so many tiles make a batch.
fn rows_per_batch(tiles_per_row: usize) -> usize {
    (BATCH / tiles_per_row).clamp(1, tiles_per_row)
}

/// Floats from the matrix of one element to that of the next: `rows` (tiles, or channels) by
/// `columns`.
fn element_stride(rows: usize, columns: usize) -> usize {
    rows * columns + ELEMENT_GAP
}

/// A workspace for the S x S matrices of so many rows and columns, `[element][row][column]`.
fn element_matrices<const S: usize>(rows: usize, columns: usize) -> Workspace {
    Workspace::new(S * S * element_stride(rows, columns))
}
