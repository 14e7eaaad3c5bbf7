//! Gathers pictures on the GPU.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{ROW, chunk, words_of};
use crate::data::pictures::PictureShape;
use crate::ops::gpu::launch::{Launch, wgsl};

/// See [`super::gather`].
pub(super) fn gather(
    chunks: &[CubeTensor],
    picture: PictureShape,
    indices: &CubeTensor,
    noise: usize,
    level: f32,
) -> Vec<CubeTensor> {
    let batch = indices.shape().num_elements() / ROW;
    let [height, width, channels] = picture.dims();
    let area = picture.area();
    let shape = || Shape::new([batch, channels, height, width]);
    let launch = Launch::new(wgsl!("gather" "gather"), indices)
        .with("CHUNKS", chunks.len())
        .with("CHUNK", chunk(picture))
        .with("WORDS", words_of(picture))
        .with("CHANNELS", channels)
        .with("AREA", area)
        .with("ROW", ROW)
        .with("NOISE", noise)
        .reading(&chunks.iter().chain([indices]).collect::<Vec<_>>())
        .info(&[batch * area])
        .info_bits(level);
    if noise == 0 {
        launch.by_value(batch * area, [shape()]).into()
    } else {
        launch.by_value(batch * area, [shape(), shape()]).into()
    }
}
