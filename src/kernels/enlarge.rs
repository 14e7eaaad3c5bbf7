//! Maps `[picture][y][x][channel]` enlarged by whole factors: each value repeated, or bilinear between
//! the centres of pixels, as TensorFlow has it. `upsample` has the kernel of nearest neighbours by two.

/// What is put between the values of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interpolation {
    /// The nearest of them.
    Nearest,
    /// Of the two around it in each direction, the more the nearer.
    Bilinear,
}

/// Between which values of a row of the map, or a column, one of the enlarged row lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Between {
    /// The value before it.
    pub lower: usize,
    /// The value after it; the same past the border.
    pub upper: usize,
    /// How far it is on its way, 0 to 1.
    pub part: f32,
}

impl Interpolation {
    /// Where each of `size * factor` values lies between `size`.
    #[must_use]
    pub fn places(self, size: usize, factor: usize) -> Vec<Between> {
        let place = |at: usize| match self {
            Self::Nearest => Between { lower: at / factor, upper: at / factor, part: 0.0 },
            // (at + 1/2) / factor - 1/2, and one more so that nothing is negative.
            Self::Bilinear => {
                let (whole, rest) = (2 * at + 1 + factor, 2 * factor);
                let (after, part) = (whole / rest, (whole % rest) as f32 / rest as f32);
                Between { lower: after.saturating_sub(1), upper: after.min(size - 1), part }
            }
        };
        (0..size * factor).map(place).collect()
    }
}

/// Maps of `[height, width]` and so many channels, enlarged by `factor`.
#[must_use]
pub fn forward(
    kind: Interpolation,
    inputs: &[f32],
    [height, width]: [usize; 2],
    channels: usize,
    factor: [usize; 2],
) -> Vec<f32> {
    let (rows, columns) = (kind.places(height, factor[0]), kind.places(width, factor[1]));
    let line = columns.len() * channels;
    let mut outputs = Vec::with_capacity(inputs.len() * factor[0] * factor[1]);
    // The rows of a map, wide already.
    let mut wide = vec![0.0; height * line];
    for map in inputs.chunks_exact(height * width * channels) {
        for (from, to) in map.chunks_exact(width * channels).zip(wide.chunks_exact_mut(line)) {
            for (to, between) in to.chunks_exact_mut(channels).zip(&columns) {
                mix(
                    &from[between.lower * channels..],
                    &from[between.upper * channels..],
                    between.part,
                    to,
                );
            }
        }
        for between in &rows {
            let start = outputs.len();
            outputs.resize(start + line, 0.0);
            let (lower, upper) = (&wide[between.lower * line..], &wide[between.upper * line..]);
            mix(lower, upper, between.part, &mut outputs[start..]);
        }
    }
    outputs
}

/// `lower + (upper - lower) * part`, value by value.
#[inline(always)]
fn mix(lower: &[f32], upper: &[f32], part: f32, to: &mut [f32]) {
    let count = to.len();
    for ((to, lower), upper) in to.iter_mut().zip(&lower[..count]).zip(&upper[..count]) {
        *to = if part == 0.0 { *lower } else { lower + (upper - lower) * part };
    }
}

/// Gradients of the inputs, maps of `[height, width]`, from those of the outputs.
#[must_use]
pub fn backward(
    kind: Interpolation,
    gradients: &[f32],
    [height, width]: [usize; 2],
    channels: usize,
    factor: [usize; 2],
) -> Vec<f32> {
    let (rows, columns) = (kind.places(height, factor[0]), kind.places(width, factor[1]));
    let line = columns.len() * channels;
    let mut inputs = vec![0.0; gradients.len() / (factor[0] * factor[1])];
    let mut wide = vec![0.0; height * line];
    let maps = inputs.chunks_exact_mut(height * width * channels);
    for (map, gradients) in maps.zip(gradients.chunks_exact(rows.len() * line)) {
        wide.fill(0.0);
        for (from, between) in gradients.chunks_exact(line).zip(&rows) {
            share(from, between, &mut wide, line);
        }
        for (from, to) in wide.chunks_exact(line).zip(map.chunks_exact_mut(width * channels)) {
            for (from, between) in from.chunks_exact(channels).zip(&columns) {
                share(from, between, to, channels);
            }
        }
    }
    inputs
}

/// Adds gradients to the two that they are between, each `step` values.
#[inline(always)]
fn share(gradients: &[f32], between: &Between, to: &mut [f32], step: usize) {
    for (at, part) in [(between.lower, 1.0 - between.part), (between.upper, between.part)] {
        if part > 0.0 {
            let to = &mut to[at * step..][..step];
            to.iter_mut().zip(gradients).for_each(|(sum, value)| *sum += value * part);
        }
    }
}
