//! Layer and group normalisation: each picture by itself, over the channels of a position or over groups
//! of channels at all positions.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;

/// Which values of a picture are normalised together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NormSets {
    /// All channels of a position (layer normalisation, Ba, Kiros and Hinton 2016).
    Position,
    /// So many groups of neighbouring channels, at all positions (group normalisation, Wu and He 2018).
    Groups(usize),
}

/// Of `x` `[batch, channels, y, x]`, `gamma` and `beta` `[channels]`.
#[derive(Debug, Clone, Copy)]
struct GroupNorm {
    sets: NormSets,
    epsilon: f64,
}

/// `x` `[batch, channels, y, x]` normalised over each of `sets`:
/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with `gamma` and `beta` `[channels]`.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn group_norm(
    x: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    sets: NormSets,
    epsilon: f64,
) -> Tensor<4> {
    let [gamma, beta] = [gamma, beta].map(Tensor::into_dispatch);
    Tensor::from_dispatch(run(GroupNorm { sets, epsilon }, [x.into_dispatch(), gamma, beta]))
}
