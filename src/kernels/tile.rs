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
