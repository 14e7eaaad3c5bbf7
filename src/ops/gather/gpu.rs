//! Gathers pictures on the GPU.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{CHUNK, ROW};
use crate::data::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use crate::ops::gpu::launch::{Launch, wgsl};

/// Pixels of a channel.
const AREA: usize = SIDE * SIDE;

/// See [`super::gather`].
pub(super) fn gather(
    chunks: &[CubeTensor],
    indices: &CubeTensor,
    noise: usize,
    level: f32,
) -> Vec<CubeTensor> {
    let batch = indices.shape().num_elements() / ROW;
    let shape = || Shape::new([batch, CHANNELS, SIDE, SIDE]);
    let launch = Launch::new(wgsl!("gather" "gather"), indices)
        .with("CHUNKS", chunks.len())
        .with("CHUNK", CHUNK)
        .with("WORDS", PICTURE_BYTES / size_of::<u32>())
        .with("AREA", AREA)
        .with("ROW", ROW)
        .with("NOISE", noise)
        .reading(&chunks.iter().chain([indices]).collect::<Vec<_>>())
        .info(&[batch * AREA])
        .info_bits(level);
    if noise == 0 {
        launch.by_value(batch * AREA, [shape()]).into()
    } else {
        launch.by_value(batch * AREA, [shape(), shape()]).into()
    }
}
