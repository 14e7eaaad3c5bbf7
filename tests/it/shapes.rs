//! Pictures of any shape: presets train on them, tell the same by any number of workers and after being
//! stored, and say in a sentence what they cannot take.

use tabgrad::backend::Backend;
use tabgrad::data::dataset::{Dataset, DatasetError};
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::{ConfigError, Noise, RunConfig, ValidModel};
use tabgrad::train::error::TrainError;
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;

use crate::support::{dataset_of, device, losses, pictures_of, run, shape, short, trainer};

/// Shapes of the kinds that there are, each with models that take it.
fn cases() -> Vec<(PictureShape, &'static str)> {
    vec![
        (shape(28, 28, 1), "cnn-max-2"),
        (shape(28, 28, 1), "cnn-avg-3"),
        (shape(64, 64, 3), "cnn-max-4"),
        (shape(20, 12, 1), "cnn-max-2"),
        (shape(32, 32, 1), "cae"),
        (shape(24, 40, 3), "cae"),
        (shape(8, 16, 1), "cae-denoise"),
        (shape(16, 24, 1), "cae-bn"),
        (shape(24, 16, 1), "sae"),
    ]
}

fn config(model: &str) -> RunConfig {
    RunConfig { epochs: 2, learning_rate: 3e-3, ..short(model) }
}

#[test]
fn presets_learn_from_pictures_of_any_shape() {
    for (shape, model) in cases() {
        let mut trainer = trainer(config(model), dataset_of(shape, 40, 12));
        assert_eq!(trainer.picture_shape(), shape);
        let events = run(&mut trainer, 7);
        let losses = losses(&events);
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
        let (begin, end) = (mean(&losses[..3]), mean(&losses[losses.len() - 3..]));
        assert!(end < begin, "{model} on {shape}: {begin} became {end}");
        let Some(RunEvent::Epoch { mse, ssim, val_accuracy, .. }) =
            events.iter().rfind(|event| matches!(event, RunEvent::Epoch { .. }))
        else {
            panic!("{model}: no epoch");
        };
        assert!(val_accuracy.is_some_and(|share| (0.0..=1.0).contains(&share)), "{model}");
        let indices = [0, 3];
        if model.starts_with("cnn") {
            let found = pollster::block_on(trainer.predict(Split::Test, &indices)).expect("works");
            assert_eq!(found.len(), 20);
            continue;
        }
        assert!(mse.is_some_and(|mse| mse > 0.0));
        // SSIM's window has 11 pixels.
        assert_eq!(ssim.is_some(), shape.height().min(shape.width()) >= 11, "{model} on {shape}");
        let found = pollster::block_on(trainer.reconstruct(Split::Test, &indices)).expect("works");
        assert_eq!(found.outputs.len(), 2 * shape.bytes());
        assert_eq!(found.batch.inputs(&device(Backend::Flex)).dims()[1], shape.channels());
        let activations = pollster::block_on(trainer.activations(Split::Test, 0)).expect("works");
        assert_eq!(
            activations.last().map(|layer| layer.shape.clone()),
            Some(shape.dims().to_vec())
        );
    }
}

#[test]
fn a_stored_run_on_another_shape_is_refused_and_on_its_own_goes_on() {
    let shape = shape(16, 16, 1);
    for model in ["cnn-max-2", "cae"] {
        let data = dataset_of(shape, 40, 12);
        let mut unbroken = trainer(config(model), data.clone());
        let expected = run(&mut unbroken, 3);
        let mut cut = trainer(config(model), data.clone());
        let mut told = pollster::block_on(cut.advance(4)).expect("works");
        let stored = pollster::block_on(cut.snapshot()).expect("finite");
        let device = device(Backend::Flex);
        let mut resumed = Trainer::resume(&stored, data, &device).expect("the same data");
        told.extend(run(&mut resumed, 3));
        assert_eq!(told, expected, "{model}");
        let error = Trainer::resume(&stored, dataset_of(PictureShape::CIFAR, 40, 12), &device);
        let error = error.expect_err("another shape").to_string();
        assert!(
            error.contains("pictures of 16x16x1, but those that are loaded are 32x32x3"),
            "{error}"
        );
    }
}

#[test]
fn what_a_preset_cannot_take_is_said_with_a_size_that_it_can() {
    let refused = |model: &str, shape| {
        let error = RunConfig::named(model).expect("a preset").model(shape, 10);
        let error = error.expect_err("it does not fit");
        assert!(matches!(error, ConfigError::PictureShape { .. }), "{error:?}");
        error.to_string()
    };
    let text = refused("cae", shape(28, 28, 1));
    for part in ["its output is 24x24x1", "Pictures of 28x28x1", "24x24x1 do", "--size 24x24"] {
        assert!(text.contains(part), "{text}");
    }
    let text = refused("cnn-max-4", shape(12, 40, 3));
    assert!(text.contains("`max_pooling2d_3`") && text.contains("16x40x3 do"), "{text}");
    // Every shape is taken or refused in a sentence.
    for (height, width) in
        (8..=64).step_by(7).flat_map(|h| (8..=64).step_by(5).map(move |w| (h, w)))
    {
        for model in ["cnn-avg-3", "cae", "sae", "cae-bn"] {
            let config = RunConfig::named(model).expect("a preset");
            if let Err(error) = config.model(shape(height, width, 1), 3) {
                assert!(error.to_string().contains("--size "), "{error}");
            }
        }
    }
}

#[test]
fn a_model_of_another_input_than_the_data_is_refused_with_both() {
    let spec: ModelSpec = serde_json::from_value(serde_json::json!({
        "input": [28, 28, 1],
        "layers": [
            {"type": "Flatten"},
            {"type": "Dense", "units": "classes", "activation": "softmax"}
        ],
        "task": {"type": "classify"}
    }))
    .expect("a model");
    assert!(ValidModel::new(&spec, "mine", shape(28, 28, 1), 10).is_ok());
    for other in [PictureShape::CIFAR, shape(28, 28, 3), shape(28, 20, 1)] {
        let error = ValidModel::new(&spec, "mine", other, 10).expect_err("refused").to_string();
        assert!(
            error.contains("input is 28x28x1") && error.contains(&other.to_string()),
            "{error}"
        );
    }
    // An autoencoder that draws as many channels as the data has.
    let drawing = |filters: serde_json::Value| -> ModelSpec {
        serde_json::from_value(serde_json::json!({
            "input": [12, 20, 1],
            "layers": [
                {"type": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"},
                {"type": "Conv2D", "filters": filters, "kernel_size": 1, "activation": "sigmoid"}
            ],
            "task": {"type": "reconstruct", "code": "conv2d"}
        }))
        .expect("a model")
    };
    let grey = shape(12, 20, 1);
    assert!(ValidModel::new(&drawing("channels".into()), "mine", grey, 3).is_ok());
    let error = ValidModel::new(&drawing(3.into()), "mine", grey, 3).expect_err("three channels");
    assert!(error.to_string().contains("its output is 12x20x3"), "{error}");
}

#[test]
fn splits_and_given_pictures_have_one_shape() {
    let (grey, colour) = (shape(16, 16, 1), shape(16, 16, 3));
    let classes: Vec<String> = ('a'..='j').map(String::from).collect();
    let mixed = Dataset::new(pictures_of(grey, 8, 1), pictures_of(colour, 4, 2), classes);
    let error = Trainer::new(short("cnn-max-2"), std::rc::Rc::new(mixed), &device(Backend::Flex));
    let error = error.expect_err("two shapes");
    assert!(matches!(error, TrainError::Data(DatasetError::Shapes { .. })), "{error}");
    let trainer = trainer(short("cnn-max-2"), dataset_of(grey, 8, 4));
    let given: Pictures = pictures_of(colour, 1, 3);
    let error = pollster::block_on(trainer.predict(&given, &[0])).expect_err("three channels");
    let error = error.to_string();
    assert!(error.contains("given pictures are 16x16x3, and those of the data 16x16x1"), "{error}");
}

#[test]
fn noise_is_drawn_by_pixel_in_every_shape() {
    for (shape, noise) in
        [(shape(9, 8, 1), Noise::Masking), (shape(8, 11, 3), Noise::SaltAndPepper)]
    {
        use tabgrad::step::batch::{Batch, Draw};
        let config = RunConfig { noise, noise_level: 0.5, ..short("cae-denoise") };
        let pictures = pictures_of(shape, 30, 1);
        let indices: Vec<u32> = (0..30).collect();
        let batch = Batch::new(&pictures, &indices, &config, Draw::Fixed);
        let corrupted = batch.corrupted.expect("noisy");
        let channels = shape.channels();
        let pixels = corrupted.chunks_exact(channels).zip(batch.clean.chunks_exact(channels));
        let mut changed = 0;
        for (after, before) in pixels {
            // A pixel is black or white in all of its channels, or as it was.
            assert!(after == before || after.iter().all(|&v| v == after[0]), "{after:?}");
            changed += usize::from(after != before);
        }
        let share = changed as f64 / (30 * shape.area()) as f64;
        assert!((share - 0.5).abs() < 0.05, "{shape}: {share}");
    }
}
