//! Models as data: whatever the JSON, validation gives a model that can be trained or a sentence; and
//! classifiers have an output for each class of the data.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::{Preset, ValidModel};
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
        Preset::all().map(|model| format!("{}.json", model.name())).collect();
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

fn conv() -> Value {
    json!({"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"})
}

fn output() -> Value {
    json!({"type": "Dense", "units": "classes", "activation": "softmax"})
}

fn plain(class: &str) -> Value {
    json!({ "type": class })
}

fn classifier(layers: &[Value]) -> Value {
    json!({"input": [32, 32, 3], "layers": layers, "task": {"type": "classify"}})
}

#[test]
fn what_cannot_be_built_is_refused_with_the_layer_what_reaches_it_and_what_to_do() {
    let (flatten, pool) = (plain("Flatten"), plain("MaxPooling2D"));
    refused(
        &classifier(&[conv(), output()]),
        &["Layer 2 (`dense`) gets a 30x30 map of 4 channels, and", "Put Flatten before it."],
    );
    refused(
        &classifier(&[flatten.clone(), conv(), output()]),
        &["Layer 2 (`conv2d`, 3x3, valid) gets a vector of 3,072, and", "Put it before Flatten."],
    );
    let pooled = [vec![pool; 4], vec![conv(), flatten.clone(), output()]].concat();
    let sentence = "Layer 5 (`conv2d`, 3x3, valid) gets a 2x2 map of 3 channels, and needs at least \
                    3x3: use `same` padding or take away a pooling before it.";
    refused(&classifier(&pooled), &[sentence]);
    refused(&classifier(&[]), &["0 layers", "1 to 200"]);
    refused(&classifier(&vec![conv(); 201]), &["201 layers", "1 to 200"]);
    refused(&classifier(std::slice::from_ref(&flatten)), &["its output is 3072", "10 classes"]);
    refused(
        &classifier(&[conv(), flatten.clone(), json!({"type": "Dense", "units": 10})]),
        &["softmax"],
    );
    let huge = json!({"type": "Dense", "units": 9_999_999});
    refused(&classifier(&[flatten.clone(), huge, output()]), &["`units` is 9999999", "1 to 4096"]);
    let named = json!({"type": "Flatten", "name": "conv2d"});
    refused(
        &classifier(&[conv(), named, output()]),
        &["Layer 2 is called `conv2d`, as layer 1 is", "a name of its own"],
    );
    let named = json!({"type": "Flatten", "name": "a/b"});
    refused(&classifier(&[named, output()]), &["Layer 1 is called `a/b`", "none of them a `/`"]);
    let mut code = json!({
        "input": [32, 32, 3],
        "layers": [{"type": "Conv2D", "filters": 3, "kernel_size": 1, "activation": "sigmoid"}],
        "task": {"type": "reconstruct", "code": "nowhere"}
    });
    refused(&code, &["`nowhere`", "Use one of conv2d"]);
    code["task"]["code"] = json!("conv2d");
    refused(&code, &["its output", "earlier layer"]);
    code["layers"] = json!([conv(), plain("UpSampling2D"), output()]);
    refused(&code, &["Layer 3 (`dense`) gets a 60x60 map"]);
    code["layers"] = json!([conv(), {"type": "Conv2D", "filters": 3, "kernel_size": 1, "activation": "sigmoid"}]);
    refused(&code, &["reconstructs pictures of 32x32x3, but its output is 30x30x3"]);
}

#[test]
fn what_is_too_large_is_refused_with_the_number_and_the_limit() {
    let (flatten, up) = (plain("Flatten"), plain("UpSampling2D"));
    let ups = [vec![up; 5], vec![flatten.clone(), output()]].concat();
    refused(
        &classifier(&ups),
        &["Layer 5 (`up_sampling2d_4`)", "3,145,728 values", "1,048,576 may be"],
    );
    let wide = json!({"type": "Conv2D", "filters": 1000, "kernel_size": 1});
    let many = [vec![wide; 18], vec![flatten.clone(), output()]].concat();
    refused(
        &classifier(&many),
        &["Layer 17 (`conv2d_16`, 1x1, valid)", "the layers up to it", "16,777,216 may be"],
    );
    let dense = json!({"type": "Dense", "units": 4096});
    let wide = [flatten.clone(), dense.clone(), dense.clone(), dense.clone(), dense, output()];
    refused(&classifier(&wide), &["Layer 5 (`dense_3`)", "parameters", "67,108,864 may be"]);
    let far = json!({"type": "Conv2D", "filters": 1024, "kernel_size": 15, "padding": "same"});
    refused(&classifier(&[far.clone(), far, flatten, output()]), &["multiplications", "may be"]);
}

#[test]
fn stages_that_do_not_chain_are_refused_by_their_number() {
    let same = |filters: usize, name: &str| {
        json!({"type": "Conv2D", "filters": filters, "kernel_size": 3, "padding": "same",
               "activation": if name == "d" { "sigmoid" } else { "relu" }, "name": name})
    };
    let stacked = |stages: Value| {
        json!({"input": [32, 32, 3], "layers": [same(4, "a"), same(2, "b"), same(4, "c"), same(3, "d")],
               "task": {"type": "reconstruct", "code": "b"}, "stages": stages})
    };
    let stage =
        |encoder: &[&str], decoder: &[&str]| json!({"encoder": encoder, "decoder": decoder});
    let (outer, inner) = (stage(&["a"], &["d"]), stage(&["b"], &["c"]));
    let good: ModelSpec =
        serde_json::from_value(stacked(json!([outer, inner]))).expect("the form of a model");
    assert_eq!(ValidModel::new(&good, "mine", 10).expect("builds").stages.len(), 2);
    refused(&stacked(json!([outer])), &["leave layers out"]);
    refused(&stacked(json!([inner, outer])), &["stage 1 does not lie inside"]);
    refused(&stacked(json!([stage(&["a"], &["c", "d"]), inner])), &["stage 1", "takes"]);
    refused(&stacked(json!([stage(&["a", "c"], &["d"])])), &["not neighbours"]);
    refused(&stacked(json!([stage(&[], &["d"])])), &["stage 1's encoder names no layer"]);
    refused(&stacked(json!([stage(&["x"], &["d"])])), &["stage 1's encoder names a layer `x`"]);
}

#[track_caller]
fn unreadable(text: &str, parts: &[&str]) {
    let error = ModelSpec::from_json(text).expect_err("refused").to_string();
    assert!(error.starts_with("This model cannot be read: ") && error.ends_with('.'), "{error}");
    for part in parts {
        assert!(error.contains(part), "{error:?} should contain {part:?}");
    }
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
    unreadable(&with(&|spec| spec["input"][0] = json!("a")), &["`input` is"]);
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
            .and_then(|spec| ValidModel::new(&spec, "mine", classes));
        if let Err(error) = built {
            let error = error.to_string();
            prop_assert!(error.ends_with('.') && !error.contains('\n'), "{error:?}: a sentence");
            prop_assert!(error.chars().count() < 600, "{error:?}: of a size to be read");
        }
    }
}
