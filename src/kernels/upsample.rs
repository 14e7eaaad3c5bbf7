//! Nearest-neighbour upsampling by two, forward and backward, of maps `[picture][y][x][channel]`:
//! each value becomes a 2x2 window. Before a convolution it needs no map of its own: see `conv`.

/// Maps of twice the `side`.
#[must_use]
pub fn forward(inputs: &[f32], (side, channels): (usize, usize)) -> Vec<f32> {
    let mut outputs = Vec::with_capacity(inputs.len() * 4);
    for row in inputs.chunks_exact(side * channels) {
        let start = outputs.len();
        for pixel in row.chunks_exact(channels) {
            outputs.extend_from_slice(pixel);
            outputs.extend_from_slice(pixel);
        }
        outputs.extend_from_within(start..);
    }
    outputs
}

/// Gradients of the inputs, maps of `side`, from those of the outputs.
#[must_use]
pub fn backward(gradients: &[f32], (side, channels): (usize, usize)) -> Vec<f32> {
    let area = side * side * channels;
    let mut outputs = vec![0.0; gradients.len() / 4];
    let maps = gradients.chunks_exact(4 * area).zip(outputs.chunks_exact_mut(area));
    for (map, outputs) in maps {
        sum_windows(map, (2 * side, channels), outputs);
    }
    outputs
}

/// The sum of each 2x2 window of one map `[y][x][channel]` of an even `side`: the gradient of one
/// picture.
pub(super) fn sum_windows(map: &[f32], (side, channels): (usize, usize), outputs: &mut [f32]) {
    let rows = map.chunks_exact(2 * side * channels);
    for (rows, outputs) in rows.zip(outputs.chunks_exact_mut(side / 2 * channels)) {
        let (top, bottom) = rows.split_at(side * channels);
        let windows = top.chunks_exact(2 * channels).zip(bottom.chunks_exact(2 * channels));
        for ((top, bottom), output) in windows.zip(outputs.chunks_exact_mut(channels)) {
            for (i, output) in output.iter_mut().enumerate() {
                *output = (top[i] + top[channels + i]) + (bottom[i] + bottom[channels + i]);
            }
        }
    }
}
