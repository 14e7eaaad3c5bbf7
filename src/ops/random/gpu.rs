//! Random numbers drawn on the GPU. A dispatch of its own, for one backend and for words.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Cube, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::{DType, Device, Int, Shape, Tensor, TensorData};

use super::Draw;
use crate::data::rng::Rng;
use crate::ops::gpu::launch::{Launch, one, wgsl};

/// Words of a stream: two of its key, four of its counter.
const ROW: usize = 6;

/// What draws on the GPU.
#[backend_extension(Cube)]
trait Random: Backend {
    /// For each [`ROW`] of `words`, numbers `[channels, y, x]`.
    fn random(words: IntTensor<Self>, shape: [usize; 3], draw: Draw) -> FloatTensor<Self>;
}

impl Random for Cube {
    fn random(
        words: IntTensor<Self>,
        [channels, h, w]: [usize; 3],
        draw: Draw,
    ) -> FloatTensor<Self> {
        let pictures = words.shape().num_elements() / ROW;
        let shape = Shape::new([pictures, channels, h, w]);
        let values = shape.num_elements();
        let (number, parameter) = match draw {
            Draw::Keep { rate } => (0, rate),
            Draw::Normal { stddev } => (1, stddev),
        };
        let kept = 1.0 / (1.0 - parameter);
        let launch = Launch::new(wgsl!("random" "random"), &words)
            .with("DRAW", number)
            .with("CHANNELS", channels)
            .with("AREA", h * w)
            .with("ROW", ROW)
            .reading(&[&words])
            .info(&[values])
            .info_bits(parameter)
            .info_bits(kept);
        one(launch.by_value(values, [shape]))
    }
}

/// See [`super::random`].
pub(super) fn random(
    streams: impl Iterator<Item = Rng>,
    shape: [usize; 3],
    draw: Draw,
    device: &Device,
) -> Tensor<4> {
    let words = streams.flat_map(|stream| {
        let ([a, b], [c, d, e, f]) = (stream.key(), stream.counter());
        [a, b, c, d, e, f].map(u32::cast_signed)
    });
    let words: Vec<i32> = words.collect();
    let count = words.len();
    let words = Tensor::<1, Int>::from_data(TensorData::new(words, [count]), (device, DType::I32));
    Tensor::from_dispatch(Dispatch::random(words.into_dispatch(), shape, draw))
}
