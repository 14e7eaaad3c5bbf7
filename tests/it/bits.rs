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
        ("cnn-max-2", 12_215_034_730_556_615_293),
        ("cnn-avg-2", 3_949_089_389_358_818_684),
        ("cnn-max-3", 14_365_557_800_880_318_662),
        ("cnn-avg-3", 9_318_908_034_463_563_494),
        ("cnn-max-4", 7_364_063_966_117_360_930),
        ("cnn-avg-4", 8_572_346_757_488_592_742),
        ("cae", 15_592_539_957_288_184_185),
        ("cae-bn", 4_875_226_260_809_735_834),
        ("cae-denoise", 17_908_257_102_710_934_196),
        ("sae", 16_100_579_627_974_503_312),
        ("cae with relu", 7_324_675_450_535_624_651),
    ];
    assert_eq!(found, known);
}
