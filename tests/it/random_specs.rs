//! Random lists of layers, of which about half can be built: what validation lets pass is built and takes a
//! step, and what it refuses is told in a sentence that names the layer. Layers come from the library's own
//! list, so that a new one is among them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tabgrad::data::pictures::PictureShape;
use tabgrad::nn::AnyLayer;
use tabgrad::spec::summary::Summary;
use tabgrad::spec::{ModelError, ModelSpec, RunConfig, ValidModel};
use tabgrad::train::events::RunEvent;

use crate::support::{advance, dataset, trainer};

/// Multiplications of the largest network that takes a step here.
const MOST_WORK: u64 = 4_000_000;
const CASES: usize = 400;

/// Values for settings, by what the settings are called; of those that a layer needs and of some that it may
/// have. A few cannot be.
fn value(key: &str) -> BoxedStrategy<Value> {
    match key {
        "filters" => {
            prop::sample::select(vec![1, 2, 3, 5, 8, 8, 4, 0]).prop_map(Value::from).boxed()
        }
        "units" => {
            prop::sample::select(vec![json!(4), json!(9), json!(16), json!("classes"), json!(5000)])
                .boxed()
        }
        "kernel_size" => {
            prop::sample::select(vec![1, 2, 3, 3, 5, 16]).prop_map(Value::from).boxed()
        }
        "strides" => prop::sample::select(vec![1, 1, 2, 3]).prop_map(Value::from).boxed(),
        "padding" => prop::sample::select(vec!["same", "valid"]).prop_map(Value::from).boxed(),
        "activation" => prop::sample::select(vec!["relu", "linear", "relu", "sigmoid"])
            .prop_map(Value::from)
            .boxed(),
        "rate" | "stddev" | "epsilon" | "momentum" => (0.01..0.9).prop_map(Value::from).boxed(),
        "pool_size" | "size" | "groups" => (1_u64..4).prop_map(Value::from).boxed(),
        "target_shape" => prop::sample::select(vec![
            json!([3072]),
            json!([48, 8, 8]),
            json!([16, 16, 12]),
            json!([7, 7]),
        ])
        .boxed(),
        "layers" => prop::sample::select(vec![
            json!([{"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same"}]),
            json!([{"type": "Activation", "activation": "tanh"}, {"type": "Dropout", "rate": 0.5}]),
            json!([{"type": "MaxPooling2D"}]),
        ])
        .boxed(),
        _ => any::<u8>().prop_map(Value::from).boxed(),
    }
}

/// What a layer of class `class` with these settings lacks; `None` where it is whole, or wrong otherwise.
fn missing(class: &str, settings: &Map<String, Value>) -> Option<String> {
    let layer = [("type".to_owned(), class.into())].into_iter().chain(settings.clone()).collect();
    let error = serde_json::from_value::<AnyLayer>(Value::Object(layer)).err()?.to_string();
    Some(error.strip_prefix("missing field `")?.split_once('`')?.0.to_owned())
}

/// Some value of a strategy.
fn some<T: std::fmt::Debug>(strategy: &BoxedStrategy<T>, runner: &mut TestRunner) -> T {
    strategy.new_tree(runner).expect("it draws").current()
}

/// A layer with all settings that it needs, and perhaps some that it may have.
fn layer(runner: &mut TestRunner) -> Value {
    let classes: Vec<&str> = AnyLayer::CLASSES.to_vec();
    // Most layers of networks are these, and few take vectors.
    let common =
        ["Conv2D", "Conv2D", "Conv2D", "MaxPooling2D", "BatchNormalization", "UpSampling2D"];
    let of = prop_oneof![
        2 => prop::sample::select(common.to_vec()),
        1 => prop::sample::select(classes),
    ];
    let class = some(&of.boxed(), runner);
    let mut settings = Map::new();
    while let Some(key) = missing(class, &settings) {
        settings.insert(key.clone(), some(&value(&key), runner));
    }
    for key in ["strides", "padding", "activation"] {
        if some(&prop::bool::weighted(0.5).boxed(), runner) {
            let mut more = settings.clone();
            more.insert(key.to_owned(), some(&value(key), runner));
            let whole =
                Map::from_iter([("type".to_owned(), class.into())].into_iter().chain(more.clone()));
            if serde_json::from_value::<AnyLayer>(Value::Object(whole)).is_ok() {
                settings = more;
            }
        }
    }
    settings.insert("type".to_owned(), class.into());
    Value::Object(settings)
}

/// A classifier of random layers, which end as those of classifiers do.
fn spec(runner: &mut TestRunner) -> Value {
    let count = some(&(1_usize..8).boxed(), runner);
    let mut layers: Vec<Value> = (0..count).map(|_| layer(runner)).collect();
    let is_flat = |layer: &Value| ["Flatten", "Dense"].iter().any(|class| layer["type"] == *class);
    if !layers.last().is_some_and(is_flat) {
        layers.push(json!({"type": "Flatten"}));
    }
    layers.push(json!({"type": "Dense", "units": "classes", "activation": "softmax"}));
    json!({"input": [32, 32, 3], "layers": layers, "task": {"type": "classify"}})
}

/// How many layers there are, with those of blocks.
fn layers_in(spec: &Value) -> usize {
    let layers = spec["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    layers.iter().map(|layer| 1 + layers_in(layer)).sum()
}

/// Whether it can be built; if so, it was, and took a step.
fn tried(json: &Value) -> bool {
    let spec =
        ModelSpec::from_json(&json.to_string()).unwrap_or_else(|error| panic!("{json}: {error}"));
    let model = match ValidModel::new(&spec, "random", PictureShape::CIFAR, 10) {
        Ok(model) => model,
        Err(error) => {
            let told = error.to_string();
            assert!(told.ends_with('.'), "{json}: {told}");
            let of_a_layer =
                matches!(error, ModelError::Layer { .. }) && told.starts_with("Layer ");
            assert!(of_a_layer || matches!(error, ModelError::Model { .. }), "{json}: {told}");
            return false;
        }
    };
    let summary = Summary::new(&model);
    assert_eq!(summary.layers.len(), layers_in(json));
    if summary.multiply_adds > MOST_WORK {
        return true;
    }
    let config = RunConfig { batch_size: 3, epochs: 1, ..RunConfig::new(spec) };
    let text = serde_json::to_string(&config).expect("serialises");
    assert_eq!(RunConfig::from_json(&text).as_ref(), Ok(&config), "{json}");
    let mut trainer = trainer(config, dataset(3, 1));
    let events = advance(&mut trainer, 1);
    let step = events.iter().find(|event| matches!(event, RunEvent::Step { .. }));
    let Some(RunEvent::Step { loss, .. }) = step else { panic!("{json}: {events:?}") };
    assert!(loss.is_finite(), "{json}: {loss}");
    true
}

#[test]
fn about_half_of_random_models_can_be_built_and_those_take_a_step() {
    let mut runner = TestRunner::deterministic();
    let specs: Vec<Value> = (0..CASES).map(|_| spec(&mut runner)).collect();
    let built = specs.iter().filter(|spec| tried(spec)).count();
    assert!((CASES / 4..=3 * CASES / 4).contains(&built), "{built} of {CASES} can be built");
    for class in AnyLayer::CLASSES {
        let is_of_it = |layer: &Value| layer["type"] == class;
        let has =
            |spec: &&Value| spec["layers"].as_array().is_some_and(|all| all.iter().any(is_of_it));
        assert!(specs.iter().any(|spec| has(&spec)), "no model has {class}");
    }
}
