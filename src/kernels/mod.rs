//! The arithmetic of the CPU path, on slices: convolution, dense layers,
//! normalisation, pooling, losses, Adam. Maps have their channels last. Knows no tensor.
//!
//! Plain Rust on purpose: IEEE 754 defines each operation, the order of every sum is written
//! here, and nothing is fused or reassociated, so that a page, a terminal and any machine get
//! the same bits. Loops are shaped so that the compiler turns them into SIMD.

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
mod sums;
mod tile;
mod transposed;
mod unrolled;
pub mod vector;
mod winograd;
