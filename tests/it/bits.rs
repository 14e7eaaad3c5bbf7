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
        ("cnn-max-2", 10_638_530_313_937_807_005),
        ("cnn-avg-2", 13_508_232_733_450_811_836),
        ("cnn-max-3", 1_254_695_566_457_753_398),
        ("cnn-avg-3", 7_807_768_582_104_789_574),
        ("cnn-max-4", 12_887_450_049_694_624_642),
        ("cnn-avg-4", 9_306_765_488_163_994_374),
        ("cae", 15_592_539_957_288_184_185),
        ("cae-bn", 652_816_753_649_854_937),
        ("cae-denoise", 17_908_257_102_710_934_196),
        ("sae", 15_999_736_166_087_856_743),
        ("cae with relu", 7_883_383_987_270_941_184),
    ];
    assert_eq!(found, known);
}
