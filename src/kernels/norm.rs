//! Batch normalisation, forward and backward, of maps `[picture][y][x][channel]`. Every statistic
//! is one value a channel, over all pixels of all pictures; sums are kept in 64 bits.

use super::simd::{F32x4, LANES, load};

/// Pixels summed in 32 bits before the sum is added to one in 64: an error in a step's moments
/// would be in every value after it.
const RUN: usize = 16;

/// Mean and biased variance of each channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// `[channel]`
    pub mean: Vec<f32>,
    /// `[channel]`
    pub variance: Vec<f32>,
}

/// Gradients of a batch normalisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// `[picture][y][x][channel]`
    pub inputs: Vec<f32>,
    /// `[channel]`
    pub gamma: Vec<f32>,
    /// `[channel]`
    pub beta: Vec<f32>,
}

/// What normalises each channel: `(x - mean) * inv_std * gamma + beta`.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalizer {
    mean: Vec<f32>,
    inv_std: Vec<f32>,
}

impl Normalizer {
    /// From moments `[channel]`, with `epsilon` added to each variance.
    #[must_use]
    pub fn new(mean: &[f32], variance: &[f32], epsilon: f32) -> Self {
        let inv_std = |variance: &f32| 1.0 / libm::sqrtf(variance + epsilon);
        Self { mean: mean.to_vec(), inv_std: variance.iter().map(inv_std).collect() }
    }

    /// `inv_std * gamma`
    fn scale(&self, gamma: &[f32]) -> Vec<f32> {
        self.inv_std.iter().zip(gamma).map(|(inv_std, gamma)| inv_std * gamma).collect()
    }
}

/// Mean and variance of each channel, in two passes: the one-pass formula, a mean of squares minus
/// a squared mean, would cancel the digits of a small variance.
#[must_use]
pub fn moments(inputs: &[f32], channels: usize) -> Moments {
    let count = (inputs.len() / channels) as f64;
    let narrow = |sums: &[f64]| sums.iter().map(|sum| (sum / count) as f32).collect();
    let (mean, m2) = mean_and_m2(inputs, channels);
    Moments { mean: mean.iter().map(|mean| *mean as f32).collect(), variance: narrow(&m2) }
}

/// The mean of each channel, and the sum of the squared deviations from it (Welford's M2).
#[must_use]
pub fn mean_and_m2(inputs: &[f32], channels: usize) -> (Vec<f64>, Vec<f64>) {
    let count = (inputs.len() / channels) as f64;
    let zeros = vec![0.0; channels];
    let [mut mean] = channel_sums(inputs, inputs, [&zeros], |_, x, _| [x]);
    mean.iter_mut().for_each(|sum| *sum /= count);
    let center: Vec<f32> = mean.iter().map(|mean| *mean as f32).collect();
    let [m2] = channel_sums(inputs, inputs, [&center], |[mean], x, _| [(x - mean) * (x - mean)]);
    (mean, m2)
}

/// `inputs` normalised, scaled by `gamma` and shifted by `beta`, both `[channel]`.
#[must_use]
pub fn forward(inputs: &[f32], normalizer: &Normalizer, gamma: &[f32], beta: &[f32]) -> Vec<f32> {
    let scale = normalizer.scale(gamma);
    let constants = [normalizer.mean.as_slice(), &scale, beta];
    map_channels(inputs, inputs, constants, |[mean, scale, beta], x, _| {
        beta.mul_acc(x - mean, scale)
    })
}

/// Gradients from those of the outputs. `through_moments`: whether mean and variance depend on the
/// inputs, as they do in training (Ioffe and Szegedy 2015, section 3), or are constants, as at
/// inference.
#[must_use]
pub fn backward(
    inputs: &[f32],
    normalizer: &Normalizer,
    gamma: &[f32],
    gradients: &[f32],
    through_moments: bool,
) -> Gradients {
    let [gamma_sums, beta_sums] = parameter_gradients(inputs, normalizer, gradients);
    let pixels = (inputs.len() / gamma.len()) as f64;
    let means = |sums: &[f64]| -> Vec<f32> {
        let mean = |sum: &f64| if through_moments { (sum / pixels) as f32 } else { 0.0 };
        sums.iter().map(mean).collect()
    };
    let moment_gradients = [&gamma_sums, &beta_sums].map(|sums| means(sums));
    let narrow = |sums: &[f64]| sums.iter().map(|sum| *sum as f32).collect();
    Gradients {
        inputs: input_gradients(inputs, normalizer, gamma, gradients, &moment_gradients),
        gamma: narrow(&gamma_sums),
        beta: narrow(&beta_sums),
    }
}

/// The gradients of gamma and beta, `[channel]`, from those of the outputs, in 64 bits.
#[must_use]
pub fn parameter_gradients(
    inputs: &[f32],
    normalizer: &Normalizer,
    gradients: &[f32],
) -> [Vec<f64>; 2] {
    let constants = [&normalizer.mean, &normalizer.inv_std];
    channel_sums(inputs, gradients, constants.map(Vec::as_slice), |[mean, inv_std], x, gradient| {
        [(x - mean) * inv_std * gradient, gradient]
    })
}

/// The gradients of the inputs from those of the outputs. `moment_gradients` flow back through mean
/// and variance: the gradients of gamma and beta, each divided by the pixels of a channel, or
/// zeros.
#[must_use]
pub fn input_gradients(
    inputs: &[f32],
    normalizer: &Normalizer,
    gamma: &[f32],
    gradients: &[f32],
    moment_gradients: &[Vec<f32>; 2],
) -> Vec<f32> {
    let [by_gamma, by_beta] = moment_gradients;
    let Normalizer { mean, inv_std } = normalizer;
    let scale = normalizer.scale(gamma);
    let constants = [mean, inv_std, by_gamma, by_beta, &scale].map(Vec::as_slice);
    map_channels(
        inputs,
        gradients,
        constants,
        |[mean, inv_std, by_gamma, by_beta, scale], x, dy| {
            scale * (dy - by_beta.mul_acc((x - mean) * inv_std, by_gamma))
        },
    )
}

/// Of each channel, the sums over its pixels of the `N` values of `terms(constants, x, y)`, where x
/// and y are the pixel's values of `inputs` and `beside`, and `constants` are the channel's.
fn channel_sums<const C: usize, const N: usize>(
    inputs: &[f32],
    beside: &[f32],
    constants: [&[f32]; C],
    terms: impl Fn([F32x4; C], F32x4, F32x4) -> [F32x4; N],
) -> [Vec<f64>; N] {
    let channels = constants[0].len();
    let mut sums = [(); N].map(|()| vec![0.0; channels]);
    for (inputs, beside) in inputs.chunks(RUN * channels).zip(beside.chunks(RUN * channels)) {
        let pixels = || inputs.chunks_exact(channels).zip(beside.chunks_exact(channels));
        let vectorized = channels / LANES * LANES;
        for channel in (0..vectorized).step_by(LANES) {
            let constants = constants.map(|values| load(&values[channel..]));
            let mut run = [F32x4::default(); N];
            for (x, y) in pixels() {
                let terms = terms(constants, load(&x[channel..]), load(&y[channel..]));
                for n in 0..N {
                    run[n] = run[n] + terms[n];
                }
            }
            for (sums, run) in sums.iter_mut().zip(run) {
                let run = run.to_array();
                sums[channel..].iter_mut().zip(run).for_each(|(sum, run)| *sum += f64::from(run));
            }
        }
        for channel in vectorized..channels {
            let constants = constants.map(|values| F32x4::splat(values[channel]));
            let mut run = [F32x4::default(); N];
            for (x, y) in pixels() {
                let terms = terms(constants, F32x4::splat(x[channel]), F32x4::splat(y[channel]));
                for n in 0..N {
                    run[n] = run[n] + terms[n];
                }
            }
            sums.iter_mut().zip(run).for_each(|(sums, run)| {
                sums[channel] += f64::from(run.to_array()[0]);
            });
        }
    }
    sums
}

/// `value(constants, x, y)` of each pixel and channel, with the arguments of [`channel_sums`].
fn map_channels<const C: usize>(
    inputs: &[f32],
    beside: &[f32],
    constants: [&[f32]; C],
    value: impl Fn([F32x4; C], F32x4, F32x4) -> F32x4,
) -> Vec<f32> {
    let channels = constants[0].len();
    let constants_by_vector: Vec<[F32x4; C]> = (0..channels / LANES)
        .map(|vector| constants.map(|values| load(&values[vector * LANES..])))
        .collect();
    let pixels = inputs.chunks_exact(channels).zip(beside.chunks_exact(channels));
    if channels.is_multiple_of(LANES) {
        // Appended as they are computed: writing zeros first would double what is written.
        let mut outputs = Vec::with_capacity(inputs.len() / LANES);
        for (x, y) in pixels {
            let vectors = x.as_chunks().0.iter().zip(y.as_chunks().0).zip(&constants_by_vector);
            outputs.extend(vectors.map(|((x, y), constants)| {
                value(*constants, F32x4::from_array(x), F32x4::from_array(y)).to_array()
            }));
        }
        return outputs.into_flattened();
    }
    let mut outputs = Vec::with_capacity(inputs.len());
    for (x, y) in pixels {
        outputs.extend(x.iter().zip(y).enumerate().map(|(channel, (x, y))| {
            let constants = constants.map(|values| F32x4::splat(values[channel]));
            value(constants, F32x4::splat(*x), F32x4::splat(*y)).to_array()[0]
        }));
    }
    outputs
}
