//! Gradients of a pooled block by its active positions. A pooling passes gradients on to few
//! positions of the convolution's output (of max pooling one in four, after a relu fewer), and only
//! these are visited: listed by filter for the weights' gradients, by pixel for the inputs'.

use super::padded_layout::PaddedLayout;
use super::spec::ConvShape;
use crate::kernels::pool::Pool;
use crate::kernels::simd::{F32x4, LANES, first_vectors};

/// Positions that a running sum takes before it is added to the total, as in
/// [`super::weight_grad`].
const RUN: usize = 64;

/// An active position: where what it is multiplied with begins, and its gradient.
type Active = (u32, f32);

/// The patch under a kernel in a padded layout: `rows` runs of `run` floats, `row_stride` apart.
#[derive(Debug, Clone, Copy)]
struct Patch {
    rows: usize,
    run: usize,
    row_stride: usize,
}

impl Patch {
    fn new(layout: PaddedLayout, kernel: usize) -> Self {
        Self { rows: kernel, run: kernel * layout.pixel_stride, row_stride: layout.row_stride() }
    }

    fn len(&self) -> usize {
        self.rows * self.run
    }
}

/// Calls a method with the number of vectors summed at once as a constant: as many registers as
/// divide a run of the patch evenly.
macro_rules! by_chunk {
    ($run:expr, $name:ident $args:tt) => {
        match $run {
            run if run % 32 == 0 => by_chunk!(@ $name, 8, $args),
            28 => by_chunk!(@ $name, 7, $args),
            run if run % 24 == 0 => by_chunk!(@ $name, 6, $args),
            _ => by_chunk!(@ $name, 1, $args),
        }
    };
    (@ $name:ident, $chunk:expr, ($self:ident, $($arg:expr),*)) => {
        $self.$name::<{ $chunk }>($($arg),*)
    };
}

/// The active positions of one picture, by filter.
pub(super) struct ActivePositions {
    /// `[filter][capacity]`
    lists: Vec<Active>,
    /// Of each list, how many are valid.
    counts: Vec<usize>,
    capacity: usize,
}

impl ActivePositions {
    /// For so many filters of a map pooled to `pooled_side`.
    pub(super) fn new(pool: Pool, pooled_side: usize, filters: usize) -> Self {
        // One more than fits: an inactive position is written, too, and then overwritten.
        let per_window = if pool == Pool::Max { 1 } else { 4 };
        let capacity = pooled_side * pooled_side * per_window + 1;
        Self { lists: vec![(0, 0.0); filters * capacity], counts: vec![0; filters], capacity }
    }

    /// Lists the active positions, from the pooled gradients and their argmax, `[y][x][filter]`.
    /// `offset(y, x)` is where the patch of an output pixel begins.
    pub(super) fn collect(
        &mut self,
        pool: Pool,
        (gradients, argmax): (&[f32], &[u8]),
        pooled_side: usize,
        offset: impl Fn(usize, usize) -> usize,
    ) {
        self.counts.fill(0);
        let filters = self.counts.len();
        let windows = gradients.chunks_exact(filters).zip(argmax.chunks_exact(filters));
        for (index, (gradients, argmax)) in windows.enumerate() {
            let offsets = window_pixels(index, pooled_side).map(|(y, x)| offset(y, x) as u32);
            let lists = self.lists.chunks_exact_mut(self.capacity).zip(&mut self.counts);
            for ((list, count), (gradient, argmax)) in lists.zip(gradients.iter().zip(argmax)) {
                for_each_position(pool, *gradient, *argmax, |position, gradient, active| {
                    list[*count] = (offsets[position], gradient);
                    *count += usize::from(active);
                });
            }
        }
    }

    fn by_filter(&self) -> impl Iterator<Item = &[Active]> {
        self.lists
            .chunks_exact(self.capacity)
            .zip(&self.counts)
            .map(|(list, count)| &list[..*count])
    }
}

/// The pixels (y, x) of a window, in the order of the argmax bits.
fn window_pixels(index: usize, pooled_side: usize) -> [(usize, usize); 4] {
    let (y, x) = (index / pooled_side * 2, index % pooled_side * 2);
    [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)]
}

/// Calls `visit(position, gradient, active)` for the positions of a window that may be active; with
/// a flag instead of a branch, which no processor could predict.
#[inline(always)]
fn for_each_position(
    pool: Pool,
    gradient: f32,
    argmax: u8,
    mut visit: impl FnMut(usize, f32, bool),
) {
    match pool {
        Pool::Max => visit(argmax.trailing_zeros() as usize & 3, gradient, argmax != 0),
        Pool::Average => {
            for position in 0..4 {
                visit(position, gradient * 0.25, argmax >> position & 1 == 1);
            }
        }
    }
}

/// `values` as groups of `V` vectors.
fn chunks_mut<const V: usize>(values: &mut [f32]) -> impl Iterator<Item = &mut [[f32; LANES]; V]> {
    values.as_chunks_mut().0.as_chunks_mut().0.iter_mut()
}

/// Adds to `sums`, for each active position, its gradient times the vectors of `values` at its
/// offset.
#[inline(always)]
fn add_weighted<const V: usize>(
    active: &[Active],
    values: &[f32],
    mut sums: [F32x4; V],
) -> [F32x4; V] {
    for (offset, gradient) in active {
        let Some(values) = first_vectors::<V>(&values[*offset as usize..]) else { break };
        let gradient = F32x4::splat(*gradient);
        for (sum, values) in sums.iter_mut().zip(values) {
            *sum = sum.mul_acc(gradient, F32x4::from_array(values));
        }
    }
    sums
}

/// Gradients of weights and bias.
pub(super) struct SparseWeightGrad {
    shape: ConvShape,
    pixel_stride: usize,
    patch: Patch,
    /// `[filter][row][run]`
    weights: Vec<f32>,
    bias: Vec<f64>,
}

impl SparseWeightGrad {
    pub(super) fn new(shape: &ConvShape, layout: PaddedLayout) -> Self {
        let (patch, filters) = (Patch::new(layout, shape.kernel), shape.filters);
        let weights = vec![0.0; filters * patch.len()];
        let pixel_stride = layout.pixel_stride;
        Self { shape: *shape, pixel_stride, patch, weights, bias: vec![0.0; filters] }
    }

    /// Adds a picture's part: each active position's gradient times the patch of `padded` there.
    pub(super) fn add(&mut self, padded: &[f32], active: &ActivePositions) {
        for (active, bias) in active.by_filter().zip(&mut self.bias) {
            for run in active.chunks(RUN) {
                // Four partial sums: in one, each addition would wait for the one before.
                let (fours, rest) = run.as_chunks::<4>();
                let mut sums = [0.0_f32; 4];
                for four in fours {
                    sums.iter_mut().zip(four).for_each(|(sum, (_, value))| *sum += value);
                }
                let [a, b, c, d] = sums;
                let rest = rest.iter().map(|(_, value)| value).sum::<f32>();
                *bias += f64::from((a + b) + (c + d) + rest);
            }
        }
        by_chunk!(self.patch.run, add_weights(self, padded, active));
    }

    #[inline(never)]
    fn add_weights<const V: usize>(&mut self, padded: &[f32], active: &ActivePositions) {
        let Patch { rows, run, row_stride } = self.patch;
        let filters = self.weights.chunks_exact_mut(self.patch.len());
        for (active, weights) in active.by_filter().zip(filters) {
            for active in active.chunks(RUN) {
                for (row, weights) in (0..rows).zip(weights.chunks_exact_mut(run)) {
                    for (chunk, to) in chunks_mut::<V>(weights).enumerate() {
                        let values = &padded[row * row_stride + chunk * V * LANES..];
                        let sums = add_weighted(active, values, [F32x4::default(); V]);
                        for (to, sum) in to.iter_mut().zip(sums) {
                            to.iter_mut().zip(sum.to_array()).for_each(|(to, sum)| *to += sum);
                        }
                    }
                }
            }
        }
    }

    /// Weights as `[filter][channel][ky][kx]`, and bias.
    pub(super) fn finish(self) -> (Vec<f32>, Vec<f32>) {
        let ConvShape { channels, kernel, .. } = self.shape;
        let area = kernel * kernel;
        let mut weights = Vec::with_capacity(self.bias.len() * channels * area);
        for sums in self.weights.chunks_exact(self.patch.len()) {
            for channel in 0..channels {
                weights
                    .extend((0..area).map(|position| sums[position * self.pixel_stride + channel]));
            }
        }
        (weights, self.bias.iter().map(|sum| *sum as f32).collect())
    }
}

/// Gradients of the inputs.
pub(super) struct SparseInputGrad {
    patch: Patch,
    layout: PaddedLayout,
    stride: usize,
    filters: usize,
    /// `[row][filter][run]`
    weights: Vec<f32>,
    /// Of each pixel of a window, its active filters; with room for all and one more.
    lists: [Vec<Active>; 4],
}

impl SparseInputGrad {
    /// Of a convolution with `weights` `[filter][channel][ky][kx]`; `layout` is that of its inputs.
    pub(super) fn new(shape: &ConvShape, layout: PaddedLayout, weights: &[f32]) -> Self {
        let ConvShape { channels, filters, kernel, stride, .. } = *shape;
        let patch = Patch::new(layout, kernel);
        let mut packed = vec![0.0; filters * patch.len()];
        for (ky, filter) in (0..kernel * filters).map(|i| (i / filters, i % filters)) {
            let run = &mut packed[(ky * filters + filter) * patch.run..][..patch.run];
            for (kx, pixel) in run.chunks_exact_mut(layout.pixel_stride).enumerate() {
                for (channel, weight) in pixel.iter_mut().take(channels).enumerate() {
                    *weight = weights[((filter * channels + channel) * kernel + ky) * kernel + kx];
                }
            }
        }
        let lists = std::array::from_fn(|_| vec![(0, 0.0); filters + 1]);
        Self { patch, layout, stride, filters, weights: packed, lists }
    }

    /// Adds a picture's gradients to `target`, a padded buffer of the inputs' layout.
    pub(super) fn add(
        &mut self,
        pool: Pool,
        (gradients, argmax): (&[f32], &[u8]),
        pooled_side: usize,
        target: &mut [f32],
    ) {
        let pooled = (gradients, argmax);
        by_chunk!(self.patch.run, add_windows(self, pool, pooled, pooled_side, target));
    }

    #[inline(never)]
    fn add_windows<const V: usize>(
        &mut self,
        pool: Pool,
        (gradients, argmax): (&[f32], &[u8]),
        pooled_side: usize,
        target: &mut [f32],
    ) {
        let filters = self.filters;
        let windows = gradients.chunks_exact(filters).zip(argmax.chunks_exact(filters));
        for (index, (gradients, argmax)) in windows.enumerate() {
            let mut counts = [0; 4];
            for (filter, (gradient, argmax)) in gradients.iter().zip(argmax).enumerate() {
                for_each_position(pool, *gradient, *argmax, |position, gradient, active| {
                    let weights = (filter * self.patch.run) as u32;
                    self.lists[position][counts[position]] = (weights, gradient);
                    counts[position] += usize::from(active);
                });
            }
            let pixels = window_pixels(index, pooled_side).into_iter();
            for (((y, x), list), count) in pixels.zip(&self.lists).zip(counts) {
                let start = self.layout.patch_offset(y * self.stride, x * self.stride);
                self.add_pixel::<V>(&list[..count], &mut target[start..]);
            }
        }
    }

    #[inline(always)]
    fn add_pixel<const V: usize>(&self, active: &[Active], target: &mut [f32]) {
        let Patch { run, row_stride, .. } = self.patch;
        for (row, weights) in self.weights.chunks_exact(self.filters * run).enumerate() {
            let line = &mut target[row * row_stride..][..run];
            for (chunk, to) in chunks_mut::<V>(line).enumerate() {
                let weights = &weights[chunk * V * LANES..];
                let sums = add_weighted(active, weights, to.each_ref().map(F32x4::from_array));
                // One by one: assigned as an array they would be copied by way of the stack.
                to.iter_mut().zip(sums).for_each(|(to, sum)| *to = sum.to_array());
            }
        }
    }
}
