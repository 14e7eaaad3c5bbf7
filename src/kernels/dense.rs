//! Fully connected layers, forward and backward: products of small matrices.

use super::tile::{LANES, Lane, PIXELS, Sums, correlate};

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
    let mut packed: Vec<Lane> = Vec::with_capacity(units.div_ceil(LANES) * count);
    for block in (0..units).step_by(LANES) {
        packed.extend(weights.chunks_exact(units).map(|row| {
            let row = &row[block..];
            row.first_chunk().copied().unwrap_or_else(|| {
                std::array::from_fn(|lane| row.get(lane).copied().unwrap_or(0.0))
            })
        }));
    }
    product(inputs, count, &packed, units, bias)
}

/// Gradients from `gradients` `[row][unit]`.
#[must_use]
pub fn backward(inputs: &[f32], weights: &[f32], gradients: &[f32], units: usize) -> Gradients {
    let count = weights.len() / units;
    // Rows become columns.
    let mut turned: Vec<Lane> = Vec::with_capacity(count.div_ceil(LANES) * units);
    for rows in weights.chunks(units * LANES) {
        let rows: [&[f32]; LANES] =
            std::array::from_fn(|lane| rows.get(lane * units..(lane + 1) * units).unwrap_or(&[]));
        turned.extend((0..units).map(|unit| rows.map(|row| row.get(unit).copied().unwrap_or(0.0))));
    }
    let mut bias = vec![0.0; units];
    for row in gradients.chunks_exact(units) {
        for (sum, gradient) in bias.iter_mut().zip(row) {
            *sum += gradient;
        }
    }
    Gradients {
        inputs: product(gradients, units, &turned, count, &vec![0.0; count]),
        weights: outer(inputs, count, gradients, units),
        bias,
    }
}

/// `inputs` `[row][count]` times a matrix `packed` by blocks of units, plus `bias`.
fn product(inputs: &[f32], count: usize, packed: &[Lane], units: usize, bias: &[f32]) -> Vec<f32> {
    let mut outputs = vec![0.0; inputs.len() / count * units];
    let rows = inputs.chunks(count * PIXELS).zip(outputs.chunks_mut(units * PIXELS));
    for (inputs, outputs) in rows {
        for (index, weights) in packed.chunks_exact(count).enumerate() {
            let block = index * LANES;
            let start: Lane =
                std::array::from_fn(|lane| bias.get(block + lane).copied().unwrap_or(0.0));
            let mut store = |first: usize, sums: &[Lane]| {
                for (row, sum) in outputs.chunks_exact_mut(units).skip(first).zip(sums) {
                    row[block..].iter_mut().zip(sum).for_each(|(to, sum)| *to = *sum);
                }
            };
            if inputs.len() == count * PIXELS {
                let mut sums = [start; PIXELS];
                sums.multiply(inputs, count, weights);
                store(0, &sums);
                continue;
            }
            for (row, inputs) in inputs.chunks_exact(count).enumerate() {
                let mut sums = [start];
                sums.multiply(inputs, count, weights);
                store(row, &sums);
            }
        }
    }
    outputs
}

/// The sum over rows of `inputs[row][i] * gradients[row][unit]`, as `[input][unit]`.
fn outer(inputs: &[f32], count: usize, gradients: &[f32], units: usize) -> Vec<f32> {
    let rows = inputs.len() / count;
    let width = units.next_multiple_of(LANES);
    let mut wide = vec![0.0; rows * width];
    for (to, from) in wide.chunks_exact_mut(width).zip(gradients.chunks_exact(units)) {
        to[..units].copy_from_slice(from);
    }
    let mut weights = vec![0.0; count * units];
    for block in (0..units).step_by(LANES) {
        let lanes = LANES.min(units - block);
        let mut add = |i: usize, sums: &[Lane]| {
            for (row, sum) in weights[i * units..].chunks_exact_mut(units).zip(sums) {
                row[block..][..lanes].copy_from_slice(&sum[..lanes]);
            }
        };
        let mut i = 0;
        while i + PIXELS <= count {
            let sums = [[0.0; LANES]; PIXELS];
            add(i, &correlate((&inputs[i..], count), (&wide[block..], width), rows, sums));
            i += PIXELS;
        }
        while i < count {
            let sums = [[0.0; LANES]];
            add(i, &correlate((&inputs[i..], count), (&wide[block..], width), rows, sums));
            i += 1;
        }
    }
    weights
}
