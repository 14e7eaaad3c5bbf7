//! Convolutions in groups of few channels and filters, depthwise ones most of all: eight filters at a
//! time, one in each lane. What the lanes read lies side by side in a map with the padding's zeros around
//! it, so that no tap needs to look for the border.

use super::geometry::ConvGeometry;
use crate::kernels::microkernel::{MR, NR, NrBlock, from_vectors, to_vectors};
use crate::kernels::simd::F32x4;

/// Taps whose gradients are summed at once: three by two vectors, and a row of the usual kernel.
const TAPS: usize = 3;
/// Pixels that a running sum takes before it is added to the total.
const RUN: usize = 64;
/// The most filters of a group, and its most channels, each of which is copied for every filter.
const MOST_FILTERS: usize = 2;
const MOST_CHANNELS: usize = 8;

/// Whether these are the kernels for a convolution: matrix products would leave lanes empty.
pub(super) fn applies(geometry: &ConvGeometry) -> bool {
    let [channels, filters] = [geometry.group_channels(), geometry.group_filters()];
    channels == 1 || geometry.groups > 1 && filters <= MOST_FILTERS && channels <= MOST_CHANNELS
}

/// What lies under the filters of a picture.
struct Lanes<'a> {
    geometry: &'a ConvGeometry,
    /// Filters, and lanes that are empty if there are fewer than eight.
    width: usize,
    extent: [usize; 2],
    /// From a pixel to the next: the values of `width` lanes for each channel of a group.
    pixel: usize,
    /// Where the value for each weight of a filter, `[channel][ky][kx]`, lies from that for the first.
    places: Vec<usize>,
    /// `[y][x][channel of the group][filter]`
    padded: Vec<f32>,
}

/// Eight filters.
struct Block {
    first: usize,
    bias: NrBlock,
    /// Of each lane, `[channel][ky][kx]`.
    weights: Vec<NrBlock>,
}

impl<'a> Lanes<'a> {
    fn new(geometry: &'a ConvGeometry) -> Self {
        let extent = [0, 1].map(|axis| geometry.extent(axis));
        let width = geometry.filters.max(NR);
        let pixel = geometry.group_channels() * width;
        let [down, across] = geometry.dilation;
        let place = |k: usize| {
            let (channel, tap) = (k / geometry.taps(), k % geometry.taps());
            let (ky, kx) = (tap / geometry.kernel[1], tap % geometry.kernel[1]);
            (ky * down * extent[1] + kx * across) * pixel + channel * width
        };
        let places = (0..geometry.patch()).map(place).collect();
        let padded = vec![0.0; extent[0] * extent[1] * pixel];
        Self { geometry, width, extent, pixel, places, padded }
    }

    /// The first filters of all blocks. The last one begins before its turn rather than being narrow,
    /// and has some filters a second time.
    fn firsts(&self) -> impl Iterator<Item = usize> + use<> {
        let last = self.width - NR;
        (0..self.width).step_by(NR).map(move |first| first.min(last))
    }

    fn blocks(&self, weights: &[f32], bias: &[f32]) -> Vec<Block> {
        let count = self.geometry.patch();
        let block = |first| {
            let lane = |lane, k| weights.get((first + lane) * count + k).copied().unwrap_or(0.0);
            Block {
                first,
                bias: std::array::from_fn(|lane| bias.get(first + lane).copied().unwrap_or(0.0)),
                weights: (0..count).map(|k| std::array::from_fn(|at| lane(at, k))).collect(),
            }
        };
        self.firsts().map(block).collect()
    }

    /// Copies what the lanes read of a map in.
    #[inline(never)]
    fn pad(&mut self, map: &[f32]) {
        let channels = self.geometry.channels;
        let is_depthwise = self.is_depthwise();
        let (seen, rows) = self.geometry.overlap();
        for [from, to] in rows {
            let from = &map[from * channels..][..seen * channels];
            let to = &mut self.padded[to * self.pixel..][..seen * self.pixel];
            if is_depthwise {
                to.copy_from_slice(from);
                continue;
            }
            for (from, to) in from.chunks_exact(channels).zip(to.chunks_exact_mut(self.pixel)) {
                spread(self.geometry, from, to);
            }
        }
    }

    /// Whether each lane reads the channel of its own number: depthwise.
    fn is_depthwise(&self) -> bool {
        let geometry = self.geometry;
        geometry.groups == geometry.channels
            && self.width == geometry.channels
            && geometry.filters == geometry.channels
    }

    /// Where the values of the first weight of an output pixel lie.
    fn start(&self, y: usize, x: usize) -> usize {
        let [down, across] = self.geometry.stride;
        (y * down * self.extent[1] + x * across) * self.pixel
    }

    /// Convolves what was copied in, and writes eight filters of a row `[x][filter]` of outputs.
    #[inline(never)]
    fn row(&self, y: usize, block: &Block, row: &mut [f32]) {
        let ConvGeometry { output: [_, width], filters, stride, .. } = *self.geometry;
        let step = stride[1] * self.pixel;
        // The last pixels are computed together with some of those before, again.
        let (count, last) = if width < MR { (1, width - 1) } else { (MR, width - MR) };
        for x in (0..width).step_by(count) {
            let x = x.min(last);
            let from = &self.padded[self.start(y, x) + block.first..];
            let to = &mut row[x * filters + block.first..];
            if count == MR {
                let sums = self.sums(block, from, step);
                for (sums, to) in sums.into_iter().zip(to.chunks_mut(filters)) {
                    store(sums, filters, to);
                }
            } else {
                let mut sums = to_vectors(&block.bias);
                for (place, weights) in self.places.iter().zip(&block.weights) {
                    let Some(values) = at(from, *place) else { break };
                    add(&mut sums, values, to_vectors(weights));
                }
                store(sums, filters, to);
            }
        }
    }

    /// The sums of neighbouring pixels of a row, so many values apart.
    #[inline(always)]
    fn sums(&self, block: &Block, from: &[f32], step: usize) -> [[F32x4; 2]; MR] {
        let [mut a, mut b, mut c, mut d] = [to_vectors(&block.bias); MR];
        let reach = self.places.last().map_or(0, |place| place + NR);
        // All of one length, so that bounds are checked once for the four.
        let [e, f, g, h] = [0, 1, 2, 3].map(|pixel| &from[pixel * step..][..reach]);
        for (place, weights) in self.places.iter().zip(&block.weights) {
            let (Some(e), Some(f), Some(g), Some(h)) =
                (at(e, *place), at(f, *place), at(g, *place), at(h, *place))
            else {
                break;
            };
            let weights = to_vectors(weights);
            add(&mut a, e, weights);
            add(&mut b, f, weights);
            add(&mut c, g, weights);
            add(&mut d, h, weights);
        }
        [a, b, c, d]
    }

    /// Adds to the gradient of each weight of eight filters its products with a picture's gradients, `[y][x]`
    /// and `width` filters.
    #[inline(never)]
    fn add_weight_grads(&self, first: usize, gradients: &[f32], total: &mut [NrBlock]) {
        let ConvGeometry { output: [height, width], stride, .. } = *self.geometry;
        let rows = (RUN / width).max(1);
        for (run, y) in (0..width).step_by(RUN).flat_map(|run| {
            let tops = (0..height).step_by(rows);
            tops.map(move |y| (run, y))
        }) {
            let count = RUN.min(width - run);
            for (places, total) in self.places.chunks(TAPS).zip(total.chunks_mut(TAPS)) {
                // Past the last weight, the last one is summed again and not added.
                let places: [usize; TAPS] =
                    std::array::from_fn(|tap| places[tap.min(places.len() - 1)]);
                let mut sums = [[F32x4::default(); 2]; TAPS];
                for y in y..(y + rows).min(height) {
                    let from = self.start(y, run) + first;
                    let values = places.map(|place| {
                        let reach = (count - 1) * stride[1] * self.pixel + NR;
                        &self.padded[from + place..][..reach]
                    });
                    let gradients = &gradients[(y * width + run) * self.width + first..];
                    let steps = [self.width, stride[1] * self.pixel];
                    sums = add_products(sums, count, gradients, values, steps);
                }
                for (total, sums) in total.iter_mut().zip(sums) {
                    let sums = from_vectors(sums);
                    total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
                }
            }
        }
    }
}

/// Copies a pixel's channels to each filter that reads them, `[channel of the group][filter]`.
#[inline(always)]
fn spread(geometry: &ConvGeometry, from: &[f32], to: &mut [f32]) {
    let (own, filters) = (geometry.group_channels(), geometry.group_filters());
    let width = to.len() / own;
    for (channel, to) in to.chunks_exact_mut(width).enumerate() {
        let values = from.chunks_exact(own).map(|group| group[channel]);
        match filters {
            1 => to.iter_mut().zip(values).for_each(|(to, value)| *to = value),
            2 => {
                let (pairs, _) = to.as_chunks_mut::<2>();
                pairs.iter_mut().zip(values).for_each(|(to, value)| *to = [value; 2]);
            }
            _ => {
                let groups = to.chunks_exact_mut(filters);
                groups.zip(values).for_each(|(to, value)| to.fill(value));
            }
        }
    }
}

/// Eight values.
#[inline(always)]
fn at(values: &[f32], place: usize) -> Option<&NrBlock> {
    values.get(place..)?.first_chunk()
}

/// `sums + values * weights`
#[inline(always)]
fn add(sums: &mut [F32x4; 2], values: &NrBlock, [first, second]: [F32x4; 2]) {
    let [a, b] = to_vectors(values);
    *sums = [sums[0].mul_acc(a, first), sums[1].mul_acc(b, second)];
}

/// Writes the sums of eight filters of a pixel, or of as many as there are.
#[inline(always)]
fn store(sums: [F32x4; 2], filters: usize, to: &mut [f32]) {
    let sums = from_vectors(sums);
    match to.first_chunk_mut::<NR>() {
        Some(to) if filters >= NR => *to = sums,
        _ => to.iter_mut().zip(sums).take(filters).for_each(|(to, sum)| *to = sum),
    }
}

/// Adds the products of some pixels' gradients with the values of each tap, in order.
#[inline(always)]
fn add_products(
    mut sums: [[F32x4; 2]; TAPS],
    pixels: usize,
    gradients: &[f32],
    [a, b, c]: [&[f32]; TAPS],
    [width, step]: [usize; 2],
) -> [[F32x4; 2]; TAPS] {
    let (mut from, mut place) = (0, 0);
    for _ in 0..pixels {
        let (Some(gradient), Some(a), Some(b), Some(c)) =
            (at(gradients, from), at(a, place), at(b, place), at(c, place))
        else {
            break;
        };
        let gradient = to_vectors(gradient);
        add(&mut sums[0], a, gradient);
        add(&mut sums[1], b, gradient);
        add(&mut sums[2], c, gradient);
        (from, place) = (from + width, place + step);
    }
    sums
}

/// See [`super::forward()`].
pub(super) fn forward(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    outputs: &mut [f32],
) {
    let mut lanes = Lanes::new(geometry);
    let blocks = lanes.blocks(weights, bias);
    let pictures = inputs.chunks_exact(geometry.input_len());
    for (map, outputs) in pictures.zip(outputs.chunks_exact_mut(geometry.output_len())) {
        lanes.pad(map);
        let rows = outputs.chunks_exact_mut(geometry.output[1] * geometry.filters);
        for (y, row) in rows.enumerate() {
            blocks.iter().for_each(|block| lanes.row(y, block, row));
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
    let (count, filters) = (geometry.patch(), geometry.filters);
    let mut lanes = Lanes::new(geometry);
    let mut totals = vec![[0.0; NR]; count * lanes.firsts().count()];
    let mut picture = vec![[0.0; NR]; count];
    let mut filled =
        vec![0.0; if lanes.width > filters { geometry.pixels() * lanes.width } else { 0 }];
    let pictures = inputs.chunks_exact(geometry.input_len());
    for (map, mut gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
        lanes.pad(map);
        if lanes.width > filters {
            let pixels = filled.chunks_exact_mut(lanes.width);
            for (to, pixel) in pixels.zip(gradients.chunks_exact(filters)) {
                to[..filters].copy_from_slice(pixel);
            }
            gradients = &filled;
        }
        for (first, total) in lanes.firsts().zip(totals.chunks_exact_mut(count)) {
            picture.fill([0.0; NR]);
            lanes.add_weight_grads(first, gradients, &mut picture);
            let sums = picture.as_flattened();
            total.as_flattened_mut().iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
    }
    for (first, total) in lanes.firsts().zip(totals.chunks_exact(count)) {
        for (k, total) in total.iter().enumerate() {
            for (lane, sum) in total.iter().enumerate().take(filters - first) {
                weights[(first + lane) * count + k] = *sum;
            }
        }
    }
}
