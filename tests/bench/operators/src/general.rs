//! The kernels of layers that no preset has: convolutions in general, transposed ones, pooling and
//! enlarging. Some have the shape of a preset's layer, for which there are faster ones.

use std::hint::black_box;

use tabgrad::kernels::enlarge::{self, Interpolation};
use tabgrad::kernels::general_conv::{ConvGeometry, forward, input_grad, weight_grad};
use tabgrad::kernels::pool::Pool;
use tabgrad::kernels::windows::{self, Windows};

use crate::cases::{Case, Cost, PICTURES, bytes, values};

/// A convolution of 32 channels of 32x32 by 32 filters of 3x3 with a border, which others differ from.
const CONV: ConvGeometry = ConvGeometry {
    channels: 32,
    filters: 32,
    groups: 1,
    map: [32, 32],
    output: [32, 32],
    kernel: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    before: [1, 1],
};

/// Each with what a reader would call it.
const CONVOLUTIONS: &[(&str, ConvGeometry)] = &[
    ("3x3, 32 to 32, 32x32", CONV),
    (
        "3x3, 64 to 64, 16x16",
        ConvGeometry { channels: 64, filters: 64, map: [16, 16], output: [16, 16], ..CONV },
    ),
    ("3x3, 32 to 32, 24x40", ConvGeometry { map: [24, 40], output: [24, 40], ..CONV }),
    ("5x3, 32 to 64, 32x32", ConvGeometry { kernel: [5, 3], filters: 64, before: [2, 1], ..CONV }),
    (
        "7x7, 16 to 16, 32x32",
        ConvGeometry { kernel: [7, 7], channels: 16, filters: 16, before: [3, 3], ..CONV },
    ),
    (
        "1x1, 64 to 64, 24x40",
        ConvGeometry {
            kernel: [1, 1],
            channels: 64,
            filters: 64,
            map: [24, 40],
            output: [24, 40],
            before: [0, 0],
            ..CONV
        },
    ),
    ("3x3, 3 to 32, 24x40", ConvGeometry { channels: 3, map: [24, 40], output: [24, 40], ..CONV }),
    ("3x3, 1 to 32, 24x40", ConvGeometry { channels: 1, map: [24, 40], output: [24, 40], ..CONV }),
    ("3x3, 32 to 3, 24x40", ConvGeometry { filters: 3, map: [24, 40], output: [24, 40], ..CONV }),
    (
        "3x3, 32 to 64, 32x32, stride 2x1",
        ConvGeometry { filters: 64, stride: [2, 1], output: [16, 32], before: [0, 1], ..CONV },
    ),
    ("3x3, 32 to 32, 32x32, dilation 2", ConvGeometry { dilation: [2, 2], before: [2, 2], ..CONV }),
    (
        "3x3, 17 to 33, 16x16",
        ConvGeometry { channels: 17, filters: 33, map: [16, 16], output: [16, 16], ..CONV },
    ),
    (
        "5x5, 32 to 32, 16x16",
        ConvGeometry { kernel: [5, 5], map: [16, 16], output: [16, 16], before: [2, 2], ..CONV },
    ),
    (
        "1x1, 16 to 16, 32x32",
        ConvGeometry { kernel: [1, 1], channels: 16, filters: 16, before: [0, 0], ..CONV },
    ),
    ("3x3, 32 to 32, 32x32, 2 groups", ConvGeometry { groups: 2, ..CONV }),
    ("3x3, 32 to 32, 32x32, 4 groups", ConvGeometry { groups: 4, ..CONV }),
    (
        "3x3, 64 to 64, 8x8, 4 groups",
        ConvGeometry { channels: 64, filters: 64, groups: 4, map: [8, 8], output: [8, 8], ..CONV },
    ),
    ("3x3, 32 to 32, 32x32, 8 groups", ConvGeometry { groups: 8, ..CONV }),
    ("3x3, 32 to 32, 32x32, 16 groups", ConvGeometry { groups: 16, ..CONV }),
    (
        "3x3, 16, 16x16, depthwise",
        ConvGeometry {
            channels: 16,
            filters: 16,
            groups: 16,
            map: [16, 16],
            output: [16, 16],
            ..CONV
        },
    ),
    ("3x3, 32 to 64, 32x32, depthwise", ConvGeometry { filters: 64, groups: 32, ..CONV }),
    (
        "5x5, 32, 32x32, depthwise",
        ConvGeometry { kernel: [5, 5], groups: 32, before: [2, 2], ..CONV },
    ),
    ("3x3, 64, 32x32, depthwise", ConvGeometry { channels: 64, filters: 64, groups: 64, ..CONV }),
    (
        "3x3, 64, 32x32, depthwise, stride 2",
        ConvGeometry {
            channels: 64,
            filters: 64,
            groups: 64,
            stride: [2, 2],
            output: [16, 16],
            before: [0, 0],
            ..CONV
        },
    ),
    // Their gradients by inputs are what a transposed convolution computes.
    (
        "3x3, 32 to 64, 32x32, stride 2 (transposed: 64 to 32, 16x16)",
        ConvGeometry { filters: 64, stride: [2, 2], output: [16, 16], before: [0, 0], ..CONV },
    ),
    (
        "3x3, 16 to 32, 16x16, stride 2 (transposed: 32 to 16, 8x8)",
        ConvGeometry {
            channels: 16,
            map: [16, 16],
            stride: [2, 2],
            output: [8, 8],
            before: [0, 0],
            ..CONV
        },
    ),
    (
        "3x3, 3 to 24, 32x32, stride 2 (transposed: 24 to 3, 16x16)",
        ConvGeometry {
            channels: 3,
            filters: 24,
            stride: [2, 2],
            output: [16, 16],
            before: [0, 0],
            ..CONV
        },
    ),
    (
        "4x4, 32 to 32, 32x32, stride 2 (transposed: 32 to 32, 16x16)",
        ConvGeometry { kernel: [4, 4], stride: [2, 2], output: [16, 16], ..CONV },
    ),
    (
        "4x4, 3 to 32, 32x32, stride 2 (transposed: 32 to 3, 16x16)",
        ConvGeometry { channels: 3, kernel: [4, 4], stride: [2, 2], output: [16, 16], ..CONV },
    ),
];

/// Windows of 3x3 with stride 2 and a border, in maps of 24x40.
const WINDOWS: Windows =
    Windows { map: [24, 40], output: [12, 20], size: [3, 3], stride: [2, 2], before: [0, 0] };
/// Channels of what is pooled and enlarged.
const CHANNELS: usize = 32;

/// Calls `visit` with every one and direction.
pub(crate) fn each(visit: &mut dyn FnMut(Case<'_>)) {
    for (name, geometry) in CONVOLUTIONS {
        convolution(&format!("general convolution, {name}"), geometry, visit);
    }
    let mut visit = |name: &str, direction, cost, run: &mut dyn FnMut()| {
        visit(Case { name, models: &[], direction, pictures: Some(PICTURES), cost, run });
    };
    let inputs = values(PICTURES * WINDOWS.map[0] * WINDOWS.map[1] * CHANNELS);
    for (name, kind) in [("max", Pool::Max), ("average", Pool::Average)] {
        let name = format!("general {name} pooling, 3x3, stride 2, 32 of 24x40");
        let outputs = windows::forward(kind, &WINDOWS, &inputs, CHANNELS);
        let cost = Cost::Bytes(bytes(inputs.len() + outputs.len()));
        visit(&name, "forward", cost, &mut || {
            black_box(windows::forward(kind, &WINDOWS, black_box(&inputs), CHANNELS));
        });
        let cost = Cost::Bytes(bytes(2 * inputs.len() + outputs.len()));
        visit(&name, "backward", cost, &mut || {
            black_box(windows::backward(kind, &WINDOWS, black_box(&inputs), &outputs, CHANNELS));
        });
    }
    for (name, kind) in [("nearest", Interpolation::Nearest), ("bilinear", Interpolation::Bilinear)]
    {
        let name = format!("general upsampling, {name}, by 2, 32 of 24x40");
        let outputs = enlarge::forward(kind, &inputs, WINDOWS.map, CHANNELS, [2, 2]);
        let cost = Cost::Bytes(bytes(inputs.len() + outputs.len()));
        visit(&name, "forward", cost, &mut || {
            black_box(enlarge::forward(kind, black_box(&inputs), WINDOWS.map, CHANNELS, [2, 2]));
        });
        visit(&name, "backward", cost, &mut || {
            let gradients = black_box(&outputs);
            black_box(enlarge::backward(kind, gradients, WINDOWS.map, CHANNELS, [2, 2]));
        });
    }
}

fn convolution(name: &str, geometry: &ConvGeometry, visit: &mut dyn FnMut(Case<'_>)) {
    let inputs = values(PICTURES * geometry.input_len());
    let weights = values(geometry.filters * geometry.patch());
    let bias = values(geometry.filters);
    let gradients = values(PICTURES * geometry.output_len());
    // Padding counts, as for the blocks.
    let products = PICTURES * geometry.pixels() * weights.len();
    // Depthwise, a value that is read meets few weights.
    let moved = bytes(inputs.len() + gradients.len());
    let cost = Cost::Both { flops: 2.0 * products as f64, bytes: moved };
    let mut visit = |direction, run: &mut dyn FnMut()| {
        visit(Case { name, models: &[], direction, pictures: Some(PICTURES), cost, run });
    };
    visit("forward", &mut || {
        black_box(forward(geometry, black_box(&inputs), &weights, &bias, true));
    });
    visit("input gradient", &mut || {
        black_box(input_grad(geometry, black_box(&gradients), &weights, &[]));
    });
    visit("weight gradient", &mut || {
        black_box(weight_grad(geometry, black_box(&inputs), &gradients));
    });
}
