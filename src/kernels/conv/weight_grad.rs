//! Gradients of a convolution's weights and bias where every output has a gradient, summed picture
//! by picture: each weight's is the correlation of the inputs it meets with the output gradients.

use super::padded_layout::PaddedLayout;
use super::spec::ConvShape;
use crate::kernels::microkernel::{MR, NARROW, NR, accumulate_outer};
use crate::kernels::simd::F32x4;

/// Pixels that a running sum takes before it is added to the total: one running sum over a whole
/// picture would lose two digits, which matter because Adam scales small gradients up. So many
/// pixels also stay in the cache while every weight is summed over them.
const RUN: usize = 64;

/// A stride that is not a constant.
const ANY: usize = 0;

/// The gradient of the bias.
pub(super) struct BiasGrad(Vec<f64>);

impl BiasGrad {
    pub(super) fn new(filters: usize) -> Self {
        Self(vec![0.0; filters])
    }

    /// Adds a picture's output gradients, `[y][x][filter]`, rows of `side` pixels.
    pub(super) fn add(&mut self, gradients: &[f32], side: usize) {
        let filters = self.0.len();
        let mut row_sums = vec![0.0_f32; filters];
        for row in gradients.chunks_exact(side * filters) {
            row_sums.fill(0.0);
            for pixel in row.chunks_exact(filters) {
                row_sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
            }
            self.0.iter_mut().zip(&row_sums).for_each(|(sum, value)| *sum += f64::from(*value));
        }
    }

    /// `[filter]`
    pub(super) fn finish(self) -> Vec<f32> {
        self.0.into_iter().map(|sum| sum as f32).collect()
    }
}

/// The gradients of the weights.
pub(super) struct WeightGrad {
    shape: ConvShape,
    /// The layout of the inputs.
    inputs: PaddedLayout,
    /// The layout of the output gradients.
    gradients: PaddedLayout,
    /// Of the picture at hand, `[ky][kx][channel][filter]`, both padded to whole vectors.
    picture: Vec<f32>,
    /// The total over all pictures.
    total: Vec<f32>,
}

impl WeightGrad {
    pub(super) fn new(shape: &ConvShape, inputs: PaddedLayout, gradients: PaddedLayout) -> Self {
        let len = shape.kernel * shape.kernel * inputs.pixel_stride * gradients.pixel_stride;
        let (picture, total) = (vec![0.0; len], vec![0.0; len]);
        Self { shape: *shape, inputs, gradients, picture, total }
    }

    /// Adds a picture's part, from its padded inputs and output gradients.
    pub(super) fn add(&mut self, inputs: &[f32], gradients: &[f32]) {
        self.picture.fill(0.0);
        // Strides as constants, those of the presets: the loop is a third faster. Each is a
        // function of its own, because V8 optimises large ones badly.
        let stride = self.shape.stride;
        let (step, width) = (self.inputs.pixel_stride * stride, self.gradients.pixel_stride);
        match (step, width) {
            (16, NARROW) => self.add_narrow::<16>(inputs, gradients),
            (32, NARROW) => self.add_narrow::<32>(inputs, gradients),
            _ if self.gradients.pixel_stride == NARROW => {
                self.add_narrow::<ANY>(inputs, gradients);
            }
            (28, 16) => self.add_wide::<28, 16>(inputs, gradients),
            (28, 32) => self.add_wide::<28, 32>(inputs, gradients),
            (6, 16) => self.add_wide::<6, 16>(inputs, gradients),
            (8, 8) => self.add_wide::<8, 8>(inputs, gradients),
            (16, 8) => self.add_wide::<16, 8>(inputs, gradients),
            (32, 8) => self.add_wide::<32, 8>(inputs, gradients),
            (32, 32) => self.add_wide::<32, 32>(inputs, gradients),
            (32, 64) => self.add_wide::<32, 64>(inputs, gradients),
            (64, 32) => self.add_wide::<64, 32>(inputs, gradients),
            (64, 64) => self.add_wide::<64, 64>(inputs, gradients),
            _ => self.add_wide::<ANY, ANY>(inputs, gradients),
        }
        for (total, sum) in self.total.iter_mut().zip(&self.picture) {
            *total += sum;
        }
    }

    /// Strip by strip, every weight: `MR` inputs of a kernel row by `NR` filters at a time.
    #[inline(never)]
    fn add_wide<const STEP: usize, const WIDTH: usize>(
        &mut self,
        inputs: &[f32],
        gradients: &[f32],
    ) {
        let ConvShape { kernel, stride, .. } = self.shape;
        let step = if STEP == ANY { self.inputs.pixel_stride * stride } else { STEP };
        let width = if WIDTH == ANY { self.gradients.pixel_stride } else { WIDTH };
        let (side, run) = (self.shape.output_side(), kernel * self.inputs.pixel_stride);
        for rows in strips(side) {
            for (ky, block, k) in tiles(kernel, self.gradients.pixel_stride, NR, run, MR) {
                let mut sums = [[F32x4::default(); 2]; MR];
                for y in rows.clone() {
                    let line = &inputs[(y * stride + ky) * self.inputs.row_stride() + k..];
                    let gradients = &gradients[self.gradients.pixel_offset(y, 0) + block..];
                    sums = accumulate_outer((line, step), (gradients, width), side, sums);
                }
                let start = (ky * run + k) * self.gradients.pixel_stride + block;
                let rows = self.picture[start..].chunks_mut(self.gradients.pixel_stride);
                for (row, sum) in rows.zip(&sums) {
                    for (to, sum) in row.as_chunks_mut::<NARROW>().0.iter_mut().zip(sum) {
                        to.iter_mut().zip(sum.to_array()).for_each(|(to, sum)| *to += sum);
                    }
                }
            }
        }
    }

    /// The same for at most four filters: inputs and gradients change places, so that the lanes lie
    /// along the inputs.
    #[inline(never)]
    fn add_narrow<const STEP: usize>(&mut self, inputs: &[f32], gradients: &[f32]) {
        let ConvShape { kernel, stride, .. } = self.shape;
        let step = if STEP == ANY { self.inputs.pixel_stride * stride } else { STEP };
        let (side, run) = (self.shape.output_side(), kernel * self.inputs.pixel_stride);
        for rows in strips(side) {
            for (ky, _, k) in tiles(kernel, 1, 1, run, NARROW) {
                let mut sums = [[F32x4::default(); 1]; NARROW];
                for y in rows.clone() {
                    let line = &inputs[(y * stride + ky) * self.inputs.row_stride() + k..];
                    let gradients = &gradients[self.gradients.pixel_offset(y, 0)..];
                    sums = accumulate_outer((gradients, NARROW), (line, step), side, sums);
                }
                let sums = sums.map(|[sum]| sum.to_array());
                let rows = self.picture[(ky * run + k) * NARROW..].chunks_exact_mut(NARROW);
                for (lane, row) in rows.take(NARROW).enumerate() {
                    row.iter_mut().zip(&sums).for_each(|(to, sum)| *to += sum[lane]);
                }
            }
        }
    }

    /// `[filter][channel][ky][kx]`
    pub(super) fn finish(self) -> Vec<f32> {
        let ConvShape { channels, filters, kernel, .. } = self.shape;
        let (inputs, outputs) = (self.inputs.pixel_stride, self.gradients.pixel_stride);
        let mut weights = Vec::with_capacity(filters * channels * kernel * kernel);
        for (filter, channel) in (0..filters * channels).map(|i| (i / channels, i % channels)) {
            weights.extend(
                (0..kernel * kernel)
                    .map(|position| self.total[(position * inputs + channel) * outputs + filter]),
            );
        }
        weights
    }
}

/// The rows of a map of `side`, in strips of about `RUN` pixels.
fn strips(side: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let rows = (RUN / side).max(1);
    (0..side).step_by(rows).map(move |y| y..(y + rows).min(side))
}

/// The tiles of the weights: kernel row, first filter (of `width`, by `block`) and first value of
/// the kernel row (of `run`, by `step`).
fn tiles(
    kernel: usize,
    width: usize,
    block: usize,
    run: usize,
    step: usize,
) -> impl Iterator<Item = (usize, usize, usize)> {
    (0..kernel).flat_map(move |ky| {
        (0..width)
            .step_by(block)
            .flat_map(move |block| (0..run).step_by(step).map(move |k| (ky, block, k)))
    })
}
