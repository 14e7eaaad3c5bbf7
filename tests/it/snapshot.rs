//! A run that is stored and brought back goes on as if nothing had happened, and bytes that are no
//! such run are refused in a sentence.

use std::rc::Rc;

use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::nn::Parameter;
use tabgrad::spec::RunConfig;
use tabgrad::train::error::TrainError;
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, device, pictures, run, short, trainer, with_settings};

fn snapshot(trainer: &Trainer) -> Vec<u8> {
    pollster::block_on(trainer.snapshot()).expect("the weights are finite")
}

fn resume(bytes: &[u8], data: &Rc<Dataset>) -> Result<Trainer, TrainError> {
    Trainer::resume(bytes, Rc::clone(data), &device(Backend::Flex))
}

fn parameters(trainer: &Trainer) -> Vec<Parameter> {
    pollster::block_on(trainer.parameters()).expect("the device works")
}

/// Events and weights of a run, and its last snapshot.
type Whole = (Vec<RunEvent>, Vec<Parameter>, Vec<u8>);

fn rest(mut trainer: Trainer, mut events: Vec<RunEvent>) -> Whole {
    events.extend(run(&mut trainer, 3));
    (events, parameters(&trainer), snapshot(&trainer))
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_run_cut_anywhere_goes_on_to_the_last_bit() {
    // Three steps and two batches of validation an epoch; the stacked one has four phases.
    let data = dataset(20, 101);
    for (model, epochs, cuts) in [
        ("cnn-max-2", 2, vec![0, 2, 3, 4, 5, 7, 10]),
        ("cae-bn", 2, vec![2, 4, 6]),
        ("cae-denoise", 2, vec![1, 5, 8]),
        // The middle and the end of a stage, and the middle of the next.
        ("sae", 1, vec![2, 5, 7, 10, 16]),
    ] {
        let config = RunConfig { epochs, patience: Some(3), ..short(model) };
        let whole = rest(trainer(config.clone(), data.clone()), Vec::new());
        for cut in cuts {
            let mut first = trainer(config.clone(), data.clone());
            let events = advance(&mut first, cut);
            let bytes = snapshot(&first);
            let second = resume(&bytes, &data).expect("what was stored");
            assert_eq!(snapshot(&second), bytes, "{model:?} stored again at {cut}");
            assert_eq!(second.is_over(), first.is_over());
            assert_eq!(second.progress(), first.progress());
            assert!(rest(second, events) == whole, "{model:?} cut at {cut}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn every_way_of_learning_is_stored_and_goes_on_to_the_last_bit() {
    // Three steps and two batches of validation an epoch.
    let data = dataset(20, 101);
    let sgd = json!({"type": "sgd", "momentum": 0.9, "nesterov": true, "clipnorm": 0.5});
    let rmsprop = json!({"type": "rmsprop", "momentum": 0.5, "centered": true, "clipvalue": 0.1});
    let adamw = json!({"type": "adamw", "amsgrad": true, "global_clipnorm": 0.5});
    let plateau = json!({"patience": 1, "cooldown": 1, "min_delta": 0.01, "factor": 0.5});
    for (model, settings) in [
        ("cae", json!({"optimizer": "sgd"})),
        ("cae", json!({"optimizer": sgd, "learningRate": 0.1})),
        ("cae", json!({"optimizer": "rmsprop", "schedule": "one-cycle", "warmupSteps": 2})),
        ("cae", json!({"optimizer": rmsprop, "schedule": {"type": "step", "every": 1}})),
        ("cae", json!({"optimizer": adamw, "loss": "huber", "schedule": "cosine"})),
        ("cae", json!({"optimizer": "adagrad", "loss": "mean-absolute-error"})),
        ("cae-bn", json!({"optimizer": {"type": "lion", "weight_decay": 0.1}})),
        ("cae-bn", json!({"reduceOnPlateau": plateau, "restoreBestWeights": true, "epochs": 3})),
        ("sae", json!({"restoreBestWeights": true, "patience": 1, "minDelta": 1.0})),
        (
            "cnn-max-2",
            json!({
                "loss": "hinge", "classWeights": {"3": 2}, "topK": 3, "restoreBestWeights": true,
                "learningRate": 0.01
            }),
        ),
        ("cnn-max-2", json!({"labelSmoothing": 0.1, "classWeights": {"1": 0, "2": 3}})),
        ("cnn-max-2", json!({"augmentation": {"mixup": 0.4, "shift": 0.2, "cutout": 0.3}})),
        ("cae-denoise", json!({"augmentation": {"flip": "horizontal", "rotation": 0.1}})),
    ] {
        let settings = [json!({"epochs": 2}), settings];
        let config = with_settings(short(model), &settings);
        let whole = rest(trainer(config.clone(), data.clone()), Vec::new());
        for cut in [0, 1, 2, 3, 4, 5, 6, 9, 13] {
            let mut first = trainer(config.clone(), data.clone());
            let events = advance(&mut first, cut);
            let bytes = snapshot(&first);
            let second = resume(&bytes, &data).expect("what was stored");
            assert_eq!(snapshot(&second), bytes, "{settings:?} stored again at {cut}");
            assert!(rest(second, events) == whole, "{model} with {settings:?} cut at {cut}");
        }
    }
}

/// The JSON in a snapshot's header.
fn metadata(bytes: &[u8]) -> Value {
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let header: Value = serde_json::from_slice(&bytes[8..8 + length]).expect("the header is JSON");
    let metadata = header["__metadata__"]["tabgrad"].as_str().expect("the metadata");
    serde_json::from_str(metadata).expect("it is JSON")
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_run_without_new_settings_is_stored_as_it_was() {
    let stored = |config: RunConfig| {
        let mut trainer = trainer(config, dataset(16, 8));
        let _ = advance(&mut trainer, 2);
        metadata(&snapshot(&trainer))
    };
    let old = stored(short("cae"));
    let keys: Vec<&String> = old.as_object().expect("an object").keys().collect();
    let known = [
        "adamSteps",
        "best",
        "checksum",
        "config",
        "data",
        "epochs",
        "place",
        "state",
        "training",
        "validation",
        "version",
    ];
    assert!(keys.iter().all(|key| known.contains(&key.as_str())), "{keys:?}");
    assert_eq!(old["version"], 1);
    let flip = json!({"augmentation": {"flip": "vertical"}});
    for settings in
        [json!({"optimizer": "sgd"}), json!({"loss": "huber"}), json!({"topK": 3}), flip]
    {
        assert_eq!(stored(with_settings(short("cae"), &[settings]))["version"], 3);
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_run_that_diverges_goes_back_to_the_same_weights() {
    let config = RunConfig { learning_rate: 1e20, ..short("cnn-max-4") };
    let data = dataset(16, 8);
    let whole = rest(trainer(config.clone(), data.clone()), Vec::new());
    let mut first = trainer(config, data.clone());
    let events = advance(&mut first, 1);
    let last = rest(resume(&snapshot(&first), &data).expect("what was stored"), events);
    assert!(matches!(last.0.last(), Some(RunEvent::Diverged { .. })));
    assert!(last == whole);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn the_file_is_what_safetensors_promises() {
    let mut trainer = trainer(short("cae-bn"), dataset(16, 8));
    let _ = advance(&mut trainer, 2);
    let bytes = snapshot(&trainer);
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let header: serde_json::Value =
        serde_json::from_slice(&bytes[8..8 + length]).expect("the header is JSON");
    let keys: Vec<&String> = header["__metadata__"].as_object().expect("metadata").keys().collect();
    assert_eq!(keys, ["tabgrad"]);
    let shape = |name: &str| header[name]["shape"].clone();
    assert_eq!(shape("conv2d/kernel"), serde_json::json!([3, 3, 3, 32]));
    assert_eq!(shape("adam.m/conv2d_1/kernel"), serde_json::json!([3, 3, 32, 32]));
    assert_eq!(shape("adam.v/batch_normalization/gamma"), serde_json::json!([32]));
    assert_eq!(shape("batch_normalization_2/moving_mean"), serde_json::json!([32]));
    assert!(shape("adam.m/batch_normalization/moving_mean").is_null(), "it has no gradient");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn damaged_bytes_are_refused() {
    let data = dataset(8, 4);
    let mut first = trainer(short("cae"), data.clone());
    let _ = advance(&mut first, 1);
    let bytes = snapshot(&first);
    let refused = |bytes: &[u8]| match resume(bytes, &data) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("taken"),
    };
    for length in (0..bytes.len()).step_by(701).chain([1, 7, 8, 9, bytes.len() - 1]) {
        assert!(refused(&bytes[..length]).starts_with("This is no snapshot of a run: "));
    }
    // Nothing but the spaces that fill the header up to eight bytes may change.
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let filled = bytes[..8 + length].iter().rev().take_while(|&&byte| byte == b' ').count();
    let fill = 8 + length - filled..8 + length;
    for place in (0..8 + length).step_by(3).chain((8 + length..bytes.len()).step_by(211)) {
        if fill.contains(&place) {
            continue;
        }
        for bit in [0, 2, 5, 7] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << bit;
            let sentence = refused(&damaged);
            assert!(sentence.ends_with('.'), "byte {place}, bit {bit}: {sentence}");
        }
    }
    let mut longer = bytes.clone();
    longer.push(0);
    let _ = refused(&longer);
    let _ = refused(b"PK\x03\x04 something else altogether");
    let _ = refused(&[0xFF; 100]);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn other_data_is_refused() {
    let first = trainer(short("cae"), dataset(8, 4));
    let bytes = snapshot(&first);
    let error = resume(&bytes, &dataset(9, 4)).expect_err("another picture").to_string();
    assert_eq!(
        error,
        "The snapshot was made with 8 training and 4 test pictures of 10 classes, but the data that \
         is loaded has 9 and 4 of 10, or other names for them. Load the data it was made with."
    );
    // As many pictures of the same classes, but others: only where both have a hash it is compared.
    let of = |hash: Option<&str>| {
        let data = Dataset::clone(&dataset(8, 4));
        Rc::new(Dataset { fingerprint: hash.map(str::to_owned), ..data })
    };
    let known = snapshot(&trainer(short("cae"), of(Some("abcdefabcdef0123"))));
    assert_eq!(Trainer::knows_its_data(&known).ok(), Some(true));
    assert_eq!(Trainer::knows_its_data(&bytes).ok(), Some(false));
    let error = resume(&known, &of(Some("123456123456abcd"))).expect_err("others").to_string();
    assert!(error.contains("their hash is abcdefabcdef…, not 123456123456…"), "{error}");
    for (file, hash) in [(&known, Some("abcdefabcdef0123")), (&known, None), (&bytes, Some("1"))] {
        assert!(resume(file, &of(hash)).is_ok(), "{hash:?}");
    }
    let classes = ('k'..='t').map(String::from).collect();
    let renamed = Rc::new(Dataset::new(pictures(8, 1), pictures(4, 2), classes));
    assert!(resume(&bytes, &renamed).is_err());
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_classifier_starts_from_an_encoder() {
    let mut encoder = trainer(short("cae-denoise"), dataset(16, 8));
    let _ = run(&mut encoder, 8);
    let bytes = snapshot(&encoder);
    let mut classifier = trainer(short("cae-classifier"), dataset(24, 4));
    let fresh = parameters(&classifier);
    assert_eq!(classifier.start_from(&bytes).expect("the same encoder"), 3);
    let (taken, learned) = (parameters(&classifier), parameters(&encoder));
    assert_eq!(taken[..6], learned[..6], "three convolutions");
    assert_eq!(taken[6..], fresh[6..], "the dense layers are new");
    assert!(!run(&mut classifier, 8).is_empty());

    // All of the same model; and of its own kind as far as it goes.
    let mut again = trainer(RunConfig { seed: 1, ..short("sae") }, dataset(16, 8));
    assert_eq!(again.start_from(&bytes).expect("the same layers"), 7);
    assert_eq!(parameters(&again), learned);

    let mut other = trainer(short("cnn-max-2"), dataset(16, 8));
    let before = parameters(&other);
    let error = other.start_from(&bytes).expect_err("32 filters, not 16").to_string();
    assert_eq!(
        error,
        "No layer of cae-denoise fits the first layers of cnn-max-2. Start cnn-max-2 from a model \
         that begins with the same layers."
    );
    assert!(other.start_from(&bytes[..99]).is_err());
    assert_eq!(parameters(&other), before, "then nothing is taken");
    assert!(pollster::block_on(other.predict(Split::Test, &[0])).is_ok());
}
