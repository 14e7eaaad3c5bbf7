//! Convolutions of few filters a group. Copying each patch together would take as long as multiplying it,
//! so that patches are read where they lie, line by line of the kernel, in a copy of the group's channels
//! with the padding's zeros around them.

use super::geometry::ConvGeometry;
use super::patches::copy;
use crate::kernels::microkernel::{
    Accumulators, MR, NARROW, NARROW_MR, NR, NarrowBlock, NrBlock, accumulate_dots, from_vectors,
    to_vectors,
};
use crate::kernels::simd::{F32x4, LANES};

/// Pixels that a running sum takes before it is added to the total.
const RUN: usize = 64;

/// Whether these are the kernels for a convolution.
pub(super) fn applies(geometry: &ConvGeometry) -> bool {
    geometry.group_filters() <= NR
}

/// A group's channels of a picture.
struct Lines<'a> {
    geometry: &'a ConvGeometry,
    /// Channels, filled up with zeros where lanes lie along them.
    channels: usize,
    extent: [usize; 2],
    /// Values that lie side by side under the kernel: a row of it, or one tap if it is dilated.
    run: usize,
    /// Where each run lies from the first.
    places: Vec<usize>,
    /// `[y][x][channel]`, and a few zeros.
    padded: Vec<f32>,
}

impl<'a> Lines<'a> {
    fn new(geometry: &'a ConvGeometry, multiple: usize) -> Self {
        let ConvGeometry { kernel, dilation, .. } = *geometry;
        let channels = geometry.group_channels().next_multiple_of(multiple);
        let extent = [0, 1].map(|axis| geometry.extent(axis));
        let in_row = if dilation[1] == 1 { 1 } else { kernel[1] };
        let run = kernel[1] / in_row * channels;
        let place = |line: usize| {
            let (ky, kx) = (line / in_row, line % in_row);
            (ky * dilation[0] * extent[1] + kx * dilation[1]) * channels
        };
        let places = (0..kernel[0] * in_row).map(place).collect();
        let padded = vec![0.0; extent[0] * extent[1] * channels + NR];
        Self { geometry, channels, extent, run, places, padded }
    }

    /// Copies a group's channels of a map in.
    fn pad(&mut self, map: &[f32], group: usize) {
        let (channels, own) = (self.geometry.channels, self.geometry.group_channels());
        let (seen, rows) = self.geometry.overlap();
        for [from, to] in rows {
            let from = map[from * channels..].chunks_exact(channels).take(seen);
            let to = self.padded[to * self.channels..].chunks_exact_mut(self.channels);
            for (from, to) in from.zip(to) {
                copy(&from[group * own..][..own], &mut to[..own]);
            }
        }
    }

    /// What lies under the first taps of a row of outputs, and from a pixel to the next.
    fn row(&self, y: usize) -> (&[f32], usize) {
        let [down, across] = self.geometry.stride;
        (&self.padded[y * down * self.extent[1] * self.channels..], across * self.channels)
    }

    /// The weight that value `k` of all runs is multiplied with, unless it fills up.
    fn weight(&self, filter: usize, k: usize) -> Option<usize> {
        let (tap, channel) = (k / self.channels, k % self.channels);
        let own = channel < self.geometry.group_channels();
        own.then(|| self.geometry.weight(filter, channel, tap))
    }

    /// So many filters from `first` on, as the microkernels read them: values of all runs one after the
    /// other.
    fn pack(&self, weights: &[f32], first: usize, width: usize) -> Blocks {
        let value = |k: usize, filter: usize| match self.weight(first + filter, k) {
            Some(at) if filter < width => weights[at],
            _ => 0.0,
        };
        let count = self.places.len() * self.run;
        if width > NARROW {
            let wide = |k| std::array::from_fn(|filter| value(k, filter));
            return Blocks::Wide((0..count).map(wide).collect());
        }
        let narrow = |k: usize| {
            std::array::from_fn(|filter| std::array::from_fn(|lane| value(k + lane, filter)))
        };
        Blocks::Narrow((0..count).step_by(NARROW).map(narrow).collect())
    }

    /// Convolves what was copied in. `outputs` begins with the first filter of the first pixel.
    #[inline(never)]
    fn narrow(&self, blocks: &[NarrowBlock], bias: &[f32], width: usize, outputs: &mut [f32]) {
        let ConvGeometry { output: [height, columns], filters, .. } = *self.geometry;
        let bias = std::array::from_fn(|filter| bias.get(filter).copied().unwrap_or(0.0));
        let bias = F32x4::from_array(&bias);
        for y in 0..height {
            let (row, step) = self.row(y);
            for x in (0..columns).step_by(NARROW_MR) {
                // An odd last pixel is computed twice.
                let pixels = [x, (x + 1).min(columns - 1)];
                let mut sums = [[F32x4::default(); NARROW]; NARROW_MR];
                let runs = self.places.iter().zip(blocks.chunks_exact(self.run / NARROW));
                for (place, weights) in runs {
                    let [a, b] = pixels.map(|x| &row[x * step + place..][..self.run]);
                    let weights =
                        weights.iter().map(|block| block.each_ref().map(F32x4::from_array));
                    sums = accumulate_dots(a, b, weights, sums);
                }
                for (x, sums) in pixels.into_iter().zip(sums) {
                    let sums = (F32x4::horizontal_sums(sums) + bias).to_array();
                    let to = &mut outputs[(y * columns + x) * filters..];
                    match to.first_chunk_mut::<NARROW>() {
                        Some(to) if width == NARROW => *to = sums,
                        _ => to.iter_mut().zip(sums).take(width).for_each(|(to, sum)| *to = sum),
                    }
                }
            }
        }
    }

    /// The same of more filters.
    #[inline(never)]
    fn wide(&self, blocks: &[NrBlock], bias: &[f32], width: usize, outputs: &mut [f32]) {
        let ConvGeometry { output: [height, columns], .. } = *self.geometry;
        let bias = std::array::from_fn(|filter| bias.get(filter).copied().unwrap_or(0.0));
        for y in 0..height {
            let mut x = 0;
            while x < columns {
                let to = &mut outputs[(y * columns + x) * self.geometry.filters..];
                if x + MR <= columns {
                    self.pixels::<MR>([y, x], blocks, &bias, (to, width));
                    x += MR;
                } else {
                    self.pixels::<1>([y, x], blocks, &bias, (to, width));
                    x += 1;
                }
            }
        }
    }

    #[inline(always)]
    fn pixels<const P: usize>(
        &self,
        [y, x]: [usize; 2],
        blocks: &[NrBlock],
        bias: &NrBlock,
        (outputs, width): (&mut [f32], usize),
    ) where
        [NrBlock; P]: Accumulators,
    {
        let (row, step) = self.row(y);
        let mut sums = [*bias; P];
        for (place, weights) in self.places.iter().zip(blocks.chunks_exact(self.run)) {
            let values = &row[x * step + place..];
            sums.accumulate(values, step, self.run, weights.iter().map(to_vectors));
        }
        for (sums, to) in sums.iter().zip(outputs.chunks_mut(self.geometry.filters)) {
            match to.first_chunk_mut::<NR>() {
                Some(to) if width == NR => *to = *sums,
                _ => to.iter_mut().zip(sums).take(width).for_each(|(to, sum)| *to = *sum),
            }
        }
    }

    /// Where each four values of all runs lie that are multiplied together, and their number in the runs.
    fn quads(&self) -> Vec<(usize, usize)> {
        let runs = self.places.iter().enumerate();
        let quads = runs.flat_map(|(line, place)| {
            (0..self.run).step_by(MR).map(move |at| (place + at, line * self.run + at))
        });
        quads.collect()
    }

    /// The sums of products of a picture's gradients with what `visit` adds for a row of outputs, which gets
    /// what lies under its first taps, from a pixel to the next, and the row's gradients, `whole` values a
    /// pixel.
    #[inline(always)]
    fn sums(
        &self,
        pixels: &[usize; 4],
        gradients: &[f32],
        whole: usize,
        visit: impl Fn(&mut Sums, &[f32], usize, &[f32]),
    ) -> [NrBlock; MR] {
        let [x, count, first, last] = *pixels;
        let mut sums = [[F32x4::default(); 2]; MR];
        for y in first..last {
            let (row, step) = self.row(y);
            let at = (y * self.geometry.output[1] + x) * whole;
            visit(&mut sums, &row[x * step..], step, &gradients[at..][..count * whole]);
        }
        sums.map(from_vectors)
    }

    /// The pixels that running sums take: the first and how many of a row, and the rows.
    fn runs(&self) -> impl Iterator<Item = [usize; 4]> + use<> {
        let [height, columns] = self.geometry.output;
        let rows = (RUN / columns).max(1);
        (0..columns).step_by(RUN).flat_map(move |x| {
            let tops = (0..height).step_by(rows);
            tops.map(move |y| [x, RUN.min(columns - x), y, (y + rows).min(height)])
        })
    }

    /// Adds to the gradients of four filters by each two quads their products with a picture's gradients,
    /// `[pixel][filter]`: `[two quads][filter][value]`.
    #[inline(never)]
    fn add_narrow(&self, quads: &[(usize, usize)], gradients: &[f32], total: &mut [[NrBlock; MR]]) {
        for pixels in self.runs() {
            for (quads, total) in quads.chunks(2).zip(&mut *total) {
                let [first, second] = [quads[0].0, quads[quads.len() - 1].0];
                let sums = self.sums(&pixels, gradients, MR, |sums, row, step, gradients| {
                    let gradients = gradients.as_chunks().0;
                    let [a, b] = [first, second].map(|at| row[at..].as_chunks().0.iter());
                    if step == MR {
                        add_products(sums, gradients, a, b);
                    } else {
                        let step = step / MR;
                        add_products(sums, gradients, a.step_by(step), b.step_by(step));
                    }
                });
                add(total, &sums);
            }
        }
    }

    /// Adds to the gradients of eight filters by each quad: `[quad][value][filter]`.
    #[inline(never)]
    fn add_wide(&self, quads: &[(usize, usize)], gradients: &[f32], total: &mut [[NrBlock; MR]]) {
        for pixels in self.runs() {
            for ((place, _), total) in quads.iter().zip(&mut *total) {
                let sums = self.sums(&pixels, gradients, NR, |sums, row, step, gradients| {
                    let gradients = gradients.as_chunks::<NR>().0.iter();
                    for (gradient, values) in gradients.zip(row[*place..].chunks(step)) {
                        let Some(values) = values.first_chunk::<MR>() else { break };
                        add_outer(sums, values, to_vectors(gradient));
                    }
                });
                add(total, &sums);
            }
        }
    }
}

type Sums = [[F32x4; 2]; MR];

/// Adds an outer product.
#[inline(always)]
fn add_outer(sums: &mut Sums, rows: &[f32; MR], [first, second]: [F32x4; 2]) {
    for (sums, value) in sums.iter_mut().zip(rows) {
        let value = F32x4::splat(*value);
        *sums = [sums[0].mul_acc(value, first), sums[1].mul_acc(value, second)];
    }
}

/// Adds the products of each pixel's gradients of four filters with two quads of values.
#[inline(always)]
fn add_products<'v>(
    sums: &mut Sums,
    gradients: &[[f32; MR]],
    a: impl Iterator<Item = &'v [f32; LANES]>,
    b: impl Iterator<Item = &'v [f32; LANES]>,
) {
    let mut added = *sums;
    for (gradient, (a, b)) in gradients.iter().zip(a.zip(b)) {
        add_outer(&mut added, gradient, [a, b].map(F32x4::from_array));
    }
    *sums = added;
}

fn add(total: &mut [NrBlock; MR], sums: &[NrBlock; MR]) {
    let sums = sums.as_flattened();
    total.as_flattened_mut().iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
}

enum Blocks {
    /// For at most four filters, where the lanes of the others would be empty: `[value / 4][filter][value
    /// % 4]`.
    Narrow(Vec<NarrowBlock>),
    /// `[value][filter]`
    Wide(Vec<NrBlock>),
}

/// See [`super::forward()`].
pub(super) fn forward(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    outputs: &mut [f32],
) {
    let width = geometry.group_filters();
    let mut lines = Lines::new(geometry, if width > NARROW { 1 } else { NARROW });
    for group in 0..geometry.groups {
        let first = group * width;
        let blocks = lines.pack(weights, first, width);
        let bias = bias.get(first..first + width).unwrap_or_default();
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, outputs) in pictures.zip(outputs.chunks_exact_mut(geometry.output_len())) {
            lines.pad(map, group);
            match &blocks {
                Blocks::Narrow(blocks) => lines.narrow(blocks, bias, width, &mut outputs[first..]),
                Blocks::Wide(blocks) => lines.wide(blocks, bias, width, &mut outputs[first..]),
            }
        }
    }
}

/// See [`super::weight_grad()`].
pub(super) fn weight_grad(
    geometry: &ConvGeometry,
    inputs: &[f32],
    gradients: &[f32],
    weights: &mut [f32],
) {
    let width = geometry.group_filters();
    let is_narrow = width <= NARROW;
    // From a pixel to the next there are four values at least.
    let multiple = if is_narrow || geometry.group_channels() < MR { MR } else { 1 };
    let mut lines = Lines::new(geometry, multiple);
    let quads = lines.quads();
    let blocks = if is_narrow { quads.len().div_ceil(2) } else { quads.len() };
    let mut total = vec![[[0.0; NR]; MR]; blocks];
    let mut picture = total.clone();
    // A group's filters, filled up with zeros.
    let whole = if is_narrow { MR } else { NR };
    let mut own = vec![0.0; geometry.pixels() * whole];
    for group in 0..geometry.groups {
        total.fill([[0.0; NR]; MR]);
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
            lines.pad(map, group);
            let pixels = own.chunks_exact_mut(whole);
            for (to, pixel) in pixels.zip(gradients.chunks_exact(geometry.filters)) {
                copy(&pixel[group * width..][..width], &mut to[..width]);
            }
            picture.fill([[0.0; NR]; MR]);
            if is_narrow {
                lines.add_narrow(&quads, &own, &mut picture);
            } else {
                lines.add_wide(&quads, &own, &mut picture);
            }
            total.iter_mut().zip(&picture).for_each(|(total, sums)| add(total, sums));
        }
        for (index, (_, first)) in quads.iter().enumerate() {
            // A quad at the end of a run may go on beyond it.
            let count = MR.min(lines.run - first % lines.run);
            for (at, filter) in (0..count).flat_map(|at| (0..width).map(move |of| (at, of))) {
                let found = if is_narrow {
                    total[index / 2][filter][index % 2 * MR + at]
                } else {
                    total[index][at][filter]
                };
                if let Some(to) = lines.weight(group * width + filter, first + at) {
                    weights[to] = found;
                }
            }
        }
    }
}
