//! CPU kernels: the arithmetic of a training step on plain `f32` slices.
//!
//! Here are the operators that a network needs, each forward and backward: [`conv`] (2-D
//! convolution with the upsampling before it and the bias, relu and 2x2 pooling after it),
//! [`dense`] (fully connected), [`activation`], [`norm`] (batch normalisation), [`group_norm`] (of each
//! picture by itself), [`pool`] and [`upsample`] alone, [`loss`] with [`penalty`], [`gaussian`] (samples
//! and divergence of normal distributions), and the [`update`] of optimizers; [`augment`] varies pictures for
//! training. In general, for maps that are not square and any settings: [`general_conv`] (convolutions and
//! transposed ones), [`windows`] (pooling), [`enlarge`] (upsampling) and [`frame`] (padding and cropping).
//! Below them lie what they are built from: [`simd`] (a vector of four floats), `microkernel` (blocks of sums
//! that stay in registers), `workspace` (reused scratch memory) and `math` (exp, ln, sigmoid, tanh and the
//! normal distribution).
//!
//! Layout: feature maps are NHWC, `[picture][y][x][channel]`, and square but for the general kernels;
//! convolution weights are OIHW, `[filter][channel][ky][kx]`; dense weights are `[input][unit]`.
//!
//! Reproducible bits: IEEE 754 defines each operation, the order of every sum is fixed in this
//! code, and nothing is reassociated, so a page, a terminal and any other machine compute the same
//! bits. The one exception is the wasm package built with relaxed SIMD: there
//! [`simd::F32x4::mul_acc`] is fused.

pub mod activation;
pub mod augment;
pub mod conv;
pub mod dense;
pub mod enlarge;
pub mod frame;
pub mod gaussian;
pub mod general_conv;
pub mod group_norm;
pub mod loss;
mod math;
mod microkernel;
pub mod norm;
pub mod penalty;
pub mod pool;
pub mod simd;
pub(crate) mod ssim;
pub mod update;
pub mod upsample;
pub mod windows;
mod workspace;
