//! The input transform, V = Bᵀ d B of every input tile, and its transpose, which gives input
//! gradients.

use super::transforms::Transforms;
use super::{ANY, TileRange, element_stride};
use crate::kernels::simd::{F32x4, LANES};

/// Transforms the input tiles of a padded map, `(map, row stride)`, from its first tile on, into
/// those of `tiles` in `matrices`: `(V [element][tile][channel], channels)`.
pub(super) fn transform_inputs<T: Transforms<S>, const S: usize>(
    map: (&[f32], usize),
    tiles_per_row: usize,
    (matrices, channels): (&mut [f32], usize),
    tiles: TileRange,
) {
    let matrices = (matrices.as_chunks_mut().0, channels / LANES);
    match channels {
        32 => transform_vectors::<T, S, 8>(map, tiles_per_row, matrices, tiles),
        64 => transform_vectors::<T, S, 16>(map, tiles_per_row, matrices, tiles),
        _ => transform_vectors::<T, S, ANY>(map, tiles_per_row, matrices, tiles),
    }
}

/// The same in vectors. Where their number a pixel, `V`, is a constant, fewer bounds are checked.
#[inline(never)]
fn transform_vectors<T: Transforms<S>, const S: usize, const V: usize>(
    (map, row_stride): (&[f32], usize),
    tiles_per_row: usize,
    (matrices, vectors): (&mut [[f32; LANES]], usize),
    TileRange { from, count, batch }: TileRange,
) {
    let vectors = if V == ANY { vectors } else { V };
    let size = element_stride(batch, vectors * LANES) / LANES;
    for tile in 0..count {
        let (y, x) = (tile / tiles_per_row, tile % tiles_per_row);
        let start = (y * row_stride + x * vectors * LANES) * T::INPUT_STEP;
        let lines: [&[[f32; LANES]]; S] =
            std::array::from_fn(|y| &map[start + y * row_stride..].as_chunks().0[..S * vectors]);
        for vector in 0..vectors {
            let at = (from + tile) * vectors + vector;
            T::input_2d(
                |y, x| F32x4::from_array(&lines[y][x * vectors + vector]),
                |u, v, sum| matrices[(u * S + v) * size + at] = sum.to_array(),
            );
        }
    }
}

/// The transpose: adds the input gradients of `tiles`, from `(gradients of V
/// [element][tile][channel], channels)`, to a padded map, `(map, row stride)`, from its first tile
/// on. Tiles overlap there.
#[inline(never)]
pub(super) fn add_input_gradients<T: Transforms<S>, const S: usize>(
    (matrices, channels): (&[f32], usize),
    (map, row_stride): (&mut [f32], usize),
    tiles_per_row: usize,
    TileRange { from, count, batch }: TileRange,
) {
    let (row, size) = (row_stride / LANES, element_stride(batch, channels) / LANES);
    let (matrices, map) = (matrices.as_chunks().0, map.as_chunks_mut().0);
    let vectors = channels / LANES;
    for tile in 0..count {
        let (y, x) = (tile / tiles_per_row, tile % tiles_per_row);
        let start = (y * row + x * vectors) * T::INPUT_STEP;
        for vector in 0..vectors {
            let at = (from + tile) * vectors + vector;
            T::input_2d_transposed(
                |u, v| F32x4::from_array(&matrices[(u * S + v) * size + at]),
                |y, x, sum| {
                    let to = &mut map[start + y * row + x * vectors + vector];
                    *to = (F32x4::from_array(to) + sum).to_array();
                },
            );
        }
    }
}
