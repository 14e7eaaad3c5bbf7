//! Fully connected layers, forward and backward: products of small matrices. There are few rows
//! and many weights: these are taken once, those of a few inputs at a time, so that all rows find
//! them in the cache.

use super::tile::{FEW, LANES, Lane, PAIR, PIXELS, Sums, dots, pair, unpair};
use super::vector::{Four, WIDTH};

/// Inputs whose weights are multiplied by all rows before the next inputs' are: packed, they stay
/// in the first cache.
const RUN: usize = 64;

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
    let mut packed: Vec<Lane> = Vec::with_capacity(units.div_ceil(LANES) * RUN);
    for (run, weights) in weights.chunks(RUN * units).enumerate() {
        by_blocks(weights, units, &mut packed);
        let rows = inputs.chunks(count * PIXELS).zip(outputs.chunks_mut(units * PIXELS));
        for (inputs, outputs) in rows {
            let inputs = &inputs[run * RUN..];
            if outputs.len() == units * PIXELS {
                add::<PIXELS>((inputs, count), &packed, outputs);
                continue;
            }
            for (row, outputs) in outputs.chunks_exact_mut(units).enumerate() {
                add::<1>((&inputs[row * count..], count), &packed, outputs);
            }
        }
    }
    outputs
}

/// Rows of `units` values by block of lanes, then by row.
fn by_blocks(rows: &[f32], units: usize, packed: &mut Vec<Lane>) {
    packed.clear();
    for block in (0..units).step_by(LANES) {
        packed.extend(rows.chunks_exact(units).map(|row| lane(&row[block..])));
    }
}

/// Adds the part of some inputs, the first ones of each row in `inputs`, to `P` rows of outputs.
#[inline(never)]
fn add<const P: usize>((inputs, count): (&[f32], usize), packed: &[Lane], outputs: &mut [f32])
where
    [Lane; P]: Sums,
{
    let units = outputs.len() / P;
    let run = packed.len() / units.div_ceil(LANES);
    for (index, weights) in packed.chunks_exact(run).enumerate() {
        let block = index * LANES;
        let mut sums: [Lane; P] = std::array::from_fn(|p| lane(&outputs[p * units + block..]));
        sums.multiply(inputs, count, run, weights.iter().map(pair));
        for (row, sum) in outputs.chunks_exact_mut(units).zip(&sums) {
            row[block..].iter_mut().zip(sum).for_each(|(to, sum)| *to = *sum);
        }
    }
}

/// The first values of a row.
#[inline(always)]
fn lane(row: &[f32]) -> Lane {
    row.first_chunk().copied().unwrap_or_else(|| short(row))
}

/// The values of a row that is shorter, and zeros.
#[cold]
fn short(row: &[f32]) -> Lane {
    std::array::from_fn(|lane| row.get(lane).copied().unwrap_or(0.0))
}

/// Gradients from `gradients` `[row][unit]`.
#[must_use]
pub fn backward(inputs: &[f32], weights: &[f32], gradients: &[f32], units: usize) -> Gradients {
    let mut bias = vec![0.0; units];
    for row in gradients.chunks_exact(units) {
        for (sum, gradient) in bias.iter_mut().zip(row) {
            *sum += gradient;
        }
    }
    Gradients {
        inputs: by_inputs(weights, gradients, units),
        weights: by_weights(inputs, gradients, units, weights.len() / units),
        bias,
    }
}

/// The sum over units of `gradients[row][unit] * weights[i][unit]`, as `[row][i]`.
fn by_inputs(weights: &[f32], gradients: &[f32], units: usize) -> Vec<f32> {
    let (count, rows) = (weights.len() / units, gradients.len() / units);
    let mut sums = vec![0.0; rows * count];
    for i in (0..count / FEW * FEW).step_by(FEW) {
        for first in (0..rows).step_by(PAIR) {
            let second = (first + 1).min(rows - 1);
            let (a, b) = (row(gradients, first, units), row(gradients, second, units));
            let found = four(std::array::from_fn(|input| row(weights, i + input, units)), [a, b]);
            for (at, found) in [first, second].into_iter().zip(found) {
                sums[at * count + i..][..FEW].copy_from_slice(&found);
            }
        }
    }
    for i in count / FEW * FEW..count {
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

/// The products of two rows of gradients with the weights of four inputs.
#[inline(never)]
fn four([a, b, c, d]: [&[f32]; FEW], [first, second]: [&[f32]; PAIR]) -> [[f32; FEW]; PAIR] {
    let whole = [a, b, c, d].map(|weights| weights.as_chunks::<WIDTH>().0);
    let [e, f, g, h] = whole;
    let quads = e.iter().zip(f).zip(g.iter().zip(h));
    let quads = quads.map(|((e, f), (g, h))| [e, f, g, h].map(Four::of));
    let sums = dots(first, second, quads, [[Four::default(); FEW]; PAIR]);
    let mut sums = sums.map(|sums| Four::totals(sums).values());
    for at in whole[0].len() * WIDTH..first.len() {
        for (sums, row) in sums.iter_mut().zip([first, second]) {
            for (sum, weights) in sums.iter_mut().zip([a, b, c, d]) {
                *sum += row[at] * weights[at];
            }
        }
    }
    sums
}

/// The sum over rows of `inputs[row][i] * gradients[row][unit]`, as `[i][unit]`.
fn by_weights(inputs: &[f32], gradients: &[f32], units: usize, count: usize) -> Vec<f32> {
    let rows = gradients.len() / units;
    let width = units.next_multiple_of(LANES);
    let mut packed = Vec::with_capacity(width / LANES * rows);
    by_blocks(gradients, units, &mut packed);
    let mut weights = Vec::with_capacity(count * units);
    let mut values = vec![[0.0; PIXELS]; rows];
    let mut sums = vec![0.0; PIXELS * width];
    for i in (0..count).step_by(PIXELS) {
        for (values, row) in values.iter_mut().zip(inputs.chunks_exact(count)) {
            *values = row[i..].first_chunk().copied().unwrap_or_else(|| {
                std::array::from_fn(|input| row.get(i + input).copied().unwrap_or(0.0))
            });
        }
        for (index, gradients) in packed.chunks_exact(rows).enumerate() {
            let found = outer(&values, gradients);
            for (sums, found) in sums.chunks_exact_mut(width).zip(found) {
                sums[index * LANES..][..LANES].copy_from_slice(&found);
            }
        }
        for sums in sums.chunks_exact(width).take(count - i) {
            weights.extend_from_slice(&sums[..units]);
        }
    }
    weights
}

/// The sum over rows of `values[row][i] * gradients[row][lane]`.
#[inline(never)]
fn outer(values: &[[f32; PIXELS]], gradients: &[Lane]) -> [Lane; PIXELS] {
    let mut sums = [[Four::default(); 2]; PIXELS];
    for (values, gradients) in values.iter().zip(gradients) {
        let [first, second] = pair(gradients);
        for (sums, value) in sums.iter_mut().zip(values) {
            let value = Four::all(*value);
            *sums = [sums[0].plus_product(value, first), sums[1].plus_product(value, second)];
        }
    }
    sums.map(unpair)
}
