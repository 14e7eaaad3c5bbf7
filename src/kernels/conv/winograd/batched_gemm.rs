//! The products of the transformed matrices: S x S independent matrix products, one for each
//! element. Forward they run over channels; for weight gradients, with the tiles summed, they are
//! outer products.

use super::{ANY, element_stride};
use crate::kernels::microkernel::{Accumulators, MR, NR, NrBlock, accumulate_outer, to_vectors};
use crate::kernels::simd::{F32x4, LANES, load, store};

/// `[element][tile][output]` = `[element][tile][input]` times the transformed kernels
/// `[element][block of NR outputs][input]`, of `tiles` tiles. With each matrix goes its number of
/// columns.
pub(super) fn multiply(
    (inputs, input_count): (&[f32], usize),
    kernels: &[f32],
    (products, output_count): (&mut [f32], usize),
    tiles: usize,
) {
    let kernels =
        kernels.as_chunks::<NR>().0.chunks(element_stride(input_count, output_count) / NR);
    let inputs = inputs.chunks(element_stride(tiles, input_count));
    let products = products.chunks_mut(element_stride(tiles, output_count));
    for (kernels, (inputs, products)) in kernels.zip(inputs.zip(products)) {
        // Counts as constants: see `direct`.
        let (inputs, products) = ((inputs, input_count), (products, output_count));
        match input_count {
            32 => multiply_element::<32>(inputs, kernels, products, tiles),
            64 => multiply_element::<64>(inputs, kernels, products, tiles),
            _ => multiply_element::<ANY>(inputs, kernels, products, tiles),
        }
    }
}

#[inline(never)]
fn multiply_element<const K: usize>(
    (inputs, input_count): (&[f32], usize),
    kernels: &[NrBlock],
    (products, output_count): (&mut [f32], usize),
    tiles: usize,
) {
    let k = if K == ANY { input_count } else { K };
    for tile in (0..tiles).step_by(MR) {
        // The last tiles overlap those before them.
        let tile = tile.min(tiles - MR);
        for (block, kernels) in kernels.chunks_exact(k).enumerate() {
            let mut sums = [[0.0; NR]; MR];
            let inputs = &inputs[tile * k..];
            sums.accumulate(inputs, k, k, kernels.iter().map(to_vectors));
            let rows = products[tile * output_count..].chunks_exact_mut(output_count);
            for (row, sum) in rows.zip(&sums) {
                row[block * NR..][..NR].copy_from_slice(sum);
            }
        }
    }
}

/// Adds to the gradients of the transformed kernels, `[element][channel][filter]`, the outer
/// products of the transformed inputs `[element][tile][channel]` and output gradients
/// `[element][tile][filter]`, summed over `tiles` tiles: as few as a running sum may take.
pub(super) fn add_kernel_gradients(
    kernels: &mut [f32],
    (inputs, channels): (&[f32], usize),
    (gradients, filters): (&[f32], usize),
    tiles: usize,
) {
    let kernels = kernels.chunks_mut(element_stride(channels, filters));
    let inputs = inputs.chunks(element_stride(tiles, channels));
    let gradients = gradients.chunks(element_stride(tiles, filters));
    for ((kernels, inputs), gradients) in kernels.zip(inputs).zip(gradients) {
        let (inputs, gradients) = ((inputs, channels), (gradients, filters));
        match (channels, filters) {
            (32, 32) => add_outer_products::<32, 32>(kernels, inputs, gradients, tiles),
            (32, 64) => add_outer_products::<32, 64>(kernels, inputs, gradients, tiles),
            (64, 64) => add_outer_products::<64, 64>(kernels, inputs, gradients, tiles),
            _ => add_outer_products::<ANY, ANY>(kernels, inputs, gradients, tiles),
        }
    }
}

/// The same of one element, `[channel][filter]`.
#[inline(never)]
fn add_outer_products<const C: usize, const F: usize>(
    kernels: &mut [f32],
    (inputs, channels): (&[f32], usize),
    (gradients, filters): (&[f32], usize),
    tiles: usize,
) {
    let (channels, filters) = if C == ANY { (channels, filters) } else { (C, F) };
    for filter in (0..filters).step_by(NR) {
        for channel in (0..channels).step_by(MR) {
            let sums = [[F32x4::default(); 2]; MR];
            let (inputs, gradients) = (&inputs[channel..], &gradients[filter..]);
            let sums = accumulate_outer((inputs, channels), (gradients, filters), tiles, sums);
            let rows = kernels[channel * filters..].chunks_exact_mut(filters);
            for (row, [first, second]) in rows.zip(sums) {
                let to = &mut row[filter..][..NR];
                store(load(to) + first, to);
                store(load(&to[LANES..]) + second, &mut to[LANES..]);
            }
        }
    }
}
