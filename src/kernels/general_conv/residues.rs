//! Input gradients, which are also what a transposed convolution computes. Inputs of each residue of row
//! and column modulo the stride meet taps of their own: each residue is a convolution of the output
//! gradients, of stride 1, by those taps in reverse order.

use super::forward::forward;
use super::geometry::ConvGeometry;
use super::patches::copy;
use super::{grouped, scatter};

/// The gradients of the inputs, `[picture][y][x][channel]`, from those of the outputs, `gradients`
/// `[picture][y][x][filter]`; plus `bias` `[channel]`, if it is not empty.
#[must_use]
pub fn input_grad(
    geometry: &ConvGeometry,
    gradients: &[f32],
    weights: &[f32],
    bias: &[f32],
) -> Vec<f32> {
    let ConvGeometry { channels, map: [height, width], stride: [down, across], .. } = *geometry;
    if [down, across] != [1, 1] && !grouped::applies(geometry) {
        return scatter::input_grad(geometry, gradients, weights, bias);
    }
    let pictures = gradients.len() / geometry.output_len();
    let values = pictures * geometry.input_len();
    let mut inputs = Vec::new();
    for (a, b) in (0..down.min(height)).flat_map(|a| (0..across.min(width)).map(move |b| (a, b))) {
        let taps = Taps::of(geometry, 0, a).zip(Taps::of(geometry, 1, b));
        let found = taps.map(|(rows, columns)| {
            let (geometry, weights) = turned(geometry, weights, [rows, columns]);
            (geometry.output, forward(&geometry, gradients, &weights, bias, false))
        });
        if [down, across] == [1, 1]
            && let Some((_, found)) = found
        {
            return found;
        }
        if inputs.is_empty() {
            // What no tap meets.
            inputs =
                if bias.is_empty() { vec![0.0; values] } else { bias.repeat(values / channels) };
        }
        let Some(([rows, columns], found)) = found else { continue };
        let mut lines = found.chunks_exact(columns * channels);
        for map in inputs.chunks_exact_mut(geometry.input_len()) {
            let to = map.chunks_exact_mut(width * channels).skip(a).step_by(down);
            for (to, line) in to.zip(lines.by_ref().take(rows)) {
                let pixels = to.chunks_exact_mut(channels).skip(b).step_by(across);
                let values = line.chunks_exact(channels);
                pixels.zip(values).for_each(|(to, value)| copy(value, to));
            }
        }
    }
    inputs
}

/// The taps that the inputs of a residue meet, in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Taps {
    first: usize,
    step: usize,
    count: usize,
    /// Inputs of the residue.
    inputs: usize,
    /// From a tap's output gradient to the next one's.
    dilation: usize,
    /// Zeros before the output gradients.
    before: isize,
}

impl Taps {
    /// Of the inputs `residue`, `residue + stride` and so on; `None` if none meets any.
    fn of(geometry: &ConvGeometry, axis: usize, residue: usize) -> Option<Self> {
        let (stride, dilation) = (geometry.stride[axis] as isize, geometry.dilation[axis] as isize);
        let (kernel, before) = (geometry.kernel[axis], geometry.before[axis] + residue as isize);
        let common = greatest_common_divisor(geometry.stride[axis], geometry.dilation[axis]);
        let step = geometry.stride[axis] / common;
        let meets = |tap: &usize| (before - *tap as isize * dilation).rem_euclid(stride) == 0;
        let first = (0..step.min(kernel)).find(meets)?;
        let count = (kernel - first).div_ceil(step);
        // The first input's first tap meets this output.
        let output = (before - first as isize * dilation).div_euclid(stride);
        let dilation = geometry.dilation[axis] / common;
        Some(Self {
            first,
            step,
            count,
            inputs: (geometry.map[axis] - residue).div_ceil(geometry.stride[axis]),
            dilation,
            before: ((count - 1) * dilation) as isize - output,
        })
    }

    /// The tap of the whole kernel that is tap `index` of the turned one.
    fn turned(&self, index: usize) -> usize {
        self.first + self.step * (self.count - 1 - index)
    }
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// The convolution that gives the gradients of a residue, with its weights.
fn turned(geometry: &ConvGeometry, weights: &[f32], taps: [Taps; 2]) -> (ConvGeometry, Vec<f32>) {
    let (channels, filters) = (geometry.group_channels(), geometry.group_filters());
    let mut found = Vec::with_capacity(geometry.channels * filters * taps[0].count * taps[1].count);
    for channel in 0..geometry.channels {
        let (group, channel) = (channel / channels, channel % channels);
        for filter in 0..filters {
            let from = geometry.weight(group * filters + filter, channel, 0);
            for (ky, kx) in
                (0..taps[0].count).flat_map(|ky| (0..taps[1].count).map(move |kx| (ky, kx)))
            {
                let tap = taps[0].turned(ky) * geometry.kernel[1] + taps[1].turned(kx);
                found.push(weights[from + tap]);
            }
        }
    }
    let geometry = ConvGeometry {
        channels: geometry.filters,
        filters: geometry.channels,
        groups: geometry.groups,
        map: geometry.output,
        output: taps.map(|taps| taps.inputs),
        kernel: taps.map(|taps| taps.count),
        stride: [1, 1],
        dilation: taps.map(|taps| taps.dilation),
        before: taps.map(|taps| taps.before),
    };
    (geometry, found)
}
