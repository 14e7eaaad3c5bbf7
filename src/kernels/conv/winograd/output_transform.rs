//! The output transform, Aᵀ M A, fused with what follows the convolution: bias, and relu or
//! pooling. Its transpose takes the gradients of the outputs.

use super::output_grad::OutputGrad;
use super::transforms::Transforms;
use super::{OUTPUT_TILE, TileRange, element_stride};
use crate::kernels::pool::{self, PoolWindow};
use crate::kernels::simd::{F32x4, LANES, load, store};

/// The products M of a batch of tiles, `[element][tile][filter]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Products<'a> {
    pub(super) values: &'a [f32],
    pub(super) tiles: usize,
    pub(super) filters: usize,
}

/// The 2x2 outputs of a tile, of four filters, before the bias. `at` is where the filters' vector
/// lies in the matrix of an element, `size` the vectors of one.
#[inline(always)]
fn output_tile<T: Transforms<S>, const S: usize>(
    products: &[[f32; LANES]],
    size: usize,
    at: usize,
) -> [[F32x4; 2]; 2] {
    T::output_2d(|u, v| F32x4::from_array(&products[(u * S + v) * size + at]))
}

/// Four filters' bias, or zeros without one.
#[inline(always)]
fn bias_of(bias: &[f32], filter: usize) -> F32x4 {
    bias.get(filter..).map_or_else(F32x4::default, load)
}

/// Transforms all tiles of `products`, rows of `tiles_per_row`, to outputs `[y][x][filter]`.
#[inline(never)]
pub(super) fn transform_outputs<T: Transforms<S>, const S: usize>(
    Products { values, tiles, filters }: Products<'_>,
    tiles_per_row: usize,
    (bias, relu): (&[f32], bool),
    outputs: &mut [f32],
) {
    let row = tiles_per_row * OUTPUT_TILE * filters;
    let size = element_stride(tiles, filters) / LANES;
    let products = values.as_chunks().0;
    for tile in 0..tiles {
        let (y, x) = (tile / tiles_per_row, tile % tiles_per_row);
        let start = y * OUTPUT_TILE * row + x * OUTPUT_TILE * filters;
        for filter in (0..filters).step_by(LANES) {
            let at = (tile * filters + filter) / LANES;
            let [top, bottom] = output_tile::<T, S>(products, size, at);
            let bias = bias_of(bias, filter);
            let mut put = |start: usize, [left, right]: [F32x4; 2]| {
                let to = &mut outputs[start..][..2 * filters];
                let finish = |sum: F32x4| {
                    let sum = sum + bias;
                    if relu { sum.relu() } else { sum }
                };
                store(finish(left), &mut to[filter..]);
                store(finish(right), &mut to[filters + filter..]);
            };
            put(start, top);
            put(start + row, bottom);
        }
    }
}

/// Transforms all tiles of `products` and pools each: one output and its argmax a tile,
/// `[tile][filter]`.
#[inline(never)]
pub(super) fn transform_and_pool<T: Transforms<S>, W: PoolWindow, const S: usize>(
    Products { values, tiles, filters }: Products<'_>,
    bias: &[f32],
    (outputs, argmax): (&mut [f32], &mut [u8]),
) {
    let size = element_stride(tiles, filters) / LANES;
    let products = values.as_chunks().0;
    let outputs = outputs.chunks_exact_mut(filters).zip(argmax.chunks_exact_mut(filters));
    for (tile, (outputs, argmax)) in outputs.take(tiles).enumerate() {
        for filter in (0..filters).step_by(LANES) {
            let at = (tile * filters + filter) / LANES;
            let [[a, b], [c, d]] = output_tile::<T, S>(products, size, at);
            let bias = bias_of(bias, filter);
            let window = [a + bias, b + bias, c + bias, d + bias];
            pool::pool_windows::<W>(window, &mut outputs[filter..], &mut argmax[filter..]);
        }
    }
}

/// The transpose: transforms the output gradients of `tiles` of a picture, from row `y` of its
/// tiles on, into `(matrices [element][tile][filter], filters)`.
#[inline(never)]
pub(super) fn transform_output_gradients<T: Transforms<S>, const S: usize>(
    output_grad: &impl OutputGrad,
    (picture, y, tiles_per_row): (usize, usize, usize),
    (matrices, filters): (&mut [f32], usize),
    TileRange { from, count, batch }: TileRange,
) {
    let size = element_stride(batch, filters) / LANES;
    let matrices = matrices.as_chunks_mut().0;
    for tile in 0..count {
        let position = (y + tile / tiles_per_row, tile % tiles_per_row);
        for filter in (0..filters).step_by(LANES) {
            let at = ((from + tile) * filters + filter) / LANES;
            let window = output_grad.window(picture, position, filter);
            T::output_2d_transposed(window, |u, v, sum| {
                matrices[(u * S + v) * size + at] = sum.to_array();
            });
        }
    }
}
