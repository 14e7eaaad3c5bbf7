//! Two-dimensional convolution of square maps, forward and backward, picture by picture: a
//! picture is copied once into a zero-padded, channels-last buffer, where the values under a row
//! of the kernel lie side by side.

use super::tile::{Column, LANES, Lane, PIXELS, correlate, multiply, padded, sum};

/// The sizes of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Input channels.
    pub channels: usize,
    /// Output channels.
    pub filters: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Step of the kernel.
    pub stride: usize,
    /// Zeros before and after each row and column.
    pub padding: (usize, usize),
    /// Side of the input map.
    pub side: usize,
}

impl Sizes {
    /// Side of the output map.
    #[must_use]
    pub fn output_side(&self) -> usize {
        (self.padded_side() - self.kernel) / self.stride + 1
    }

    fn padded_side(&self) -> usize {
        self.side + self.padding.0 + self.padding.1
    }

    fn inputs(&self) -> usize {
        self.channels * self.side * self.side
    }

    fn outputs(&self) -> usize {
        self.filters * self.output_side() * self.output_side()
    }

    /// Values under one row of the kernel, which lie side by side.
    fn run(&self) -> usize {
        self.kernel * self.channels
    }

    /// The convolution that takes output gradients, spread out by the stride, to input
    /// gradients.
    fn transposed(&self) -> Self {
        let spread = (self.output_side() - 1) * self.stride + 1;
        let before = self.kernel - 1 - self.padding.0;
        Self {
            channels: self.filters,
            filters: self.channels,
            kernel: self.kernel,
            stride: 1,
            padding: (before, self.side + self.kernel - 1 - spread - before),
            side: spread,
        }
    }
}

/// Gradients of a convolution.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// `[picture][channel][y][x]`; empty where it was not asked for.
    pub inputs: Vec<f32>,
    /// `[filter][channel][ky][kx]`
    pub weights: Vec<f32>,
    /// `[filter]`
    pub bias: Vec<f32>,
}

/// Convolves `inputs` `[picture][channel][y][x]` with `weights` `[filter][channel][ky][kx]` and
/// adds `bias`. Gives `[picture][filter][y][x]`.
#[must_use]
pub fn forward(sizes: &Sizes, inputs: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let place = |filter, channel, ky, kx| {
        ((filter * sizes.channels + channel) * sizes.kernel + ky) * sizes.kernel + kx
    };
    let packed = pack(sizes, |filter, channel, ky, kx| weights[place(filter, channel, ky, kx)]);
    convolve(sizes, 1, inputs, &packed, bias)
}

/// Gradients from `gradients` `[picture][filter][y][x]`, those of the inputs only if
/// `wants_inputs`.
#[must_use]
pub fn backward(
    sizes: &Sizes,
    inputs: &[f32],
    weights: &[f32],
    gradients: &[f32],
    wants_inputs: bool,
) -> Gradients {
    let mut sums = WeightSums::new(sizes);
    for (input, gradient) in
        inputs.chunks_exact(sizes.inputs()).zip(gradients.chunks_exact(sizes.outputs()))
    {
        sums.add(input, gradient);
    }
    let (weight_gradients, bias) = sums.finish();
    let inputs = if wants_inputs {
        let transposed = sizes.transposed();
        let last = sizes.kernel - 1;
        // The kernel is turned by half a turn, and inputs and outputs change places.
        let packed = pack(&transposed, |channel, filter, ky, kx| {
            let place = (filter * sizes.channels + channel) * sizes.kernel;
            weights[(place + last - ky) * sizes.kernel + last - kx]
        });
        convolve(&transposed, sizes.stride, gradients, &packed, &vec![0.0; sizes.channels])
    } else {
        Vec::new()
    };
    Gradients { inputs, weights: weight_gradients, bias }
}

/// Weights by block of lanes, then `[ky][kx][channel]`, with zeros for filters past the end.
fn pack(sizes: &Sizes, weight: impl Fn(usize, usize, usize, usize) -> f32) -> Vec<Lane> {
    let mut packed = Vec::with_capacity(padded(sizes.filters) / LANES * sizes.kernel * sizes.run());
    for block in (0..sizes.filters).step_by(LANES) {
        for ky in 0..sizes.kernel {
            for kx in 0..sizes.kernel {
                for channel in 0..sizes.channels {
                    packed.push(std::array::from_fn(|lane| {
                        let filter = block + lane;
                        if filter < sizes.filters { weight(filter, channel, ky, kx) } else { 0.0 }
                    }));
                }
            }
        }
    }
    packed
}

/// Copies a picture `[channel][y][x]` to its place in `buffer`, `[y][x][channel]` with zeros
/// around it. `spread` above 1 leaves zeros between the pixels; `sizes.side` counts them. What is
/// zero in `buffer` stays zero.
fn unfold(sizes: &Sizes, spread: usize, picture: &[f32], buffer: &mut [f32]) {
    let (channels, wide) = (sizes.channels, sizes.padded_side());
    let side = sizes.side.div_ceil(spread);
    for (channel, plane) in picture.chunks_exact(side * side).enumerate() {
        for (y, row) in plane.chunks_exact(side).enumerate() {
            let start = ((sizes.padding.0 + y * spread) * wide + sizes.padding.0) * channels;
            let target = buffer[start + channel..].iter_mut().step_by(channels * spread);
            for (to, from) in target.zip(row) {
                *to = *from;
            }
        }
    }
}

fn convolve(
    sizes: &Sizes,
    spread: usize,
    inputs: &[f32],
    weights: &[Lane],
    bias: &[f32],
) -> Vec<f32> {
    let (side, wide) = (sizes.output_side(), sizes.padded_side());
    let given = sizes.side.div_ceil(spread);
    let pictures = inputs.len() / (sizes.channels * given * given);
    let mut buffer = vec![0.0; wide * wide * sizes.channels];
    let mut outputs = vec![0.0; pictures * sizes.outputs()];
    let block = sizes.kernel * sizes.run();
    let mut columns = vec![[0.0; PIXELS]; side.div_ceil(PIXELS) * block];
    for (input, output) in inputs
        .chunks_exact(sizes.channels * given * given)
        .zip(outputs.chunks_exact_mut(sizes.outputs()))
    {
        unfold(sizes, spread, input, &mut buffer);
        for y in 0..side {
            gather(sizes, &buffer, y, &mut columns);
            for (index, weights) in weights.chunks_exact(block).enumerate() {
                let first = index * LANES;
                let start: Lane =
                    std::array::from_fn(|lane| bias.get(first + lane).copied().unwrap_or(0.0));
                let planes = &mut output[first * side * side..];
                for (tile, columns) in columns.chunks_exact(block).enumerate() {
                    let sums = multiply(columns, weights, [start; PIXELS]);
                    store(planes, side, (y, tile * PIXELS), &sums);
                }
            }
        }
    }
    outputs
}

/// What the pixels of output row `y` see, tile by tile: `[tile][ky][kx][channel][pixel]`. Pixels
/// past the end of the row see zeros.
fn gather(sizes: &Sizes, buffer: &[f32], y: usize, columns: &mut [Column]) {
    let row = sizes.padded_side() * sizes.channels;
    let run = sizes.run();
    for (index, columns) in columns.chunks_exact_mut(run).enumerate() {
        let (tile, ky) = (index / sizes.kernel, index % sizes.kernel);
        let line = &buffer[(y * sizes.stride + ky) * row..][..row];
        for p in 0..PIXELS {
            let x = tile * PIXELS + p;
            if x < sizes.output_side() {
                let seen = &line[x * sizes.stride * sizes.channels..][..run];
                columns.iter_mut().zip(seen).for_each(|(column, value)| column[p] = *value);
            } else {
                columns.iter_mut().for_each(|column| column[p] = 0.0);
            }
        }
    }
}

/// Writes a tile to the planes of its block, leaving out lanes past the last filter and pixels
/// past the end of the row.
fn store(planes: &mut [f32], side: usize, (y, x): (usize, usize), sums: &[Lane; PIXELS]) {
    let row = y * side + x..(y * side + x + PIXELS).min((y + 1) * side);
    for (lane, plane) in planes.chunks_exact_mut(side * side).take(LANES).enumerate() {
        for (to, sum) in plane[row.clone()].iter_mut().zip(sums) {
            *to = sum[lane];
        }
    }
}

/// Weight and bias gradients, summed picture by picture.
struct WeightSums {
    sizes: Sizes,
    /// `[ky][kx][channel][filter]`, filters rounded up to whole lanes.
    weights: Vec<f32>,
    bias: Vec<f64>,
    buffer: Vec<f32>,
    /// The output gradients, `[y][x][filter]`, filters rounded up to whole lanes.
    gradients: Vec<f32>,
}

/// Pixels that a running sum goes over before it is added to the others.
const RUN: usize = 64;

/// Values of a kernel row that are summed together.
const ROWS: usize = 4;

impl WeightSums {
    fn new(sizes: &Sizes) -> Self {
        let width = padded(sizes.filters);
        let (side, wide) = (sizes.output_side(), sizes.padded_side());
        Self {
            sizes: *sizes,
            weights: vec![0.0; sizes.kernel * sizes.run() * width],
            bias: vec![0.0; sizes.filters],
            buffer: vec![0.0; wide * wide * sizes.channels],
            gradients: vec![0.0; side * side * width],
        }
    }

    fn add(&mut self, input: &[f32], gradient: &[f32]) {
        let sizes = self.sizes;
        let (side, width) = (sizes.output_side(), padded(sizes.filters));
        unfold(&sizes, 1, input, &mut self.buffer);
        for (filter, plane) in gradient.chunks_exact(side * side).enumerate() {
            self.bias[filter] += sum(plane);
            let target = self.gradients[filter..].iter_mut().step_by(width);
            for (to, from) in target.zip(plane) {
                *to = *from;
            }
        }
        for ky in 0..sizes.kernel {
            for block in (0..width).step_by(LANES) {
                let mut t = 0;
                while t + ROWS <= sizes.run() {
                    self.add_rows::<ROWS>(ky, t, block);
                    t += ROWS;
                }
                while t < sizes.run() {
                    self.add_rows::<1>(ky, t, block);
                    t += 1;
                }
            }
        }
    }

    /// Adds the picture's part of the gradients of kernel row `ky`, values `t..t + I`, filters
    /// `block..block + LANES`.
    #[inline(always)]
    fn add_rows<const I: usize>(&mut self, ky: usize, t: usize, block: usize) {
        let sizes = &self.sizes;
        let (side, width) = (sizes.output_side(), padded(sizes.filters));
        let row = sizes.padded_side() * sizes.channels;
        let rows_at_once = (RUN / side).max(1);
        let mut totals = [[0.0; LANES]; I];
        let mut sums = totals;
        for y in 0..side {
            let line = &self.buffer[(y * sizes.stride + ky) * row..][..row];
            let gradients = &self.gradients[y * side * width..][..side * width];
            let inputs = (&line[t..], sizes.stride * sizes.channels);
            sums = correlate(inputs, (&gradients[block..], width), side, sums);
            // One running sum over a whole picture would lose two digits, which Adam makes large
            // where the gradient is small.
            if (y + 1) % rows_at_once == 0 || y + 1 == side {
                for (total, sum) in totals.iter_mut().flatten().zip(sums.iter().flatten()) {
                    *total += sum;
                }
                sums = [[0.0; LANES]; I];
            }
        }
        for (i, sum) in totals.iter().enumerate() {
            let start = (ky * sizes.run() + t + i) * width + block;
            for (to, sum) in self.weights[start..][..LANES].iter_mut().zip(sum) {
                *to += sum;
            }
        }
    }

    /// Weights as `[filter][channel][ky][kx]`, and bias.
    fn finish(self) -> (Vec<f32>, Vec<f32>) {
        let sizes = &self.sizes;
        let width = padded(sizes.filters);
        let mut weights = Vec::with_capacity(sizes.filters * sizes.kernel * sizes.run());
        for filter in 0..sizes.filters {
            for channel in 0..sizes.channels {
                for ky in 0..sizes.kernel {
                    for kx in 0..sizes.kernel {
                        let t = (ky * sizes.kernel + kx) * sizes.channels + channel;
                        weights.push(self.weights[t * width + filter]);
                    }
                }
            }
        }
        (weights, self.bias.into_iter().map(|sum| sum as f32).collect())
    }
}
