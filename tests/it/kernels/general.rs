//! Convolutions in general against their definition, in 64 bits, and alone as among others.

use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::kernels::general_conv::{self, ConvGeometry};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{CASES, between, close, values};

/// Settings of a convolution in general, with as many groups, channels and filters of each.
fn geometry(rng: &mut Rng, [groups, channels, filters]: [usize; 3]) -> ConvGeometry {
    let mut both = |low: usize, high: usize| [0; 2].map(|_| between(rng, low, high));
    let (kernel, stride, dilation, output) = (both(1, 4), both(1, 3), both(1, 2), both(1, 9));
    let map = [0, 1].map(|axis| output[axis] * stride[axis]);
    // From a row that is passed over to a kernel that begins outside of the map.
    let before = [0, 1].map(|axis| {
        let reach = (kernel[axis] - 1) * dilation[axis];
        between(rng, 0, reach + 1) as isize - 1
    });
    ConvGeometry {
        channels: groups * channels,
        filters: groups * filters,
        groups,
        map,
        output,
        kernel,
        stride,
        dilation,
        before,
    }
}

/// Calls `visit(output, input, weight)` with the indices of every product of a convolution in general.
fn general_products(
    conv: &ConvGeometry,
    pictures: usize,
    mut visit: impl FnMut(usize, usize, usize),
) {
    let (channels, filters) = (conv.group_channels(), conv.group_filters());
    let places = |axis: usize, at: usize| {
        let first = (at * conv.stride[axis]) as isize - conv.before[axis];
        let taps = (0..conv.kernel[axis]).map(move |tap| (tap, tap * conv.dilation[axis]));
        let places = taps.map(move |(tap, far)| (tap, (first + far as isize) as usize));
        places.filter(move |(_, place)| *place < conv.map[axis]).collect::<Vec<_>>()
    };
    for (picture, at) in (0..pictures).flat_map(|of| (0..conv.pixels()).map(move |at| (of, at))) {
        let (rows, columns) = (places(0, at / conv.output[1]), places(1, at % conv.output[1]));
        for filter in 0..conv.filters {
            let output = (picture * conv.pixels() + at) * conv.filters + filter;
            for (ky, y) in &rows {
                for (kx, x) in &columns {
                    let pixel = (picture * conv.map[0] + y) * conv.map[1] + x;
                    for channel in 0..channels {
                        let input = pixel * conv.channels + filter / filters * channels + channel;
                        let weight = (filter * channels + channel) * conv.taps();
                        visit(output, input, weight + ky * conv.kernel[1] + kx);
                    }
                }
            }
        }
    }
}

/// Whatever groups there are: one, of few channels or filters, depthwise with one filter a channel or more.
#[wasm_bindgen_test(unsupported = test)]
pub fn convolutions_in_general_follow_their_definition() {
    for case in 0..2 * CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 0);
        let groups = match case % 6 {
            0 => [1, between(&mut rng, 1, 20), between(&mut rng, 1, 20)],
            1 => [between(&mut rng, 2, 20), 1, between(&mut rng, 1, 4)],
            2 => [8 * between(&mut rng, 1, 3), 1, 1],
            3 => [between(&mut rng, 2, 6), between(&mut rng, 2, 9), between(&mut rng, 1, 2)],
            4 => [between(&mut rng, 2, 4), between(&mut rng, 2, 9), between(&mut rng, 3, 8)],
            _ => [between(&mut rng, 2, 3), between(&mut rng, 3, 12), between(&mut rng, 9, 17)],
        };
        let conv = geometry(&mut rng, groups);
        let pictures = 2;
        let inputs = values(&mut rng, pictures * conv.input_len());
        let weights = values(&mut rng, conv.filters * conv.patch());
        let bias = values(&mut rng, conv.filters);
        let gradients = values(&mut rng, pictures * conv.output_len());
        let own = values(&mut rng, conv.channels);
        let wide = |values: &[f32]| values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let mut outputs = wide(&bias.repeat(pictures * conv.pixels()));
        let mut by_inputs = wide(&own.repeat(inputs.len() / conv.channels));
        let mut by_weights = vec![0.0; weights.len()];
        general_products(&conv, pictures, |output, input, weight| {
            let [of, at, by] = [gradients[output], inputs[input], weights[weight]].map(f64::from);
            outputs[output] += at * by;
            by_inputs[input] += of * by;
            by_weights[weight] += of * at;
        });
        let what = |of: &str| format!("{of} of {conv:?}");
        let found = general_conv::forward(&conv, &inputs, &weights, &bias, false);
        close(&what("outputs"), &found, &outputs, 2e-5);
        let found = general_conv::forward(&conv, &inputs, &weights, &bias, true);
        let active: Vec<f64> = outputs.iter().map(|sum| sum.max(0.0)).collect();
        close(&what("outputs after a relu"), &found, &active, 2e-5);
        let found = general_conv::input_grad(&conv, &gradients, &weights, &own);
        close(&what("gradients by inputs"), &found, &by_inputs, 2e-5);
        let found = general_conv::weight_grad(&conv, &inputs, &gradients);
        close(&what("gradients by weights"), &found, &by_weights, 2e-5);
    }
}

/// What a step computes of a picture does not depend on how its batch is cut: outputs and input gradients
/// of convolutions in general are the same bits, alone and among others.
#[wasm_bindgen_test(unsupported = test)]
pub fn a_picture_alone_is_convolved_as_among_others() {
    for case in 0..CASES {
        let mut rng = Rng::new(case, Purpose::Samples, 0);
        let groups = [between(&mut rng, 1, 3), between(&mut rng, 1, 3), between(&mut rng, 1, 9)];
        let conv = geometry(&mut rng, groups);
        let inputs = values(&mut rng, 3 * conv.input_len());
        let weights = values(&mut rng, conv.filters * conv.patch());
        let gradients = values(&mut rng, 3 * conv.output_len());
        let alone = inputs.chunks(conv.input_len());
        let alone: Vec<f32> = alone
            .flat_map(|input| general_conv::forward(&conv, input, &weights, &[], false))
            .collect();
        assert_eq!(alone, general_conv::forward(&conv, &inputs, &weights, &[], false), "{conv:?}");
        let alone = gradients.chunks(conv.output_len());
        let alone: Vec<f32> = alone
            .flat_map(|gradients| general_conv::input_grad(&conv, gradients, &weights, &[]))
            .collect();
        assert_eq!(alone, general_conv::input_grad(&conv, &gradients, &weights, &[]), "{conv:?}");
    }
}
