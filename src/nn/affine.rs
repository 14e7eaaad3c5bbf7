//! What normalisations do to each channel once it is normalised: scale it by `gamma` and shift it by `beta`,
//! each of which can be left out.

use std::ops::RangeInclusive;

use burn::tensor::{Device, Tensor};

use super::init::Initializer;
use super::parameter::ParameterSpec;

/// What may be added to a variance: 32 bits hold the inverse of its root.
pub(super) const EPSILONS: RangeInclusive<f64> = 1e-9..=1.0;

/// Keras' default of every normalisation.
pub(super) fn epsilon() -> f64 {
    1e-3
}

/// Keras' default of `center` and `scale`.
pub(super) fn yes() -> bool {
    true
}

/// Which of the two there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Affine {
    /// Whether there is a `gamma`.
    pub(super) scale: bool,
    /// Whether there is a `beta`.
    pub(super) center: bool,
}

impl Affine {
    /// Of so many channels, `gamma` first.
    pub(super) fn parameters(self, channels: usize) -> Vec<ParameterSpec> {
        let gamma = self.scale.then_some(("gamma", Initializer::Ones));
        let beta = self.center.then_some(("beta", Initializer::Zeros));
        let all = [gamma, beta].into_iter().flatten();
        all.map(|(name, initializer)| ParameterSpec::new(name, vec![channels], initializer))
            .collect()
    }

    /// The indices of `gamma` and `beta` among the layer's parameters.
    pub(super) fn indices(self) -> [Option<usize>; 2] {
        [self.scale.then_some(0), self.center.then_some(usize::from(self.scale))]
    }

    /// How many of the two there are.
    pub(super) fn count(self) -> usize {
        usize::from(self.scale) + usize::from(self.center)
    }

    /// `gamma` and `beta`, `[channels]`: ones and zeros on `device` for what there is not.
    pub(super) fn tensors(
        self,
        weights: &[Tensor<1>],
        channels: usize,
        device: &Device,
    ) -> [Tensor<1>; 2] {
        let [gamma, beta] = self.indices().map(|index| index.map(|at| weights[at].clone()));
        [
            gamma.unwrap_or_else(|| Tensor::ones([channels], device)),
            beta.unwrap_or_else(|| Tensor::zeros([channels], device)),
        ]
    }
}
