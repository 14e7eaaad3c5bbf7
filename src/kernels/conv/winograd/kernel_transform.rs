//! The kernel transform, U = G g Gᵀ of every 3x3 kernel, and its transpose, which gives weight
//! gradients.

use super::transforms::Transforms;
use super::{element_matrices, element_stride};
use crate::kernels::microkernel::NR;
use crate::kernels::simd::{F32x4, LANES, load, store};
use crate::kernels::workspace::Workspace;

/// Channels whose weight gradients are transformed before those of the next ones: their gradients
/// of all filters stay in the first cache.
const CHANNEL_BLOCK: usize = 4;

/// Transforms `weights` for a product from inputs to outputs: `[element][block of NR
/// outputs][input]`. Of `outputs` and `inputs` each: how many there are, and the stride of their
/// 3x3 kernels in `weights`. For input gradients the block's filters are the inputs, its channels
/// the outputs.
pub(super) fn transform_kernels<T: Transforms<S>, const S: usize>(
    weights: &[f32],
    (outputs, output_stride): (usize, usize),
    (inputs, input_stride): (usize, usize),
) -> Workspace {
    let size = element_stride(inputs, outputs);
    let mut workspace = element_matrices::<S>(inputs, outputs);
    let transformed = &mut *workspace;
    for block in (0..outputs).step_by(NR) {
        for input in 0..inputs {
            let to = &mut transformed[block * inputs + input * NR..];
            for half in [0, LANES] {
                let kernel = |lane: usize| -> &[f32; 9] {
                    let start = (block + half + lane) * output_stride + input * input_stride;
                    weights[start..].first_chunk().unwrap_or(&[0.0; 9])
                };
                let (a, b, c, d) = (kernel(0), kernel(1), kernel(2), kernel(3));
                T::kernel_2d(
                    |y, x| {
                        let at = 3 * y + x;
                        F32x4::from_array(&[a[at], b[at], c[at], d[at]])
                    },
                    |u, v, sum| store(sum, &mut to[(u * S + v) * size + half..]),
                );
            }
        }
    }
    workspace
}

/// The transpose: weight gradients `[filter][channel][ky][kx]` from those of the transformed
/// kernels, `[element][channel][filter]`.
pub(super) fn weight_gradients<T: Transforms<S>, const S: usize>(
    transformed: &[f32],
    channels: usize,
    filters: usize,
) -> Vec<f32> {
    let size = element_stride(channels, filters);
    let mut weights = vec![0.0; filters * channels * 9];
    for first in (0..channels).step_by(CHANNEL_BLOCK) {
        let fours = weights.chunks_exact_mut(LANES * channels * 9);
        for (filter, four) in (0..filters).step_by(LANES).zip(fours) {
            let (pair, other) = four.split_at_mut(2 * channels * 9);
            let (a, b) = pair.split_at_mut(channels * 9);
            let (c, d) = other.split_at_mut(channels * 9);
            let mut fours = [a, b, c, d].map(|filter| filter.as_chunks_mut::<9>().0);
            for channel in first..(first + CHANNEL_BLOCK).min(channels) {
                let mut kernels = fours.each_mut().map(|kernels| &mut kernels[channel]);
                let at = channel * filters + filter;
                T::kernel_2d_transposed(
                    |u, v| load(&transformed[(u * S + v) * size + at..]),
                    |y, x, sum| {
                        let to = kernels.iter_mut().zip(sum.to_array());
                        to.for_each(|(kernel, value)| kernel[3 * y + x] = value);
                    },
                );
            }
        }
    }
    weights
}
