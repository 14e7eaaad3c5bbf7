//! Structural similarity of pictures, and its definition's numbers.

#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::backend::Flex;
use burn::tensor::Tensor;

use super::dispatch::run;
use super::operator::Kernel;
use crate::data::pictures::SIDE;

/// Side of the Gaussian window of SSIM (Wang et al. 2004).
pub(crate) const WINDOW: usize = 11;
/// Standard deviation of the window, in pixels (the same).
const SIGMA: f64 = 1.5;
/// `(K1 L)^2` with `K1 = 0.01` and a range `L` of 1 (the same).
pub(crate) const C1: f64 = 1e-4;
/// `(K2 L)^2` with `K2 = 0.03` (the same).
pub(crate) const C2: f64 = 9e-4;
/// Side of the map of windows that lie wholly inside a picture.
pub(crate) const INSIDE: usize = SIDE - WINDOW + 1;

/// The Gaussian window along one side; it sums to 1.
pub(crate) fn window() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let mut weights: [f64; WINDOW] = std::array::from_fn(|i| {
        let x = (i as f64 - middle) / SIGMA;
        libm::exp(-x * x / 2.0)
    });
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    weights
}

/// Of outputs and targets `[batch, 3, 32, 32]`.
#[derive(Debug, Clone, Copy)]
struct Ssim;

/// The mean structural similarity of pictures `[batch, 3, 32, 32]` in 0 to 1, `[1]`, over pictures,
/// channels and windows, as `tf.image.ssim` has it. Nothing flows back through it.
#[must_use]
pub fn ssim(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    Tensor::from_dispatch(run(Ssim, [outputs.into_dispatch(), targets.into_dispatch()]))
}

// On the CPU it is computed of pixels, in 64 bits: see `crate::step::metrics`.
impl Kernel<Flex, 0> for Ssim {}
