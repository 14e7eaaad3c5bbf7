//! Maps of half or twice the side: 2x2 pooling and upsampling, forward and backward. Planes of
//! `side` rows and columns lie one after another; whose they are is not known here. Pooling drops
//! an odd last row or column.

/// A window's values, row by row.
type Window = [f32; 4];

/// The largest value of each window.
#[must_use]
pub fn max_pool(inputs: &[f32], side: usize) -> Vec<f32> {
    pooled(inputs, side, |[a, b, c, d]| larger(larger(a, b), larger(c, d)))
}

/// Gradients of [`max_pool`] by its inputs: each goes to the first of the largest values, as in
/// TensorFlow.
#[must_use]
pub fn max_pool_backward(inputs: &[f32], gradients: &[f32], side: usize) -> Vec<f32> {
    let mut outputs = vec![0.0; inputs.len()];
    let mut gradients = gradients.iter();
    let planes = inputs.chunks_exact(side * side).zip(outputs.chunks_exact_mut(side * side));
    for (plane, output) in planes {
        let rows = plane.chunks_exact(2 * side).zip(output.chunks_exact_mut(2 * side));
        for (rows, output) in rows {
            for x in (0..side / 2 * 2).step_by(2) {
                let places = [x, x + 1, side + x, side + x + 1];
                let mut best = places[0];
                for place in places {
                    if rows[place] > rows[best] {
                        best = place;
                    }
                }
                output[best] = gradients.next().copied().unwrap_or(0.0);
            }
        }
    }
    outputs
}

/// The mean of each window.
#[must_use]
pub fn average_pool(inputs: &[f32], side: usize) -> Vec<f32> {
    pooled(inputs, side, |window| sum(window) * 0.25)
}

/// Gradients of [`average_pool`] by its inputs, of which there are `count`.
#[must_use]
pub fn average_pool_backward(gradients: &[f32], count: usize, side: usize) -> Vec<f32> {
    repeated(gradients, count, side, 0.25)
}

/// Each value four times: planes of `2 * side`.
#[must_use]
pub fn upsample(inputs: &[f32], side: usize) -> Vec<f32> {
    repeated(inputs, inputs.len() * 4, side * 2, 1.0)
}

/// Gradients of [`upsample`] by its inputs, planes of `side`.
#[must_use]
pub fn upsample_backward(gradients: &[f32], side: usize) -> Vec<f32> {
    pooled(gradients, side * 2, sum)
}

/// `f32::max` would drop what is not a number.
fn larger(a: f32, b: f32) -> f32 {
    if b > a || b.is_nan() { b } else { a }
}

fn sum([a, b, c, d]: Window) -> f32 {
    (a + b) + (c + d)
}

/// `value` of each window of each plane.
fn pooled(inputs: &[f32], side: usize, value: impl Fn(Window) -> f32) -> Vec<f32> {
    let mut outputs = Vec::with_capacity(inputs.len() / 4);
    for plane in inputs.chunks_exact(side * side) {
        for rows in plane.chunks_exact(2 * side) {
            let (top, bottom) = rows.split_at(side);
            let windows = top.as_chunks().0.iter().zip(bottom.as_chunks().0);
            outputs.extend(windows.map(|([a, b], [c, d])| value([*a, *b, *c, *d])));
        }
    }
    outputs
}

/// `count` values in planes of `side`: each of `values` times `factor` all over its window.
fn repeated(values: &[f32], count: usize, side: usize, factor: f32) -> Vec<f32> {
    let mut outputs = vec![0.0; count];
    let mut values = values.chunks_exact((side / 2).max(1));
    for plane in outputs.chunks_exact_mut(side * side) {
        for (rows, values) in plane.chunks_exact_mut(2 * side).zip(&mut values) {
            let (top, bottom) = rows.split_at_mut(side);
            let windows = top.as_chunks_mut().0.iter_mut().zip(bottom.as_chunks_mut().0);
            for ((top, bottom), value) in windows.zip(values) {
                (*top, *bottom) = ([value * factor; 2], [value * factor; 2]);
            }
        }
    }
    outputs
}
