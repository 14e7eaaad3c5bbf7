//! Initial values of parameters. They are drawn on the host, so that every backend gets the same
//! ones, in Keras' layout and order, so that a reference can repeat them.

use crate::data::rng::{Purpose, Rng};

/// How a parameter begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initializer {
    /// Uniform between plus and minus `sqrt(6 / (fan_in + fan_out))` (Glorot and Bengio 2010,
    /// equation 16).
    GlorotUniform {
        /// Inputs of a unit.
        fan_in: usize,
        /// Outputs that an input reaches.
        fan_out: usize,
    },
    /// All zeros.
    Zeros,
    /// All ones.
    Ones,
}

impl Initializer {
    /// `size` values for parameter `index` of the model: each parameter draws from a stream of its
    /// own.
    pub(super) fn values(self, size: usize, seed: u64, index: u64) -> Vec<f32> {
        match self {
            Self::GlorotUniform { fan_in, fan_out } => {
                let limit = libm::sqrtf(6.0 / (fan_in + fan_out) as f32);
                let mut rng = Rng::new(seed, Purpose::Weights, index);
                (0..size).map(|_| rng.range(-limit, limit)).collect()
            }
            Self::Zeros => vec![0.0; size],
            Self::Ones => vec![1.0; size],
        }
    }
}
