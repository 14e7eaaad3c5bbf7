//! Pooling in general, of maps `[picture][y][x][channel]`: windows of any size and stride, which may
//! overlap and reach over the border. What lies past the border counts neither for the largest value nor
//! for the mean. `pool` has the kernels of 2x2 windows that networks mostly have.

use std::ops::Range;

use super::pool::Pool;

/// Where windows lie in a map, `[height, width]` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// The map.
    pub map: [usize; 2],
    /// Windows below each other, and side by side.
    pub output: [usize; 2],
    /// A window.
    pub size: [usize; 2],
    /// From a window to the next.
    pub stride: [usize; 2],
    /// Rows and columns of the first window above and to the left of the map.
    pub before: [usize; 2],
}

impl Windows {
    /// The rows, or columns, of the map that window `at` covers. There is one at least.
    fn range(&self, axis: usize, at: usize) -> Range<usize> {
        let start = at * self.stride[axis];
        let end = (start + self.size[axis]).saturating_sub(self.before[axis]);
        start.saturating_sub(self.before[axis])..end.min(self.map[axis])
    }

    /// The rows and columns of each window, in order.
    fn all(&self) -> impl Iterator<Item = [Range<usize>; 2]> + '_ {
        let [down, across] = self.output;
        let rows = (0..down).map(|y| self.range(0, y));
        rows.flat_map(move |rows| (0..across).map(move |x| [rows.clone(), self.range(1, x)]))
    }

    fn map_len(&self, channels: usize) -> usize {
        self.map[0] * self.map[1] * channels
    }

    fn output_len(&self, channels: usize) -> usize {
        self.output[0] * self.output[1] * channels
    }
}

/// What `kind` makes of each window, `[picture][y][x][channel]`.
#[must_use]
pub fn forward(kind: Pool, windows: &Windows, inputs: &[f32], channels: usize) -> Vec<f32> {
    let pictures = inputs.len() / windows.map_len(channels);
    let mut outputs = vec![0.0; pictures * windows.output_len(channels)];
    let maps = inputs.chunks_exact(windows.map_len(channels));
    let mut line = vec![0.0; channels];
    for (map, outputs) in maps.zip(outputs.chunks_exact_mut(windows.output_len(channels))) {
        for (window, output) in windows.all().zip(outputs.chunks_exact_mut(channels)) {
            match kind {
                Pool::Max => {
                    output.fill(f32::NEG_INFINITY);
                    pixels(windows, &window, |at| {
                        let pixel = &map[at * channels..][..channels];
                        for (best, value) in output.iter_mut().zip(pixel) {
                            *best = if stays(*best, *value) { *best } else { *value };
                        }
                    });
                }
                Pool::Average => {
                    let [rows, columns] = window;
                    let count = (rows.len() * columns.len()) as f32;
                    for y in rows {
                        // A sum over a large window would lose digits without those of its rows.
                        line.fill(0.0);
                        let from = &map[(y * windows.map[1] + columns.start) * channels..];
                        for pixel in from.chunks_exact(channels).take(columns.len()) {
                            line.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
                        }
                        output.iter_mut().zip(&line).for_each(|(total, sum)| *total += sum);
                    }
                    output.iter_mut().for_each(|total| *total /= count);
                }
            }
        }
    }
    outputs
}

/// Gradients of the inputs of [`forward`] from those of its outputs. That of a largest value goes to the
/// first of them, as in TensorFlow.
#[must_use]
pub fn backward(
    kind: Pool,
    windows: &Windows,
    inputs: &[f32],
    gradients: &[f32],
    channels: usize,
) -> Vec<f32> {
    let mut found = vec![0.0; inputs.len()];
    let maps = inputs.chunks_exact(windows.map_len(channels));
    let mut best = vec![(0.0, 0); channels];
    let all = maps.zip(gradients.chunks_exact(windows.output_len(channels)));
    for ((map, gradients), found) in all.zip(found.chunks_exact_mut(windows.map_len(channels))) {
        for (window, gradient) in windows.all().zip(gradients.chunks_exact(channels)) {
            match kind {
                Pool::Max => {
                    best.fill((f32::NEG_INFINITY, 0));
                    pixels(windows, &window, |at| {
                        let pixel = &map[at * channels..][..channels];
                        for (best, value) in best.iter_mut().zip(pixel) {
                            *best = if stays(best.0, *value) { *best } else { (*value, at) };
                        }
                    });
                    for (channel, ((_, at), gradient)) in best.iter().zip(gradient).enumerate() {
                        found[at * channels + channel] += gradient;
                    }
                }
                Pool::Average => {
                    let count = (window[0].len() * window[1].len()) as f32;
                    pixels(windows, &window, |at| {
                        let to = &mut found[at * channels..][..channels];
                        to.iter_mut().zip(gradient).for_each(|(to, value)| *to += value / count);
                    });
                }
            }
        }
    }
    found
}

/// Whether the largest value so far stays beside another. A NaN counts as larger than any number, so
/// that it is seen.
#[inline(always)]
fn stays(best: f32, value: f32) -> bool {
    value <= best || best.is_nan()
}

/// Calls `visit` with the pixels of a window, in order.
#[inline(always)]
fn pixels(windows: &Windows, [rows, columns]: &[Range<usize>; 2], mut visit: impl FnMut(usize)) {
    for y in rows.clone() {
        columns.clone().for_each(|x| visit(y * windows.map[1] + x));
    }
}
