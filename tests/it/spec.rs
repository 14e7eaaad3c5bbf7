//! Models as data: whatever the JSON, validation gives a model that can be trained or a sentence; and
//! classifiers have an output for each class of the data.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::{Model, ValidModel};
use tabgrad::train::trainer::Trainer;

use crate::support::{device, pictures, run, short};

/// Three classes, by the first three labels of the drawn pictures.
fn three_classes(train: usize, test: usize) -> Rc<Dataset> {
    let some = |count: usize, seed| {
        let all = pictures(count * 4, seed);
        let few: Vec<u32> = (0_u32..)
            .zip(all.labels())
            .filter(|(_, label)| **label < 3)
            .map(|(index, _)| index)
            .take(count)
            .collect();
        all.chosen(&few)
    };
    let classes = ["a", "b", "c"].map(String::from).to_vec();
    Rc::new(Dataset::new(some(train, 1), some(test, 2), classes))
}

#[test]
fn a_data_set_of_three_classes_trains_three_outputs() {
    let device = device(Backend::Flex);
    let mut trainer =
        Trainer::new(short("cnn-max-2"), three_classes(24, 9), &device).expect("fits");
    let last = trainer.summary().layers.last().cloned().expect("layers");
    assert_eq!(last.output_shape, [None, Some(3)]);
    assert!(!run(&mut trainer, 4).is_empty());
    let probabilities = pollster::block_on(trainer.predict(Split::Test, &[0, 1])).expect("works");
    assert_eq!(probabilities.len(), 6);
    for row in probabilities.chunks(3) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
    }
}

#[test]
fn every_preset_s_file_is_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/spec/presets");
    let files = std::fs::read_dir(folder).expect("the folder");
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        file.expect("a file").file_name().to_string_lossy().into_owned()
    };
    let mut files: Vec<String> = files.map(name).collect();
    let mut listed: Vec<String> =
        Model::all().map(|model| format!("{}.json", model.name())).collect();
    files.sort();
    listed.sort();
    assert_eq!(files, listed);
}

#[track_caller]
fn refused(spec: &Value, parts: &[&str]) {
    let spec: ModelSpec = serde_json::from_value(spec.clone()).expect("the form of a model");
    let error = ValidModel::new(&spec, "mine", 10).expect_err("refused").to_string();
    for part in parts {
        assert!(error.contains(part), "{error:?} should contain {part:?}");
    }
}

#[test]
fn what_cannot_be_built_is_refused_with_the_layer_its_input_and_what_to_do() {
    let conv = json!({"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"});
    let out = json!({"type": "Dense", "units": "classes", "activation": "softmax"});
    let model = |layers: Vec<Value>| json!({"input": [32, 32, 3], "layers": layers, "task": {"type": "classify"}});
    let flatten = json!({"type": "Flatten"});
    refused(
        &model(vec![conv.clone(), out.clone()]),
        &["`dense` (Dense)", "30x30x4", "Put Flatten"],
    );
    refused(
        &model(vec![flatten.clone(), conv.clone(), out.clone()]),
        &["Layer 2 of mine, `conv2d`", "3072 reaches it", "Put it before Flatten"],
    );
    refused(&model(vec![]), &["0 layers"]);
    refused(&model(vec![flatten.clone()]), &["its output is 3072", "10 classes"]);
    refused(
        &model(vec![conv.clone(), flatten.clone(), json!({"type": "Dense", "units": 10})]),
        &["softmax"],
    );
    let huge = json!({"type": "Dense", "units": 9_999_999});
    refused(&model(vec![flatten.clone(), huge, out.clone()]), &["`units` is 9999999", "1 to 4096"]);
    let named = json!({"type": "Flatten", "name": "conv2d"});
    refused(&model(vec![conv.clone(), named, out]), &["the name `conv2d`", "name of its own"]);
    let mut code = json!({
        "input": [32, 32, 3],
        "layers": [{"type": "Conv2D", "filters": 3, "kernel_size": 1, "activation": "sigmoid"}],
        "task": {"type": "reconstruct", "code": "nowhere"}
    });
    refused(&code, &["`nowhere`", "Use one of conv2d"]);
    code["task"]["code"] = json!("conv2d");
    refused(&code, &["its output", "earlier layer"]);
}

/// Values that somebody could write anywhere in a model.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<u64>().prop_map(Value::from),
        (0_u64..70).prop_map(Value::from),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!("classes")),
        Just(json!("same")),
        Just(json!("conv2d")),
        Just(json!("softmax")),
        Just(json!({"type": "Flatten"})),
        Just(json!({"type": "UpSampling2D"})),
        ".{0,8}".prop_map(Value::from),
    ]
}

/// Puts `value` in the place of the `at`th value below `within`; says how many there are.
fn replace(within: &mut Value, at: &mut usize, value: &Value) {
    if *at == 0 {
        *within = value.clone();
        *at = usize::MAX;
        return;
    }
    *at -= 1;
    match within {
        Value::Array(all) => {
            for one in all {
                if *at != usize::MAX {
                    replace(one, at, value);
                }
            }
        }
        Value::Object(all) => {
            for one in all.values_mut() {
                if *at != usize::MAX {
                    replace(one, at, value);
                }
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_json_makes_validation_panic(
        preset in 0_usize..11,
        changes in prop::collection::vec((0_usize..90, anything()), 1..4),
        classes in 0_usize..300,
    ) {
        let model = Model::all().nth(preset).expect("a preset");
        let mut value = serde_json::to_value(model.spec()).expect("serialises");
        for (mut at, new) in changes {
            replace(&mut value, &mut at, &new);
        }
        if let Ok(spec) = serde_json::from_value::<ModelSpec>(value)
            && let Err(error) = ValidModel::new(&spec, "mine", classes)
        {
            let error = error.to_string();
            prop_assert!(error.ends_with('.'), "{error:?} should be a sentence");
        }
    }
}
