//! Batch normalisation, forward and backward. Maps are `[picture][y][x][channel]`; which pixel
//! is whose does not matter here.

use super::vector::{Four, WIDTH, load};

/// Pixels that a sum in 32 bits goes over before it is added to the others in 64. What is lost in
/// the moments of a step is in every value after it.
const RUN: usize = 16;

/// Mean and biased variance of each channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// `[channel]`
    pub mean: Vec<f32>,
    /// `[channel]`
    pub variance: Vec<f32>,
}

/// Gradients of a normalisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// Like the inputs.
    pub inputs: Vec<f32>,
    /// `[channel]`
    pub gamma: Vec<f32>,
    /// `[channel]`
    pub beta: Vec<f32>,
}

/// What normalises each channel: `(x - mean) * scale * gamma + beta`.
#[derive(Debug, Clone, PartialEq)]
pub struct Channels {
    means: Vec<f32>,
    /// One over the standard deviation.
    scales: Vec<f32>,
}

/// The channels that these moments normalise, with `epsilon` added to each variance.
#[must_use]
pub fn channels(mean: &[f32], variance: &[f32], epsilon: f32) -> Channels {
    let scale = |variance: &f32| 1.0 / libm::sqrtf(variance + epsilon);
    Channels { means: mean.to_vec(), scales: variance.iter().map(scale).collect() }
}

/// Mean and variance over pictures and places, in two passes, because the difference of two
/// means of squares would lose what a small variance is made of.
#[must_use]
pub fn moments(inputs: &[f32], channels: usize) -> Moments {
    let count = (inputs.len() / channels) as f64;
    let narrow = |sums: &[f64]| sums.iter().map(|sum| (sum / count) as f32).collect();
    let (mean, errors) = spread(inputs, channels);
    Moments { mean: mean.iter().map(|mean| *mean as f32).collect(), variance: narrow(&errors) }
}

/// Of each channel the mean, and the sum of the squared distances from it.
#[must_use]
pub fn spread(inputs: &[f32], channels: usize) -> (Vec<f64>, Vec<f64>) {
    let count = (inputs.len() / channels) as f64;
    let zeros = vec![0.0; channels];
    let [mut mean] = sums(inputs, inputs, [&zeros], |_, x, _| [x]);
    mean.iter_mut().for_each(|sum| *sum /= count);
    let middle: Vec<f32> = mean.iter().map(|mean| *mean as f32).collect();
    let [errors] = sums(inputs, inputs, [&middle], |[mean], x, _| [(x - mean) * (x - mean)]);
    (mean, errors)
}

/// `inputs` normalised, scaled by `gamma` and moved by `beta`.
#[must_use]
pub fn forward(inputs: &[f32], channels: &Channels, gamma: &[f32], beta: &[f32]) -> Vec<f32> {
    let factors = channels.factors(gamma);
    let constants = [channels.means.as_slice(), &factors, beta];
    mapped(inputs, inputs, constants, |[mean, factor, beta], x, _| {
        beta.plus_product(x - mean, factor)
    })
}

/// Gradients from those of the outputs. `by_moments`: whether the inputs also act through the
/// moments, as they do in training (Ioffe and Szegedy 2015, section 3).
#[must_use]
pub fn backward(
    inputs: &[f32],
    channels: &Channels,
    gamma: &[f32],
    gradients: &[f32],
    by_moments: bool,
) -> Gradients {
    let [by_gamma, by_beta] = slopes(inputs, channels, gradients);
    let values = (inputs.len() / gamma.len()) as f64;
    let means = |sums: &[f64]| -> Vec<f32> {
        let mean = |sum: &f64| if by_moments { (sum / values) as f32 } else { 0.0 };
        sums.iter().map(mean).collect()
    };
    let through = [&by_gamma, &by_beta].map(|sums| means(sums));
    let narrow = |sums: &[f64]| sums.iter().map(|sum| *sum as f32).collect();
    Gradients {
        inputs: input_gradients(inputs, channels, gamma, gradients, &through),
        gamma: narrow(&by_gamma),
        beta: narrow(&by_beta),
    }
}

/// The gradients of `gamma` and `beta` from those of the outputs, in 64 bits.
#[must_use]
pub fn slopes(inputs: &[f32], channels: &Channels, gradients: &[f32]) -> [Vec<f64>; 2] {
    let constants = [&channels.means, &channels.scales];
    sums(inputs, gradients, constants.map(Vec::as_slice), |[mean, scale], x, gradient| {
        [(x - mean) * scale * gradient, gradient]
    })
}

/// The gradients of the inputs from those of the outputs. What flows back `through` the moments are
/// the means of the gradients of `gamma` and `beta` over all values of a channel, or zeros.
#[must_use]
pub fn input_gradients(
    inputs: &[f32],
    channels: &Channels,
    gamma: &[f32],
    gradients: &[f32],
    through: &[Vec<f32>; 2],
) -> Vec<f32> {
    let [slopes, shifts] = through;
    let Channels { means, scales } = channels;
    let factors = channels.factors(gamma);
    let constants = [means, scales, slopes, shifts, &factors].map(Vec::as_slice);
    mapped(inputs, gradients, constants, |[mean, scale, slope, shift, factor], x, gradient| {
        factor * (gradient - shift.plus_product((x - mean) * scale, slope))
    })
}

impl Channels {
    fn factors(&self, gamma: &[f32]) -> Vec<f32> {
        self.scales.iter().zip(gamma).map(|(scale, gamma)| scale * gamma).collect()
    }
}

/// The sums over each channel of the terms that `terms` makes of its `constants` and of its values of
/// `inputs` and `beside`.
fn sums<const C: usize, const N: usize>(
    inputs: &[f32],
    beside: &[f32],
    constants: [&[f32]; C],
    terms: impl Fn([Four; C], Four, Four) -> [Four; N],
) -> [Vec<f64>; N] {
    let channels = constants[0].len();
    let mut sums = [(); N].map(|()| vec![0.0; channels]);
    for (inputs, beside) in inputs.chunks(RUN * channels).zip(beside.chunks(RUN * channels)) {
        let pixels = || inputs.chunks_exact(channels).zip(beside.chunks_exact(channels));
        let whole = channels / WIDTH * WIDTH;
        for channel in (0..whole).step_by(WIDTH) {
            let constants = constants.map(|values| load(&values[channel..]));
            let mut run = [Four::default(); N];
            for (x, y) in pixels() {
                let terms = terms(constants, load(&x[channel..]), load(&y[channel..]));
                for n in 0..N {
                    run[n] = run[n] + terms[n];
                }
            }
            for (sums, run) in sums.iter_mut().zip(run) {
                let run = run.values();
                sums[channel..].iter_mut().zip(run).for_each(|(sum, run)| *sum += f64::from(run));
            }
        }
        for channel in whole..channels {
            let constants = constants.map(|values| Four::all(values[channel]));
            let mut run = [Four::default(); N];
            for (x, y) in pixels() {
                let terms = terms(constants, Four::all(x[channel]), Four::all(y[channel]));
                for n in 0..N {
                    run[n] = run[n] + terms[n];
                }
            }
            sums.iter_mut().zip(run).for_each(|(sums, run)| {
                sums[channel] += f64::from(run.values()[0]);
            });
        }
    }
    sums
}

/// What `value` makes of the `constants` of each channel and of its values of `inputs` and `beside`.
fn mapped<const C: usize>(
    inputs: &[f32],
    beside: &[f32],
    constants: [&[f32]; C],
    value: impl Fn([Four; C], Four, Four) -> Four,
) -> Vec<f32> {
    let channels = constants[0].len();
    let whole: Vec<[Four; C]> = (0..channels / WIDTH)
        .map(|vector| constants.map(|values| load(&values[vector * WIDTH..])))
        .collect();
    let given = inputs.chunks_exact(channels).zip(beside.chunks_exact(channels));
    if channels.is_multiple_of(WIDTH) {
        // Written as they are made: zeros first would be as much to write again.
        let mut outputs = Vec::with_capacity(inputs.len() / WIDTH);
        for (x, y) in given {
            let vectors = x.as_chunks().0.iter().zip(y.as_chunks().0).zip(&whole);
            outputs.extend(
                vectors.map(|((x, y), constants)| {
                    value(*constants, Four::of(x), Four::of(y)).values()
                }),
            );
        }
        return outputs.into_flattened();
    }
    let mut outputs = Vec::with_capacity(inputs.len());
    for (x, y) in given {
        outputs.extend(x.iter().zip(y).enumerate().map(|(channel, (x, y))| {
            let constants = constants.map(|values| Four::all(values[channel]));
            value(constants, Four::all(*x), Four::all(*y)).values()[0]
        }));
    }
    outputs
}
