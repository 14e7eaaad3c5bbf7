//! The self-test finds every operator of a model, on the data's pictures, and passes where a device is
//! compared with itself.

use super::*;
use crate::backend::Backend;
use crate::spec::Preset;

fn checked_on(config: &RunConfig, picture: PictureShape, device: &Device) -> Vec<Check> {
    pollster::block_on(check(config, picture, device, device)).expect("it runs")
}

#[test]
fn pictures_of_other_shapes_are_checked_as_they_are() {
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
    let similar = |check: &Check| check.operator == "structural similarity";
    for (height, width, channels, has) in [(24, 40, 1, true), (8, 16, 3, false)] {
        let picture = PictureShape::new(height, width, channels).expect("a shape");
        let config = RunConfig::named("cae-denoise").expect("a preset");
        let checks = checked_on(&config, picture, &device);
        let first = format!("from {height}x{width}x{channels}");
        assert!(checks[0].operator.contains(&first), "{}", checks[0].operator);
        assert_eq!(checks.iter().any(similar), has);
        assert!(checks.iter().all(|check| check.passed && check.difference == 0.0));
    }
}

fn checked(config: &RunConfig) -> Vec<Check> {
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU");
    checked_on(config, PictureShape::CIFAR, &device)
}

#[test]
fn the_cpu_agrees_with_itself_on_every_operator() {
    for model in Preset::listed() {
        let checks = checked(&RunConfig::new(model));
        assert!(checks.iter().all(|check| check.passed && check.difference == 0.0), "{model:?}");
        assert!(checks.iter().any(|check| check.operator == "a step of Adam"));
    }
}

#[test]
fn every_layer_of_any_network_is_compared() {
    let text = r#"{"input":[32,32,3], "task":{"type":"classify"}, "layers":[
        {"type":"Residual","layers":[{"type":"Dropout","rate":0.5},
            {"type":"Conv2D","filters":4,"kernel_size":3,"strides":2,"padding":"same"}]},
        {"type":"GaussianNoise","stddev":0.5}, {"type":"Flatten"},
        {"type":"BatchNormalization","scale":false},
        {"type":"Dense","units":10,"activation":"softmax"}]}"#;
    let spec: crate::spec::model::ModelSpec = serde_json::from_str(text).expect("a model");
    let model =
        ValidModel::new(&spec, "a model", PictureShape::CIFAR, 10).expect("it can be built");
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU").autodiff();
    for range in fused_groups(&model.layers, &model.inputs()) {
        let found = pollster::block_on(values(layers(&model, &range, &device)));
        let found = found.expect("a CPU answers");
        assert!(found.len() >= 2, "{range:?}");
        assert!(found.iter().all(|(_, values)| values.iter().any(|x| *x != 0.0)), "{range:?}");
    }
}

#[test]
fn the_code_of_a_variational_autoencoder_is_compared_with_its_divergence() {
    let text = r#"{"model":{"input":[32,32,3], "task":{"type":"reconstruct","code":"sampling"},
        "layers":[{"type":"Flatten"}, {"type":"Dense","units":8}, {"type":"Sampling"},
            {"type":"Dense","units":3072}, {"type":"Reshape","target_shape":[32,32,3]},
            {"type":"Activation","activation":"sigmoid"}]}}"#;
    let config = RunConfig::from_json(text).expect("settings");
    let checks = checked(&config);
    assert!(checks.iter().all(|check| check.passed && check.difference == 0.0));
    let model = config.model(PictureShape::CIFAR, 10).expect("it can be built");
    let device = pollster::block_on(Backend::Flex.device()).expect("a CPU").autodiff();
    let found = layers(&model, &(2..3), &device);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["output", "divergence", "gradient by inputs"]);
}

#[test]
fn differences_are_parts_of_the_largest_value() {
    assert!((difference(&[1.0, -4.0], &[1.0, -5.0]) - 0.2).abs() < 1e-12);
    assert_eq!(difference(&[f32::NAN], &[1.0]), f64::INFINITY);
    assert_eq!(difference(&[], &[1.0]), f64::INFINITY);
}
