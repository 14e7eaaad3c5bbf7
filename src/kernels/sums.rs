//! Gradients by the weights of a convolution and by its bias, summed picture by picture.

use super::conv::Sizes;
use super::laid::Laid;
use super::tile::{FEW, LANES, PIXELS, correlate};
use super::vector::Four;

/// Pixels that a running sum goes over before it is added to the others: one sum over a whole
/// picture would lose two digits, which Adam makes large where the gradient is small. So many
/// pixels also stay in the cache while every weight is summed over them.
const RUN: usize = 64;

/// A step that is not known to the compiler.
const ANY: usize = 0;

/// Gradients by the bias.
pub(super) struct BiasSums(Vec<f64>);

impl BiasSums {
    pub(super) fn new(filters: usize) -> Self {
        Self(vec![0.0; filters])
    }

    /// Adds the output gradients of a picture, `[y][x][filter]`, rows of `side` pixels.
    pub(super) fn add(&mut self, gradients: &[f32], side: usize) {
        let filters = self.0.len();
        let mut row = vec![0.0_f32; filters];
        for line in gradients.chunks_exact(side * filters) {
            row.fill(0.0);
            for pixel in line.chunks_exact(filters) {
                row.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
            }
            self.0.iter_mut().zip(&row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
    }

    pub(super) fn finish(self) -> Vec<f32> {
        self.0.into_iter().map(|sum| sum as f32).collect()
    }
}

/// Gradients by the weights.
pub(super) struct WeightSums {
    sizes: Sizes,
    inputs: Laid,
    /// Output gradients.
    gradients: Laid,
    /// Of the picture at hand, `[ky][kx][channel][filter]`, whole vectors of both.
    picture: Vec<f32>,
    /// Of all pictures.
    weights: Vec<f32>,
}

impl WeightSums {
    pub(super) fn new(sizes: &Sizes, inputs: Laid, gradients: Laid) -> Self {
        let count = sizes.kernel * sizes.kernel * inputs.step * gradients.step;
        let (picture, weights) = (vec![0.0; count], vec![0.0; count]);
        Self { sizes: *sizes, inputs, gradients, picture, weights }
    }

    /// Adds a picture's part.
    pub(super) fn add(&mut self, inputs: &[f32], gradients: &[f32]) {
        self.picture.fill(0.0);
        // Steps that the compiler knows, those of our models: the tile is a third faster. Each is a
        // function of its own, because V8 makes little of large ones.
        let stride = self.sizes.stride;
        let (step, width) = (self.inputs.step * stride, self.gradients.step);
        match (step, width) {
            (16, FEW) => self.few_strips::<16>(inputs, gradients),
            (32, FEW) => self.few_strips::<32>(inputs, gradients),
            _ if self.gradients.step == FEW => self.few_strips::<ANY>(inputs, gradients),
            (28, 16) => self.strips::<28, 16>(inputs, gradients),
            (28, 32) => self.strips::<28, 32>(inputs, gradients),
            (6, 16) => self.strips::<6, 16>(inputs, gradients),
            (8, 8) => self.strips::<8, 8>(inputs, gradients),
            (16, 8) => self.strips::<16, 8>(inputs, gradients),
            (32, 8) => self.strips::<32, 8>(inputs, gradients),
            (32, 32) => self.strips::<32, 32>(inputs, gradients),
            (32, 64) => self.strips::<32, 64>(inputs, gradients),
            (64, 32) => self.strips::<64, 32>(inputs, gradients),
            (64, 64) => self.strips::<64, 64>(inputs, gradients),
            _ => self.strips::<ANY, ANY>(inputs, gradients),
        }
        for (total, sum) in self.weights.iter_mut().zip(&self.picture) {
            *total += sum;
        }
    }

    /// All weights, over a few rows at a time.
    #[inline(never)]
    fn strips<const STEP: usize, const WIDTH: usize>(&mut self, inputs: &[f32], gradients: &[f32]) {
        let Sizes { kernel, stride, .. } = self.sizes;
        let step = if STEP == ANY { self.inputs.step * stride } else { STEP };
        let width = if WIDTH == ANY { self.gradients.step } else { WIDTH };
        let (side, run) = (self.sizes.output_side(), kernel * self.inputs.step);
        for rows in strips(side) {
            for (ky, block, t) in places(kernel, self.gradients.step, LANES, run, PIXELS) {
                let mut sums = [[Four::default(); 2]; PIXELS];
                for y in rows.clone() {
                    let line = &inputs[(y * stride + ky) * self.inputs.row() + t..];
                    let slopes = &gradients[self.gradients.at(y, 0) + block..];
                    sums = correlate((line, step), (slopes, width), side, sums);
                }
                let start = (ky * run + t) * self.gradients.step + block;
                let rows = self.picture[start..].chunks_mut(self.gradients.step);
                for (row, sum) in rows.zip(&sums) {
                    for (to, sum) in row.as_chunks_mut::<FEW>().0.iter_mut().zip(sum) {
                        to.iter_mut().zip(sum.values()).for_each(|(to, sum)| *to += sum);
                    }
                }
            }
        }
    }

    /// The same for a vector of filters: inputs and gradients change places, so that the lanes are
    /// those of the inputs.
    #[inline(never)]
    fn few_strips<const STEP: usize>(&mut self, inputs: &[f32], gradients: &[f32]) {
        let Sizes { kernel, stride, .. } = self.sizes;
        let step = if STEP == ANY { self.inputs.step * stride } else { STEP };
        let (side, run) = (self.sizes.output_side(), kernel * self.inputs.step);
        for rows in strips(side) {
            for (ky, _, t) in places(kernel, 1, 1, run, FEW) {
                let mut sums = [[Four::default(); 1]; FEW];
                for y in rows.clone() {
                    let line = &inputs[(y * stride + ky) * self.inputs.row() + t..];
                    let slopes = &gradients[self.gradients.at(y, 0)..];
                    sums = correlate((slopes, FEW), (line, step), side, sums);
                }
                let sums = sums.map(|[sum]| sum.values());
                let rows = self.picture[(ky * run + t) * FEW..].chunks_exact_mut(FEW);
                for (lane, row) in rows.take(FEW).enumerate() {
                    row.iter_mut().zip(&sums).for_each(|(to, sum)| *to += sum[lane]);
                }
            }
        }
    }

    /// As `[filter][channel][ky][kx]`.
    pub(super) fn finish(self) -> Vec<f32> {
        let Sizes { channels, filters, kernel, .. } = self.sizes;
        let mut weights = Vec::with_capacity(filters * channels * kernel * kernel);
        for (filter, channel) in (0..filters * channels).map(|i| (i / channels, i % channels)) {
            weights.extend((0..kernel * kernel).map(|place| {
                self.weights[(place * self.inputs.step + channel) * self.gradients.step + filter]
            }));
        }
        weights
    }
}

/// The rows of a map of a side, some at a time.
fn strips(side: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let rows = (RUN / side).max(1);
    (0..side).step_by(rows).map(move |y| y..(y + rows).min(side))
}

/// Kernel rows, blocks of `width` and values of a `run`, each by its step.
fn places(
    kernel: usize,
    width: usize,
    block: usize,
    run: usize,
    few: usize,
) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..kernel).flat_map(move |ky| {
        (0..width)
            .step_by(block)
            .flat_map(move |block| (0..run).step_by(few).map(move |t| (ky, block, t)))
    })
}
