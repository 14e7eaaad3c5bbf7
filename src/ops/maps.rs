//! The operators that change the shape of a map, in burn's own operations: pooling, upsampling,
//! flattening.

use burn::tensor::Tensor;
use burn::tensor::module::{avg_pool2d, interpolate, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, InterpolateMode, InterpolateOptions, MaxPoolOptions};

/// The largest value of each 2x2 window of `x` `[batch, channels, h, w]`; an odd last row or
/// column is dropped.
#[must_use]
pub fn max_pool(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x, MaxPoolOptions::new([2, 2]))
}

/// The mean of each 2x2 window of `x` `[batch, channels, h, w]`; an odd last row or column is
/// dropped.
#[must_use]
pub fn average_pool(x: Tensor<4>) -> Tensor<4> {
    avg_pool2d(x, AvgPoolOptions::new([2, 2]))
}

/// Doubles height and width of `x` `[batch, channels, h, w]` by repeating each value.
#[must_use]
pub fn upsample(x: Tensor<4>) -> Tensor<4> {
    let [_, _, h, w] = x.dims();
    interpolate(
        x,
        InterpolateOptions::new(InterpolateMode::Nearest).with_output_size([2 * h, 2 * w]),
    )
}

/// `[batch, channels, h, w]` to `[batch, h * w * channels]`, in Keras' order y, x, channel.
#[must_use]
pub fn flatten(x: Tensor<4>) -> Tensor<2> {
    let [batch, channels, h, w] = x.dims();
    x.permute([0, 2, 3, 1]).reshape([batch, h * w * channels])
}
