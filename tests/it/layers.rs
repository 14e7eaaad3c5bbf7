//! What layers do that no reference can repeat: draws by each picture's own stream, with the shares and
//! moments that their settings promise; residual blocks as data; and the sentences for settings that
//! cannot be.

use burn::tensor::{Tensor, TensorData};
use tabgrad::backend::Backend;
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::PictureShape;
use tabgrad::nn::{Activation, Branches, Net, SampleStreams, Shape};
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::{Loss, RunConfig, ValidModel};
use tabgrad::train::events::RunEvent;

use crate::support::{backends, dataset, device, run, trainer};

/// Height, width and channels of what is drawn on.
const MAP: [usize; 3] = [12, 10, 7];
const PICTURES: usize = 40;

fn model(layers: &str) -> Result<ValidModel, String> {
    let text = format!(r#"{{"input":[32,32,3],"task":{{"type":"classify"}},"layers":[{layers}]}}"#);
    let spec: ModelSpec = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    ValidModel::new(&spec, "a model", PictureShape::CIFAR, 10).map_err(|error| error.to_string())
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = pollster::block_on(tensor.into_data_async()).expect("the device works");
    data.try_into_vec().expect("32-bit values")
}

/// The outputs of one layer that gets ones, `[picture][channel][y][x]`, in training.
fn drawn(layer: &str, backend: Backend, epoch: u32, pictures: std::ops::Range<u32>) -> Vec<f32> {
    let layer = serde_json::from_str(layer).expect("a layer");
    let [height, width, channels] = MAP;
    let device = device(backend).autodiff();
    let shape = Shape::Map { height, width, channels };
    let mut net = Net::new(&[layer], &[shape], 1, &device);
    let count = pictures.len();
    let ones = vec![1.0_f32; count * height * width * channels];
    let x = Tensor::from_data(TensorData::new(ones, [count, channels, height, width]), &device);
    let streams = SampleStreams { seed: 9, epoch, indices: pictures.collect() };
    match net.forward_training(Activation::Map(x), 0..1, &streams) {
        Activation::Map(y) => host(y.inner()),
        Activation::Flat(y) => panic!("{y:?} of maps"),
    }
}

const DROPOUT: &str = r#"{"type":"Dropout","rate":0.3}"#;
const SPATIAL: &str = r#"{"type":"SpatialDropout2D","rate":0.3}"#;
const NOISE: &str = r#"{"type":"GaussianNoise","stddev":0.5}"#;

#[test]
fn dropout_drops_its_share_and_keeps_the_sum() {
    for backend in backends() {
        for (layer, each) in [(DROPOUT, 1), (SPATIAL, MAP[0] * MAP[1])] {
            let values = drawn(layer, backend, 0, 0..PICTURES as u32);
            let maps: Vec<&[f32]> = values.chunks(each).collect();
            assert!(maps.iter().all(|map| map.iter().all(|value| *value == map[0])), "{layer}");
            let dropped = maps.iter().filter(|map| map[0] == 0.0).count();
            let share = dropped as f64 / maps.len() as f64;
            let deviation = (0.3 * 0.7 / maps.len() as f64).sqrt();
            assert!((share - 0.3).abs() < 4.0 * deviation, "{layer} on {backend:?}: {share}");
            let kept = maps.iter().map(|map| map[0]).find(|value| *value != 0.0);
            assert_eq!(kept, Some(1.0 / (1.0 - 0.3_f32)), "{layer} on {backend:?}");
        }
    }
}

#[test]
fn noise_has_its_moments() {
    for backend in backends() {
        let values = drawn(NOISE, backend, 0, 0..PICTURES as u32);
        let count = values.len() as f64;
        let mean = values.iter().map(|x| f64::from(*x) - 1.0).sum::<f64>() / count;
        let power = |n: i32| {
            values.iter().map(|x| (f64::from(*x) - 1.0 - mean).powi(n)).sum::<f64>() / count
        };
        assert!(mean.abs() < 4.0 * 0.5 / count.sqrt(), "{backend:?}: {mean}");
        assert!((power(2) / 0.25 - 1.0).abs() < 0.04, "{backend:?}: {}", power(2));
        assert!((power(4) / (3.0 * 0.0625) - 1.0).abs() < 0.1, "{backend:?}: {}", power(4));
    }
}

#[test]
fn draws_are_by_picture_epoch_and_layer_on_every_backend_alike() {
    for layer in [DROPOUT, SPATIAL, NOISE] {
        let expected = drawn(layer, Backend::Flex, 2, 5..9);
        for backend in backends() {
            let found = drawn(layer, backend, 2, 5..9);
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-5, "{layer} on {backend:?}");
            }
            let pieces = [drawn(layer, backend, 2, 5..6), drawn(layer, backend, 2, 6..9)].concat();
            assert_eq!(found, pieces, "{layer} on {backend:?}");
            assert_ne!(found, drawn(layer, backend, 3, 5..9), "{layer} on {backend:?}");
        }
    }
}

#[test]
fn nothing_is_drawn_at_inference() {
    let device = device(Backend::Flex);
    for layer in [DROPOUT, SPATIAL, NOISE] {
        let layer = serde_json::from_str(layer).expect("a layer");
        let shape = Shape::Map { height: 2, width: 2, channels: 1 };
        let net = Net::new(&[layer], &[shape], 1, &device);
        let x = Tensor::<4>::from_data([[[[1.0_f32, -2.0], [3.0, 4.0]]]], &device);
        match net.forward(Activation::Map(x.clone()), 0..1) {
            Activation::Map(y) => assert_eq!(host(y), host(x)),
            Activation::Flat(y) => panic!("{y:?} of maps"),
        }
    }
}

const HEAD: &str =
    r#"{"type":"Flatten"},{"type":"Dense","units":"classes","activation":"softmax"}"#;

#[test]
fn an_output_that_no_loss_computes_is_that_of_the_last_layer() {
    for (function, lowest, largest) in [
        ("linear", -100.0, 100.0),
        ("tanh", -1.0, 1.0),
        ("softmax", 0.0, 1.0),
        ("sigmoid", 0.0, 1.0),
    ] {
        let text = format!(
            r#"{{"input":[32,32,3],"task":{{"type":"reconstruct","code":"conv2d"}},"layers":[
                 {{"type":"Conv2D","filters":4,"kernel_size":3,"padding":"same","activation":"gelu"}},
                 {{"type":"Conv2D","filters":3,"kernel_size":3,"padding":"same",
                   "activation":"{function}"}}]}}"#
        );
        let spec: ModelSpec = serde_json::from_str(&text).expect("a model");
        let loss = Loss::MeanSquaredError;
        let config = RunConfig { batch_size: 8, epochs: 1, loss, ..RunConfig::new(spec) };
        let mut trainer = trainer(config, dataset(16, 8));
        let drawn = pollster::block_on(trainer.reconstruct(Split::Test, &[0, 1]));
        let outputs = drawn.expect("an autoencoder").outputs;
        assert!(outputs.iter().all(|x| (lowest..=largest).contains(x)), "{function}");
        assert_eq!(outputs.iter().any(|x| *x < 0.0), lowest < 0.0, "{function}");
        if function == "softmax" {
            let sums = outputs.chunks(3).map(|pixel| pixel.iter().sum::<f32>());
            assert!(sums.into_iter().all(|sum| (sum - 1.0).abs() < 1e-5));
        }
        let mut epochs = 0;
        for event in run(&mut trainer, 8) {
            if let RunEvent::Epoch { val_loss, mse, .. } = event {
                let mse = mse.expect("of reconstructions");
                assert!((val_loss - mse).abs() < 1e-6, "{function}: {val_loss} and {mse}");
                epochs += 1;
            }
        }
        assert_eq!(epochs, 1);
    }
}

#[test]
fn a_residual_block_stands_after_its_layers_and_keeps_their_names() {
    let text = format!(
        r#"{{"type":"Residual","name":"block","layers":[
             {{"type":"Conv2D","filters":4,"kernel_size":3,"padding":"same","strides":2}},
             {{"type":"Residual","layers":[{{"type":"Activation","activation":"relu"}}]}}]}},{HEAD}"#
    );
    let model = model(&text).expect("a model");
    assert_eq!(model.names, ["conv2d", "activation", "residual", "block", "flatten", "dense"]);
    let shapes: Vec<String> = model.shapes.iter().map(ToString::to_string).collect();
    assert_eq!(shapes, ["16x16x4", "16x16x4", "16x16x4", "16x16x4", "1024", "10"]);
    let net = Net::new(&model.layers, &model.inputs(), 1, &device(Backend::Flex).autodiff());
    let named: Vec<(usize, &str, Vec<usize>)> =
        net.parameters().into_iter().map(|one| (one.layer, one.name, one.shape)).collect();
    let expected = [
        (0, "kernel", vec![3, 3, 3, 4]),
        (0, "bias", vec![4]),
        (3, "kernel", vec![1, 1, 3, 4]),
        (3, "bias", vec![4]),
        (5, "kernel", vec![1024, 10]),
        (5, "bias", vec![10]),
    ];
    assert_eq!(named, expected);
    let summary = tabgrad::spec::summary::Summary::new(&model);
    assert_eq!(summary.layers[3].parameters, 16);
    assert_eq!(summary.layers[3].multiply_adds, 16 * 16 * 4 * 3);
}

#[test]
fn layer_by_layer_a_network_with_residual_blocks_gives_the_same() {
    let text = format!(
        r#"{{"type":"Residual","layers":[{{"type":"MaxPooling2D"}},
             {{"type":"Residual","layers":[{{"type":"Residual","layers":[
               {{"type":"Conv2D","filters":3,"kernel_size":3,"padding":"same"}}]}}]}}]}},{HEAD}"#
    );
    let model = model(&text).expect("a model");
    let device = device(Backend::Flex).autodiff();
    let net = Net::new(&model.layers, &model.inputs(), 1, &device);
    let values: Vec<f32> = (0..3072_u16).map(|at| f32::from(at % 97) / 97.0).collect();
    let x = Tensor::<4>::from_data(TensorData::new(values, [1, 3, 32, 32]), &device);
    let rows = |y: Activation| host(y.rows().inner());
    let whole = rows(net.forward(Activation::Map(x.clone()), 0..model.layers.len()));
    let mut branches = Branches::from(Activation::Map(x));
    for layer in 0..model.layers.len() {
        branches = net.forward_branches(branches, layer..layer + 1);
    }
    assert!(branches.skips.is_empty());
    assert_eq!(rows(branches.main), whole);
}

#[test]
fn specs_with_new_layers_are_read_as_they_are_written() {
    let text = format!(
        r#"{{"type":"Conv2D","filters":2,"kernel_size":1,"kernel_initializer":"he_normal",
             "kernel_regularizer":{{"l1":0.5}}}},
           {{"type":"Residual","layers":[{{"name":"inner","type":"Dropout","rate":0.25}}]}},
           {{"type":"BatchNormalization","momentum":0.5}},{HEAD}"#
    );
    let text = format!(r#"{{"input":[32,32,3],"task":{{"type":"classify"}},"layers":[{text}]}}"#);
    let spec: ModelSpec = serde_json::from_str(&text).expect("a model");
    let written = serde_json::to_string(&spec).expect("it can be written");
    assert_eq!(serde_json::from_str::<ModelSpec>(&written).expect("the same"), spec);
    assert!(written.contains(r#""momentum":0.5"#), "{written}");
}

#[test]
fn settings_that_cannot_be_get_a_sentence() {
    let conv = |settings: &str| {
        format!(
            r#"{{"type":"Conv2D","filters":4,"kernel_size":3,"padding":"same"{settings}}},{HEAD}"#
        )
    };
    let before = |layer: &str| format!("{layer},{HEAD}");
    for (layers, part) in [
        (
            before(r#"{"type":"Dropout","rate":1.0}"#),
            "its `rate` is 1. Use a number from 0 to 0.999",
        ),
        (before(r#"{"type":"Dropout","rate":-0.5}"#), "its `rate` is -0.5"),
        (
            before(r#"{"type":"GaussianNoise","stddev":2}"#),
            "its `stddev` is 2. Use a number from 0 to 1",
        ),
        (before(r#"{"type":"LeakyReLU","negative_slope":-1}"#), "its `negative_slope` is -1"),
        (before(r#"{"type":"BatchNormalization","momentum":1.5}"#), "its `momentum` is 1.5"),
        (before(r#"{"type":"BatchNormalization","epsilon":0}"#), "its `epsilon` is 0"),
        (before(r#"{"type":"GroupNormalization"}"#), "its `groups` is 32. Use 1 to 3"),
        (before(r#"{"type":"GroupNormalization","groups":2}"#), "3 channels cannot be dealt to 2"),
        (before(r#"{"type":"Reshape","target_shape":[8,8]}"#), "neither [units] nor"),
        (before(r#"{"type":"Reshape","target_shape":[-1,-1,3]}"#), "only one may be -1"),
        (before(r#"{"type":"Reshape","target_shape":[0,1,3]}"#), "sizes are from 1 on"),
        (before(r#"{"type":"Reshape","target_shape":[7,-1,3]}"#), "does not hold 3072 values"),
        (
            before(
                r#"{"type":"Reshape","target_shape":[9223372036854775807,9223372036854775807,4]}"#,
            ),
            "does not hold 3072 values",
        ),
        (conv(r#","kernel_regularizer":{"l1":-1}"#), "its `kernel_regularizer.l1` is -1"),
        (conv(r#","kernel_regularizer":{"l2":1e30}"#), "its `kernel_regularizer.l2` is 1"),
        (before(r#"{"type":"Residual","layers":[]}"#), "it has no layers"),
        (
            before(
                r#"{"type":"Residual","layers":[{"type":"Conv2D","filters":3,"kernel_size":3}]}"#,
            ),
            "its layers make 30x30x3 of 32x32x3, to which that cannot be added. Use `same` padding",
        ),
        (
            before(r#"{"type":"Residual","layers":[{"type":"UpSampling2D"}]}"#),
            "its layers make 64x64x3 of 32x32x3",
        ),
        (
            r#"{"type":"Residual","layers":[{"type":"Flatten"}]}"#.to_owned(),
            "a vector for a vector",
        ),
        (
            before(r#"{"type":"Residual","layers":[{"type":"Dropout","rate":7}]}"#),
            "its `rate` is 7",
        ),
    ] {
        let error = model(&layers).expect_err(&layers);
        assert!(error.contains(part), "{error}\nhas no `{part}`");
    }
    for layers in [
        before(r#"{"type":"Activation","activation":"swoosh"}"#),
        before(r#"{"type":"Activation"}"#),
        before(r#"{"type":"Residual","layers":[{"type":"Nothing"}]}"#),
        before(r#"{"type":"Residual","layers":[{"type":"Flatten"}],"span":3}"#),
        conv(r#","kernel_initializer":"random"#),
        conv(r#","kernel_regularizer":{"l3":1}"#),
    ] {
        model(&layers).expect_err(&layers);
    }
}

#[test]
fn a_code_or_a_stage_ends_outside_of_residual_blocks() {
    let spec = |code: &str| {
        let text = format!(
            r#"{{"input":[32,32,3],"task":{{"type":"reconstruct","code":"{code}"}},"layers":[
                 {{"type":"Conv2D","name":"a","filters":3,"kernel_size":3,"padding":"same"}},
                 {{"type":"Residual","name":"block","layers":[
                   {{"type":"Conv2D","name":"b","filters":3,"kernel_size":3,"padding":"same"}},
                   {{"type":"Conv2D","name":"c","filters":3,"kernel_size":3,"padding":"same"}}]}},
                 {{"type":"Conv2D","name":"d","filters":3,"kernel_size":3,"padding":"same",
                   "activation":"sigmoid"}}]}}"#
        );
        let spec: ModelSpec = serde_json::from_str(&text).expect("a model");
        ValidModel::new(&spec, "a model", PictureShape::CIFAR, 10)
    };
    assert_eq!(spec("a").expect("before the block").code, Some(1));
    assert_eq!(spec("block").expect("after it").code, Some(4));
    for inside in ["b", "c"] {
        let error = spec(inside).expect_err("inside").to_string();
        assert!(error.contains("the code ends inside of the residual block `block`"), "{error}");
    }
}

#[test]
fn deeply_nested_blocks_are_read_or_refused() {
    for depth in [1, 20, 60, 70, 5000] {
        let layers = format!(
            "{}{}{},{HEAD}",
            r#"{"type":"Residual","layers":["#.repeat(depth),
            r#"{"type":"Activation","activation":"relu"}"#,
            "]}".repeat(depth)
        );
        let built = model(&layers);
        assert_eq!(built.is_ok(), depth <= 60, "{depth}: {built:?}");
    }
}
