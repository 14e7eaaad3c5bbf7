//! Microkernels: the innermost loops of convolutions and dense layers, whose sums stay in registers
//! while inputs and weights stream by. The wide one computes `MR` pixels (or rows) by `NR` outputs,
//! as in BLIS and XNNPACK; the narrow one, for at most four outputs, keeps its lanes along the
//! inputs.

use super::simd::{F32x4, LANES, first_vectors};

/// Outputs of the wide microkernel: two vectors.
pub(super) const NR: usize = 2 * LANES;

/// Outputs of the narrow microkernel, which would not fill `NR`; also the inputs it takes at a
/// time.
pub(super) const NARROW: usize = LANES;

/// Pixels of the wide microkernel. Four by two vectors are eight accumulators; with ten V8 runs out
/// of registers and the loop takes 1.5 times as long, with twelve twice as long.
pub(super) const MR: usize = 4;

/// Pixels of the narrow microkernel: by four vectors, eight accumulators again.
pub(super) const NARROW_MR: usize = 2;

/// Channels of a colour picture, whose first layer gets a layout of its own (`conv::im2col`).
pub(super) const RGB_CHANNELS: usize = 3;

/// Weights, or sums, of `NR` neighbouring outputs.
pub(super) type NrBlock = [f32; NR];

/// Weights of the narrow microkernel, `[output][input]`: four neighbouring inputs of each output.
pub(super) type NarrowBlock = [[f32; NARROW]; NARROW];

/// The accumulators of some pixels, `[pixel][output]`.
pub(super) trait Accumulators {
    /// The wide microkernel: `self[p][n] += values[p * step + k] * weights[k][n]`, over `count` k
    /// in order. Where `step` is a constant, all pixels are read through one address.
    fn accumulate(
        &mut self,
        values: &[f32],
        step: usize,
        count: usize,
        weights: impl Iterator<Item = [F32x4; 2]>,
    );
}

/// A block as two vectors.
#[inline(always)]
pub(super) fn to_vectors([a, b, c, d, e, f, g, h]: &NrBlock) -> [F32x4; 2] {
    [F32x4::from_array(&[*a, *b, *c, *d]), F32x4::from_array(&[*e, *f, *g, *h])]
}

/// Two vectors as a block.
#[inline(always)]
pub(super) fn from_vectors(vectors: [F32x4; 2]) -> NrBlock {
    let [[a, b, c, d], [e, f, g, h]] = vectors.map(F32x4::to_array);
    [a, b, c, d, e, f, g, h]
}

/// Written out for a number of pixels: with an array of slices V8 spills the accumulators, so that
/// each pixel's slice has a name.
macro_rules! accumulators {
    ($pixels:literal: $($p:literal $pixel:ident),+) => {
        impl Accumulators for [NrBlock; $pixels] {
            #[inline(always)]
            fn accumulate(
                &mut self,
                values: &[f32],
                step: usize,
                count: usize,
                weights: impl Iterator<Item = [F32x4; 2]>,
            ) {
                let mut sums = self.each_ref().map(to_vectors);
                // All of one length, so that no bounds are checked inside the loop.
                $(let $pixel = &values[$p * step..][..count];)+
                for (k, [first, second]) in (0..count).zip(weights) {
                    $(
                        let value = F32x4::splat($pixel[k]);
                        sums[$p][0] = sums[$p][0].mul_acc(value, first);
                        sums[$p][1] = sums[$p][1].mul_acc(value, second);
                    )+
                }
                *self = sums.map(from_vectors);
            }
        }
    };
}

accumulators!(1: 0 a);
accumulators!(4: 0 a, 1 b, 2 c, 3 d);

/// The narrow microkernel: `sums[p][output][lane] += p[4 * k + lane] * weights[k][output][lane]`
/// for the two pixels p, `first` and `second`, over k in order. The lanes lie along the inputs, and
/// are added up in the end ([`F32x4::horizontal_sums`]).
#[inline(always)]
pub(super) fn accumulate_dots(
    first: &[f32],
    second: &[f32],
    weights: impl Iterator<Item = [F32x4; NARROW]>,
    mut sums: [[F32x4; NARROW]; NARROW_MR],
) -> [[F32x4; NARROW]; NARROW_MR] {
    let pixels = first.as_chunks().0.iter().zip(second.as_chunks().0);
    for (weights, (first, second)) in weights.zip(pixels) {
        let (first, second) = (F32x4::from_array(first), F32x4::from_array(second));
        for (output, weights) in weights.into_iter().enumerate() {
            sums[0][output] = sums[0][output].mul_acc(first, weights);
            sums[1][output] = sums[1][output].mul_acc(second, weights);
        }
    }
    sums
}

/// Sums of outer products, the microkernel of weight gradients: `sums[i][lane] += values[pixel *
/// step + i] * gradients[pixel * width + lane]`, over pixels in order. Where both steps are
/// constants, no bounds are checked inside the loop.
#[inline(always)]
pub(super) fn accumulate_outer<const I: usize, const V: usize>(
    (values, step): (&[f32], usize),
    (gradients, width): (&[f32], usize),
    pixels: usize,
    mut sums: [[F32x4; V]; I],
) -> [[F32x4; V]; I] {
    let mut add = |values: &[f32], gradients: &[f32]| {
        let (Some(values), Some(gradients)) =
            (values.first_chunk::<I>(), first_vectors::<V>(gradients))
        else {
            return;
        };
        let gradients = gradients.each_ref().map(F32x4::from_array);
        for (sums, value) in sums.iter_mut().zip(values) {
            let value = F32x4::splat(*value);
            for (sum, gradient) in sums.iter_mut().zip(gradients) {
                *sum = sum.mul_acc(value, gradient);
            }
        }
    };
    if step < I {
        // Patches overlap, so that no chunk has all of a pixel's. No preset has such a layer.
        for pixel in 0..pixels {
            add(&values[pixel * step..], &gradients[pixel * width..]);
        }
        return sums;
    }
    // The slice may end less than a step after the last pixel.
    let (full, last) = values.split_at((pixels - 1) * step);
    let (full_gradients, last_gradient) = gradients.split_at((pixels - 1) * width);
    for (values, gradients) in full.chunks_exact(step).zip(full_gradients.chunks_exact(width)) {
        add(values, gradients);
    }
    add(last, last_gradient);
    sums
}

/// Channels as a padded layout stores them: one vector if that is enough, else whole blocks of
/// `NR`.
pub(super) fn padded_channels(channels: usize) -> usize {
    if channels <= NARROW { NARROW } else { channels.next_multiple_of(NR) }
}
