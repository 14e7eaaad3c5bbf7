//! Penalties on weights, which a loss grows by: L1 and L2.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;

/// `l1 * sum(|w|) + l2 * sum(w^2)` of weights `[count]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    /// Of the sum of sizes.
    pub l1: f32,
    /// Of the sum of squares.
    pub l2: f32,
}

/// The penalty on `weights`, `[1]`.
#[must_use]
pub fn penalty(weights: Tensor<1>, penalty: Penalty) -> Tensor<1> {
    Tensor::from_dispatch(run(penalty, [weights.into_dispatch()]))
}
