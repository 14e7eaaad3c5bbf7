//! Register tiles: small blocks of sums that stay in registers while the data streams by. What
//! the sums mean, a convolution or a dense layer, is not known here.

use super::vector::{Four, WIDTH, vectors};

/// Outputs of a tile side by side: two vectors.
pub(super) const LANES: usize = 2 * WIDTH;

/// Values of one vector, and outputs of which there are too few to fill two.
pub(super) const FEW: usize = WIDTH;

/// Pixels of a tile. Four by two vectors are eight sums; with ten V8 runs out of registers and the
/// loop takes half as long again, with twelve twice as long.
pub(super) const PIXELS: usize = 4;

/// Pixels of a tile of [`FEW`] outputs: by four vectors, eight sums again.
pub(super) const PAIR: usize = 2;

/// Channels of a picture, which get tiles of their own.
pub(super) const COLOURS: usize = 3;

/// One weight for each lane.
pub(super) type Lane = [f32; LANES];

/// Four neighbouring weights of each of a few outputs.
pub(super) type Quad = [[f32; FEW]; FEW];

/// Sums of some pixels.
pub(super) trait Sums {
    /// `self[p][lane] += values[p * step + t] * weights[t][lane]`, summed over `count` t in order.
    /// Where `step` is known to the compiler, all pixels are read through one address.
    fn multiply(
        &mut self,
        values: &[f32],
        step: usize,
        count: usize,
        weights: impl Iterator<Item = [Four; 2]>,
    );
}

/// The two vectors of a lane.
#[inline(always)]
pub(super) fn pair([a, b, c, d, e, f, g, h]: &Lane) -> [Four; 2] {
    [Four::of(&[*a, *b, *c, *d]), Four::of(&[*e, *f, *g, *h])]
}

/// A lane of two vectors.
#[inline(always)]
pub(super) fn unpair(vectors: [Four; 2]) -> Lane {
    let [[a, b, c, d], [e, f, g, h]] = vectors.map(Four::values);
    [a, b, c, d, e, f, g, h]
}

/// Arrays of slices keep V8 from holding the sums in registers: the pixels have names.
macro_rules! sums {
    ($pixels:literal: $($p:literal $pixel:ident),+) => {
        impl Sums for [Lane; $pixels] {
            #[inline(always)]
            fn multiply(
                &mut self,
                values: &[f32],
                step: usize,
                count: usize,
                weights: impl Iterator<Item = [Four; 2]>,
            ) {
                let mut sums = self.each_ref().map(pair);
                // Of one length, so that nothing is checked inside the loop.
                $(let $pixel = &values[$p * step..][..count];)+
                for (t, [first, second]) in (0..count).zip(weights) {
                    $(
                        let value = Four::all($pixel[t]);
                        sums[$p][0] = sums[$p][0].plus_product(value, first);
                        sums[$p][1] = sums[$p][1].plus_product(value, second);
                    )+
                }
                *self = sums.map(unpair);
            }
        }
    };
}

sums!(1: 0 a);
sums!(4: 0 a, 1 b, 2 c, 3 d);

/// `sums[p][output][lane] += p[4 * t + lane] * weights[t][output][lane]` for the two pixels `first`
/// and `second`, summed over t in order: where outputs are few, the lanes are those of the values,
/// and are added up in the end.
#[inline(always)]
pub(super) fn dots(
    first: &[f32],
    second: &[f32],
    weights: impl Iterator<Item = [Four; FEW]>,
    mut sums: [[Four; FEW]; PAIR],
) -> [[Four; FEW]; PAIR] {
    let pixels = first.as_chunks().0.iter().zip(second.as_chunks().0);
    for (weights, (first, second)) in weights.zip(pixels) {
        let (first, second) = (Four::of(first), Four::of(second));
        for (output, weights) in weights.into_iter().enumerate() {
            sums[0][output] = sums[0][output].plus_product(first, weights);
            sums[1][output] = sums[1][output].plus_product(second, weights);
        }
    }
    sums
}

/// `sums[i][lane] += values[pixel * step + i] * gradients[pixel * width + lane]`, summed over
/// pixels in order. Where the steps are known to the compiler, nothing is checked inside the loop.
#[inline(always)]
pub(super) fn correlate<const I: usize, const V: usize>(
    (values, step): (&[f32], usize),
    (gradients, width): (&[f32], usize),
    pixels: usize,
    mut sums: [[Four; V]; I],
) -> [[Four; V]; I] {
    let mut add = |values: &[f32], gradients: &[f32]| {
        let (Some(values), Some(gradients)) = (values.first_chunk::<I>(), vectors::<V>(gradients))
        else {
            return;
        };
        let gradients = gradients.each_ref().map(Four::of);
        for (sums, value) in sums.iter_mut().zip(values) {
            let value = Four::all(*value);
            for (sum, gradient) in sums.iter_mut().zip(gradients) {
                *sum = sum.plus_product(value, gradient);
            }
        }
    };
    if step < I {
        // Neighbours share values: no chunk has all of a pixel's. No model has such a layer.
        for pixel in 0..pixels {
            add(&values[pixel * step..], &gradients[pixel * width..]);
        }
        return sums;
    }
    // The last pixel may have fewer values after it than a step.
    let (whole, last) = values.split_at((pixels - 1) * step);
    let (whole_gradients, last_gradient) = gradients.split_at((pixels - 1) * width);
    for (values, gradients) in whole.chunks_exact(step).zip(whole_gradients.chunks_exact(width)) {
        add(values, gradients);
    }
    add(last, last_gradient);
    sums
}

/// `n` rounded up to whole lanes: of one vector if that is enough, else of two.
pub(super) fn padded(n: usize) -> usize {
    if n <= FEW { FEW } else { n.next_multiple_of(LANES) }
}
