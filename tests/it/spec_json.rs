//! The JSON of models: whatever it is, reading and validation give a model that can be trained or a sentence
//! that says where it is wrong.

use proptest::prelude::*;
use serde_json::{Value, json};
use tabgrad::data::pictures::PictureShape;
use tabgrad::spec::{ModelSpec, Preset, ValidModel};

use crate::spec::{classifier, conv, output, plain};

#[track_caller]
fn unreadable(text: &str, parts: &[&str]) {
    let error = ModelSpec::from_json(text).expect_err("refused").to_string();
    assert!(error.starts_with("This model cannot be read: ") && error.ends_with('.'), "{error}");
    for part in parts {
        assert!(error.contains(part), "{error:?} should contain {part:?}");
    }
}

#[test]
fn the_models_of_the_examples_can_be_built_and_are_called_as_their_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/specs");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = std::fs::read_to_string(&path).expect("a text");
        let spec = ModelSpec::from_json(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(spec.name.as_deref(), Some(name.as_str()));
        let model = ValidModel::new(&spec, &name, PictureShape::CIFAR, 10);
        assert!(model.is_ok(), "{name}: {model:?}");
        count += 1;
    }
    assert!(count >= 4, "{count} models");
}

#[test]
fn what_is_no_model_is_refused_with_the_place_in_the_json() {
    unreadable("{\"input\": [32, 32, 3],\n \"layers\": [}", &["line 2 column 13"]);
    unreadable("", &["line 1"]);
    unreadable("[]", &["is a list, but must be an object"]);
    unreadable("{}", &["It has no `input`"]);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut spec = classifier(&[conv(), plain("Flatten"), output()]);
        change(&mut spec);
        spec.to_string()
    };
    let layer =
        |key: &'static str, value: Value| with(&|spec| spec["layers"][0][key] = value.clone());
    unreadable(
        &layer("type", json!("Conv")),
        &[
            "`layers[0].type` is \"Conv\", which there is not. Do you mean `Conv2D`? Use one of: Conv2D,",
        ],
    );
    unreadable(&layer("type", json!("conv2d")), &["Do you mean `Conv2D`?"]);
    unreadable(&layer("type", json!("Transformer")), &["which there is not. Use one of"]);
    unreadable(&layer("type", json!(3)), &["`layers[0].type` is 3, but must be one of"]);
    unreadable(
        &layer("kernel", json!(3)),
        &["`layers[0].kernel` is no setting of it. Do you mean `kernel_size`?"],
    );
    unreadable(&layer("padding", json!("full")), &["`layers[0].padding` is \"full\". Use"]);
    unreadable(&layer("padding", json!("sane")), &["Do you mean `same`?"]);
    unreadable(
        &layer("filters", json!("many")),
        &["`layers[0].filters` is \"many\", but must be a whole number"],
    );
    unreadable(
        &layer("filters", json!(-4)),
        &["`layers[0].filters` is -4, but must be a whole number"],
    );
    let both = json!({"type": "Conv2D", "filters": "a", "kernel_size": "a"});
    unreadable(&with(&|spec| spec["layers"][0] = both.clone()), &["`layers[0].filters` is \"a\""]);
    unreadable(&layer("name", json!([])), &["`layers[0].name` is a list, but must be"]);
    unreadable(
        &with(&|spec| spec["layers"][2]["units"] = json!("ten")),
        &["`layers[2].units` is \"ten\", but must be"],
    );
    unreadable(
        &with(&|spec| spec["layers"][1] = json!("Flatten")),
        &["`layers[1]` is \"Flatten\", but must be an object with a `type`"],
    );
    unreadable(&with(&|spec| spec["layers"][1] = json!({})), &["`layers[1]` has no `type`"]);
    unreadable(
        &with(&|spec| spec["layers"][0] = json!({"type": "Conv2D", "kernel_size": 3})),
        &["`layers[0]` has no `filters`, which it needs"],
    );
    unreadable(
        &with(&|spec| spec["layers"] = json!({})),
        &["`layers` is an object, but must be a list"],
    );
    unreadable(&with(&|spec| spec["input"] = json!([32, 32])), &["`input` is a list"]);
    unreadable(
        &with(&|spec| spec["input"][0] = json!("a")),
        &["`input[0]` is \"a\", but must be a whole number"],
    );
    unreadable(
        &with(&|spec| spec["task"] = json!({"type": "classfy"})),
        &["`task.type`", "Do you mean `classify`?"],
    );
    unreadable(
        &with(&|spec| spec["task"] = json!({"type": "reconstruct"})),
        &["`task` has no `code`"],
    );
    unreadable(
        &with(&|spec| spec["stages"] = json!([{"encoder": []}])),
        &["`stages[0]` has no `decoder`"],
    );
    unreadable(
        &with(&|spec| spec["stages"] = json!([{"encoder": 1, "decoder": []}])),
        &["`stages[0].encoder` is 1"],
    );
    unreadable(
        &with(&|spec| spec["layer"] = json!([])),
        &["`layer` is no setting of it. Do you mean `layers`?"],
    );
    unreadable(&"[".repeat(5000), &["recursion limit"]);
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
        Just(json!({"type": "Conv2D", "filters": 8, "kernel_size": [3, 2], "groups": 4})),
        Just(json!({"type": "Conv2DTranspose", "filters": 8, "kernel_size": 4, "strides": 2})),
        Just(json!({"type": "AveragePooling2D", "pool_size": [1, 64], "padding": "same"})),
        Just(json!({"type": "GlobalMaxPooling2D"})),
        Just(json!({"type": "ZeroPadding2D", "padding": [[0, 1024], [3, 1]]})),
        Just(json!({"type": "Cropping2D", "cropping": 7})),
        [0_u64..70, 0_u64..70].prop_map(|sizes| json!(sizes)),
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
        let model = Preset::all().nth(preset).expect("a preset");
        let mut value = serde_json::to_value(model.spec()).expect("serialises");
        for (mut at, new) in changes {
            replace(&mut value, &mut at, &new);
        }
        let built = ModelSpec::from_json(&value.to_string())
            .and_then(|spec| ValidModel::new(&spec, "mine", PictureShape::CIFAR, classes));
        if let Err(error) = built {
            let error = error.to_string();
            prop_assert!(error.ends_with('.') && !error.contains('\n'), "{error:?}: a sentence");
            prop_assert!(error.chars().count() < 600, "{error:?}: of a size to be read");
        }
    }
}
