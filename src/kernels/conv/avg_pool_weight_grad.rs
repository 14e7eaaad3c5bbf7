//! Weight gradients of a first layer (3x3 on colour pictures) under average pooling, window by
//! window. A window's gradient reaches those of its four pixels that the relu let through. So the
//! patches of the four pixels are summed once for each of the 16 subsets, and every filter
//! multiplies the window's gradient with the sum that its argmax names: one product instead of up
//! to four, without a search for active positions.

use super::backward::Gradients;
use super::im2col::Lowered;
use super::spec::ConvBlock;
use crate::kernels::simd::{F32x4, LANES, first_vectors, load, store};

/// Vectors of an im2col patch: nine pixels of three channels, and a one, with which the bias'
/// gradient is summed like a weight's.
const PATCH_VECTORS: usize = 7;

/// Values of a patch.
const PATCH: usize = PATCH_VECTORS * LANES;

/// Subsets of a window's four pixels, by their argmax bits.
const SUBSETS: usize = 16;

/// Values of a window's subset sums.
const WINDOW_LEN: usize = SUBSETS * PATCH;

/// Windows whose subset sums stay in the cache; their 64 pixels are as many as a running sum may
/// take (see `weight_grad`).
const WINDOWS: usize = 16;

/// Whether a block's weight gradients can be summed so.
pub(super) fn applies(block: &ConvBlock) -> bool {
    let Lowered { shape, layout, .. } = Lowered::new(block);
    (shape.kernel, layout.pixel_stride) == (1, PATCH) && shape.channels == PATCH
}

/// Gradients of weights and bias from those of the pooled outputs and their argmax,
/// `[picture][y][x][filter]`. No input gradients.
pub(super) fn backward(
    block: &ConvBlock,
    inputs: &[f32],
    (gradients, argmax): (&[f32], &[u8]),
) -> Gradients {
    let filters = block.shape.filters;
    let lowered = Lowered::new(block);
    let mut buffers = lowered.buffers_with_ones_column();
    let mut sums = WeightGrad::new(filters);
    let pictures = gradients.len() / block.output_len();
    let pooled_side = block.output_side();
    for picture in 0..pictures {
        let range = |len: usize| picture * len..(picture + 1) * len;
        let patches =
            lowered.lower(&inputs[range(block.input_len())], block.upsample, &mut buffers);
        let outputs = range(block.output_len());
        let (gradients, argmax) = (&gradients[outputs.clone()], &argmax[outputs]);
        let size = WINDOWS * filters;
        let batches = gradients.chunks(size).zip(argmax.chunks(size)).zip((0..).step_by(WINDOWS));
        for ((gradients, argmax), first) in batches {
            for window in 0..gradients.len() / filters {
                let index = first + window;
                let (y, x) = (index / pooled_side * 2, index % pooled_side * 2);
                let [top, bottom] =
                    [y, y + 1].map(|y| &patches[lowered.layout.pixel_offset(y, x)..]);
                sums.sum_subsets(window, top, bottom);
            }
            sums.add(gradients, argmax);
        }
    }
    // Each pixel of a window has a quarter of its gradient.
    sums.weights.iter_mut().for_each(|sum| *sum *= 0.25);
    let bias = sums.bias.iter().map(|sum| (sum * 0.25) as f32).collect();
    Gradients { inputs: Vec::new(), weights: lowered.raise_weights(sums.weights), bias }
}

/// The running sums.
struct WeightGrad {
    /// `[window][subset][patch value]`
    subset_sums: Vec<f32>,
    /// `[filter][patch value]`
    weights: Vec<f32>,
    bias: Vec<f64>,
}

impl WeightGrad {
    fn new(filters: usize) -> Self {
        Self {
            subset_sums: vec![0.0; WINDOWS * WINDOW_LEN],
            weights: vec![0.0; filters * PATCH],
            bias: vec![0.0; filters],
        }
    }

    /// Sums the patches of a window, whose rows begin at `top` and `bottom`, over every subset. The
    /// sum of the empty subset stays zero.
    #[inline(never)]
    fn sum_subsets(&mut self, window: usize, top: &[f32], bottom: &[f32]) {
        let sums = &mut self.subset_sums[window * WINDOW_LEN..][..WINDOW_LEN];
        for at in (0..PATCH).step_by(LANES) {
            let a = load(&top[at..]);
            let b = load(&top[PATCH + at..]);
            let c = load(&bottom[at..]);
            let d = load(&bottom[PATCH + at..]);
            let ab = a + b;
            let (ac, bc, abc) = (a + c, b + c, ab + c);
            let mut put = |subset: usize, sum| store(sum, &mut sums[subset * PATCH + at..]);
            put(1, a);
            put(2, b);
            put(3, ab);
            put(4, c);
            put(5, ac);
            put(6, bc);
            put(7, abc);
            put(8, d);
            put(9, a + d);
            put(10, b + d);
            put(11, ab + d);
            put(12, c + d);
            put(13, ac + d);
            put(14, bc + d);
            put(15, abc + d);
        }
    }

    /// Adds the products of the windows' subset sums with `gradients` `[window][filter]`.
    #[inline(never)]
    fn add(&mut self, gradients: &[f32], argmax: &[u8]) {
        let filters = self.bias.len();
        let totals = self.weights.chunks_exact_mut(PATCH).zip(&mut self.bias);
        for (filter, (weights, bias)) in totals.enumerate() {
            let mut sums = [F32x4::default(); PATCH_VECTORS];
            let windows = gradients.chunks_exact(filters).zip(argmax.chunks_exact(filters));
            let subset_sums = self.subset_sums.as_chunks::<WINDOW_LEN>().0;
            for ((gradients, argmax), subset_sums) in windows.zip(subset_sums) {
                let start = usize::from(argmax[filter] % 16) * PATCH;
                let Some(patch) = first_vectors::<PATCH_VECTORS>(&subset_sums[start..]) else {
                    break;
                };
                let gradient = F32x4::splat(gradients[filter]);
                for (sum, values) in sums.iter_mut().zip(patch) {
                    *sum = sum.mul_acc(gradient, F32x4::from_array(values));
                }
            }
            for (to, sum) in weights.as_chunks_mut::<LANES>().0.iter_mut().zip(sums) {
                to.iter_mut().zip(sum.to_array()).for_each(|(to, sum)| *to += sum);
            }
            *bias += f64::from(sums[PATCH_VECTORS - 1].to_array()[LANES - 1]);
        }
    }
}
