//! Register tiles: small blocks of sums that stay in registers while the data streams by. What
//! the sums mean, a convolution or a dense layer, is not known here.

/// Outputs of a tile side by side: two 128-bit vectors.
pub(super) const LANES: usize = 8;

/// Pixels of a tile. Four by two vectors are eight sums; with twelve V8 runs out of registers
/// and the loop takes twice as long.
pub(super) const PIXELS: usize = 4;

/// One weight for each lane.
pub(super) type Lane = [f32; LANES];

/// One value for each pixel of a tile.
pub(super) type Column = [f32; PIXELS];

/// `sums[p][lane] += inputs[t][p] * weights[t][lane]`, summed over t in order. The values of a
/// tile's pixels lie side by side, because four loads from four rows cost wasm most of its speed.
#[inline(always)]
pub(super) fn multiply(
    inputs: &[Column],
    weights: &[Lane],
    mut sums: [Lane; PIXELS],
) -> [Lane; PIXELS] {
    for (values, weight) in inputs.iter().zip(weights) {
        for (sum, value) in sums.iter_mut().zip(values) {
            for (sum, weight) in sum.iter_mut().zip(weight) {
                *sum += value * weight;
            }
        }
    }
    sums
}

/// `sums[i][lane] += inputs[pixel][i] * gradients[pixel][lane]`, summed over pixels in order.
/// Pixel n begins at `n * step` of `inputs` and at `n * width` of `gradients`.
#[inline(always)]
pub(super) fn correlate<const I: usize>(
    (inputs, step): (&[f32], usize),
    (gradients, width): (&[f32], usize),
    pixels: usize,
    mut sums: [Lane; I],
) -> [Lane; I] {
    for (pixel, gradient) in gradients.chunks(width).take(pixels).enumerate() {
        // Neighbouring pixels may overlap in `inputs`, so these are no chunks.
        let (Some(input), Some(gradient)) =
            (inputs[pixel * step..].first_chunk::<I>(), gradient.first_chunk::<LANES>())
        else {
            break;
        };
        for (sum, value) in sums.iter_mut().zip(input) {
            for (sum, gradient) in sum.iter_mut().zip(gradient) {
                *sum += value * gradient;
            }
        }
    }
    sums
}

/// `n` rounded up to whole lanes.
pub(super) fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// The sum of `values`, in lanes that are added up in `f64`.
pub(super) fn sum(values: &[f32]) -> f64 {
    sum_of(values, values, |x, _| x)
}

/// The sum of `term(a, b)` over `a` and `b`, which are as long as each other.
#[inline(always)]
pub(super) fn sum_of(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += term(*a, *b);
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| term(*a, *b));
    lanes.into_iter().chain(rest).map(f64::from).sum()
}
