//! Gathers pictures on the GPU.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{Augmented, chunk, row_words, words_of};
use crate::data::pictures::PictureShape;
use crate::ops::gpu::launch::{Launch, wgsl};

/// See [`super::gather`].
pub(super) fn gather(
    chunks: &[CubeTensor],
    picture: PictureShape,
    indices: &CubeTensor,
    noise: usize,
    level: f32,
    augmented: Option<Augmented>,
) -> Vec<CubeTensor> {
    let row = row_words(augmented);
    let batch = indices.shape().num_elements() / row;
    let [height, width, channels] = picture.dims();
    let area = picture.area();
    let shape = || Shape::new([batch, channels, height, width]);
    let mut launch = Launch::new(wgsl!("gather" "gather"), indices)
        .with("CHUNKS", chunks.len())
        .with("CHUNK", chunk(picture))
        .with("WORDS", words_of(picture))
        .with("CHANNELS", channels)
        .with("AREA", area)
        .with("ROW", row)
        .with("NOISE", noise)
        .with("AUGMENT", usize::from(augmented.is_some()));
    if let Some(Augmented { fill, between, mix }) = augmented {
        launch = launch
            .with("HEIGHT", height)
            .with("WIDTH", width)
            .with("FILL", fill as usize)
            .with("BETWEEN", usize::from(between))
            .with("MIX", usize::from(mix));
    }
    let launch = launch
        .reading(&chunks.iter().chain([indices]).collect::<Vec<_>>())
        .info(&[batch * area])
        .info_bits(level);
    if noise == 0 {
        launch.by_value(batch * area, [shape()]).into()
    } else {
        launch.by_value(batch * area, [shape(), shape()]).into()
    }
}
