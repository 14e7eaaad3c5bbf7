//! Structural similarity (SSIM) of reconstructions on the GPU. No gradients flow through it, and on the CPU
//! it is computed of pixels, in 64 bits (`crate::kernels::ssim`): so it is a dispatch of its own, for one
//! backend.

mod gpu;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Cube, Dispatch, backend_extension};
use burn::tensor::Tensor;

/// What a validation needs, on the GPU.
#[backend_extension(Cube)]
pub(crate) trait Ssim: Backend {
    /// See [`ssim`].
    fn ssim(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Ssim for Cube {
    fn ssim(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self> {
        gpu::ssim(&outputs, &targets)
    }
}

/// The mean structural similarity of pictures `[batch, channels, height, width]` in 0 to 1, `[1]`, over pictures,
/// channels and windows, as `tf.image.ssim` has it. Nothing flows back through it.
///
/// # Panics
/// If the pictures are not on a GPU, off the autodiff device, or smaller than SSIM's window of 11x11.
#[must_use]
pub fn ssim(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::ssim(outputs.into_dispatch(), targets.into_dispatch()))
}
