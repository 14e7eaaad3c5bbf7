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
        ("cnn-max-2", 12_478_707_634_868_239_174),
        ("cnn-avg-2", 14_370_079_930_056_362_332),
        ("cnn-max-3", 10_339_859_296_764_762_055),
        ("cnn-avg-3", 15_480_618_769_294_360_710),
        ("cnn-max-4", 6_741_453_214_372_813_361),
        ("cnn-avg-4", 8_572_346_757_488_592_742),
        ("cae", 15_592_539_957_288_184_185),
        ("cae-bn", 1_287_001_601_941_630_073),
        ("cae-denoise", 17_908_257_102_710_934_196),
        ("sae", 983_378_608_144_267_205),
        ("cae with relu", 7_684_979_768_953_180_917),
    ];
    assert_eq!(found, known);
}
