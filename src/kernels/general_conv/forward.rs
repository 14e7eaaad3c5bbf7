//! A convolution, group by group and picture by picture.

use super::gemm::PackedMatrix;
use super::geometry::ConvGeometry;
use super::patches::Patches;
use super::{few, grouped};

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
    if grouped::applies(geometry) {
        grouped::forward(geometry, inputs, weights, bias, &mut outputs);
    } else if few::applies(geometry) {
        few::forward(geometry, inputs, weights, bias, &mut outputs);
    } else {
        by_products(geometry, inputs, weights, bias, &mut outputs);
    }
    if relu {
        // A NaN stays a NaN.
        outputs.iter_mut().for_each(|sum| *sum = if *sum < 0.0 { 0.0 } else { *sum });
    }
    outputs
}

/// Of many filters: patches are copied together, tile by tile, and multiplied with a packed matrix.
fn by_products(
    geometry: &ConvGeometry,
    inputs: &[f32],
    weights: &[f32],
    bias: &[f32],
    outputs: &mut [f32],
) {
    let own = &geometry.of_group();
    let patches = Patches::new(own);
    let mut buffer = patches.buffer();
    let mut taken = Vec::new();
    for group in 0..geometry.groups {
        let filters = group * own.filters..(group + 1) * own.filters;
        let matrix = PackedMatrix::new((own.patch(), patches.step), own.filters, |k, filter| {
            weights[geometry.weight_at(filters.start + filter, k)]
        });
        let bias = bias.get(filters.clone()).unwrap_or_default();
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, outputs) in pictures.zip(outputs.chunks_exact_mut(geometry.output_len())) {
            let map = geometry.take_group(group, map, &mut taken);
            for pixels in patches.tiles(own.pixels()) {
                let from = patches.of(map, pixels.clone(), &mut buffer);
                let to = &mut outputs[pixels.start * geometry.filters + filters.start..];
                matrix.multiply(from, pixels.len(), bias, (to, geometry.filters));
            }
        }
    }
}
