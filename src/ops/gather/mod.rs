//! The pictures of a batch, gathered by index from all of them on the GPU, with their augmentation and noise.
//! No gradients flow through it, and on the CPU batches are made on the host (`crate::step::batch`): so it is
//! a dispatch of its own, for one backend and for bytes.

mod gpu;

use burn::backend::tensor::IntTensor;
use burn::backend::{Backend, Cube, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

use super::tensor_list::{Floats, Ints};
use crate::data::pictures::PictureShape;
use crate::kernels::augment::{Fill, Transform};

/// Words of a chunk at most: 126 of the 128 MB that every WebGPU device binds.
const CHUNK_WORDS: usize = 31_457_280;
/// Chunks that a batch is gathered from at most.
pub(crate) const CHUNKS: usize = 3;
/// Words that a picture of a batch is gathered by, without augmentation.
const ROW: usize = 7;
/// Words of a [`Transform`].
const TRANSFORM: usize = 14;

/// How a batch is augmented, as far as it is the same for all of its pictures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Augmented {
    /// What stands beyond a picture.
    pub(crate) fill: Fill,
    /// Whether pixels may come from between others.
    pub(crate) between: bool,
    /// Whether another picture is mixed into each.
    pub(crate) mix: bool,
}

/// Words that a picture of a batch is gathered by: its index, and the key and the counter of its noise
/// ([`crate::data::rng::Rng`]); where it is augmented, the words of its [`Transform`]; and where another is
/// mixed into it, its share, the index of the other one and the words of that.
fn row_words(augmented: Option<Augmented>) -> usize {
    match augmented {
        None => ROW,
        Some(Augmented { mix: false, .. }) => ROW + TRANSFORM,
        Some(Augmented { mix: true, .. }) => ROW + TRANSFORM + 2 + TRANSFORM,
    }
}

/// A transform as the kernel reads it.
pub(crate) fn transform_words(transform: &Transform) -> [u32; TRANSFORM] {
    let Transform { source: [a, b, c, d, e, f], gain, bias: [x, y, z], cut } = transform;
    let [a, b, c, d, e, f, gain, x, y, z] = [a, b, c, d, e, f, gain, x, y, z].map(|n| n.to_bits());
    let [top, bottom, left, right] = *cut;
    [a, b, c, d, e, f, gain, x, y, z, top, bottom, left, right]
}

/// Words that a picture of this shape takes, the last of them perhaps not all.
pub(crate) fn words_of(shape: PictureShape) -> usize {
    shape.bytes().div_ceil(4)
}

/// Pictures of a chunk at most.
pub(crate) fn chunk(shape: PictureShape) -> usize {
    CHUNK_WORDS / words_of(shape)
}

/// What batches need, on the GPU.
#[backend_extension(Cube)]
pub(crate) trait Gather: Backend {
    /// See [`gather`].
    fn gather(
        #[extension_type] chunks: Ints<Self>,
        shape: PictureShape,
        indices: IntTensor<Self>,
        noise: usize,
        level: f32,
        augmented: Option<Augmented>,
    ) -> Floats<Self>;
}

impl Gather for Cube {
    fn gather(
        chunks: Ints<Self>,
        shape: PictureShape,
        indices: IntTensor<Self>,
        noise: usize,
        level: f32,
        augmented: Option<Augmented>,
    ) -> Floats<Self> {
        Floats(gpu::gather(&chunks.0, shape, &indices, noise, level, augmented))
    }
}

/// Pictures of this shape in 0 to 1, `[batch, channels, height, width]`, and the same with noise if there
/// is any. `chunks` are bytes, `[picture][y][x][channel]`, four to a number and [`words_of`] to a picture,
/// [`chunk`] pictures each but the last; `indices` has [`row_words`] numbers for each picture of the batch.
/// What is drawn is what [`crate::step::batch::Batch`] draws, to the last digits: `noise` is a
/// [`crate::spec::Noise`] by number, of this level.
pub(crate) fn gather(
    chunks: &[Tensor<1, Int>],
    shape: PictureShape,
    indices: Tensor<1, Int>,
    noise: usize,
    level: f32,
    augmented: Option<Augmented>,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let chunks = Ints(chunks.iter().map(|chunk| chunk.clone().into_dispatch()).collect());
    let indices = indices.into_dispatch();
    let found = Dispatch::gather(chunks, shape, indices, noise, level, augmented);
    let mut found = found.0.into_iter().map(Tensor::from_dispatch);
    let clean = found.next().expect("a kernel gives what it was asked for");
    (clean, found.next())
}
