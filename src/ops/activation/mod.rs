//! Activation functions: of each value alone, and the softmax over channels or units.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
pub(super) use crate::kernels::activation::Pointwise;

/// An activation function of `x`, `[batch, units]` or `[batch, channels, y, x]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ActivationKind {
    /// Of each value alone.
    Pointwise(Pointwise),
    /// `exp(x) / sum(exp(x))` over the second dimension.
    Softmax,
}

impl ActivationKind {
    /// The input or the output, whichever its gradients are made from.
    pub(super) fn save<T>(self, input: T, output: T) -> Vec<T> {
        match self {
            Self::Pointwise(function) if function.saves_input() => vec![input],
            Self::Pointwise(_) | Self::Softmax => vec![output],
        }
    }
}

/// What `kind` makes of `x`, of the same shape.
#[must_use]
pub fn activation<const D: usize>(x: Tensor<D>, kind: ActivationKind) -> Tensor<D> {
    Tensor::from_dispatch(run(kind, [x.into_dispatch()]))
}

/// `1 / (1 + exp(-x))`, value by value.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation(x, ActivationKind::Pointwise(Pointwise::Sigmoid))
}
