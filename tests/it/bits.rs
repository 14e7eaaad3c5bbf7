//! Page and terminal compute the same bits: the losses of short runs, as numbers written down
//! once, which this test finds natively and in a browser.

use tabgrad::config::{Model, RunConfig};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{dataset, losses, run, short, trainer};

/// FNV-1a over the losses' bits.
fn fingerprint(model: Model) -> u64 {
    let config = RunConfig { epochs: 2, ..short(model) };
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
    let found = [Model::CnnMax3, Model::CnnAvg4, Model::Cae, Model::CaeDenoise, Model::Sae]
        .map(|model| (model.name(), fingerprint(model)));
    // A change of the arithmetic, of the starting weights or of the order changes these: take
    // the new ones from this message, natively, and let the browser confirm them.
    let known = [
        ("cnn-max-3", 9_635_530_529_614_746_263),
        ("cnn-avg-4", 8_371_649_048_620_794_748),
        ("cae", 10_462_557_110_868_087_541),
        ("cae-denoise", 2_790_168_888_565_583_257),
        ("sae", 4_373_083_459_101_865_843),
    ];
    assert_eq!(found, known);
}
