//! The pictures of a batch, gathered by index from all of them on the GPU, with their noise. No gradients
//! flow through it, and on the CPU batches are made on the host (`crate::step::batch`): so it is a dispatch
//! of its own, for one backend and for bytes.

mod gpu;

use burn::backend::tensor::IntTensor;
use burn::backend::{Backend, Cube, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

use super::tensor_list::{Floats, Ints};

/// Pictures of a chunk at most: 126 of the 128 MB that every WebGPU device binds.
pub(crate) const CHUNK: usize = 40_960;
/// Chunks that a batch is gathered from at most.
pub(crate) const CHUNKS: usize = 3;

/// What batches need, on the GPU.
#[backend_extension(Cube)]
pub(crate) trait Gather: Backend {
    /// See [`gather`].
    fn gather(
        #[extension_type] chunks: Ints<Self>,
        indices: IntTensor<Self>,
        noise: usize,
        level: f32,
    ) -> Floats<Self>;
}

impl Gather for Cube {
    fn gather(
        chunks: Ints<Self>,
        indices: IntTensor<Self>,
        noise: usize,
        level: f32,
    ) -> Floats<Self> {
        Floats(gpu::gather(&chunks.0, &indices, noise, level))
    }
}

/// Pictures in 0 to 1, `[batch, 3, 32, 32]`, and the same with noise if there is any. `chunks` are
/// bytes, `[picture][y][x][channel]`, four to a number, [`CHUNK`] pictures each but the last; `indices`
/// has two numbers for each picture of the batch: its index, and the counter of its noise
/// ([`crate::data::rng::Rng::counter`]). What is drawn is what [`crate::step::batch::Batch`] draws, to the
/// last digits: `noise` is a [`crate::spec::Noise`] by number, of this level.
pub(crate) fn gather(
    chunks: &[Tensor<1, Int>],
    indices: Tensor<1, Int>,
    noise: usize,
    level: f32,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let chunks = Ints(chunks.iter().map(|chunk| chunk.clone().into_dispatch()).collect());
    let found = Dispatch::gather(chunks, indices.into_dispatch(), noise, level);
    let mut found = found.0.into_iter().map(Tensor::from_dispatch);
    let clean = found.next().expect("a kernel gives what it was asked for");
    (clean, found.next())
}
