//! The functions that layers apply to their outputs, by Keras' names.

use serde::{Deserialize, Serialize};

use super::activation::Activation;
use crate::ops::{self, ActivationKind, Pointwise};

/// What Keras' `leaky_relu` multiplies values below 0 by.
const NEGATIVE_SLOPE: f32 = 0.2;

/// The function that a layer applies to each of its outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivationFunction {
    /// `x`
    #[default]
    Linear,
    /// `max(0, x)`
    Relu,
    /// `x` above 0, `0.2 x` below.
    LeakyRelu,
    /// `x` above 0, `exp(x) - 1` below.
    Elu,
    /// `x` times the standard normal distribution at `x` (Hendrycks and Gimpel 2016), not its
    /// approximation by a tanh.
    Gelu,
    /// `x / (1 + exp(-x))`, also called swish.
    Silu,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-x))`
    Sigmoid,
    /// `exp(x) / sum(exp(x))`, over the units, or the channels of each pixel.
    Softmax,
}

impl ActivationFunction {
    /// Keras' name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::LeakyRelu => "leaky_relu",
            Self::Elu => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
        }
    }

    /// The words for a layer that computes `what` and then this function.
    pub(super) fn after(self, what: String) -> String {
        if self == Self::Linear { what } else { format!("{what}, {}", self.name()) }
    }

    /// Whether a relu, which operators with weights compute themselves.
    pub(super) fn is_relu(self) -> bool {
        self == Self::Relu
    }

    /// Whether nothing is left to compute after an operator that computes a relu itself.
    pub(super) fn is_fused(self) -> bool {
        matches!(self, Self::Linear | Self::Relu)
    }

    /// The outputs of an operator that has computed a relu itself, if that is the function.
    pub(super) fn unless_fused(self, x: Activation) -> Activation {
        if self.is_fused() { x } else { self.of(x) }
    }

    /// What it makes of `x`.
    pub(super) fn of(self, x: Activation) -> Activation {
        let pointwise = match self {
            Self::Linear => return x,
            Self::Softmax => return applied(x, ActivationKind::Softmax),
            Self::Relu => Pointwise::Relu,
            Self::LeakyRelu => Pointwise::LeakyRelu { negative_slope: NEGATIVE_SLOPE },
            Self::Elu => Pointwise::Elu,
            Self::Gelu => Pointwise::Gelu,
            Self::Silu => Pointwise::Silu,
            Self::Tanh => Pointwise::Tanh,
            Self::Sigmoid => Pointwise::Sigmoid,
        };
        applied(x, ActivationKind::Pointwise(pointwise))
    }
}

/// What a function makes of `x`.
pub(super) fn applied(x: Activation, kind: ActivationKind) -> Activation {
    match x {
        Activation::Map(x) => Activation::Map(ops::activation(x, kind)),
        Activation::Flat(x) => Activation::Flat(ops::activation(x, kind)),
    }
}
