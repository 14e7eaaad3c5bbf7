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
    let ones = vec![1.0; channels];
    let mut mean = sums(inputs, inputs, [&ones, &ones], |x, _, _, _| x);
    mean.iter_mut().for_each(|sum| *sum /= count);
    let middle: Vec<f32> = mean.iter().map(|mean| *mean as f32).collect();
    let errors = sums(inputs, inputs, [&middle, &ones], |x, _, mean, _| (x - mean) * (x - mean));
    (mean, errors)
}

/// `inputs` normalised, scaled by `gamma` and moved by `beta`.
#[must_use]
pub fn forward(inputs: &[f32], channels: &Channels, gamma: &[f32], beta: &[f32]) -> Vec<f32> {
    let mut outputs = inputs.to_vec();
    let factors = channels.factors(gamma);
    for pixel in outputs.chunks_exact_mut(channels.means.len()) {
        let places = channels.means.iter().zip(&factors).zip(beta);
        for (x, ((mean, factor), beta)) in pixel.iter_mut().zip(places) {
            *x = (*x - mean) * factor + beta;
        }
    }
    outputs
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
    let Channels { means, scales } = channels;
    let normal = |x: f32, gradient: f32, mean: f32, scale: f32| (x - mean) * scale * gradient;
    [
        sums(inputs, gradients, [means, scales], normal),
        sums(inputs, gradients, [means, scales], |_, gradient, _, _| gradient),
    ]
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
    let factors = channels.factors(gamma);
    let mut found = gradients.to_vec();
    let pixels = found.chunks_exact_mut(gamma.len()).zip(inputs.chunks_exact(gamma.len()));
    for (gradient, x) in pixels {
        let normal = channels.means.iter().zip(&channels.scales).zip(slopes).zip(shifts);
        let places = gradient.iter_mut().zip(x).zip(normal).zip(&factors);
        for (((gradient, x), (((mean, scale), slope), shift)), factor) in places {
            *gradient = factor * (*gradient - (shift + (x - mean) * scale * slope));
        }
    }
    found
}

impl Channels {
    fn factors(&self, gamma: &[f32]) -> Vec<f32> {
        self.scales.iter().zip(gamma).map(|(scale, gamma)| scale * gamma).collect()
    }
}

/// The sum over each channel of `term(x, y, a, b)`, of the values of `inputs` and `beside`, and of
/// the channel's own two.
fn sums(
    inputs: &[f32],
    beside: &[f32],
    [first, second]: [&Vec<f32>; 2],
    term: impl Fn(f32, f32, f32, f32) -> f32,
) -> Vec<f64> {
    let channels = first.len();
    let mut sums = vec![0.0; channels];
    let mut run = vec![0.0_f32; channels];
    for (inputs, beside) in inputs.chunks(RUN * channels).zip(beside.chunks(RUN * channels)) {
        run.fill(0.0);
        for (x, y) in inputs.chunks_exact(channels).zip(beside.chunks_exact(channels)) {
            let places = x.iter().zip(y).zip(first.iter().zip(second));
            for (sum, ((x, y), (a, b))) in run.iter_mut().zip(places) {
                *sum += term(*x, *y, *a, *b);
            }
        }
        sums.iter_mut().zip(&run).for_each(|(sum, run)| *sum += f64::from(*run));
    }
    sums
}
