//! Convolution blocks, forward and backward: a 2-D convolution of square maps together with the
//! upsampling before it and the bias, relu and pooling after it.
//!
//! A block is computed picture by picture, so that what one stage leaves is still in the cache when
//! the next reads it, and no stage writes a map that only the next one needs. [`forward()`] and
//! [`backward()`] pick the algorithm by the block's shape:
//!
//! - `winograd`: 3x3 with many channels, F(2x2, 3x3) and its variants for stride 2 and upsampled
//!   inputs;
//! - `upsample_conv`: other 3x3 convolutions of upsampled maps, without making the upsampled map;
//! - `direct`: all others, over a `padded_layout`; colour pictures are lowered by `im2col` first.
//!
//! Gradients: `weight_grad` and `input_grad` where every output has one; `sparse_grad` where a
//! pooling passes on only a few; `avg_pool_weight_grad` for the first layer under average pooling.

mod avg_pool_weight_grad;
mod backward;
mod direct;
mod forward;
mod im2col;
mod input_grad;
mod padded_layout;
mod sparse_grad;
mod spec;
mod upsample_conv;
mod weight_grad;
mod winograd;

pub use backward::{Gradients, backward};
pub use forward::{Forward, forward};
pub use spec::{ConvBlock, ConvShape};
