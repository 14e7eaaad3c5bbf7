//! Input gradients where they would be convolutions of many shapes: what each output pixel adds to the
//! patch under it is one matrix product, and is added there.

use super::gemm::PackedMatrix;
use super::geometry::ConvGeometry;

/// The values that the products of a tile should not exceed, so that they stay in the first cache.
const TILE_VALUES: usize = 1 << 13;

/// See [`super::input_grad()`].
pub(super) fn input_grad(
    geometry: &ConvGeometry,
    gradients: &[f32],
    weights: &[f32],
    bias: &[f32],
) -> Vec<f32> {
    let ConvGeometry { channels, filters, groups, output, .. } = *geometry;
    let [own, per_group] = [geometry.group_channels(), geometry.group_filters()];
    let patch = geometry.patch();
    let matrix = |group| {
        PackedMatrix::new((per_group, per_group), patch, |filter, k| {
            weights[geometry.weight_at(group * per_group + filter, k)]
        })
    };
    let matrices: Vec<PackedMatrix> = (0..groups).map(matrix).collect();
    let tile = (TILE_VALUES / patch / 4 * 4).clamp(8, 64);
    let mut products = vec![0.0; tile * patch];
    let pictures = gradients.len() / geometry.output_len();
    let pixels = pictures * geometry.map[0] * geometry.map[1];
    let mut inputs =
        if bias.is_empty() { vec![0.0; pixels * channels] } else { bias.repeat(pixels) };
    let places = [0, 1].map(|axis| {
        let inside = (0..output[axis]).map(|at| geometry.inside(axis, at));
        inside.collect::<Vec<_>>()
    });
    let pictures = gradients.chunks_exact(geometry.output_len());
    for (gradients, inputs) in pictures.zip(inputs.chunks_exact_mut(geometry.input_len())) {
        for (group, matrix) in matrices.iter().enumerate() {
            for first in (0..geometry.pixels()).step_by(tile) {
                let count = tile.min(geometry.pixels() - first);
                let from = &gradients[first * filters + group * per_group..];
                matrix.multiply((from, filters), count, &[], (&mut products, patch));
                let products = products.chunks_exact(patch).take(count);
                for (pixel, products) in (first..).zip(products) {
                    let place = [&places[0][pixel / output[1]], &places[1][pixel % output[1]]];
                    add_patch(geometry, place, products, &mut inputs[group * own..]);
                }
            }
        }
    }
    inputs
}

/// Adds a patch `[ky][kx][channel]` to what of it is inside of a map.
#[inline(always)]
fn add_patch(
    geometry: &ConvGeometry,
    [(rows, top), (columns, left)]: [&(std::ops::Range<usize>, usize); 2],
    patch: &[f32],
    map: &mut [f32],
) {
    let ConvGeometry { channels, map: [_, width], kernel, dilation, .. } = *geometry;
    let own = geometry.group_channels();
    let whole = dilation[1] == 1 && own == channels;
    let (runs, run) = if whole { (1, columns.len() * own) } else { (columns.len(), own) };
    for (index, ky) in rows.clone().enumerate() {
        let row = ((top + index * dilation[0]) * width + left) * channels;
        let from = &patch[(ky * kernel[1] + columns.start) * own..];
        for at in 0..runs {
            let to = &mut map[row + at * dilation[1] * channels..][..run];
            let from = &from[at * own..][..run];
            to.iter_mut().zip(from).for_each(|(to, value)| *to += value);
        }
    }
}
