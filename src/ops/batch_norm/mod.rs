//! Batch normalisation: the moments of each channel, and values normalised by them.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;

/// Of `x` `[batch, channels, y, x]`.
#[derive(Debug, Clone, Copy)]
struct Moments;

/// Of `x` `[batch, channels, y, x]`, `gamma` and `beta` `[channels]`, and moments `[2, channels]`.
#[derive(Debug, Clone, Copy)]
struct BatchNorm {
    epsilon: f64,
    /// Whether the moments are those of `x`, so that it acts through them, too.
    by_moments: bool,
}

/// Mean and biased variance of each channel of `x` `[batch, channels, y, x]`, as
/// `[2, channels]`. Nothing flows back through them.
#[must_use]
pub fn moments(x: Tensor<4>) -> Tensor<2> {
    Tensor::from_dispatch(run(Moments, [x.into_dispatch()]))
}

/// Batch normalisation of `x` `[batch, channels, y, x]`:
/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with `gamma` and `beta` `[channels]`.
/// `moments` are the batch's own, from [`moments`], if `by_moments`: then the gradient counts
/// what `x` does through them. Otherwise they are constants.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn batch_norm(
    x: Tensor<4>,
    moments: Tensor<2>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
    by_moments: bool,
) -> Tensor<4> {
    let [x, moments] = [x.into_dispatch(), moments.into_dispatch()];
    let [gamma, beta] = [gamma, beta].map(Tensor::into_dispatch);
    Tensor::from_dispatch(run(BatchNorm { epsilon, by_moments }, [x, gamma, beta, moments]))
}
