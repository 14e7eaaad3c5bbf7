//! Batch normalisation, forward and backward. Maps are `[picture][y][x][channel]`; which pixel
//! is whose does not matter here.

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
pub fn moments(inputs: &[f32], channels: usize) -> Moments {
    let count = (inputs.len() / channels) as f64;
    let narrow = |sums: Vec<f64>| sums.iter().map(|sum| (sum / count) as f32).collect::<Vec<f32>>();
    let mean = narrow(sums(inputs, inputs, channels, |_, x, _| x));
    let error = |channel: usize, x: f32| x - mean[channel];
    let variance =
        sums(inputs, inputs, channels, |channel, x, _| error(channel, x) * error(channel, x));
    Moments { variance: narrow(variance), mean }
}

/// `inputs` normalised, scaled by `gamma` and moved by `beta`.
#[must_use]
pub fn forward(inputs: &[f32], channels: &[Channel], gamma: &[f32], beta: &[f32]) -> Vec<f32> {
    let mut outputs = inputs.to_vec();
    let factors: Vec<f32> =
        channels.iter().zip(gamma).map(|(channel, gamma)| channel.scale * gamma).collect();
    for pixel in outputs.chunks_exact_mut(channels.len()) {
        let places = channels.iter().zip(&factors).zip(beta);
        for (x, ((channel, factor), beta)) in pixel.iter_mut().zip(places) {
            *x = (*x - channel.mean) * factor + beta;
        }
    }
    outputs
}

/// Gradients from those of the outputs. `by_moments`: whether the inputs also act through the
/// moments, as they do in training (Ioffe and Szegedy 2015, section 3).
#[must_use]
pub fn backward(
    inputs: &[f32],
    channels: &[Channel],
    gamma: &[f32],
    gradients: &[f32],
    by_moments: bool,
) -> Gradients {
    let count = channels.len();
    let values = (inputs.len() / count) as f64;
    let normal = |channel: usize, x: f32| (x - channels[channel].mean) * channels[channel].scale;
    let beta_sums = sums(inputs, gradients, count, |_, _, gradient| gradient);
    let gamma_sums =
        sums(inputs, gradients, count, |channel, x, gradient| normal(channel, x) * gradient);
    let narrow = |sums: &[f64], over: f64| -> Vec<f32> {
        sums.iter().map(|sum| (sum / over) as f32).collect()
    };
    let [shifts, slopes] = if by_moments {
        [narrow(&beta_sums, values), narrow(&gamma_sums, values)]
    } else {
        [vec![0.0; count], vec![0.0; count]]
    };
    let factors: Vec<f32> =
        channels.iter().zip(gamma).map(|(channel, gamma)| channel.scale * gamma).collect();
    let mut input_gradients = gradients.to_vec();
    let pixels = input_gradients.chunks_exact_mut(count).zip(inputs.chunks_exact(count));
    for (gradient, x) in pixels {
        for channel in 0..count {
            let through = shifts[channel] + normal(channel, x[channel]) * slopes[channel];
            gradient[channel] = factors[channel] * (gradient[channel] - through);
        }
    }
    Gradients {
        inputs: input_gradients,
        gamma: narrow(&gamma_sums, 1.0),
        beta: narrow(&beta_sums, 1.0),
    }
}

/// The sum over each channel of `term(channel, x, y)`, of the values of `inputs` and `beside`.
fn sums(
    inputs: &[f32],
    beside: &[f32],
    channels: usize,
    term: impl Fn(usize, f32, f32) -> f32,
) -> Vec<f64> {
    let mut sums = vec![0.0; channels];
    let mut run = vec![0.0_f32; channels];
    for (inputs, beside) in inputs.chunks(RUN * channels).zip(beside.chunks(RUN * channels)) {
        run.fill(0.0);
        for (x, y) in inputs.chunks_exact(channels).zip(beside.chunks_exact(channels)) {
            for (channel, sum) in run.iter_mut().enumerate() {
                *sum += term(channel, x[channel], y[channel]);
            }
        }
        sums.iter_mut().zip(&run).for_each(|(sum, run)| *sum += f64::from(*run));
    }
    sums
}
