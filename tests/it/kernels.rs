//! The kernels against their definitions, written slowly in `f64`, over random shapes: odd
//! sizes, one channel, one picture.

#[path = "kernels/general.rs"]
mod general;

use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::kernels::conv::{self, ConvBlock, ConvShape};
use tabgrad::kernels::pool::Pool;
use tabgrad::kernels::{dense, loss};
use wasm_bindgen_test::wasm_bindgen_test;

const CASES: u64 = 60;

/// Values in -1 to 1.
fn values(rng: &mut Rng, count: usize) -> Vec<f32> {
    (0..count).map(|_| rng.range(-1.0, 1.0)).collect()
}

#[track_caller]
fn close(what: &str, got: &[f32], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let error = (f64::from(*got) - want).abs() / want.abs().max(1.0);
        assert!(error < tolerance, "{what}[{i}]: {got} instead of {want}");
    }
}

/// A number from `low` to `high`, both possible.
fn between(rng: &mut Rng, low: usize, high: usize) -> usize {
    low + rng.below((high - low + 1) as u32) as usize
}

fn shape(rng: &mut Rng) -> ConvShape {
    let kernel = between(rng, 1, 4);
    ConvShape {
        channels: between(rng, 1, 9),
        filters: between(rng, 1, 18),
        kernel,
        stride: between(rng, 1, 2),
        padding: (between(rng, 0, kernel - 1), between(rng, 0, kernel - 1)),
        side: between(rng, kernel, 11),
    }
}

/// Calls `visit(output, input, weight)` with the indices of every product of a convolution.
fn products(shape: &ConvShape, pictures: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let ConvShape { channels, filters, kernel, stride, padding, side } = *shape;
    let out = shape.output_side();
    for picture in 0..pictures {
        for filter in 0..filters {
            for (y, x) in (0..out * out).map(|i| (i / out, i % out)) {
                let output = ((picture * out + y) * out + x) * filters + filter;
                for channel in 0..channels {
                    for (ky, kx) in (0..kernel * kernel).map(|i| (i / kernel, i % kernel)) {
                        let row = (y * stride + ky).checked_sub(padding.0);
                        let column = (x * stride + kx).checked_sub(padding.0);
                        let (Some(row), Some(column)) = (row, column) else { continue };
                        if row < side && column < side {
                            let input =
                                ((picture * side + row) * side + column) * channels + channel;
                            let weight =
                                ((filter * channels + channel) * kernel + ky) * kernel + kx;
                            visit(output, input, weight);
                        }
                    }
                }
            }
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn convolution_follows_its_definition() {
    for case in 0..CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 0);
        let shape = shape(&mut rng);
        let pictures = between(&mut rng, 1, 3);
        let out = shape.output_side();
        let inputs = values(&mut rng, pictures * shape.channels * shape.side * shape.side);
        let weights =
            values(&mut rng, shape.filters * shape.channels * shape.kernel * shape.kernel);
        let bias = values(&mut rng, shape.filters);
        let gradients = values(&mut rng, pictures * shape.filters * out * out);

        let mut outputs: Vec<f64> =
            (0..gradients.len()).map(|i| f64::from(bias[i % shape.filters])).collect();
        let mut input_gradients = vec![0.0; inputs.len()];
        let mut weight_gradients = vec![0.0; weights.len()];
        products(&shape, pictures, |output, input, weight| {
            let gradient = f64::from(gradients[output]);
            outputs[output] += f64::from(inputs[input]) * f64::from(weights[weight]);
            input_gradients[input] += gradient * f64::from(weights[weight]);
            weight_gradients[weight] += gradient * f64::from(inputs[input]);
        });
        let mut bias_gradients = vec![0.0; shape.filters];
        for (i, gradient) in gradients.iter().enumerate() {
            bias_gradients[i % shape.filters] += f64::from(*gradient);
        }

        let what = format!("{shape:?}, {pictures} pictures");
        let block = ConvBlock::conv_only(shape);
        let forward = conv::forward(&block, &inputs, &weights, &bias);
        close(&what, &forward.outputs, &outputs, 1e-5);
        let found = conv::backward(&block, &inputs, &weights, (&[], &[]), &gradients, true);
        close(&what, &found.inputs, &input_gradients, 1e-5);
        close(&what, &found.weights, &weight_gradients, 1e-5);
        close(&what, &found.bias, &bias_gradients, 1e-5);
        let without = conv::backward(&block, &inputs, &weights, (&[], &[]), &gradients, false);
        assert_eq!((without.inputs, without.weights), (Vec::new(), found.weights));
    }
}

/// The largest values, or the means, of the 2x2 windows of maps `[picture][y][x][filter]`.
fn pooled(pool: Pool, map: &[f64], (side, filters): (usize, usize)) -> Vec<f64> {
    let half = side / 2;
    let mut outputs = Vec::new();
    for map in map.chunks_exact(side * side * filters) {
        for (window, filter) in (0..half * half * filters).map(|i| (i / filters, i % filters)) {
            let (y, x) = (window / half * 2, window % half * 2);
            let at = |dy, dx| map[((y + dy) * side + x + dx) * filters + filter];
            let values = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
            outputs.push(match pool {
                Pool::Max => values.into_iter().fold(f64::NEG_INFINITY, f64::max),
                Pool::Average => values.iter().sum::<f64>() / 4.0,
            });
        }
    }
    outputs
}

/// A block with so many channels that its convolution may be done by Winograd transforms.
fn large_block(rng: &mut Rng) -> ConvBlock {
    let upsample = rng.below(3) == 0;
    let shape = ConvShape {
        channels: if rng.below(4) == 0 { 3 } else { 8 * between(rng, 1, 5) },
        filters: 8 * between(rng, 1, 4),
        kernel: 3,
        stride: between(rng, 1, 2),
        padding: (between(rng, 0, 1), between(rng, 0, 1)),
        side: if upsample { 2 * between(rng, 2, 10) } else { between(rng, 4, 20) },
    };
    // What the presets have, more often.
    let shape = if upsample && rng.below(3) > 0 {
        ConvShape { padding: (1, 1), stride: 1, ..shape }
    } else {
        shape
    };
    let pool = [None, Some(Pool::Max), Some(Pool::Average)][rng.below(3) as usize];
    ConvBlock { shape, upsample, relu: rng.below(2) == 0, pool }
}

/// The gradients of the convolution's output, `[picture][y][x][filter]`, from those of the block's
/// outputs and from its forward pass.
fn conv_gradients(block: &ConvBlock, forward: &conv::Forward, gradients: &[f32]) -> Vec<f64> {
    let (side, filters) = (block.shape.output_side(), block.shape.filters);
    let half = block.output_side();
    let pictures = gradients.len() / (half * half * filters);
    let mut found = vec![0.0; pictures * side * side * filters];
    for (i, gradient) in found.iter_mut().enumerate() {
        let (filter, pixel) = (i % filters, i / filters);
        let (x, y, picture) = (pixel % side, pixel / side % side, pixel / side / side);
        let Some(pool) = block.pool else {
            let passes = !block.relu || forward.outputs[i] > 0.0;
            *gradient = if passes { f64::from(gradients[i]) } else { 0.0 };
            continue;
        };
        if y / 2 >= half || x / 2 >= half {
            continue;
        }
        let window = ((picture * half + y / 2) * half + x / 2) * filters + filter;
        let share = if pool == Pool::Average { 0.25 } else { 1.0 };
        if forward.argmax[window] >> (y % 2 * 2 + x % 2) & 1 == 1 {
            *gradient = f64::from(gradients[window]) * share;
        }
    }
    found
}

#[wasm_bindgen_test(unsupported = test)]
pub fn blocks_of_many_channels_follow_their_definition() {
    for case in 0..CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 3);
        let block = large_block(&mut rng);
        let shape = block.shape;
        let (pictures, out) = (between(&mut rng, 1, 3), shape.output_side());
        let scale = if block.upsample { 2 } else { 1 };
        let input_side = shape.side / scale;
        let inputs = values(&mut rng, pictures * shape.channels * input_side * input_side);
        let weights = values(&mut rng, shape.filters * shape.channels * 9);
        let bias = values(&mut rng, shape.filters);
        // Where a value of the map that is convolved comes from.
        let input_index = |index: usize| {
            let (channel, pixel) = (index % shape.channels, index / shape.channels);
            let (x, row) = (pixel % shape.side / scale, pixel / shape.side);
            let (y, picture) = (row % shape.side / scale, row / shape.side);
            ((picture * input_side + y) * input_side + x) * shape.channels + channel
        };

        let mut map: Vec<f64> = (0..pictures * out * out * shape.filters)
            .map(|i| f64::from(bias[i % shape.filters]))
            .collect();
        products(&shape, pictures, |output, input, weight| {
            map[output] += f64::from(inputs[input_index(input)]) * f64::from(weights[weight]);
        });
        if block.relu {
            map.iter_mut().for_each(|value| *value = value.max(0.0));
        }
        if let Some(pool) = block.pool {
            map = pooled(pool, &map, (out, shape.filters));
        }
        let forward = conv::forward(&block, &inputs, &weights, &bias);
        let what = format!("{block:?}, {pictures} pictures");
        close(&what, &forward.outputs, &map, 1e-5);

        let gradients = values(&mut rng, forward.outputs.len());
        let conv_gradients = conv_gradients(&block, &forward, &gradients);
        let mut input_gradients = vec![0.0; inputs.len()];
        let mut weight_gradients = vec![0.0; weights.len()];
        products(&shape, pictures, |output, input, weight| {
            let input = input_index(input);
            input_gradients[input] += conv_gradients[output] * f64::from(weights[weight]);
            weight_gradients[weight] += conv_gradients[output] * f64::from(inputs[input]);
        });
        let mut bias_gradients = vec![0.0; shape.filters];
        conv_gradients
            .iter()
            .enumerate()
            .for_each(|(i, gradient)| bias_gradients[i % shape.filters] += gradient);
        let kept = (forward.outputs.as_slice(), forward.argmax.as_slice());
        let found = conv::backward(&block, &inputs, &weights, kept, &gradients, true);
        close(&what, &found.inputs, &input_gradients, 1e-5);
        // Without input gradients, the weight gradients of a first layer are summed in another way.
        let without = conv::backward(&block, &inputs, &weights, kept, &gradients, false);
        assert!(without.inputs.is_empty(), "{what}");
        for found in [found, without] {
            close(&what, &found.weights, &weight_gradients, 1e-5);
            close(&what, &found.bias, &bias_gradients, 1e-5);
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn dense_layers_follow_their_definition() {
    for case in 0..CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 1);
        let (rows, count, units) =
            (between(&mut rng, 1, 9), between(&mut rng, 1, 21), between(&mut rng, 1, 19));
        let inputs = values(&mut rng, rows * count);
        let weights = values(&mut rng, count * units);
        let bias = values(&mut rng, units);
        let gradients = values(&mut rng, rows * units);

        let mut outputs: Vec<f64> = (0..rows * units).map(|i| f64::from(bias[i % units])).collect();
        let mut input_gradients = vec![0.0; inputs.len()];
        let mut weight_gradients = vec![0.0; weights.len()];
        let mut bias_gradients = vec![0.0; units];
        for (row, unit) in (0..rows * units).map(|i| (i / units, i % units)) {
            let gradient = f64::from(gradients[row * units + unit]);
            bias_gradients[unit] += gradient;
            for i in 0..count {
                let (input, weight) = (inputs[row * count + i], weights[i * units + unit]);
                outputs[row * units + unit] += f64::from(input) * f64::from(weight);
                input_gradients[row * count + i] += gradient * f64::from(weight);
                weight_gradients[i * units + unit] += gradient * f64::from(input);
            }
        }

        let what = format!("{rows} rows of {count} to {units}");
        close(&what, &dense::forward(&inputs, &weights, &bias), &outputs, 1e-5);
        let found = dense::backward(&inputs, &weights, &gradients, units);
        close(&what, &found.inputs, &input_gradients, 1e-5);
        close(&what, &found.weights, &weight_gradients, 1e-5);
        close(&what, &found.bias, &bias_gradients, 1e-5);
    }
}

/// The mean of `f(inputs)` in `f64`, and its gradient by central differences.
#[track_caller]
fn check_loss(what: &str, inputs: &[f32], found: &loss::Loss, mean: impl Fn(&[f64]) -> f64) {
    const STEP: f64 = 1e-6;
    let exact: Vec<f64> = inputs.iter().map(|&x| f64::from(x)).collect();
    close(what, &[found.mean], &[mean(&exact)], 1e-6);
    let by_differences: Vec<f64> = (0..exact.len())
        .map(|i| {
            let at = |x: f64| {
                let mut moved = exact.clone();
                moved[i] += x;
                mean(&moved)
            };
            (at(STEP) - at(-STEP)) / (2.0 * STEP)
        })
        .collect();
    close(what, &found.gradients, &by_differences, 1e-6);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn losses_follow_their_definitions() {
    for case in 0..CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 2);
        let (rows, classes) = (between(&mut rng, 1, 5), between(&mut rng, 1, 11));
        let count = rows * classes;
        let inputs: Vec<f32> = (0..count).map(|_| rng.range(-6.0, 6.0)).collect();
        let shares: Vec<f32> = (0..count).map(|_| rng.unit()).collect();
        let exact: Vec<f64> = shares.iter().map(|&t| f64::from(t)).collect();
        let n = count as f64;

        let found = loss::squared_error(&inputs, &shares, None);
        check_loss("squared error", &inputs, &found, |x| {
            x.iter().zip(&exact).map(|(x, t)| (x - t) * (x - t)).sum::<f64>() / n
        });
        let found = loss::binary_cross_entropy(&inputs, &shares, Some(classes));
        check_loss("binary cross-entropy", &inputs, &found, |x| {
            let one = |(x, t): (&f64, &f64)| {
                let p = 1.0 / (1.0 + (-x).exp());
                -(t * p.ln() + (1.0 - t) * (1.0 - p).ln())
            };
            x.iter().zip(&exact).map(one).sum::<f64>() / n
        });

        let labels: Vec<usize> = (0..rows).map(|_| between(&mut rng, 0, classes - 1)).collect();
        let mut one_hot = vec![0.0; count];
        labels.iter().enumerate().for_each(|(row, label)| one_hot[row * classes + label] = 1.0);
        let found = loss::cross_entropy(&inputs, &one_hot, classes);
        check_loss("cross-entropy", &inputs, &found, |x| {
            let one = |(row, label): (&[f64], &usize)| {
                row.iter().map(|x| x.exp()).sum::<f64>().ln() - row[*label]
            };
            x.chunks_exact(classes).zip(&labels).map(one).sum::<f64>() / rows as f64
        });
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn losses_neither_overflow_nor_hide_what_is_not_a_number() {
    let far = loss::binary_cross_entropy(&[1e30, -1e30], &[0.0, 1.0], None);
    assert!(far.mean.is_finite() && far.mean > 1e29);
    let far = loss::cross_entropy(&[3e38, -3e38], &[0.0, 1.0], 2);
    assert_eq!(far.gradients, [1.0, -1.0]);
    assert!(loss::binary_cross_entropy(&[f32::NAN], &[1.0], None).mean.is_nan());
    assert!(loss::cross_entropy(&[f32::NAN, 0.0], &[0.0, 1.0], 2).mean.is_nan());
    assert!(loss::squared_error(&[f32::NAN], &[1.0], None).mean.is_nan());
}
