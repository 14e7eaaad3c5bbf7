//! The arithmetic of the CPU path, on slices: convolution, dense layers,
//! normalisation, pooling, losses, Adam. Maps have their channels last. Knows no tensor.
//!
//! IEEE 754 defines each operation, the order of every sum is written here, and nothing is
//! reassociated, so that a page, a terminal and any machine get the same bits; only the package with
//! relaxed SIMD has others, because `vector` fuses products and sums there.

pub mod adam;
pub mod conv;
pub mod dense;
mod doubled;
mod laid;
pub mod loss;
pub mod norm;
mod product;
pub mod resize;
mod routed;
mod scratch;
pub(crate) mod ssim;
mod sums;
mod tile;
mod transposed;
mod unrolled;
pub mod vector;
mod windows;
mod winograd;
