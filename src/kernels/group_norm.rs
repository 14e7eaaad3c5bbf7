//! Layer and group normalisation, forward and backward: each picture's values, or those of each of its
//! pixels, are normalised in groups of channels, so that no picture depends on another one. Sums are
//! kept in 64 bits.

/// What is normalised together: of samples `[position][channel]`, the channels of a group at all
/// positions. A sample is a picture, or for layer normalisation a pixel of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupShape {
    /// Positions of a sample.
    pub positions: usize,
    /// Channels, a multiple of `groups`.
    pub channels: usize,
    /// Groups of channels.
    pub groups: usize,
}

/// Gradients of a normalisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// `[sample][position][channel]`
    pub inputs: Vec<f32>,
    /// `[channel]`
    pub gamma: Vec<f32>,
    /// `[channel]`
    pub beta: Vec<f32>,
}

/// Sums side by side, so that a loop over values is vectorised.
const LANES: usize = 4;

impl GroupShape {
    fn width(self) -> usize {
        self.channels / self.groups
    }

    /// Values of a sample.
    fn size(self) -> usize {
        self.positions * self.channels
    }

    /// Values that are normalised together.
    fn count(self) -> f64 {
        (self.positions * self.width()) as f64
    }

    /// The channels of group `group` at each position of a sample.
    fn runs(self, sample: &[f32], group: usize) -> impl Iterator<Item = &[f32]> {
        let start = group * self.width();
        sample.chunks_exact(self.channels).map(move |pixel| &pixel[start..start + self.width()])
    }
}

/// The sum of `term(index of the run's first value, value, value beside)` over runs of values.
#[inline(always)]
fn sum<'a>(
    runs: impl Iterator<Item = (&'a [f32], &'a [f32])>,
    term: impl Fn(usize, f32, f32) -> f32,
) -> f64 {
    let mut lanes = [0.0_f64; LANES];
    for (x, y) in runs {
        let (xs, x_rest) = x.as_chunks::<LANES>();
        let (ys, y_rest) = y.as_chunks::<LANES>();
        for (at, (x, y)) in (0..).step_by(LANES).zip(xs.iter().zip(ys)) {
            for lane in 0..LANES {
                lanes[lane] += f64::from(term(at + lane, x[lane], y[lane]));
            }
        }
        let first = x.len() - x_rest.len();
        for (lane, (x, y)) in x_rest.iter().zip(y_rest).enumerate() {
            lanes[lane] += f64::from(term(first + lane, *x, *y));
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// Mean, and one over the standard deviation with `epsilon` added to the variance, for each sample and
/// group: `[sample][group][2]`.
#[must_use]
pub fn moments(inputs: &[f32], shape: GroupShape, epsilon: f32) -> Vec<f32> {
    let mut found = Vec::with_capacity(inputs.len() / shape.size() * shape.groups * 2);
    for sample in inputs.chunks_exact(shape.size()) {
        for group in 0..shape.groups {
            let runs = || shape.runs(sample, group).map(|run| (run, run));
            let mean = (sum(runs(), |_, x, _| x) / shape.count()) as f32;
            let errors = sum(runs(), |_, x, _| (x - mean) * (x - mean));
            let variance = (errors / shape.count()) as f32;
            found.extend([mean, 1.0 / libm::sqrtf(variance + epsilon)]);
        }
    }
    found
}

/// `inputs` normalised by their [`moments`], scaled by `gamma` and shifted by `beta`, both `[channel]`.
#[must_use]
pub fn forward(
    inputs: &[f32],
    moments: &[f32],
    shape: GroupShape,
    gamma: &[f32],
    beta: &[f32],
) -> Vec<f32> {
    let mut outputs = Vec::with_capacity(inputs.len());
    let samples = inputs.chunks_exact(shape.size()).zip(moments.chunks_exact(2 * shape.groups));
    for (sample, moments) in samples {
        for pixel in sample.chunks_exact(shape.channels) {
            let groups = pixel.chunks_exact(shape.width()).zip(moments.as_chunks().0);
            let affine = gamma.chunks_exact(shape.width()).zip(beta.chunks_exact(shape.width()));
            for ((run, &[mean, inv_std]), (gamma, beta)) in groups.zip(affine) {
                let values = run.iter().zip(gamma).zip(beta);
                outputs
                    .extend(values.map(|((x, gamma), beta)| (x - mean) * (inv_std * gamma) + beta));
            }
        }
    }
    outputs
}

/// Gradients from those of the outputs; `moments` are those of the inputs.
#[must_use]
pub fn backward(
    inputs: &[f32],
    moments: &[f32],
    shape: GroupShape,
    gamma: &[f32],
    gradients: &[f32],
) -> Gradients {
    let mut by_inputs = vec![0.0; inputs.len()];
    let mut sums = [vec![0.0_f64; shape.channels], vec![0.0_f64; shape.channels]];
    let width = shape.width();
    let samples = inputs.chunks_exact(shape.size()).zip(gradients.chunks_exact(shape.size()));
    let outputs = by_inputs.chunks_exact_mut(shape.size());
    let all = samples.zip(outputs).zip(moments.chunks_exact(2 * shape.groups));
    for (((sample, gradient), found), moments) in all {
        for (group, &[mean, inv_std]) in moments.as_chunks().0.iter().enumerate() {
            let first = group * width;
            let gamma = &gamma[first..first + width];
            let runs = || shape.runs(sample, group).zip(shape.runs(gradient, group));
            let normal = |x: f32| (x - mean) * inv_std;
            let count = shape.count();
            let shift = (sum(runs(), |c, _, dy| dy * gamma[c]) / count) as f32;
            let slope = (sum(runs(), |c, x, dy| dy * gamma[c] * normal(x)) / count) as f32;
            let pixels = found.chunks_exact_mut(shape.channels).zip(runs());
            for (found, (x, dy)) in pixels {
                let found = &mut found[first..first + width];
                for (c, found) in found.iter_mut().enumerate() {
                    let normal = normal(x[c]);
                    *found = inv_std * (dy[c] * gamma[c] - shift - normal * slope);
                    sums[0][first + c] += f64::from(dy[c] * normal);
                    sums[1][first + c] += f64::from(dy[c]);
                }
            }
        }
    }
    let [gamma, beta] = sums.map(|sums| sums.into_iter().map(|sum| sum as f32).collect());
    Gradients { inputs: by_inputs, gamma, beta }
}
