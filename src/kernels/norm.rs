//! Batch normalisation, forward and backward. Maps are `[picture][channel][y][x]`; everything
//! here is done channel by channel, whose values are `area` neighbours in each picture.

use super::tile::{sum, sum_of};

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

/// What normalises a channel: `(x - mean) * scale * gamma + beta`.
#[derive(Debug, Clone, Copy)]
pub struct Channel {
    mean: f32,
    /// One over the standard deviation.
    scale: f32,
}

/// The channels that `moments` normalise, with `epsilon` added to each variance.
#[must_use]
pub fn channels(mean: &[f32], variance: &[f32], epsilon: f32) -> Vec<Channel> {
    let channel = |(&mean, &variance): (&f32, &f32)| Channel {
        mean,
        scale: 1.0 / libm::sqrtf(variance + epsilon),
    };
    mean.iter().zip(variance).map(channel).collect()
}

/// Mean and variance over pictures and places, in two passes, because the difference of two
/// means of squares would lose what a small variance is made of.
#[must_use]
pub fn moments(inputs: &[f32], channels: usize, area: usize) -> Moments {
    let count = (inputs.len() / channels) as f64;
    let mean = sums(inputs, channels, area, |_, plane, _| sum(plane));
    let mean: Vec<f32> = mean.iter().map(|sum| (sum / count) as f32).collect();
    let variance = sums(inputs, channels, area, |channel, plane, _| {
        let mean = mean[channel];
        sum_of(plane, plane, |x, _| (x - mean) * (x - mean))
    });
    let variance = variance.iter().map(|sum| (sum / count) as f32).collect();
    Moments { mean, variance }
}

/// `inputs` normalised, scaled by `gamma` and moved by `beta`.
#[must_use]
pub fn forward(
    inputs: &[f32],
    area: usize,
    channels: &[Channel],
    gamma: &[f32],
    beta: &[f32],
) -> Vec<f32> {
    let mut outputs = Vec::with_capacity(inputs.len());
    for (index, plane) in inputs.chunks_exact(area).enumerate() {
        let at = index % channels.len();
        let (channel, factor) = (channels[at], channels[at].scale * gamma[at]);
        outputs.extend(plane.iter().map(|x| (x - channel.mean) * factor + beta[at]));
    }
    outputs
}

/// Gradients from those of the outputs. `by_moments`: whether the inputs also act through the
/// moments, as they do in training (Ioffe and Szegedy 2015, section 3).
#[must_use]
pub fn backward(
    inputs: &[f32],
    area: usize,
    channels: &[Channel],
    gamma: &[f32],
    gradients: &[f32],
    by_moments: bool,
) -> Gradients {
    let count = channels.len();
    let values = (inputs.len() / count) as f64;
    let beta = sums(gradients, count, area, |_, plane, _| sum(plane));
    let gamma_sums = sums(inputs, count, area, |channel, plane, start| {
        let Channel { mean, scale } = channels[channel];
        sum_of(plane, &gradients[start..][..area], |x, gradient| (x - mean) * scale * gradient)
    });
    let mut input_gradients = Vec::with_capacity(inputs.len());
    let planes = inputs.chunks_exact(area).zip(gradients.chunks_exact(area));
    for (index, (plane, gradients)) in planes.enumerate() {
        let at = index % count;
        let Channel { mean, scale } = channels[at];
        let factor = scale * gamma[at];
        let (shift, slope) = if by_moments {
            ((beta[at] / values) as f32, (gamma_sums[at] / values) as f32)
        } else {
            (0.0, 0.0)
        };
        let pairs = plane.iter().zip(gradients);
        input_gradients.extend(
            pairs.map(|(x, gradient)| factor * (gradient - shift - (x - mean) * scale * slope)),
        );
    }
    let narrow = |sums: Vec<f64>| sums.into_iter().map(|sum| sum as f32).collect();
    Gradients { inputs: input_gradients, gamma: narrow(gamma_sums), beta: narrow(beta) }
}

/// A sum over each channel, of `term` over each of its planes.
fn sums(
    inputs: &[f32],
    channels: usize,
    area: usize,
    term: impl Fn(usize, &[f32], usize) -> f64,
) -> Vec<f64> {
    let mut sums = vec![0.0; channels];
    for (index, plane) in inputs.chunks_exact(area).enumerate() {
        sums[index % channels] += term(index % channels, plane, index * area);
    }
    sums
}
