//! Fully connected layers, forward and backward: matrix products of few rows (pictures) and many
//! weights. Weights are packed into blocks of `NR` outputs, those of a few inputs at a time, so
//! that all rows find them in the first cache.

use super::microkernel::{
    Accumulators, MR, NARROW, NARROW_MR, NR, NrBlock, accumulate_dots, from_vectors, to_vectors,
};
use super::simd::{F32x4, LANES};

/// Inputs whose weights are packed and multiplied with all rows at a time (the K of a cache block).
const K_BLOCK: usize = 64;

/// Gradients of a dense layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// `[row][input]`
    pub inputs: Vec<f32>,
    /// `[input][unit]`
    pub weights: Vec<f32>,
    /// `[unit]`
    pub bias: Vec<f32>,
}

/// `inputs` `[row][input]` times `weights` `[input][unit]` plus `bias`. Gives `[row][unit]`.
#[must_use]
pub fn forward(inputs: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let units = bias.len();
    let count = weights.len() / units;
    let mut outputs = bias.repeat(inputs.len() / count);
    let mut packed: Vec<NrBlock> = Vec::with_capacity(units.div_ceil(NR) * K_BLOCK);
    for (run, weights) in weights.chunks(K_BLOCK * units).enumerate() {
        pack_blocks(weights, units, &mut packed);
        let rows = inputs.chunks(count * MR).zip(outputs.chunks_mut(units * MR));
        for (inputs, outputs) in rows {
            let inputs = &inputs[run * K_BLOCK..];
            if outputs.len() == units * MR {
                add_products::<MR>((inputs, count), &packed, outputs);
                continue;
            }
            for (row, outputs) in outputs.chunks_exact_mut(units).enumerate() {
                add_products::<1>((&inputs[row * count..], count), &packed, outputs);
            }
        }
    }
    outputs
}

/// Packs rows of `units` values as `[block of NR][row]`, zeros after the last unit.
fn pack_blocks(rows: &[f32], units: usize, packed: &mut Vec<NrBlock>) {
    packed.clear();
    for block in (0..units).step_by(NR) {
        packed.extend(rows.chunks_exact(units).map(|row| load_block(&row[block..])));
    }
}

/// Adds to `P` rows of outputs the products of as many inputs as are packed, the first of each row
/// in `inputs`, whose rows are `count` apart.
#[inline(never)]
fn add_products<const P: usize>(
    (inputs, count): (&[f32], usize),
    packed: &[NrBlock],
    outputs: &mut [f32],
) where
    [NrBlock; P]: Accumulators,
{
    let units = outputs.len() / P;
    let run = packed.len() / units.div_ceil(NR);
    for (index, weights) in packed.chunks_exact(run).enumerate() {
        let block = index * NR;
        let mut sums: [NrBlock; P] =
            std::array::from_fn(|p| load_block(&outputs[p * units + block..]));
        sums.accumulate(inputs, count, run, weights.iter().map(to_vectors));
        for (row, sum) in outputs.chunks_exact_mut(units).zip(&sums) {
            row[block..].iter_mut().zip(sum).for_each(|(to, sum)| *to = *sum);
        }
    }
}

/// The first `NR` values of a row, with zeros after its end.
#[inline(always)]
fn load_block(row: &[f32]) -> NrBlock {
    row.first_chunk().copied().unwrap_or_else(|| load_partial_block(row))
}

/// The same of a row shorter than a block.
#[cold]
fn load_partial_block(row: &[f32]) -> NrBlock {
    std::array::from_fn(|lane| row.get(lane).copied().unwrap_or(0.0))
}

/// Gradients from those of the outputs, `gradients` `[row][unit]`.
#[must_use]
pub fn backward(inputs: &[f32], weights: &[f32], gradients: &[f32], units: usize) -> Gradients {
    let mut bias = vec![0.0; units];
    for row in gradients.chunks_exact(units) {
        for (sum, gradient) in bias.iter_mut().zip(row) {
            *sum += gradient;
        }
    }
    Gradients {
        inputs: input_gradient(weights, gradients, units),
        weights: weight_gradient(inputs, gradients, units, weights.len() / units),
        bias,
    }
}

/// `gradients` times the transposed weights: the sum over units of
/// `gradients[row][unit] * weights[i][unit]`, as `[row][i]`.
fn input_gradient(weights: &[f32], gradients: &[f32], units: usize) -> Vec<f32> {
    let (count, rows) = (weights.len() / units, gradients.len() / units);
    let mut sums = vec![0.0; rows * count];
    for i in (0..count / NARROW * NARROW).step_by(NARROW) {
        for first in (0..rows).step_by(NARROW_MR) {
            // An odd last row is computed twice.
            let second = (first + 1).min(rows - 1);
            let (a, b) = (row(gradients, first, units), row(gradients, second, units));
            let found =
                dot_products(std::array::from_fn(|input| row(weights, i + input, units)), [a, b]);
            for (at, found) in [first, second].into_iter().zip(found) {
                sums[at * count + i..][..NARROW].copy_from_slice(&found);
            }
        }
    }
    for i in count / NARROW * NARROW..count {
        for first in 0..rows {
            let products = row(gradients, first, units).iter().zip(row(weights, i, units));
            sums[first * count + i] = products.map(|(gradient, weight)| gradient * weight).sum();
        }
    }
    sums
}

/// Row `at` of rows of `units`.
fn row(values: &[f32], at: usize, units: usize) -> &[f32] {
    &values[at * units..][..units]
}

/// The dot products of two rows of gradients with the weights of four inputs, `[row][input]`.
#[inline(never)]
fn dot_products(
    [a, b, c, d]: [&[f32]; NARROW],
    [first, second]: [&[f32]; NARROW_MR],
) -> [[f32; NARROW]; NARROW_MR] {
    let vectors = [a, b, c, d].map(|weights| weights.as_chunks::<LANES>().0);
    let [e, f, g, h] = vectors;
    let quads = e.iter().zip(f).zip(g.iter().zip(h));
    let quads = quads.map(|((e, f), (g, h))| [e, f, g, h].map(F32x4::from_array));
    let sums = accumulate_dots(first, second, quads, [[F32x4::default(); NARROW]; NARROW_MR]);
    let mut sums = sums.map(|sums| F32x4::horizontal_sums(sums).to_array());
    for at in vectors[0].len() * LANES..first.len() {
        for (sums, row) in sums.iter_mut().zip([first, second]) {
            for (sum, weights) in sums.iter_mut().zip([a, b, c, d]) {
                *sum += row[at] * weights[at];
            }
        }
    }
    sums
}

/// The transposed inputs times `gradients`: the sum over rows of
/// `inputs[row][i] * gradients[row][unit]`, as `[i][unit]`.
fn weight_gradient(inputs: &[f32], gradients: &[f32], units: usize, count: usize) -> Vec<f32> {
    let rows = gradients.len() / units;
    let width = units.next_multiple_of(NR);
    let mut packed = Vec::with_capacity(width / NR * rows);
    pack_blocks(gradients, units, &mut packed);
    let mut weights = Vec::with_capacity(count * units);
    let mut values = vec![[0.0; MR]; rows];
    let mut sums = vec![0.0; MR * width];
    for i in (0..count).step_by(MR) {
        for (values, row) in values.iter_mut().zip(inputs.chunks_exact(count)) {
            *values = row[i..].first_chunk().copied().unwrap_or_else(|| {
                std::array::from_fn(|input| row.get(i + input).copied().unwrap_or(0.0))
            });
        }
        for (index, gradients) in packed.chunks_exact(rows).enumerate() {
            let found = sum_outer_products(&values, gradients);
            for (sums, found) in sums.chunks_exact_mut(width).zip(found) {
                sums[index * NR..][..NR].copy_from_slice(&found);
            }
        }
        for sums in sums.chunks_exact(width).take(count - i) {
            weights.extend_from_slice(&sums[..units]);
        }
    }
    weights
}

/// The sum over rows of the outer products `values[row][i] * gradients[row][lane]`.
#[inline(never)]
pub(super) fn sum_outer_products(values: &[[f32; MR]], gradients: &[NrBlock]) -> [NrBlock; MR] {
    let mut sums = [[F32x4::default(); 2]; MR];
    for (values, gradients) in values.iter().zip(gradients) {
        let [first, second] = to_vectors(gradients);
        for (sums, value) in sums.iter_mut().zip(values) {
            let value = F32x4::splat(*value);
            *sums = [sums[0].mul_acc(value, first), sums[1].mul_acc(value, second)];
        }
    }
    sums.map(from_vectors)
}
