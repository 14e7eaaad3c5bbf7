//! A convolution, group by group and picture by picture.

use std::ops::Range;

use super::gemm::PackedMatrix;
use super::geometry::ConvGeometry;
use super::grouped;
use super::patches::Patches;

/// The convolution of `inputs` `[picture][y][x][channel]` by `weights` `[filter][channel][ky][kx]`,
/// plus `bias` `[filter]`, and a relu of that if asked: `[picture][y][x][filter]`.
#[must_use]
pub fn forward(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    relu: bool,
) -> Vec<f32> {
    let pictures = inputs.len() / geometry.input_len();
    let mut outputs = vec![0.0; pictures * geometry.output_len()];
    let maps = || inputs.chunks_exact(geometry.input_len());
    if grouped::applies(geometry) {
        grouped::forward(geometry, inputs, weights, bias, &mut outputs);
    } else {
        let (filters, length) = (geometry.group_filters(), geometry.patch());
        for group in 0..geometry.groups {
            let patches = Patches::new(geometry, group);
            let matrix = PackedMatrix::new((length, patches.step), filters, |k, filter| {
                weights[geometry.weight_at(group * filters + filter, k)]
            });
            let bias = bias.get(group * filters..(group + 1) * filters).unwrap_or_default();
            let mut tiles = Tiles { geometry, patches, matrix, bias, buffer: patches.buffer() };
            let first = group * filters;
            for (map, outputs) in maps().zip(outputs.chunks_exact_mut(geometry.output_len())) {
                match patches.run() {
                    Some(run) if tiles.matrix.takes_lines(geometry.kernel[0], run) => {
                        tiles.by_rows(map, run, outputs)
                    }
                    _ => tiles.gathered(map, 0..geometry.pixels(), &mut outputs[first..]),
                }
            }
        }
    }
    if relu {
        // A NaN stays a NaN.
        outputs.iter_mut().for_each(|sum| *sum = if *sum < 0.0 { 0.0 } else { *sum });
    }
    outputs
}

/// A group's patches with what they are multiplied with.
struct Tiles<'a> {
    geometry: &'a ConvGeometry,
    patches: Patches<'a>,
    matrix: PackedMatrix,
    bias: &'a [f32],
    buffer: Vec<f32>,
}

impl Tiles<'_> {
    /// Some pixels, of patches that are copied together. `outputs` begins with the group's of the first
    /// pixel of the map.
    fn gathered(&mut self, map: &[f32], pixels: Range<usize>, outputs: &mut [f32]) {
        let filters = self.geometry.filters;
        for pixels in self.patches.tiles(pixels) {
            self.patches.gather(map, pixels.clone(), &mut self.buffer);
            let to = &mut outputs[pixels.start * filters..];
            let from = (self.buffer.as_slice(), self.patches.step);
            self.matrix.multiply(from, pixels.len(), self.bias, (to, filters));
        }
    }

    /// All pixels, row by row: patches that are inside of the map are read where they lie.
    fn by_rows(&mut self, map: &[f32], run: usize, outputs: &mut [f32]) {
        let ConvGeometry { output: [height, width], filters, stride, channels, .. } =
            *self.geometry;
        let whole = self.patches.whole_columns();
        let inside = whole.start.min(width)..whole.end.min(width);
        for y in 0..height {
            let pixel = y * width;
            if inside.is_empty() {
                self.gathered(map, pixel..pixel + width, outputs);
                continue;
            }
            self.gathered(map, pixel..pixel + inside.start, outputs);
            let lines = self.patches.lines(map, y, inside.start);
            let to = &mut outputs[(pixel + inside.start) * filters..];
            let steps = (run, stride[1] * channels);
            self.matrix.multiply_lines(&lines, steps, inside.len(), self.bias, (to, filters));
            self.gathered(map, pixel + inside.end..pixel + width, outputs);
        }
    }
}
