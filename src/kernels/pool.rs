//! 2x2 max and average pooling of stride 2, forward and backward, of maps `[y][x][channel]`. An odd
//! last row or column is dropped.
//!
//! Beside each output goes its `argmax`: a byte with a bit for each position of the window (row by
//! row: 1, 2, 4, 8) that receives the output's gradient. Of max pooling that is one bit, the first
//! largest value, as in TensorFlow; of average pooling all four; after a relu only positions with a
//! positive value. So the backward pass needs neither the pooled map nor the relu's outputs.

use super::simd::{F32x4, LANES, U32x4, load, store};

/// What a 2x2 pooling makes of each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// Its largest value.
    Max,
    /// Its mean.
    Average,
}

/// The bits of an argmax: the positions of a window, row by row.
const WINDOW_BITS: [u8; 4] = [1, 2, 4, 8];

/// Pools one map of `side` and so many `channels`, after a relu if there is one.
pub(super) fn pool_map(
    kind: Pool,
    relu: bool,
    map: &[f32],
    (side, channels): (usize, usize),
    outputs: &mut [f32],
    argmax: &mut [u8],
) {
    match (kind, relu) {
        (Pool::Max, false) => pool_rows::<MaxPool<false>>(map, (side, channels), outputs, argmax),
        (Pool::Max, true) => pool_rows::<MaxPool<true>>(map, (side, channels), outputs, argmax),
        (Pool::Average, false) => {
            pool_rows::<AveragePool<false>>(map, (side, channels), outputs, argmax)
        }
        (Pool::Average, true) => {
            pool_rows::<AveragePool<true>>(map, (side, channels), outputs, argmax)
        }
    }
}

#[inline(never)]
fn pool_rows<W: PoolWindow>(
    map: &[f32],
    (side, channels): (usize, usize),
    outputs: &mut [f32],
    argmax: &mut [u8],
) {
    let half = side / 2;
    let rows = map.chunks_exact(2 * side * channels).zip(outputs.chunks_exact_mut(half * channels));
    for ((rows, outputs), argmax) in rows.zip(argmax.chunks_exact_mut(half * channels)) {
        let (top, bottom) = rows.split_at(side * channels);
        let windows = top.chunks_exact(2 * channels).zip(bottom.chunks_exact(2 * channels));
        let outputs = outputs.chunks_exact_mut(channels).zip(argmax.chunks_exact_mut(channels));
        for ((top, bottom), (output, argmax)) in windows.zip(outputs) {
            let ((a, b), (c, d)) = (top.split_at(channels), bottom.split_at(channels));
            let vectorized = channels / LANES * LANES;
            for i in (0..vectorized).step_by(LANES) {
                let window = [load(&a[i..]), load(&b[i..]), load(&c[i..]), load(&d[i..])];
                pool_windows::<W>(window, &mut output[i..], &mut argmax[i..]);
            }
            for i in vectorized..channels {
                let (value, bits) = W::pool([a[i], b[i], c[i], d[i]].map(F32x4::splat));
                (output[i], argmax[i]) = (value.to_array()[0], bits.to_bytes()[0]);
            }
        }
    }
}

/// Pools four windows, one a lane, to the first of `outputs` and `argmax`.
#[inline(always)]
pub(super) fn pool_windows<W: PoolWindow>(
    window: [F32x4; 4],
    outputs: &mut [f32],
    argmax: &mut [u8],
) {
    let (value, bits) = W::pool(window);
    store(value, outputs);
    if let Some(to) = argmax.first_chunk_mut() {
        *to = bits.to_bytes();
    }
}

/// How windows are pooled.
pub(super) trait PoolWindow {
    /// The outputs and the argmax bits of four windows, one a lane; the positions come row by row.
    fn pool(window: [F32x4; 4]) -> (F32x4, U32x4);
}

/// Max pooling, after a relu or not. A NaN counts as larger than any number, so that it is seen.
pub(super) struct MaxPool<const RELU: bool>;

/// Average pooling, after a relu or not.
pub(super) struct AveragePool<const RELU: bool>;

impl<const RELU: bool> PoolWindow for MaxPool<RELU> {
    #[inline(always)]
    fn pool([a, b, c, d]: [F32x4; 4]) -> (F32x4, U32x4) {
        // `a` stays unless `b` is larger: where `b <= a`, or `a` is NaN.
        let larger = |(a, a_bit): (F32x4, U32x4), (b, b_bit): (F32x4, U32x4)| {
            let stays = b.le(a).or(U32x4::splat(u32::MAX).and_not(a.le(a)));
            (F32x4::from_bits(stays.select(a.to_bits(), b.to_bits())), stays.select(a_bit, b_bit))
        };
        let [one, two, three, four] = WINDOW_BITS.map(|bit| U32x4::splat(bit.into()));
        let (value, bit) = larger(larger((a, one), (b, two)), larger((c, three), (d, four)));
        if !RELU {
            return (value, bit);
        }
        let inactive = value.le(F32x4::default());
        (F32x4::from_bits(value.to_bits().and_not(inactive)), bit.and_not(inactive))
    }
}

impl<const RELU: bool> PoolWindow for AveragePool<RELU> {
    #[inline(always)]
    fn pool(window: [F32x4; 4]) -> (F32x4, U32x4) {
        let mut active = U32x4::splat(0);
        for (value, bit) in window.into_iter().zip(WINDOW_BITS) {
            let bit = U32x4::splat(bit.into());
            active = active.or(if RELU { bit.and_not(value.le(F32x4::default())) } else { bit });
        }
        let [a, b, c, d] = if RELU { window.map(F32x4::relu) } else { window };
        (((a + b) + (c + d)) * F32x4::splat(0.25), active)
    }
}

/// Writes the gradients of a pooled map of `side` and so many `channels`, from those of its
/// outputs. An odd last row or column is left as it is.
fn unpool_map(
    kind: Pool,
    gradients: &[f32],
    argmax: &[u8],
    (side, channels): (usize, usize),
    map: &mut [f32],
) {
    let (half, share) = (side / 2, if kind == Pool::Average { 0.25 } else { 1.0 });
    let windows = gradients.chunks_exact(channels).zip(argmax.chunks_exact(channels));
    for (index, (gradient, argmax)) in windows.enumerate() {
        let (y, x) = (index / half * 2, index % half * 2);
        for (position, bit) in WINDOW_BITS.into_iter().enumerate() {
            let start = ((y + position / 2) * side + x + position % 2) * channels;
            let pixel = &mut map[start..][..channels];
            for (to, (gradient, argmax)) in pixel.iter_mut().zip(gradient.iter().zip(argmax)) {
                *to = if argmax & bit == 0 { 0.0 } else { gradient * share };
            }
        }
    }
}

/// Pools maps `[picture][y][x][channel]`: the outputs, and the argmax of each.
#[must_use]
pub fn forward(
    kind: Pool,
    inputs: &[f32],
    (side, channels): (usize, usize),
) -> (Vec<f32>, Vec<u8>) {
    let (area, half) = (side * side * channels, side / 2 * (side / 2) * channels);
    let mut outputs = vec![0.0; inputs.len() / area * half];
    let mut argmax = vec![0; outputs.len()];
    let maps = inputs.chunks_exact(area).zip(outputs.chunks_exact_mut(half.max(1)));
    for ((map, outputs), argmax) in maps.zip(argmax.chunks_exact_mut(half.max(1))) {
        pool_map(kind, false, map, (side, channels), outputs, argmax);
    }
    (outputs, argmax)
}

/// Gradients of the inputs of [`forward`] from those of its outputs.
#[must_use]
pub fn backward(
    kind: Pool,
    inputs: &[f32],
    (side, channels): (usize, usize),
    gradients: &[f32],
) -> Vec<f32> {
    let (_, argmax) = forward(kind, inputs, (side, channels));
    let half = side / 2;
    let mut outputs = vec![0.0; inputs.len()];
    let maps = outputs.chunks_exact_mut(side * side * channels);
    let size = (half * half * channels).max(1);
    let pooled = gradients.chunks_exact(size).zip(argmax.chunks_exact(size));
    for (map, (gradients, argmax)) in maps.zip(pooled) {
        unpool_map(kind, gradients, argmax, (side, channels), map);
    }
    outputs
}
