//! Convolutions in groups of few channels, directly: eight filters at a time, one in each lane. What
//! each lane reads, a channel of its filter's group after the other, is copied out of a map first, with
//! the padding's zeros around it, so that no tap needs to look for the border.

use super::geometry::ConvGeometry;
use crate::kernels::microkernel::{MR, NR, NrBlock, from_vectors, to_vectors};
use crate::kernels::simd::F32x4;

/// Taps whose gradients are summed at once.
const TAPS: usize = 4;
/// Pixels that a running sum takes before it is added to the total.
const RUN: usize = 64;
/// The most channels of a group, each of which is copied out for every eight filters.
const MOST_CHANNELS: usize = 8;

/// Whether these are the kernels for a convolution: matrix products would leave lanes empty.
pub(super) fn applies(geometry: &ConvGeometry) -> bool {
    let few = geometry.group_filters() < NR && geometry.group_channels() <= MOST_CHANNELS;
    geometry.group_channels() == 1 || geometry.groups > 1 && few
}

/// Eight filters from `first` on, and what lies under them with its padding, `[channel][y][x]`.
struct Block<'a> {
    geometry: &'a ConvGeometry,
    first: usize,
    width: usize,
    extent: [usize; 2],
    /// Where the values of each weight of a filter, `[channel][ky][kx]`, lie from those of the first.
    places: Vec<usize>,
    padded: Vec<NrBlock>,
}

impl<'a> Block<'a> {
    fn new(geometry: &'a ConvGeometry) -> Self {
        let extent = [0, 1].map(|axis| geometry.extent(axis));
        let [down, across] = geometry.dilation;
        let area = extent[0] * extent[1];
        let place = move |k: usize| {
            let (channel, tap) = (k / geometry.taps(), k % geometry.taps());
            let (ky, kx) = (tap / geometry.kernel[1], tap % geometry.kernel[1]);
            channel * area + ky * down * extent[1] + kx * across
        };
        let places = (0..geometry.patch()).map(place).collect();
        let padded = vec![[0.0; NR]; geometry.group_channels() * area];
        Self { geometry, first: 0, width: 0, extent, places, padded }
    }

    /// The first filters of all blocks.
    fn all(geometry: &ConvGeometry) -> impl Iterator<Item = usize> + use<> {
        (0..geometry.filters).step_by(NR)
    }

    /// Goes on to the filters from `first` on.
    fn turn_to(&mut self, first: usize) {
        self.first = first;
        self.width = NR.min(self.geometry.filters - first);
    }

    /// Each of a filter's weights.
    fn weights(&self, weights: &[f32]) -> Vec<NrBlock> {
        let count = self.geometry.patch();
        let of = |k| {
            std::array::from_fn(|lane| {
                if lane < self.width { weights[(self.first + lane) * count + k] } else { 0.0 }
            })
        };
        (0..count).map(of).collect()
    }

    /// Copies what the lanes read of a map in.
    fn pad(&mut self, map: &[f32]) {
        let ConvGeometry { channels, map: [height, width], before, .. } = *self.geometry;
        let own = self.geometry.group_channels();
        let [rows, columns] = self.extent;
        // Where the map's first pixel lies, or how many of its pixels lie before.
        let [top, left] = before.map(|zeros| zeros.max(0) as usize);
        let [above, aside] = before.map(|zeros| zeros.min(0).unsigned_abs());
        let width_seen = width.saturating_sub(aside).min(columns.saturating_sub(left));
        let height_seen = height.saturating_sub(above).min(rows.saturating_sub(top));
        for (index, padded) in self.padded.chunks_exact_mut(rows * columns).enumerate() {
            let channel: [usize; NR] = std::array::from_fn(|lane| {
                let filter = self.first + lane.min(self.width - 1);
                filter / self.geometry.group_filters() * own + index
            });
            let neighbours = (0..NR).all(|lane| channel[lane] == channel[0] + lane);
            for y in 0..height_seen {
                let to = padded[(y + top) * columns + left..].iter_mut().take(width_seen);
                let from = &map[((y + above) * width + aside) * channels..];
                for (to, pixel) in to.zip(from.chunks_exact(channels)) {
                    *to = match pixel[channel[0]..].first_chunk() {
                        Some(values) if neighbours => *values,
                        _ => channel.map(|channel| pixel[channel]),
                    };
                }
            }
        }
    }

    /// Copies the block's lanes of a map `[y][x][filter]`.
    fn lanes(&self, map: &[f32], lanes: &mut [NrBlock]) {
        for (to, pixel) in lanes.iter_mut().zip(map.chunks_exact(self.geometry.filters)) {
            let values = &pixel[self.first..];
            *to = match values.first_chunk() {
                Some(values) => *values,
                None => std::array::from_fn(|lane| values.get(lane).copied().unwrap_or(0.0)),
            };
        }
    }

    /// Where the values of the first weight of an output pixel lie.
    fn start(&self, y: usize, x: usize) -> usize {
        y * self.geometry.stride[0] * self.extent[1] + x * self.geometry.stride[1]
    }

    /// Convolves what was copied in, and writes the lanes of a map `[y][x][filter]`.
    #[inline(never)]
    fn run(&self, bias: &NrBlock, weights: &[NrBlock], outputs: &mut [f32]) {
        let ConvGeometry { output: [_, width], filters, stride, .. } = *self.geometry;
        for (y, row) in outputs.chunks_exact_mut(width * filters).enumerate() {
            let mut x = 0;
            while x < width {
                let from = &self.padded[self.start(y, x)..];
                let to = &mut row[x * filters + self.first..];
                if x + MR <= width {
                    let sums = self.sums(bias, weights, from, stride[1]);
                    let pixels = to.chunks_mut(filters);
                    pixels.zip(sums).for_each(|(to, sums)| self.store(sums, to));
                    x += MR;
                } else {
                    let mut sums = to_vectors(bias);
                    for (place, weights) in self.places.iter().zip(weights) {
                        add(&mut sums, &from[*place], weights);
                    }
                    self.store(sums, to);
                    x += 1;
                }
            }
        }
    }

    /// The sums of neighbouring pixels of a row.
    #[inline(always)]
    fn sums(
        &self,
        bias: &NrBlock,
        weights: &[NrBlock],
        from: &[NrBlock],
        across: usize,
    ) -> [[F32x4; 2]; MR] {
        let [mut a, mut b, mut c, mut d] = [to_vectors(bias); MR];
        if across == 1 {
            for (place, weights) in self.places.iter().zip(weights) {
                let Some([e, f, g, h]) = from[*place..].first_chunk() else { break };
                add(&mut a, e, weights);
                add(&mut b, f, weights);
                add(&mut c, g, weights);
                add(&mut d, h, weights);
            }
            return [a, b, c, d];
        }
        for (place, weights) in self.places.iter().zip(weights) {
            // All of one length, so that no bounds are checked for each pixel.
            let values = &from[*place..][..(MR - 1) * across + 1];
            add(&mut a, &values[0], weights);
            add(&mut b, &values[across], weights);
            add(&mut c, &values[2 * across], weights);
            add(&mut d, &values[3 * across], weights);
        }
        [a, b, c, d]
    }

    /// Writes the sums of a pixel.
    #[inline(always)]
    fn store(&self, sums: [F32x4; 2], to: &mut [f32]) {
        match to.first_chunk_mut::<NR>() {
            Some(to) if self.width == NR => *to = from_vectors(sums),
            _ => {
                let sums = from_vectors(sums);
                to.iter_mut().zip(sums).take(self.width).for_each(|(to, sum)| *to = sum);
            }
        }
    }

    /// Adds to the gradient of each weight its products with a picture's gradients.
    #[inline(never)]
    fn add_weight_grads(&self, gradients: &[NrBlock], total: &mut [NrBlock]) {
        let [_, width] = self.geometry.output;
        let across = self.geometry.stride[1];
        for (y, row) in gradients.chunks_exact(width).enumerate() {
            for (index, run) in row.chunks(RUN).enumerate() {
                let from = &self.padded[self.start(y, index * RUN)..];
                for (places, total) in self.places.chunks(TAPS).zip(total.chunks_mut(TAPS)) {
                    // Past the last weight, the last one is summed again and not added.
                    let last = places.len() - 1;
                    let values = std::array::from_fn(|at| &from[places[at.min(last)]..]);
                    let sums = if across == 1 {
                        products(run, values.map(|values: &[NrBlock]| values.iter()))
                    } else {
                        products(run, values.map(|values| values.iter().step_by(across)))
                    };
                    for (total, sums) in total.iter_mut().zip(sums) {
                        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
                    }
                }
            }
        }
    }
}

/// `sums + values * weights`
#[inline(always)]
fn add(sums: &mut [F32x4; 2], values: &NrBlock, weights: &NrBlock) {
    let ([a, b], [first, second]) = (to_vectors(values), to_vectors(weights));
    *sums = [sums[0].mul_acc(a, first), sums[1].mul_acc(b, second)];
}

/// The sums of the products of gradients with the values of each tap, in order.
#[inline(always)]
fn products<'v>(
    gradients: &[NrBlock],
    [a, b, c, d]: [impl Iterator<Item = &'v NrBlock>; TAPS],
) -> [NrBlock; TAPS] {
    let mut sums = [[F32x4::default(); 2]; TAPS];
    for (gradient, ((a, b), (c, d))) in gradients.iter().zip(a.zip(b).zip(c.zip(d))) {
        let [first, second] = to_vectors(gradient);
        for (sums, values) in sums.iter_mut().zip([a, b, c, d]) {
            let [a, b] = to_vectors(values);
            *sums = [sums[0].mul_acc(a, first), sums[1].mul_acc(b, second)];
        }
    }
    sums.map(from_vectors)
}

/// See [`super::forward()`].
pub(super) fn forward(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    outputs: &mut [f32],
) {
    let mut block = Block::new(geometry);
    for first in Block::all(geometry) {
        block.turn_to(first);
        let weights = block.weights(weights);
        let bias = std::array::from_fn(|lane| bias.get(first + lane).copied().unwrap_or(0.0));
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, outputs) in pictures.zip(outputs.chunks_exact_mut(geometry.output_len())) {
            block.pad(map);
            block.run(&bias, &weights, outputs);
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
    let count = geometry.patch();
    let mut block = Block::new(geometry);
    let mut totals = vec![[0.0; NR]; count * geometry.filters.div_ceil(NR)];
    let mut picture = vec![[0.0; NR]; count];
    let mut lanes = vec![[0.0; NR]; geometry.pixels()];
    let pictures = inputs.chunks_exact(geometry.input_len());
    for (map, gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
        for (first, total) in Block::all(geometry).zip(totals.chunks_exact_mut(count)) {
            block.turn_to(first);
            block.pad(map);
            block.lanes(gradients, &mut lanes);
            picture.fill([0.0; NR]);
            block.add_weight_grads(&lanes, &mut picture);
            let sums = picture.as_flattened();
            total.as_flattened_mut().iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
    }
    for (first, total) in Block::all(geometry).zip(totals.chunks_exact(count)) {
        for (k, total) in total.iter().enumerate() {
            for (lane, sum) in total.iter().enumerate().take(geometry.filters - first) {
                weights[(first + lane) * count + k] = *sum;
            }
        }
    }
}
