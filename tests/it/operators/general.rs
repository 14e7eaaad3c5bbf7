//! The operators of maps that need not be square, with any settings, against their definitions:
//! convolutions and transposed ones, pooling, enlarging, padding and cropping.

use burn::tensor::{Tensor, TensorData};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use tabgrad::ops::{self, ConvAttrs, Interpolation, Pool, PoolAttrs};

use super::{Found, Input, at, cases, check, each, host, map, on_each_backend, values};
use crate::support::{backends, device};

/// A direction of a convolution: map, kernel, stride, dilation, zeros before the map, outputs.
#[derive(Debug, Clone, Copy)]
struct Direction {
    map: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    output: usize,
}

/// Kernels that reach over the border or leave a part of the map out, `same` and `valid` among them.
fn direction() -> impl Strategy<Value = Direction> {
    (1_usize..4, 1_usize..4, 1_usize..3, 1_usize..9, any::<bool>()).prop_flat_map(
        |(kernel, stride, dilation, map, valid)| {
            let reach = (kernel - 1) * dilation + 1;
            (0..reach).prop_map(move |before| {
                if valid && map >= reach {
                    let output = (map - reach) / stride + 1;
                    return Direction { map, kernel, stride, dilation, before: 0, output };
                }
                // As many as there is a value under the first tap, one at least.
                let output = (map + before).saturating_sub(1 + before.min(map)) / stride + 1;
                Direction { map, kernel, stride, dilation, before, output }
            })
        },
    )
}

/// Groups, channels of each, filters of each: one, few, depthwise of one filter a channel and of more, also
/// of more filters than are computed together.
fn groups() -> impl Strategy<Value = [usize; 3]> {
    prop_oneof![
        [7_usize..20, 1_usize..2, 1_usize..4],
        [2_usize..4, 1_usize..9, 3_usize..11],
        [3_usize..7, 2_usize..9, 1_usize..3],
        [1_usize..2, 1_usize..6, 1_usize..10],
        [2_usize..4, 1_usize..4, 1_usize..4],
        [2_usize..11, 1_usize..2, 1_usize..3],
        [2_usize..3, 4_usize..6, 8_usize..10],
    ]
}

/// Calls `visit(output, input, weight)` with the indices of every product of a convolution of
/// `[batch, channels, y, x]` by `[filter, channel of the group, ky, kx]`.
fn products(
    batch: usize,
    [groups, channels, filters]: [usize; 3],
    [rows, columns]: [Direction; 2],
    mut visit: impl FnMut(usize, usize, usize),
) {
    for (b, f) in (0..batch).flat_map(|b| (0..groups * filters).map(move |f| (b, f))) {
        for (y, x) in (0..rows.output).flat_map(|y| (0..columns.output).map(move |x| (y, x))) {
            let to = ((b * groups * filters + f) * rows.output + y) * columns.output + x;
            for (c, tap) in (0..channels)
                .flat_map(|c| (0..rows.kernel * columns.kernel).map(move |tap| (c, tap)))
            {
                let (ky, kx) = (tap / columns.kernel, tap % columns.kernel);
                let row = (y * rows.stride + ky * rows.dilation).wrapping_sub(rows.before);
                let column =
                    (x * columns.stride + kx * columns.dilation).wrapping_sub(columns.before);
                if row < rows.map && column < columns.map {
                    let channel = f / filters * channels + c;
                    let plane = b * groups * channels + channel;
                    let from = (plane * rows.map + row) * columns.map + column;
                    visit(to, from, (f * channels + c) * rows.kernel * columns.kernel + tap);
                }
            }
        }
    }
}

fn attrs(
    [rows, columns]: [Direction; 2],
    groups: usize,
    output: [usize; 2],
    relu: bool,
) -> ConvAttrs {
    ConvAttrs {
        stride: [rows.stride, columns.stride],
        dilation: [rows.dilation, columns.dilation],
        groups,
        before: [rows.before, columns.before],
        output,
        relu,
    }
}

/// The values of a window of a map.
fn window(
    x: &[f64],
    dims: [usize; 4],
    [b, c, y, column]: [usize; 4],
    attrs: &PoolAttrs,
) -> Vec<f64> {
    let start = [y * attrs.stride[0], column * attrs.stride[1]];
    let inside = |axis: usize| {
        let places = (start[axis]..start[axis] + attrs.size[axis])
            .filter_map(|place| place.checked_sub(attrs.before[axis]));
        places.filter(|place| *place < dims[axis + 2]).collect::<Vec<_>>()
    };
    let (rows, columns) = (inside(0), inside(1));
    let places = rows.iter().flat_map(|y| columns.iter().map(move |x| [*y, *x]));
    places.map(|[y, column]| at(x, dims, [b, c, y, column])).collect()
}

fn check_pooling(seed: u64, dims: [usize; 4], attrs: PoolAttrs) -> Result<(), TestCaseError> {
    let [batch, channels, ..] = dims;
    let [h, w] = attrs.output;
    on_each_backend!(
        seed, [Input::new(seed, 0, &dims)], |x: 4| ops::pool(x, attrs),
        |given: &[Vec<f64>]| each([batch, channels, h, w], |place| {
            let values = window(&given[0], dims, place, &attrs);
            match attrs.kind {
                Pool::Max => values.into_iter().fold(f64::MIN, f64::max),
                Pool::Average => values.iter().sum::<f64>() / values.len() as f64,
            }
        })
    );
    Ok(())
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn convolution_in_general(
        seed: u64, batch in 1_usize..3, groups in groups(), rows in direction(),
        columns in direction(), relu: bool,
    ) {
        let [count, channels, filters] = groups;
        let inputs = [
            Input::new(seed, 0, &[batch, count * channels, rows.map, columns.map]),
            Input::new(seed, 1, &[count * filters, channels, rows.kernel, columns.kernel]),
            Input::new(seed, 2, &[count * filters]),
        ];
        let area = rows.output * columns.output;
        let attrs = attrs([rows, columns], count, [rows.output, columns.output], relu);
        on_each_backend!(
            seed, inputs, |x: 4, weight: 4, bias: 1| ops::conv(x, weight, bias, attrs),
            |given: &[Vec<f64>]| {
                let mut sums: Vec<f64> = (0..batch * count * filters * area)
                    .map(|i| given[2][i / area % (count * filters)])
                    .collect();
                products(batch, groups, [rows, columns], |to, from, weight| {
                    sums[to] += given[0][from] * given[1][weight];
                });
                sums.into_iter().map(|sum| if relu { sum.max(0.0) } else { sum }).collect()
            }
        );
    }

    #[test]
    fn transposed_convolution(
        seed: u64, batch in 1_usize..3, groups in groups(), rows in direction(),
        columns in direction(), relu: bool,
    ) {
        // From the outputs of a convolution to its inputs.
        let [count, channels, filters] = groups;
        let inputs = [
            Input::new(seed, 0, &[batch, count * filters, rows.output, columns.output]),
            Input::new(seed, 1, &[count * filters, channels, rows.kernel, columns.kernel]),
            Input::new(seed, 2, &[count * channels]),
        ];
        let area = rows.map * columns.map;
        let attrs = attrs([rows, columns], count, [rows.map, columns.map], relu);
        on_each_backend!(
            seed, inputs, |x: 4, weight: 4, bias: 1| ops::conv_transpose(x, weight, bias, attrs),
            |given: &[Vec<f64>]| {
                let mut sums: Vec<f64> = (0..batch * count * channels * area)
                    .map(|i| given[2][i / area % (count * channels)])
                    .collect();
                products(batch, groups, [rows, columns], |from, to, weight| {
                    sums[to] += given[0][from] * given[1][weight];
                });
                sums.into_iter().map(|sum| if relu { sum.max(0.0) } else { sum }).collect()
            }
        );
    }

    #[test]
    fn pooling_in_general(
        seed: u64, batch in 1_usize..3, channels in 1_usize..6, average: bool, rows in direction(),
        columns in direction(),
    ) {
        // Every window meets the map, as Keras' do.
        let before = |one: Direction| one.before.min(one.kernel - 1);
        let windows = |one: Direction| (one.map + before(one) - 1) / one.stride + 1;
        let attrs = PoolAttrs {
            kind: if average { Pool::Average } else { Pool::Max },
            size: [rows.kernel, columns.kernel],
            stride: [rows.stride, columns.stride],
            before: [before(rows), before(columns)],
            output: [windows(rows), windows(columns)],
        };
        check_pooling(seed, [batch, channels, rows.map, columns.map], attrs)?;
    }

    #[test]
    fn global_pooling(seed: u64, dims in map(), average: bool) {
        let size = [dims[2], dims[3]];
        let kind = if average { Pool::Average } else { Pool::Max };
        let attrs = PoolAttrs { kind, size, stride: size, before: [0, 0], output: [1, 1] };
        check_pooling(seed, dims, attrs)?;
    }

    #[test]
    fn enlarging(seed: u64, dims in map(), down in 1_usize..5, across in 1_usize..5, between: bool) {
        let [batch, channels, h, w] = dims;
        let kind = if between { Interpolation::Bilinear } else { Interpolation::Nearest };
        let shares = |size: usize, factor: usize, to: usize| -> Vec<(usize, f64)> {
            if !between {
                return vec![(to / factor, 1.0)];
            }
            let centre = (to as f64 + 0.5) / factor as f64 - 0.5;
            let inside = |place: f64| place.clamp(0.0, size as f64 - 1.0) as usize;
            let part = centre - centre.floor();
            vec![(inside(centre.floor()), 1.0 - part), (inside(centre.floor() + 1.0), part)]
        };
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::enlarge(x, [down, across], kind),
            |given: &[Vec<f64>]| each([batch, channels, h * down, w * across], |[b, c, y, x]| {
                let mut sum = 0.0;
                for (row, share) in shares(h, down, y) {
                    for (column, part) in shares(w, across, x) {
                        sum += share * part * at(&given[0], dims, [b, c, row, column]);
                    }
                }
                sum
            })
        );
    }

    #[test]
    fn padding_and_cropping(
        seed: u64, dims in map(),
        (above, below, left, right) in (-1_isize..3, -1_isize..3, -1_isize..3, -1_isize..3),
    ) {
        let [batch, channels, h, w] = dims;
        let output = [h as isize + above + below, w as isize + left + right];
        prop_assume!(output.iter().all(|size| *size > 0));
        let [rows, columns] = output.map(|size| size as usize);
        // Cropped on both sides, a single row has nothing left.
        prop_assume!((h as isize) > -above.min(0) && (w as isize) > -left.min(0));
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)],
            |x: 4| ops::frame(x, [above, left], [rows, columns]),
            |given: &[Vec<f64>]| each([batch, channels, rows, columns], |[b, c, y, x]| {
                let (row, column) = (y as isize - above, x as isize - left);
                let inside = (0..h as isize).contains(&row) && (0..w as isize).contains(&column);
                if !inside {
                    return 0.0;
                }
                at(&given[0], dims, [b, c, row as usize, column as usize])
            })
        );
    }
}
