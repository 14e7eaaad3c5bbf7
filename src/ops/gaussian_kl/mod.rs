//! The Kullback-Leibler divergence of normal distributions from the standard normal distribution, which the
//! loss of a variational autoencoder has beside that of the reconstruction.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;

/// Of `x` `[batch, 2 n]`.
#[derive(Debug, Clone, Copy)]
struct GaussianKl;

/// The mean over the batch of `-1/2 * sum(1 + logarithm - mean^2 - exp(logarithm))`, `[1]`, where the rows
/// of `x` `[batch, 2 n]` are `n` means and then the logarithms of `n` variances.
#[must_use]
pub fn gaussian_kl(x: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(run(GaussianKl, [x.into_dispatch()]))
}
