//! Convolutions of maps of any height and width by kernels of any: not square, strided, dilated, in
//! groups. What the blocks of `conv` do not cover; nothing is fused here but bias and relu.
//!
//! Three functions of one geometry are the convolution, its two gradients, and (with input and
//! output changing places) a transposed convolution with its own:
//!
//! - [`forward`]: im2col in tiles of pixels (`patches`), each multiplied with packed weights (`gemm`);
//! - [`input_grad`]: of stride 1 a convolution of the output gradients (`residues`), else what each output
//!   pixel adds to the patch under it (`scatter`);
//! - [`weight_grad`]: sums of outer products of a tile's patches and gradients (`weight_grad`).
//!
//! Where im2col would take longer than what is done with its patches, nothing is copied together:
//! convolutions of few filters a group read theirs from a padded map (`few`), and those of groups of one
//! channel or two filters, depthwise most of all, have a filter of whatever group in each lane (`grouped`;
//! their input gradients are convolutions, one for each residue of the stride).
//!
//! No sum depends on the size of a tile, nor on how many pictures a call has.

mod few;
mod forward;
mod gemm;
mod geometry;
mod grouped;
mod patches;
mod residues;
mod scatter;
mod weight_grad;

pub use forward::forward;
pub use geometry::ConvGeometry;
pub use residues::input_grad;
pub use weight_grad::{channel_sums, weight_grad};
