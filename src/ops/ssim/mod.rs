//! Structural similarity (SSIM) of pictures on a device.

#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::dispatch::run;
use super::operator::Kernel;

/// Of outputs and targets `[batch, 3, 32, 32]`.
#[derive(Debug, Clone, Copy)]
struct Ssim;

/// The mean structural similarity of pictures `[batch, 3, 32, 32]` in 0 to 1, `[1]`, over pictures,
/// channels and windows, as `tf.image.ssim` has it. Nothing flows back through it.
#[must_use]
pub fn ssim(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    Tensor::from_dispatch(run(Ssim, [outputs.into_dispatch(), targets.into_dispatch()]))
}

// On the CPU it is computed of pixels, in 64 bits: see `crate::kernels::ssim`.
impl Kernel<Flex, 0> for Ssim {}
