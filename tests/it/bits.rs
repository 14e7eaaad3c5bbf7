//! Page and terminal compute the same bits: the losses of short runs, as numbers written down
//! once, which this test finds natively and in a browser.

use tabgrad::spec::{Model, Output, RunConfig};
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
        Model::listed().map(|model| (model.name(), fingerprint(short(model.name())))).collect();
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
