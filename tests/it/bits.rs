//! Page and terminal compute the same bits: the losses of short runs, as numbers written down
//! once, which this test finds natively and in a browser.

use tabgrad::kernels::general_conv::{ConvGeometry, forward, input_grad, weight_grad};
use tabgrad::spec::{Output, Preset, RunConfig};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{dataset, losses, run, short, trainer};

/// FNV-1a over the losses' bits.
fn fingerprint(config: RunConfig) -> u64 {
    let config = RunConfig { epochs: 2, ..config };
    let losses = losses(&run(&mut trainer(config, dataset(44, 4)), 3));
    assert!(losses.iter().all(|loss| loss.is_finite()));
    losses
        .iter()
        .flat_map(|loss| loss.to_bits().to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
}

#[wasm_bindgen_test(unsupported = test)]
pub fn native_and_wasm_losses_are_the_same_bits() {
    let mut found: Vec<(&str, u64)> =
        Preset::listed().map(|model| (model.name(), fingerprint(short(model.name())))).collect();
    let relu = RunConfig { output: Some(Output::Relu), ..short("cae") };
    found.push(("cae with relu", fingerprint(relu)));
    // A change of the arithmetic, of the starting weights or of the order changes these: take
    // the new ones from this message, natively, and let the browser confirm them.
    let known = [
        ("cnn-max-2", 6_128_019_043_132_281_555),
        ("cnn-avg-2", 3_661_070_095_345_015_326),
        ("cnn-max-3", 6_482_923_632_522_579_567),
        ("cnn-avg-3", 4_227_874_313_340_089_901),
        ("cnn-max-4", 17_306_582_614_695_826_656),
        ("cnn-avg-4", 13_252_442_805_960_332_935),
        ("cae", 9_265_377_656_562_970_866),
        ("cae-bn", 13_505_367_131_131_261_732),
        ("cae-denoise", 5_165_722_426_884_878_353),
        ("sae", 15_022_027_539_905_232_259),
        ("cae with relu", 1_615_157_620_645_605_946),
    ];
    assert_eq!(found, known);
}

/// Values in -1 to 1, without a generator.
fn values(count: usize, step: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * step + 13) % 2001) as f32 / 1000.0 - 1.0).collect()
}

/// FNV-1a over values' bits, each as one.
fn bits(values: &[f32]) -> u32 {
    values
        .iter()
        .fold(0x811c_9dc5, |hash, value| (hash ^ value.to_bits()).wrapping_mul(0x0100_0193))
}

/// Of each way in which convolutions in general are computed: no preset has one.
#[wasm_bindgen_test(unsupported = test)]
pub fn convolutions_in_general_are_the_same_bits() {
    let conv = ConvGeometry {
        channels: 6,
        filters: 10,
        groups: 1,
        map: [7, 11],
        output: [4, 11],
        kernel: [3, 5],
        stride: [2, 1],
        dilation: [1, 1],
        before: [1, 2],
    };
    let cases = [
        conv,
        ConvGeometry { filters: 3, ..conv },
        ConvGeometry { groups: 2, ..conv },
        ConvGeometry { filters: 12, groups: 6, ..conv },
        ConvGeometry { channels: 24, filters: 16, groups: 2, ..conv },
        ConvGeometry { channels: 8, filters: 12, groups: 4, ..conv },
        ConvGeometry { channels: 20, filters: 20, groups: 20, ..conv },
    ];
    let found = cases.map(|conv| {
        let (inputs, weights) =
            (values(2 * conv.input_len(), 7919), values(conv.filters * conv.patch(), 104_729));
        let (bias, gradients) = (values(conv.filters, 31), values(2 * conv.output_len(), 1299));
        [
            bits(&forward(&conv, &inputs, &weights, &bias, true)),
            bits(&input_grad(&conv, &gradients, &weights, &[])),
            bits(&weight_grad(&conv, &inputs, &gradients)),
        ]
    });
    // As above: from this message, natively.
    let known = [
        [0x3ea4_cd9f, 0x6abd_43ce, 0xcd56_c4d6],
        [0x9211_0e7b, 0x2f24_2b45, 0xbdc2_fb80],
        [0xc5b7_fb9b, 0xdbc5_2d52, 0xd736_311b],
        [0xbf4c_2c02, 0xfb68_7a9c, 0xc1d5_2ac7],
        [0x5b33_2aef, 0xd233_cafd, 0xcd13_de6e],
        [0xf44b_78b2, 0x153c_fe17, 0xd1b8_165d],
        [0x57d8_f3b7, 0x4c14_be1b, 0xcb31_623e],
    ];
    assert_eq!(found, known);
}
