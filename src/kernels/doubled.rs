//! A 3x3 convolution of a map whose values each became a 2x2 window, without making that map. Two of
//! three neighbouring values are the same there, so that their weights can be added beforehand: an
//! output sees 2x2 values of the map before, by weights that depend on whether its row and column are
//! even. This is a transposed convolution of step 2 by a kernel of side 4: four products of nine
//! are left.

use super::conv::{Block, Gradients, Sizes};
use super::laid::Laid;
use super::product::{Part, Product, pack};
use super::sums::{BiasSums, WeightSums};
use super::tile::FEW;

/// Side of the transposed convolution's kernel.
const SIDE: usize = 4;

/// Its places.
const AREA: usize = SIDE * SIDE;

/// The rows, or columns, of the kernel whose sum is one of the larger kernel's.
const SUMMED: [&[usize]; SIDE] = [&[2], &[1, 2], &[0, 1], &[0]];

/// Whether a block is of this kind.
pub(super) fn fits(block: &Block) -> bool {
    let Sizes { kernel, stride, padding, .. } = block.sizes;
    block.doubled && (kernel, stride, padding) == (3, 1, (1, 1))
}

/// How the map before the doubling lies.
pub(super) fn laid(block: &Block) -> Laid {
    Laid::new(block.sizes.side / 2, block.sizes.channels, (1, 1))
}

/// The transposed convolution's weights, `[filter][channel][u][v]`.
fn summed(weights: &[f32]) -> Vec<f32> {
    let mut larger = Vec::with_capacity(weights.len() / 9 * AREA);
    for kernel in weights.as_chunks::<9>().0 {
        for (u, v) in (0..AREA).map(|i| (i / SIDE, i % SIDE)) {
            let row = |ky: &usize| SUMMED[v].iter().map(|kx| kernel[ky * 3 + kx]).sum::<f32>();
            larger.push(SUMMED[u].iter().map(row).sum());
        }
    }
    larger
}

/// Forward: a convolution for the outputs of each parity.
pub(super) fn parts<'a>(block: &Block, weights: &[f32], bias: &'a [f32]) -> Vec<Part<'a>> {
    let Sizes { channels, filters, side, .. } = block.sizes;
    let (weights, laid) = (summed(weights), laid(block));
    let sizes =
        Sizes { channels, filters, kernel: 2, stride: 1, padding: (0, 0), side: side / 2 + 1 };
    let part = |(a, b)| {
        let packed = pack(&sizes, laid.step, (&weights, channels * AREA), |channel, r, s| {
            let (u, v) = (SIDE - 1 - a - 2 * r, SIDE - 1 - b - 2 * s);
            Some(channel * AREA + u * SIDE + v)
        });
        let product = Product::new(&sizes, laid, packed, bias, block.relu).apart(2);
        Part { product, from: laid.seen_at(a, b), to: (a * side + b) * filters }
    };
    [(0, 0), (0, 1), (1, 0), (1, 1)].map(part).into()
}

/// Gradients, where those of the convolution's map are `slopes(picture)`.
pub(super) fn backward(
    block: &Block,
    inputs: &[f32],
    weights: &[f32],
    gradients: impl Fn(usize, &mut [f32]),
    wants_inputs: bool,
) -> Gradients {
    let Sizes { channels, filters, side, .. } = block.sizes;
    // From the outputs' gradients to the inputs': an ordinary convolution.
    let sizes = Sizes {
        channels: filters,
        filters: channels,
        kernel: SIDE,
        stride: 2,
        padding: (1, 1),
        side,
    };
    let laid = if channels > FEW && filters < FEW {
        Laid::with_step(side, filters, sizes.padding, filters)
    } else {
        Laid::new(side, filters, sizes.padding)
    };
    let larger = summed(weights);
    let packed = pack(&sizes, laid.step, (&larger, AREA), |filter, u, v| {
        Some(filter * channels * AREA + u * SIDE + v)
    });
    let back = Product::new(&sizes, laid, packed, &[], false);

    let tight = Laid::new(side / 2, channels, (0, 0));
    let mut sums = WeightSums::new(&sizes, laid, tight);
    let mut bias = BiasSums::new(filters);
    let size = channels * side * side / 4;
    let pictures = inputs.len() / size;
    let mut input_gradients = vec![0.0; if wants_inputs { inputs.len() } else { 0 }];
    let mut slopes = vec![0.0; side * side * filters];
    let (mut buffer, mut wide) = (tight.buffer(), laid.buffer());
    for picture in 0..pictures {
        gradients(picture, &mut slopes);
        bias.add(&slopes, side);
        let slopes = laid.view(&slopes, false, &mut wide);
        let of = picture * size..(picture + 1) * size;
        sums.add(slopes, tight.view(&inputs[of.clone()], false, &mut buffer));
        if wants_inputs {
            back.run(slopes, &mut input_gradients[of]);
        }
    }
    let larger = sums.finish();
    let mut weights = vec![0.0; weights.len()];
    for (i, kernel) in weights.as_chunks_mut::<9>().0.iter_mut().enumerate() {
        // The sums are those of the convolution from outputs to inputs.
        let (filter, channel) = (i / channels, i % channels);
        let larger = &larger[(channel * filters + filter) * AREA..][..AREA];
        for (place, gradient) in larger.iter().enumerate() {
            for ky in SUMMED[place / SIDE] {
                for kx in SUMMED[place % SIDE] {
                    kernel[ky * 3 + kx] += gradient;
                }
            }
        }
    }
    Gradients { inputs: input_gradients, weights, bias: bias.finish() }
}
