//! A convolution, group by group and picture by picture.

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
            let mut buffer = patches.buffer();
            for (map, outputs) in maps().zip(outputs.chunks_exact_mut(geometry.output_len())) {
                for pixels in patches.tiles() {
                    patches.gather(map, pixels.clone(), &mut buffer);
                    let to = &mut outputs[pixels.start * geometry.filters + group * filters..];
                    let from = (buffer.as_slice(), patches.step);
                    matrix.multiply(from, pixels.len(), bias, (to, geometry.filters));
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
