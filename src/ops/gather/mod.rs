//! The pictures of a batch, gathered by index from all of them on the GPU, with their noise. No gradients
//! flow through it, and on the CPU batches are made on the host (`crate::step::batch`): so it is a dispatch
//! of its own, for one backend and for bytes.

mod gpu;

use burn::backend::tensor::IntTensor;
use burn::backend::{Backend, Cube, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

use super::tensor_list::{Floats, Ints};
use crate::data::pictures::PictureShape;

/// Words of a chunk at most: 126 of the 128 MB that every WebGPU device binds.
const CHUNK_WORDS: usize = 31_457_280;
/// Chunks that a batch is gathered from at most.
pub(crate) const CHUNKS: usize = 3;
/// Words that a picture of a batch is gathered by.
pub(crate) const ROW: usize = 7;

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
    ) -> Floats<Self>;
}

impl Gather for Cube {
    fn gather(
        chunks: Ints<Self>,
        shape: PictureShape,
        indices: IntTensor<Self>,
        noise: usize,
        level: f32,
    ) -> Floats<Self> {
        Floats(gpu::gather(&chunks.0, shape, &indices, noise, level))
    }
}

/// Pictures of this shape in 0 to 1, `[batch, channels, height, width]`, and the same with noise if there
/// is any. `chunks` are bytes, `[picture][y][x][channel]`, four to a number and [`words_of`] to a picture,
/// [`chunk`] pictures each but the last; `indices`
/// has [`ROW`] numbers for each picture of the batch: its index, and the key and the counter of its noise
/// ([`crate::data::rng::Rng`]). What is drawn is what [`crate::step::batch::Batch`] draws, to the
/// last digits: `noise` is a [`crate::spec::Noise`] by number, of this level.
pub(crate) fn gather(
    chunks: &[Tensor<1, Int>],
    shape: PictureShape,
    indices: Tensor<1, Int>,
    noise: usize,
    level: f32,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let chunks = Ints(chunks.iter().map(|chunk| chunk.clone().into_dispatch()).collect());
    let found = Dispatch::gather(chunks, shape, indices.into_dispatch(), noise, level);
    let mut found = found.0.into_iter().map(Tensor::from_dispatch);
    let clean = found.next().expect("a kernel gives what it was asked for");
    (clean, found.next())
}
