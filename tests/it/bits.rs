//! Page and terminal compute the same bits: the losses of short runs, as numbers written down
//! once, which this test finds natively and in a browser.

use tabgrad::config::{Model, Output, RunConfig};
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
        Model::ALL.iter().map(|model| (model.name(), fingerprint(short(*model)))).collect();
    let relu = RunConfig { output: Some(Output::Relu), ..short(Model::Cae) };
    found.push(("cae with relu", fingerprint(relu)));
    // A change of the arithmetic, of the starting weights or of the order changes these: take
    // the new ones from this message, natively, and let the browser confirm them.
    let known = [
        ("cnn-max-2", 4_733_319_681_905_652_518),
        ("cnn-avg-2", 17_875_690_435_130_100_892),
        ("cnn-max-3", 15_977_390_022_114_393_606),
        ("cnn-avg-3", 13_857_915_563_034_906_707),
        ("cnn-max-4", 6_121_698_643_059_418_722),
        ("cnn-avg-4", 17_560_568_298_981_732_611),
        ("cae", 15_592_539_957_288_184_185),
        ("cae-bn", 2_256_960_116_021_125_945),
        ("cae-denoise", 17_908_257_102_710_934_196),
        ("sae", 13_824_598_071_482_862_896),
        ("cae with relu", 4_442_122_747_431_768_479),
    ];
    assert_eq!(found, known);
}
