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
    /// The blocks of all filters.
    fn all(geometry: &'a ConvGeometry) -> impl Iterator<Item = Self> {
        let extent = [0, 1].map(|axis| geometry.extent(axis));
        let [down, across] = geometry.dilation;
        let area = extent[0] * extent[1];
        let place = move |k: usize| {
            let (channel, tap) = (k / geometry.taps(), k % geometry.taps());
            let (ky, kx) = (tap / geometry.kernel[1], tap % geometry.kernel[1]);
            channel * area + ky * down * extent[1] + kx * across
        };
        (0..geometry.filters).step_by(NR).map(move |first| Self {
            geometry,
            first,
            width: NR.min(geometry.filters - first),
            extent,
            places: (0..geometry.patch()).map(place).collect(),
            padded: vec![[0.0; NR]; geometry.group_channels() * area],
        })
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

    /// The block's lanes of a map `[y][x][filter]`.
    fn lanes(&self, map: &[f32]) -> Vec<NrBlock> {
        let pixels = map.chunks_exact(self.geometry.filters);
        pixels
            .map(|pixel| {
                let values = &pixel[self.first..];
                match values.first_chunk() {
                    Some(values) => *values,
                    None => std::array::from_fn(|lane| values.get(lane).copied().unwrap_or(0.0)),
                }
            })
            .collect()
    }

    /// Where the values of the first weight of an output pixel lie.
    fn start(&self, y: usize, x: usize) -> usize {
        y * self.geometry.stride[0] * self.extent[1] + x * self.geometry.stride[1]
    }

    /// The sums of `P` pixels of a row.
    #[inline(always)]
    fn sums<const P: usize>(
        &self,
        bias: &NrBlock,
        weights: &[NrBlock],
        (y, x): (usize, usize),
    ) -> [NrBlock; P] {
        let (from, across) = (&self.padded[self.start(y, x)..], self.geometry.stride[1]);
        let mut sums = [to_vectors(bias); P];
        for (place, weights) in self.places.iter().zip(weights) {
            let [first, second] = to_vectors(weights);
            let values = &from[*place..][..(P - 1) * across + 1];
            for (p, sums) in sums.iter_mut().enumerate() {
                let [a, b] = to_vectors(&values[p * across]);
                *sums = [sums[0].mul_acc(a, first), sums[1].mul_acc(b, second)];
            }
        }
        sums.map(from_vectors)
    }

    /// Convolves what was copied in; `store` takes each pixel's sums.
    #[inline(never)]
    fn run(&self, bias: &NrBlock, weights: &[NrBlock], mut store: impl FnMut(usize, &NrBlock)) {
        let [height, width] = self.geometry.output;
        for y in 0..height {
            let mut x = 0;
            while x + MR <= width {
                let sums = self.sums::<MR>(bias, weights, (y, x));
                sums.iter().enumerate().for_each(|(p, sum)| store(y * width + x + p, sum));
                x += MR;
            }
            while x < width {
                let [sum] = self.sums::<1>(bias, weights, (y, x));
                store(y * width + x, &sum);
                x += 1;
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
                    let places: [usize; TAPS] =
                        std::array::from_fn(|at| places[at.min(places.len() - 1)]);
                    let mut sums = [[F32x4::default(); 2]; TAPS];
                    for (x, gradient) in run.iter().enumerate() {
                        let [first, second] = to_vectors(gradient);
                        for (sums, place) in sums.iter_mut().zip(places) {
                            let [a, b] = to_vectors(&from[place + x * across]);
                            *sums = [sums[0].mul_acc(a, first), sums[1].mul_acc(b, second)];
                        }
                    }
                    for (total, sums) in total.iter_mut().zip(sums) {
                        let sums = from_vectors(sums);
                        total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
                    }
                }
            }
        }
    }
}

/// See [`super::forward()`].
pub(super) fn forward(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    outputs: &mut [f32],
) {
    for mut block in Block::all(geometry) {
        let weights = block.weights(weights);
        let bias = std::array::from_fn(|lane| bias.get(block.first + lane).copied().unwrap_or(0.0));
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, outputs) in pictures.zip(outputs.chunks_exact_mut(geometry.output_len())) {
            block.pad(map);
            block.run(&bias, &weights, |pixel, sums| {
                let to = &mut outputs[pixel * geometry.filters + block.first..][..block.width];
                match to.first_chunk_mut() {
                    Some(to) => *to = *sums,
                    None => to.iter_mut().zip(sums).for_each(|(to, sum)| *to = *sum),
                }
            });
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
    for mut block in Block::all(geometry) {
        let mut total = vec![[0.0; NR]; count];
        let mut picture = total.clone();
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
            block.pad(map);
            picture.fill([0.0; NR]);
            block.add_weight_grads(&block.lanes(gradients), &mut picture);
            let sums = picture.as_flattened();
            let totals = total.as_flattened_mut();
            totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        for (k, total) in total.iter().enumerate() {
            for (lane, sum) in total.iter().enumerate().take(block.width) {
                weights[(block.first + lane) * count + k] = *sum;
            }
        }
    }
}
