//! Models as data: what cannot be built is refused in a sentence, and what can is trained, stored and gone on
//! with, whether it is a preset or not; classifiers have an output for each class of the data.

use std::rc::Rc;

use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::PictureShape;
use tabgrad::nn::layers::Flatten;
use tabgrad::nn::{AnyLayer, Padding};
use tabgrad::spec::{Loss, ModelSpec, Noise, Output, Preset, RunConfig, ValidModel};
use tabgrad::train::trainer::Trainer;

use crate::support::{advance, dataset, device, losses, pictures, run, short, trainer};

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
    let error =
        ValidModel::new(&spec, "mine", PictureShape::CIFAR, 10).expect_err("refused").to_string();
    for part in parts {
        assert!(error.contains(part), "{error:?} should contain {part:?}");
    }
}

pub(crate) fn conv() -> Value {
    json!({"type": "Conv2D", "filters": 4, "kernel_size": 3, "activation": "relu"})
}

pub(crate) fn output() -> Value {
    json!({"type": "Dense", "units": "classes", "activation": "softmax"})
}

pub(crate) fn plain(class: &str) -> Value {
    json!({ "type": class })
}

pub(crate) fn classifier(layers: &[Value]) -> Value {
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
fn settings_of_layers_of_maps_are_refused_with_what_reaches_them_and_what_to_do() {
    let model = |layers: &[Value]| json!({"input": [32, 32, 3], "layers": layers, "task": {"type": "classify"}});
    let one = |layer: Value, parts: &[&str]| refused(&model(&[layer]), parts);
    let conv = |settings: Value| {
        let mut layer = json!({"type": "Conv2D", "filters": 4, "kernel_size": 3});
        layer
            .as_object_mut()
            .expect("a layer")
            .extend(settings.as_object().expect("settings").clone());
        layer
    };
    one(conv(json!({"kernel_size": [3, 40]})), &["gets a 32x32 map", "needs at least 3x40"]);
    one(conv(json!({"dilation_rate": 16})), &["needs at least 33x33", "use `same` padding"]);
    one(
        conv(json!({"kernel_size": [0, 3]})),
        &["gets a 32x32 map of 3 channels", "`kernel_size` is 0. Use 1 to 64"],
    );
    one(conv(json!({"strides": [1, 65]})), &["`strides` is 65"]);
    one(conv(json!({"filters": 5000})), &["`filters` is 5000. Use 1 to 4096"]);
    one(conv(json!({"groups": 2})), &["`groups` do not divide 3 channels and 4 filters"]);
    one(conv(json!({"groups": 0})), &["`groups` is 0. Use 1 to 3"]);
    one(
        conv(json!({"strides": 2, "dilation_rate": 2})),
        &["`strides` and its `dilation_rate` are both above 1", "Use 1 for one"],
    );
    one(
        conv(json!({"kernel_size": 64, "dilation_rate": 32, "padding": "same"})),
        &["reaches over 2017x2017 pixels", "smaller `kernel_size` or `dilation_rate`"],
    );
    let wide = conv(json!({"filters": 1024, "kernel_size": 1}));
    refused(
        &model(&[wide, conv(json!({"kernel_size": 32}))]),
        &["1048576 weights, more than 262144", "fewer channels"],
    );
    let transpose =
        json!({"type": "Conv2DTranspose", "filters": 64, "kernel_size": 3, "strides": 32});
    one(transpose, &["`conv2d_transpose`", "67,108,864 values for a picture", "1,048,576 may be"]);
    let pooling = json!({"type": "MaxPooling2D", "pool_size": [2, 33]});
    one(pooling, &["it needs at least 2x33", "`same` padding"]);
    let pooling = json!({"type": "AveragePooling2D", "pool_size": 65, "padding": "same"});
    one(pooling, &["`pool_size` is 65. Use 1 to 64"]);
    one(json!({"type": "UpSampling2D", "size": 0}), &["`size` is 0"]);
    let cropping = json!({"type": "Cropping2D", "cropping": [[16, 16], [0, 0]]});
    one(cropping, &["takes off 32 rows and 0 columns", "Use less"]);
    one(json!({"type": "ZeroPadding2D", "padding": 2000}), &["`padding` is 2000. Use 0 to 1024"]);
    let flat = [json!({"type": "GlobalMaxPooling2D"}), json!({"type": "Cropping2D"})];
    refused(&model(&flat), &["`cropping2d`", "gets a vector of 3", "Put it before Flatten"]);
}

#[test]
fn settings_of_both_directions_are_a_number_or_two() {
    let read = |layer: Value| serde_json::from_value::<AnyLayer>(layer);
    let both = json!({"type": "Conv2D", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1]});
    let one = json!({"type": "Conv2D", "filters": 4, "kernel_size": 3});
    assert_eq!(read(both).expect("a layer"), read(one).expect("a layer"));
    for size in [json!("3"), json!([3]), json!(-3), json!([3, 3, 3]), json!(1.5), json!({})] {
        let layer = json!({"type": "Conv2D", "filters": 4, "kernel_size": size});
        let error = read(layer).expect_err("no size").to_string();
        assert!(error.contains("a whole number or [height, width]"), "{error}");
    }
    // What is as Keras has it by default is not written.
    for layer in ["MaxPooling2D", "AveragePooling2D", "UpSampling2D", "GlobalMaxPooling2D"] {
        let layer = json!({"type": layer});
        let made = read(layer.clone()).expect("a layer");
        assert_eq!(serde_json::to_value(made).expect("JSON"), layer);
    }
}

#[test]
fn layers_have_the_names_that_keras_gives_them() {
    for (class, name) in [
        ("Conv2DTranspose", "conv2d_transpose"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("UpSampling2D", "up_sampling2d"),
        ("ZeroPadding2D", "zero_padding2d"),
        ("BatchNormalization", "batch_normalization"),
    ] {
        let layer = json!({"type": class, "filters": 1, "kernel_size": 1});
        let plain = json!({"type": class});
        let made: AnyLayer = serde_json::from_value(layer)
            .or_else(|_| serde_json::from_value(plain))
            .expect("a layer");
        assert_eq!(made.default_name(), name);
    }
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
    let wide = [vec![flatten.clone()], vec![dense; 5], vec![output()]].concat();
    refused(&classifier(&wide), &["Layer 6 (`dense_4`)", "parameters", "67,108,864 may be"]);
    let far = json!({"type": "Conv2D", "filters": 256, "kernel_size": 15, "padding": "same"});
    let far = [vec![far; 3], vec![flatten, output()]].concat();
    refused(&classifier(&far), &["Layer 3", "multiplications", "20,000,000,000 may be"]);
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
    assert_eq!(
        ValidModel::new(&good, "mine", PictureShape::CIFAR, 10).expect("builds").stages.len(),
        2
    );
    refused(&stacked(json!([outer])), &["leave layers out"]);
    refused(&stacked(json!([inner, outer])), &["stage 1 does not lie inside"]);
    refused(&stacked(json!([stage(&["a"], &["c", "d"]), inner])), &["stage 1", "takes"]);
    refused(&stacked(json!([stage(&["a", "c"], &["d"])])), &["not neighbours"]);
    refused(&stacked(json!([stage(&[], &["d"])])), &["stage 1's encoder names no layer"]);
    let pool = |name: &str| json!({"type": "MaxPooling2D", "name": name});
    let mut idle = stacked(json!([outer, stage(&["p"], &["u"]), inner]));
    idle["layers"] = json!([same(4, "a"), pool("p"), same(2, "b"), same(4, "c"), {"type": "UpSampling2D", "name": "u"}, same(3, "d")]);
    refused(&idle, &["none of the layers of stage 2 has weights to train"]);
    refused(&stacked(json!([stage(&["x"], &["d"])])), &["stage 1's encoder names a layer `x`"]);
}

/// An autoencoder in two stages is no preset; nor is
/// this classifier.
fn of_ones_own() -> [ModelSpec; 2] {
    let same = |filters: usize, activation: &str| json!({"type": "Conv2D", "filters": filters, "kernel_size": 3, "padding": "same", "activation": activation});
    let stacked = json!({
        "input": [32, 32, 3], "name": "stack",
        "layers": [same(4, "relu"), plain("MaxPooling2D"), plain("BatchNormalization"), same(2, "relu"), same(4, "relu"), plain("UpSampling2D"), same(3, "relu")],
        "task": {"type": "reconstruct", "code": "conv2d_1"},
        "stages": [
            {"encoder": ["conv2d", "max_pooling2d"], "decoder": ["up_sampling2d", "conv2d_3"]},
            {"encoder": ["batch_normalization", "conv2d_1"], "decoder": ["conv2d_2"]}
        ]
    });
    let fixed = json!({"type": "Dense", "units": 10, "activation": "softmax"});
    let classifies =
        classifier(&[same(2, "linear"), plain("BatchNormalization"), plain("Flatten"), fixed]);
    [stacked, classifies].map(|json| ModelSpec::from_json(&json.to_string()).expect("a model"))
}

#[test]
fn a_run_of_any_model_is_stored_and_goes_on_to_the_same_bits() {
    for spec in of_ones_own() {
        let stages = spec.stages.len();
        let config = RunConfig { batch_size: 8, epochs: 2, seed: 3, ..RunConfig::new(spec) };
        let whole = losses(&run(&mut trainer(config.clone(), dataset(16, 8)), 3));
        let mut first = trainer(config, dataset(16, 8));
        assert_eq!(first.plan().phases.len(), stages + 1);
        let mut told = losses(&advance(&mut first, 3));
        let stored = pollster::block_on(first.snapshot()).expect("finite");
        let mut again =
            Trainer::resume(&stored, dataset(16, 8), &device(Backend::Flex)).expect("its own");
        told.extend(losses(&run(&mut again, 3)));
        assert_eq!(told, whole);
        assert_eq!(whole.len(), 2 * 2 * (stages + 1));
    }
}

#[test]
fn a_run_of_any_model_asks_the_model_for_its_defaults_and_its_output() {
    let [stack, classifies] = of_ones_own().map(RunConfig::new);
    assert_eq!((stack.loss, stack.epochs, stack.output), (Loss::MeanSquaredError, 50, None));
    assert_eq!((classifies.loss, classifies.epochs), (Loss::CrossEntropy, 10));
    assert!(RunConfig { noise: Noise::Gaussian, ..stack.clone() }.validate().is_ok());
    assert!(RunConfig { noise: Noise::Gaussian, ..classifies.clone() }.validate().is_err());
    let output = RunConfig { output: Some(Output::Sigmoid), ..stack.clone() }.validate();
    let error = output.expect_err("its last layer says it").to_string();
    assert!(error.contains("its last layer says its activation"), "{error}");
    assert!(RunConfig { padding: Some(Padding::Same), ..classifies }.validate().is_err());
    // Its relu is the output, as the reconstructions show: nothing is below 0, and something is 0.
    let drawn = pollster::block_on(trainer(stack, dataset(8, 8)).reconstruct(Split::Test, &[0, 1]));
    let outputs = drawn.expect("an autoencoder").outputs;
    assert!(outputs.iter().all(|&value| value >= 0.0) && outputs.contains(&0.0));
}

#[test]
fn a_builder_says_what_it_lacks() {
    let spec = ModelSpec::classify([32, 32, 3]).layer(Flatten::new()).build();
    let error = spec.expect_err("no classes").to_string();
    assert!(error.contains("its output is 3072"), "{error}");
    let error = ModelSpec::reconstruct([32, 32, 3]).build().expect_err("no code").to_string();
    assert!(error.contains("Call `code`"), "{error}");
}
