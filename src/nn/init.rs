//! Initial values of parameters. They are drawn on the host, so that every backend gets the same
//! ones, in Keras' layout and order, so that a reference can repeat them.

use serde::{Deserialize, Serialize};

use crate::data::rng::{Purpose, Rng};

/// The initializers of a layer's setting, by Keras' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitializerName {
    /// Uniform, with a variance of `2 / (fan_in + fan_out)` (Glorot and Bengio 2010).
    #[default]
    GlorotUniform,
    /// Normal, cut off at two standard deviations, with the same variance.
    GlorotNormal,
    /// Uniform, with a variance of `2 / fan_in` (He et al. 2015).
    HeUniform,
    /// Normal, cut off at two standard deviations, with the same variance.
    HeNormal,
    /// All zeros.
    Zeros,
    /// All ones.
    Ones,
}

impl InitializerName {
    /// Keras' default for a bias.
    pub(super) fn zeros() -> Self {
        Self::Zeros
    }

    /// Whether it is that.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
    pub(super) fn is_zeros(&self) -> bool {
        *self == Self::Zeros
    }

    /// Whether it is Keras' default for a kernel.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
    pub(super) fn is_glorot_uniform(&self) -> bool {
        *self == Self::GlorotUniform
    }

    /// For a parameter of Keras' `shape`, of which the last two sizes are what comes in and goes out; a
    /// bias counts as both.
    pub(super) fn of_shape(self, shape: &[usize]) -> Initializer {
        let (fan_in, fan_out) = match *shape {
            [] => (1, 1),
            [only] => (only, only),
            [ref window @ .., inputs, outputs] => {
                let window = window.iter().product::<usize>();
                (window * inputs, window * outputs)
            }
        };
        match self {
            Self::GlorotUniform => Initializer::GlorotUniform { fan_in, fan_out },
            Self::GlorotNormal => Initializer::GlorotNormal { fan_in, fan_out },
            Self::HeUniform => Initializer::HeUniform { fan_in },
            Self::HeNormal => Initializer::HeNormal { fan_in },
            Self::Zeros => Initializer::Zeros,
            Self::Ones => Initializer::Ones,
        }
    }
}

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
    /// Normal with a variance of `2 / (fan_in + fan_out)`, cut off at two standard deviations.
    GlorotNormal {
        /// Inputs of a unit.
        fan_in: usize,
        /// Outputs that an input reaches.
        fan_out: usize,
    },
    /// Uniform between plus and minus `sqrt(6 / fan_in)`.
    HeUniform {
        /// Inputs of a unit.
        fan_in: usize,
    },
    /// Normal with a variance of `2 / fan_in`, cut off at two standard deviations.
    HeNormal {
        /// Inputs of a unit.
        fan_in: usize,
    },
    /// All zeros.
    Zeros,
    /// All ones.
    Ones,
}

/// The standard deviation of a standard normal that is cut off at -2 and 2.
const CUT_STDDEV: f32 = 0.879_625_7;
/// Where it is.
const CUT: f32 = 2.0;

impl Initializer {
    /// `size` values for parameter `index` of the model: each parameter draws from a stream of its
    /// own.
    pub(super) fn values(self, size: usize, seed: u64, index: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, Purpose::Weights, index);
        match self {
            Self::GlorotUniform { fan_in, fan_out } => {
                uniform(size, 6.0 / (fan_in + fan_out) as f32, &mut rng)
            }
            Self::HeUniform { fan_in } => uniform(size, 6.0 / fan_in as f32, &mut rng),
            Self::GlorotNormal { fan_in, fan_out } => {
                cut_normal(size, 2.0 / (fan_in + fan_out) as f32, &mut rng)
            }
            Self::HeNormal { fan_in } => cut_normal(size, 2.0 / fan_in as f32, &mut rng),
            Self::Zeros => vec![0.0; size],
            Self::Ones => vec![1.0; size],
        }
    }
}

/// Between plus and minus the root of `square`.
fn uniform(size: usize, square: f32, rng: &mut Rng) -> Vec<f32> {
    let limit = libm::sqrtf(square);
    (0..size).map(|_| rng.range(-limit, limit)).collect()
}

/// Normals that are drawn again beyond two standard deviations, scaled to have this `variance` then.
fn cut_normal(size: usize, variance: f32, rng: &mut Rng) -> Vec<f32> {
    let stddev = libm::sqrtf(variance) / CUT_STDDEV;
    let mut values = Vec::with_capacity(size);
    let mut drawn = [0.0; 64];
    while values.len() < size {
        rng.normals(&mut drawn);
        let inside = drawn.iter().filter(|value| value.abs() <= CUT);
        values.extend(inside.take(size - values.len()).map(|value| value * stddev));
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean, variance and largest size of many values for a kernel of 3x3x40x60.
    fn moments(name: InitializerName) -> [f64; 3] {
        let values = name.of_shape(&[3, 3, 40, 60]).values(60_000, 7, 1);
        let count = values.len() as f64;
        let mean = values.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
        let variance = values.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / count;
        let largest = values.iter().fold(0.0_f64, |most, x| most.max(f64::from(x.abs())));
        [mean, variance, largest]
    }

    #[test]
    fn values_have_the_variance_and_the_bounds_of_keras() {
        let (glorot, he) = (2.0_f64 / (9.0 * 100.0), 2.0_f64 / (9.0 * 40.0));
        for (name, variance, bound) in [
            (InitializerName::GlorotUniform, glorot, (3.0 * glorot).sqrt()),
            (InitializerName::HeUniform, he, (3.0 * he).sqrt()),
            (InitializerName::GlorotNormal, glorot, 2.0 * glorot.sqrt() / 0.879_625_7),
            (InitializerName::HeNormal, he, 2.0 * he.sqrt() / 0.879_625_7),
        ] {
            let [mean, found, largest] = moments(name);
            assert!(mean.abs() < 0.02 * variance.sqrt(), "{name:?}: {mean}");
            assert!((found / variance - 1.0).abs() < 0.02, "{name:?}: {found} for {variance}");
            assert!(largest <= bound * 1.000_001 && largest > 0.98 * bound, "{name:?}: {largest}");
        }
    }

    #[test]
    fn a_bias_counts_as_what_comes_in_and_what_goes_out() {
        let found = InitializerName::GlorotNormal.of_shape(&[7]);
        assert_eq!(found, Initializer::GlorotNormal { fan_in: 7, fan_out: 7 });
        assert_eq!(InitializerName::Ones.of_shape(&[7]).values(2, 1, 0), [1.0, 1.0]);
    }
}
