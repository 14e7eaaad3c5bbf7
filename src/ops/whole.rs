//! What a GPU does with a batch beside learning from it: choosing its pictures among those that were
//! uploaded, and comparing what was drawn with what should have been. The CPU does neither on tensors
//! (see [`crate::step::batch`] and [`crate::step::metrics`]), so other backends have no such operators.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Cube, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

use super::gpu::pictures;
use super::many::{Floats, Ints};
use crate::spec::Noise;

/// Pictures that a buffer of them holds at most: 126 of the 128 MB that every WebGPU device binds.
pub(crate) const SHELF: usize = 40_960;
/// Buffers of pictures that a batch is chosen from at most.
pub(crate) const SHELVES: usize = 3;

/// Numbers that a picture of a batch is chosen by.
pub(crate) const CHOSEN: usize = 7;

/// What batches need, on the GPU.
#[backend_extension(Cube)]
pub(crate) trait Whole: Backend {
    /// See [`chosen`]. `noise` is a [`Noise`] by number.
    fn chosen_op(
        #[extension_type] shelves: Ints<Self>,
        chosen: IntTensor<Self>,
        noise: usize,
        level: f32,
    ) -> Floats<Self>;

    /// See [`ssim`].
    fn ssim_op(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Whole for Cube {
    fn chosen_op(
        shelves: Ints<Self>,
        chosen: IntTensor<Self>,
        noise: usize,
        level: f32,
    ) -> Floats<Self> {
        Floats(pictures::chosen(&shelves.0, &chosen, noise, level))
    }

    fn ssim_op(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self> {
        pictures::ssim(&outputs, &targets)
    }
}

/// Pictures in 0 to 1, `[batch, 3, 32, 32]`, and the same with noise if there is any. `shelves` are
/// bytes, `[picture][y][x][channel]`, four to a number, [`SHELF`] pictures each but the last; `chosen`
/// has [`CHOSEN`] numbers for each picture of the batch: its place, and the key and the counter of its noise
/// ([`crate::data::rng::Rng`]), which is what [`crate::step::batch::Batch`] draws, to the last digits.
pub(crate) fn chosen(
    shelves: &[Tensor<1, Int>],
    chosen: Tensor<1, Int>,
    noise: Noise,
    level: f32,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let shelves = Ints(shelves.iter().map(|shelf| shelf.clone().into_dispatch()).collect());
    let found = Dispatch::chosen_op(shelves, chosen.into_dispatch(), noise as usize, level);
    let mut found = found.0.into_iter().map(Tensor::from_dispatch);
    let clean = found.next().expect("a kernel gives what it was asked for");
    (clean, found.next())
}

/// The mean structural similarity of pictures `[batch, 3, 32, 32]` in 0 to 1, `[1]`, as
/// [`crate::step::metrics::MetricSums::ssim`] has it.
pub(crate) fn ssim(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::ssim_op(outputs.into_dispatch(), targets.into_dispatch()))
}
