//! A 3x3 convolution of a map upsampled by two, without making the upsampled map. Of three
//! neighbours in it two are equal, so that their weights can be summed beforehand: an output reads
//! 2x2 pixels of the original map, with weights that depend on the parity of its row and column. As
//! a whole this is a transposed convolution of stride 2 by a 4x4 kernel; four multiplications of
//! nine are left.

use super::backward::{BackwardArgs, Gradients};
use super::direct::{DirectConv, SubConv, pack_weights};
use super::padded_layout::PaddedLayout;
use super::spec::{ConvBlock, ConvShape};
use super::weight_grad::{BiasGrad, WeightGrad};
use crate::kernels::microkernel::NARROW;

/// Side of the transposed convolution's kernel.
const SIDE: usize = 4;

/// Its positions.
const AREA: usize = SIDE * SIDE;

/// For each row, or column, of the 4x4 kernel, those of the 3x3 kernel of which it is the sum.
const SUMMED: [&[usize]; SIDE] = [&[2], &[1, 2], &[0, 1], &[0]];

/// Whether a block can be computed so.
pub(super) fn applies(block: &ConvBlock) -> bool {
    let ConvShape { kernel, stride, padding, .. } = block.shape;
    block.upsample && (kernel, stride, padding) == (3, 1, (1, 1))
}

/// The layout of the map before the upsampling.
pub(super) fn input_layout(block: &ConvBlock) -> PaddedLayout {
    PaddedLayout::new(block.shape.side / 2, block.shape.channels, (1, 1))
}

/// The transposed convolution's weights, `[filter][channel][u][v]`.
fn sum_weights(weights: &[f32]) -> Vec<f32> {
    let mut summed = Vec::with_capacity(weights.len() / 9 * AREA);
    for kernel in weights.as_chunks::<9>().0 {
        for (u, v) in (0..AREA).map(|i| (i / SIDE, i % SIDE)) {
            let row = |ky: &usize| SUMMED[v].iter().map(|kx| kernel[ky * 3 + kx]).sum::<f32>();
            summed.push(SUMMED[u].iter().map(row).sum());
        }
    }
    summed
}

/// Forward: a 2x2 convolution for the outputs of each parity of row and column.
pub(super) fn parity_convs<'a>(
    block: &ConvBlock,
    weights: &[f32],
    bias: &'a [f32],
) -> Vec<SubConv<'a>> {
    let ConvShape { channels, filters, side, .. } = block.shape;
    let (weights, layout) = (sum_weights(weights), input_layout(block));
    let shape =
        ConvShape { channels, filters, kernel: 2, stride: 1, padding: (0, 0), side: side / 2 + 1 };
    let parity_conv = |(a, b)| {
        let filter = (weights.as_slice(), channels * AREA);
        let packed = pack_weights(&shape, layout.pixel_stride, filter, |channel, ky, kx| {
            let (u, v) = (SIDE - 1 - a - 2 * ky, SIDE - 1 - b - 2 * kx);
            Some(channel * AREA + u * SIDE + v)
        });
        SubConv {
            conv: DirectConv::new(&shape, layout, packed, bias, block.relu).with_output_stride(2),
            input_offset: layout.patch_offset(a, b),
            output_offset: (a * side + b) * filters,
        }
    };
    [(0, 0), (0, 1), (1, 0), (1, 1)].map(parity_conv).into()
}

/// Gradients from those of the convolution's output, which `conv_grad(picture, to)` writes.
pub(super) fn backward(args: BackwardArgs<'_>, conv_grad: impl Fn(usize, &mut [f32])) -> Gradients {
    let BackwardArgs { block, inputs, weights, wants_inputs } = args;
    let ConvShape { channels, filters, side, .. } = block.shape;
    // The transpose of a transposed convolution: from output gradients to input gradients it is an
    // ordinary convolution of stride 2.
    let shape = ConvShape {
        channels: filters,
        filters: channels,
        kernel: SIDE,
        stride: 2,
        padding: (1, 1),
        side,
    };
    let layout = if channels > NARROW && filters < NARROW {
        PaddedLayout::with_pixel_stride(side, filters, shape.padding, filters)
    } else {
        PaddedLayout::new(side, filters, shape.padding)
    };
    let summed = sum_weights(weights);
    let packed = pack_weights(&shape, layout.pixel_stride, (&summed, AREA), |filter, u, v| {
        Some(filter * channels * AREA + u * SIDE + v)
    });
    let input_grad = DirectConv::new(&shape, layout, packed, &[], false);

    let input_layout = PaddedLayout::new(side / 2, channels, (0, 0));
    let mut weight_grad = WeightGrad::new(&shape, layout, input_layout);
    let mut bias = BiasGrad::new(filters);
    let mut input_gradients = args.zero_input_gradients();
    let mut gradients = vec![0.0; side * side * filters];
    let (mut buffer, mut padded_grad) = (input_layout.zeros(), layout.zeros());
    for picture in 0..inputs.len() / block.input_len() {
        let range = picture * block.input_len()..(picture + 1) * block.input_len();
        conv_grad(picture, &mut gradients);
        bias.add(&gradients, side);
        let gradients = layout.pad(&gradients, false, &mut padded_grad);
        let input = input_layout.pad(&inputs[range.clone()], false, &mut buffer);
        weight_grad.add(gradients, input);
        if wants_inputs {
            input_grad.run(gradients, &mut input_gradients[range]);
        }
    }
    let weights = distribute_weight_grad(&weight_grad.finish(), (filters, channels));
    Gradients { inputs: input_gradients, weights, bias: bias.finish() }
}

/// Weight gradients `[filter][channel][ky][kx]` from those of the 4x4 kernel,
/// `[channel][filter][u][v]`: the transpose of [`sum_weights`].
fn distribute_weight_grad(summed: &[f32], (filters, channels): (usize, usize)) -> Vec<f32> {
    let mut weights = vec![0.0; filters * channels * 9];
    for (i, kernel) in weights.as_chunks_mut::<9>().0.iter_mut().enumerate() {
        let (filter, channel) = (i / channels, i % channels);
        let summed = &summed[(channel * filters + filter) * AREA..][..AREA];
        for (position, gradient) in summed.iter().enumerate() {
            for ky in SUMMED[position / SIDE] {
                for kx in SUMMED[position % SIDE] {
                    kernel[ky * 3 + kx] += gradient;
                }
            }
        }
    }
    weights
}
