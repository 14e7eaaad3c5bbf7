//! Zeros around maps `[picture][y][x][channel]`, or their borders cut off.

/// Maps of `output` `[height, width]`, whose values lie `before` rows and columns after those of
/// `inputs`, maps of `size`: negative is cut off. Zeros where there are none. The gradient of that is
/// the same with sizes exchanged and `before` negated.
#[must_use]
pub fn framed(
    inputs: &[f32],
    size: [usize; 2],
    channels: usize,
    before: [isize; 2],
    output: [usize; 2],
) -> Vec<f32> {
    let area = size[0] * size[1] * channels;
    let mut outputs = vec![0.0; inputs.len() / area * output[0] * output[1] * channels];
    // Of each direction: zeros before, values passed over, and values that are left.
    let [(top, above, rows), (left, aside, columns)] = [0, 1].map(|axis| {
        let (zeros, passed) = (before[axis].max(0) as usize, before[axis].min(0).unsigned_abs());
        let left = size[axis].saturating_sub(passed).min(output[axis].saturating_sub(zeros));
        (zeros, passed, left)
    });
    let maps = outputs.chunks_exact_mut(output[0] * output[1] * channels);
    for (to, from) in maps.zip(inputs.chunks_exact(area)) {
        for y in 0..rows {
            let from = &from[((y + above) * size[1] + aside) * channels..][..columns * channels];
            let start = ((y + top) * output[1] + left) * channels;
            to[start..start + from.len()].copy_from_slice(from);
        }
    }
    outputs
}
