//! Any JSON is a model that can be trained, or a sentence that says why not; a model that was accepted
//! has a summary, for any number of classes. A preset with values replaced by pieces of the input gets
//! past the syntax.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tabgrad::data::pictures::PictureShape;
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::summary::Summary;
use tabgrad::spec::{Preset, ValidModel};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text, 10);
    let [choice, classes, ..] = data else { return };
    let presets: Vec<Preset> = Preset::all().collect();
    let preset = presets[usize::from(*choice) % presets.len()];
    let mut json = serde_json::to_value(preset.spec()).unwrap();
    for piece in text.split('\n') {
        let mut characters = piece.chars();
        let mut at = characters.next().map_or(0, |first| first as usize) % 200;
        let value = characters.as_str();
        replace(&mut json, &mut at, &serde_json::from_str(value).unwrap_or_else(|_| value.into()));
    }
    check(&json.to_string(), usize::from(*classes));
});

/// Puts `value` in the place of the `at`th value below `within`.
fn replace(within: &mut Value, at: &mut usize, value: &Value) {
    if *at == 0 {
        *within = value.clone();
        *at = usize::MAX;
        return;
    }
    *at -= 1;
    let children: Vec<&mut Value> = match within {
        Value::Array(all) => all.iter_mut().collect(),
        Value::Object(all) => all.values_mut().collect(),
        _ => return,
    };
    for child in children {
        if *at != usize::MAX {
            replace(child, at, value);
        }
    }
}

fn check(text: &str, classes: usize) {
    let Ok(spec) = serde_json::from_str::<ModelSpec>(text) else { return };
    match ValidModel::new(&spec, "fuzzed", PictureShape::CIFAR, classes) {
        Ok(model) => {
            let summary = Summary::new(&model);
            assert!(!summary.layers.is_empty());
            let again: ModelSpec = serde_json::from_value(serde_json::to_value(&spec).unwrap()).unwrap();
            assert!(ValidModel::new(&again, "fuzzed", PictureShape::CIFAR, classes).is_ok());
        }
        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
    }
}
