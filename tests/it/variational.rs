//! Variational autoencoders: codes that are samples, losses of two terms, pictures generated, steps taken
//! apart, runs cut and in stages, and the sentences for what cannot be one. `keras_variational` has their
//! arithmetic.

use burn::tensor::{Tensor, TensorData};
use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::manifest::Split;
use tabgrad::nn::{Activation, Net, SampleStreams, Shape};
use tabgrad::spec::model::ModelSpec;
use tabgrad::spec::{RunConfig, ValidModel};
use tabgrad::train::events::{LossTerms, RunEvent};
use tabgrad::train::trainer::Trainer;

use crate::support::{advance, backends, dataset, dataset_of, device, run, shape, short, trainer};

/// What a Sampling layer gives for `pictures` whose means are 3 and whose variances are 4, `[picture][16]`.
fn sampled(backend: Backend, epoch: u32, pictures: std::ops::Range<u32>) -> Vec<f32> {
    const UNITS: usize = 16;
    let layer = serde_json::from_value(json!({"type": "Sampling"})).expect("a layer");
    let device = device(backend).autodiff();
    let mut net = Net::new(&[layer], &[Shape::Flat(2 * UNITS)], 1, &device);
    let row = [[3.0_f32; UNITS], [4.0_f32.ln(); UNITS]].concat();
    let rows = TensorData::new(row.repeat(pictures.len()), [pictures.len(), 2 * UNITS]);
    let x = Activation::Flat(Tensor::from_data(rows, &device));
    let streams = SampleStreams { seed: 9, epoch, indices: pictures.collect() };
    let y = net.forward_training(x, 0..1, &streams).rows().inner();
    let data = pollster::block_on(y.into_data_async()).expect("the device works");
    data.try_into_vec().expect("32-bit values")
}

#[test]
fn codes_are_samples_of_each_pictures_own_distribution() {
    let expected = sampled(Backend::Flex, 2, 5..300);
    for backend in backends() {
        let found = sampled(backend, 2, 5..300);
        let near = |(a, b): (&f32, &f32)| (a - b).abs() < 2e-5;
        assert!(found.iter().zip(&expected).all(near), "{backend:?}");
        let pieces = [sampled(backend, 2, 5..6), sampled(backend, 2, 6..300)].concat();
        assert_eq!(found, pieces, "{backend:?}: however a batch is cut");
        assert_ne!(found, sampled(backend, 3, 5..300), "{backend:?}: anew in each epoch");
        let count = found.len() as f64;
        let mean = found.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
        let square = found.iter().map(|x| (f64::from(*x) - mean).powi(2)).sum::<f64>() / count;
        assert!((mean - 3.0).abs() < 4.0 * 2.0 / count.sqrt(), "{backend:?}: {mean}");
        assert!((square / 4.0 - 1.0).abs() < 0.1, "{backend:?}: {square}");
    }
}

/// A small run on pictures of 32x32x3.
fn small(settings: &Value) -> RunConfig {
    let model = json!({
        "name": "small", "input": [32, 32, 3], "task": {"type": "reconstruct", "code": "z"},
        "layers": [
            {"type": "Conv2D", "filters": 4, "kernel_size": 3, "strides": 4, "activation": "relu"},
            {"type": "Flatten"}, {"type": "Dense", "units": 12, "kernel_regularizer": {"l2": 0.01}},
            {"type": "Sampling", "name": "z", "kl_weight": 0.02},
            {"type": "Dense", "units": 64, "activation": "relu"},
            {"type": "Reshape", "target_shape": [4, 4, 4]}, {"type": "UpSampling2D", "size": 8},
            {"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same", "activation": "sigmoid"}
        ]
    });
    let mut run = json!({"model": model, "batchSize": 8, "epochs": 2, "seed": 5});
    run.as_object_mut().expect("settings").extend(settings.as_object().expect("settings").clone());
    RunConfig::from_json(&run.to_string()).expect("valid settings")
}

#[test]
fn the_loss_is_its_terms_and_a_model_without_a_code_like_this_tells_none() {
    // Without the penalty, which is in the loss and in no term.
    let mut spec = serde_json::to_value(small(&json!({}))).expect("settings");
    spec["model"]["layers"][2]["kernel_regularizer"] = json!(null);
    spec["model"]["layers"][2].as_object_mut().expect("a layer").remove("kernel_regularizer");
    let config = RunConfig::from_json(&spec.to_string()).expect("settings");
    let events = run(&mut trainer(config, dataset(20, 11)), 7);
    let mut told = 0;
    for event in &events {
        let (loss, terms) = match event {
            RunEvent::Step { loss, loss_terms, .. } => (*loss, *loss_terms),
            RunEvent::Epoch { loss, loss_terms, .. } => (*loss, *loss_terms),
            _ => continue,
        };
        let LossTerms { reconstruction, kl } = terms.expect("two terms");
        assert!((loss - reconstruction - 0.02 * kl).abs() < 1e-6, "{event:?}");
        told += 1;
    }
    assert_eq!(told, 8);
    let step = serde_json::to_value(&events[1]).expect("it serialises");
    assert!(step["lossTerms"]["kl"].is_number(), "{step}");
    for event in run(&mut trainer(short("cae"), dataset(16, 8)), 9) {
        let text = serde_json::to_string(&event).expect("it serialises");
        assert!(!text.contains("Terms"), "{text}");
    }
}

#[test]
fn a_traced_step_has_the_gradients_of_the_whole() {
    let mut trainer = trainer(small(&json!({})), dataset(16, 8));
    let _ = advance(&mut trainer, 1);
    let found = pollster::block_on(trainer.gradients(Split::Test, &[3])).expect("it works");
    let trace = pollster::block_on(trainer.trace_step(Split::Test, 3)).expect("it works");
    assert!((trace.loss - found.loss).abs() <= 1e-6 * found.loss.abs());
    let shown: Vec<_> = trace.layers.iter().flat_map(|layer| &layer.parameters).collect();
    assert_eq!(shown.len(), found.gradients.len());
    for (shown, whole) in shown.iter().zip(&found.gradients) {
        let largest = whole.values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let same = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-5 * largest;
        assert!(shown.gradient.iter().zip(&whole.values).all(same), "layer {}", whole.layer);
    }
}

#[test]
fn a_run_cut_anywhere_goes_on_to_the_last_bit() {
    let data = dataset(20, 101);
    let config = small(&json!({"patience": 3}));
    let rest = |mut trainer: Trainer, mut events: Vec<RunEvent>| {
        events.extend(run(&mut trainer, 3));
        (events, pollster::block_on(trainer.snapshot()).expect("finite weights"))
    };
    let whole = rest(trainer(config.clone(), data.clone()), Vec::new());
    for cut in [1, 2, 3, 4, 6, 9] {
        let mut first = trainer(config.clone(), data.clone());
        let events = advance(&mut first, cut);
        let bytes = pollster::block_on(first.snapshot()).expect("finite weights");
        let second = Trainer::resume(&bytes, data.clone(), &device(Backend::Flex));
        let second = second.expect("what was stored");
        assert!(rest(second, events) == whole, "cut at {cut}");
    }
}

#[test]
fn validations_have_no_noise_and_codes_are_means() {
    let trainer = trainer(small(&json!({})), dataset(16, 8));
    let code = |trainer: &Trainer| {
        pollster::block_on(trainer.encode(Split::Test, &[1, 4])).expect("an autoencoder")
    };
    assert_eq!((code(&trainer).shape, code(&trainer).values.len()), (vec![6], 12));
    assert_eq!(code(&trainer), code(&trainer));
    let drawn = pollster::block_on(trainer.decode(&code(&trainer).values)).expect("codes");
    let whole = pollster::block_on(trainer.reconstruct(Split::Test, &[1, 4])).expect("it works");
    assert_eq!(drawn, whole.outputs);
}

#[test]
fn pictures_are_generated_by_seed_and_only_by_a_variational_autoencoder() {
    let own = trainer(small(&json!({})), dataset(16, 8));
    let generate = |trainer: &Trainer, count, seed| {
        pollster::block_on(trainer.generate(count, seed)).map_err(|error| error.to_string())
    };
    let five = generate(&own, 5, 3).expect("pictures");
    assert_eq!(five.len(), 5 * 32 * 32 * 3);
    assert!(five.iter().all(|x| (0.0..=1.0).contains(x)));
    assert_eq!(generate(&own, 2, 3).expect("pictures"), five[..2 * 3072], "the first of more");
    assert_ne!(generate(&own, 5, 4).expect("pictures"), five);
    assert_ne!(five[..3072], five[3072..6144]);
    let most = generate(&own, 100, 0).expect("pictures");
    assert_eq!(most.len(), 100 * 3072);
    for (count, said) in
        [(0, "0 pictures"), (101, "101 pictures"), (usize::MAX, "Ask for 1 to 100")]
    {
        let error = generate(&own, count, 0).expect_err("not so many");
        assert!(error.contains(said), "{error}");
    }
    for model in ["cae", "cnn-max-2"] {
        let error = generate(&trainer(short(model), dataset(8, 8)), 1, 0).expect_err(model);
        assert!(error.contains("does not generate pictures"), "{error}");
    }
}

#[test]
fn stages_have_the_divergence_where_the_code_is_trained() {
    let layers = json!([
        {"type": "Conv2D", "name": "a", "filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"},
        {"type": "Flatten", "name": "b"}, {"type": "Dense", "name": "c", "units": 8},
        {"type": "Sampling", "name": "z"}, {"type": "Dense", "name": "d", "units": 768},
        {"type": "Reshape", "name": "e", "target_shape": [16, 16, 3]},
        {"type": "UpSampling2D", "name": "f"},
        {"type": "Conv2D", "name": "g", "filters": 3, "kernel_size": 3, "padding": "same",
         "activation": "sigmoid"}
    ]);
    let model = json!({
        "input": [32, 32, 3], "task": {"type": "reconstruct", "code": "z"}, "layers": layers,
        "stages": [{"encoder": ["a"], "decoder": ["f", "g"]},
                   {"encoder": ["b", "c", "z"], "decoder": ["d", "e"]}]
    });
    let config = small(&json!({"model": model, "epochs": 1}));
    let events = run(&mut trainer(config, dataset(16, 8)), 5);
    let mut phase = 0;
    for event in &events {
        match event {
            RunEvent::Phase { phase: begun, .. } => phase = *begun,
            RunEvent::Step { loss_terms, .. } => assert_eq!(loss_terms.is_some(), phase > 0),
            RunEvent::Epoch { val_loss_terms, .. } => {
                assert_eq!(val_loss_terms.is_some(), phase > 0);
            }
            _ => {}
        }
    }
    assert_eq!(phase, 2);
}

#[test]
fn a_code_that_cannot_be_sampled_gets_a_sentence() {
    let built = |task: Value, layers: Value| {
        let spec = json!({"input": [8, 8, 1], "task": task, "layers": layers});
        let spec: ModelSpec = serde_json::from_value(spec).map_err(|error| error.to_string())?;
        ValidModel::new(&spec, "a model", shape(8, 8, 1), 10).map_err(|error| error.to_string())
    };
    let (flatten, dense) =
        (json!({"type": "Flatten"}), |units| json!({"type": "Dense", "units": units}));
    let sampling = json!({"type": "Sampling"});
    let reshape = json!({"type": "Reshape", "target_shape": [8, 8, 1]});
    let to = |code: &str| json!({"type": "reconstruct", "code": code});
    let model = built(to("sampling"), json!([flatten, dense(6), sampling, dense(64), reshape]));
    let model = model.expect("it can be built");
    assert_eq!((model.shapes[2], model.code), (Shape::Flat(3), Some(3)));
    assert_eq!(model.kl_weight(), Some(1.0 / 64.0), "that of Keras' example");
    let weighted = |weight: f64| json!({"type": "Sampling", "kl_weight": weight});
    let refused = [
        (
            to("sampling"),
            json!([flatten, dense(7), sampling, dense(64), reshape]),
            "gets a vector of 7",
        ),
        (to("sampling"), json!([sampling, flatten, dense(64), reshape]), "Put a Dense before it"),
        (
            to("sampling"),
            json!([flatten, dense(6), weighted(-1.0), dense(64), reshape]),
            "its `kl_weight` is -1",
        ),
        (
            to("sampling"),
            json!([flatten, dense(6), weighted(11.0), dense(64), reshape]),
            "from 0 to 10",
        ),
        (
            to("dense"),
            json!([flatten, dense(6), sampling, dense(64), reshape]),
            "Name `sampling` as the code",
        ),
        (
            to("sampling"),
            json!([flatten, dense(8), sampling, sampling, dense(64), reshape]),
            "two Sampling layers",
        ),
        (
            to("sampling"),
            json!([flatten, {"type": "Residual", "layers": [dense(6), sampling]}, dense(64), reshape]),
            "stands inside of the residual block `residual`",
        ),
        (
            json!({"type": "classify"}),
            json!([flatten, dense(6), sampling, {"type": "Dense", "units": 10, "activation": "softmax"}]),
            "gives the code of an autoencoder",
        ),
    ];
    for (task, layers, said) in refused {
        let error = built(task, layers.clone()).expect_err(&layers.to_string());
        assert!(error.contains(said), "{error}\nhas no `{said}`");
    }
    for wrong in [json!("much"), json!([1]), json!({})] {
        let sampling = json!({"type": "Sampling", "kl_weight": wrong});
        built(to("sampling"), json!([flatten, dense(6), sampling, dense(64), reshape]))
            .expect_err("no number");
    }
}

#[test]
fn any_autoencoder_with_a_vector_for_its_code_can_be_one() {
    for (picture, n, settings) in [
        ([8, 8, 1], 1, json!({"loss": "mean-squared-error", "noise": "gaussian"})),
        ([20, 12, 3], 5, json!({"loss": "huber", "optimizer": "lion", "batchSize": 3})),
        ([9, 31, 3], 40, json!({"loss": "mean-absolute-error", "schedule": "cosine"})),
        ([16, 16, 1], 2, json!({"optimizer": "adamw", "restoreBestWeights": true})),
    ] {
        let [height, width, channels] = picture;
        let values = height * width * channels;
        let model = json!({
            "input": picture, "task": {"type": "reconstruct", "code": "z"},
            "layers": [
                {"type": "Residual", "layers": [{"type": "Conv2D", "filters": 3, "kernel_size": 3, "padding": "same"}]},
                {"type": "Dropout", "rate": 0.2}, {"type": "Flatten"}, {"type": "Dense", "units": 2 * n},
                {"type": "Sampling", "name": "z"},
                {"type": "Residual", "layers": [{"type": "Dense", "units": 7, "activation": "gelu"}]},
                {"type": "Dense", "units": values}, {"type": "LayerNormalization"},
                {"type": "Reshape", "target_shape": picture}, {"type": "Activation", "activation": "sigmoid"}
            ]
        });
        let mut run = json!({"model": model, "batchSize": 8, "epochs": 2});
        let settings = settings.as_object().expect("settings").clone();
        run.as_object_mut().expect("settings").extend(settings);
        let config = RunConfig::from_json(&run.to_string()).expect("valid settings");
        let mut trainer = trainer(config, dataset_of(shape(height, width, channels), 20, 10));
        let before = pollster::block_on(trainer.generate(3, 1)).expect("pictures");
        let mut epochs = 0;
        for event in self::run(&mut trainer, 4) {
            if let RunEvent::Epoch { loss, val_loss, loss_terms, val_loss_terms, .. } = event {
                for (loss, terms) in [(loss, loss_terms), (val_loss, val_loss_terms)] {
                    let LossTerms { reconstruction, kl } = terms.expect("two terms");
                    let sum = reconstruction + kl / (height * width) as f64;
                    assert!(
                        (loss - sum).abs() < 1e-5 * loss && kl > 0.0,
                        "{picture:?}: {loss}, {sum}"
                    );
                }
                epochs += 1;
            }
        }
        assert_eq!((epochs, before.len()), (2, 3 * values));
        assert_ne!(pollster::block_on(trainer.generate(3, 1)).expect("pictures"), before);
        let trace = pollster::block_on(trainer.trace_step(Split::Train, 0)).expect("it works");
        assert_eq!(
            trace.layers.iter().find(|layer| layer.kind == "Sampling").map(|z| z.values.len()),
            Some(n)
        );
    }
}
