//! Register tiles: small blocks of sums that stay in registers while the data streams by. What
//! the sums mean, a convolution or a dense layer, is not known here.

/// Outputs of a tile side by side: two 128-bit vectors.
pub(super) const LANES: usize = 8;

/// Values of one vector, and outputs of which there are too few to fill two.
pub(super) const FEW: usize = 4;

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
    /// `self[p][lane] += values[p * step + t] * weights[t][lane]`, summed over t in order. Where
    /// `step` is known to the compiler, all pixels are read through one address.
    fn multiply(&mut self, values: &[f32], step: usize, weights: &[Lane]);
}

/// Arrays of slices keep V8 from holding the sums in registers: the pixels have names.
macro_rules! sums {
    ($pixels:literal: $($p:literal $pixel:ident),+) => {
        impl Sums for [Lane; $pixels] {
            #[inline(always)]
            fn multiply(&mut self, values: &[f32], step: usize, weights: &[Lane]) {
                let mut sums = *self;
                let count = weights.len();
                // Of one length, so that nothing is checked inside the loop.
                $(let $pixel = &values[$p * step..][..count];)+
                for t in 0..count {
                    $(
                        for (sum, weight) in sums[$p].iter_mut().zip(&weights[t]) {
                            *sum += $pixel[t] * weight;
                        }
                    )+
                }
                *self = sums;
            }
        }
    };
}

sums!(1: 0 a);
sums!(4: 0 a, 1 b, 2 c, 3 d);

/// `sums[p][output][lane] += values[p * step + 4 * t + lane] * weights[t][output][lane]`, summed
/// over t in order: where outputs are few, the lanes are those of the values, and are added up in
/// the end.
#[inline(always)]
pub(super) fn dots(
    values: &[f32],
    step: usize,
    weights: &[Quad],
    mut sums: [Quad; PAIR],
) -> [Quad; PAIR] {
    let (first, second) = (values.as_chunks::<FEW>().0, values[step..].as_chunks::<FEW>().0);
    for (weights, (first, second)) in weights.iter().zip(first.iter().zip(second)) {
        for (output, weights) in weights.iter().enumerate() {
            for (lane, weight) in weights.iter().enumerate() {
                sums[0][output][lane] += first[lane] * weight;
                sums[1][output][lane] += second[lane] * weight;
            }
        }
    }
    sums
}

/// `sums[i][lane] += values[pixel * step + i] * gradients[pixel * width + lane]`, summed over
/// pixels in order. Where the steps are known to the compiler, nothing is checked inside the loop.
#[inline(always)]
pub(super) fn correlate<const I: usize, const L: usize>(
    (values, step): (&[f32], usize),
    (gradients, width): (&[f32], usize),
    pixels: usize,
    mut sums: [[f32; L]; I],
) -> [[f32; L]; I] {
    let mut add = |values: &[f32], gradients: &[f32]| {
        let (Some(values), Some(gradients)) =
            (values.first_chunk::<I>(), gradients.first_chunk::<L>())
        else {
            return;
        };
        for (sum, value) in sums.iter_mut().zip(values) {
            for (sum, gradient) in sum.iter_mut().zip(gradients) {
                *sum += value * gradient;
            }
        }
    };
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
