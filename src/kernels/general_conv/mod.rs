//! Convolutions of maps of any height and width by kernels of any: not square, strided, dilated, in
//! groups. What the blocks of `conv` do not cover; nothing is fused here but bias and relu.
//!
//! Three functions of one geometry are the convolution, its two gradients, and (with input and
//! output changing places) a transposed convolution with its own:
//!
//! - [`forward`]: im2col in tiles of pixels (`patches`), each multiplied with packed weights (`gemm`);
//! - [`input_grad`]: convolutions of the output gradients, one for each residue of the stride
//!   (`residues`);
//! - [`weight_grad`]: sums of outer products of a tile's patches and gradients (`weight_grad`).
//!
//! Groups of few channels and filters, one of each most of all, would leave most lanes empty: `grouped`
//! has a filter of whatever group in each.
//!
//! No sum depends on the size of a tile, nor on how many pictures a call has.

mod forward;
mod gemm;
mod geometry;
mod grouped;
mod patches;
mod residues;
mod weight_grad;

pub use forward::forward;
pub use geometry::ConvGeometry;
pub use residues::input_grad;
pub use weight_grad::{channel_sums, weight_grad};
