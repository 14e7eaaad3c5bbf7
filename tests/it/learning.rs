//! How runs learn, beside Keras: every optimizer, schedule, loss and callback with every setting, each
//! entry of `tests/keras/fixtures/learning.json` on every backend. With `--nocapture` the largest
//! difference of each is printed.

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::{Value, json};
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::optim::plateau::{Plateau, ReduceOnPlateau};
use tabgrad::optim::{Optimizer, Rates};
use tabgrad::spec::{Output, RunConfig};
use tabgrad::step::loss;

use crate::support::{backends, device, tell_differences};

/// Of the largest value of a tensor.
const WEIGHTS: f64 = 2e-6;
const GRADIENTS: f64 = 2e-6;
/// Of a loss.
const LOSSES: f64 = 1e-6;
/// Of the learning rate. Keras computes rates in 32 bits.
const RATES: f64 = 2e-7;

fn fixture() -> Value {
    serde_json::from_str(include_str!("../keras/fixtures/learning.json")).expect("it is JSON")
}

/// Numbers from -scale to scale, as the fixtures' program draws them.
fn drawn(index: u64, count: usize, scale: f32) -> Vec<f32> {
    let mut rng = Rng::new(19, Purpose::Synthetic, index);
    (0..count).map(|_| (rng.unit() * 2.0 - 1.0) * scale).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let all = value.as_array().expect("a list").iter();
    all.map(|number| number.as_f64().expect("a number")).collect()
}

/// The largest difference, as a part of `scale` or of the largest value.
fn difference(ours: &[f64], keras: &[f64], scale: Option<f64>) -> f64 {
    assert_eq!(ours.len(), keras.len());
    let largest = keras.iter().fold(f64::MIN_POSITIVE, |most, x| most.max(x.abs()));
    let apart = |(a, b): (&f64, &f64)| if (a - b).is_nan() { f64::INFINITY } else { (a - b).abs() };
    ours.iter().zip(keras).map(apart).fold(0.0, f64::max) / scale.unwrap_or(largest)
}

fn exact(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    let data = pollster::block_on(tensor.into_data_async()).expect("the device works");
    exact(&data.try_into_vec::<f32>().expect("32-bit values"))
}

/// The settings of an entry, on top of those of a run of `model`.
fn config(model: &str, entry: &Value, more: Value) -> RunConfig {
    let mut all = json!({ "model": model });
    for settings in [&more, &entry["settings"]] {
        let settings = settings.as_object().expect("settings").clone();
        all.as_object_mut().expect("settings").extend(settings);
    }
    RunConfig::from_json(&all.to_string()).expect("valid settings")
}

fn rates(fixture: &Value, config: &RunConfig) -> Rates {
    config.rates(fixture["stepsPerEpoch"].as_u64().expect("a count") as usize)
}

fn rate_and_epochs(fixture: &Value) -> Value {
    json!({ "learningRate": fixture["rate"], "epochs": fixture["epochs"] })
}

#[test]
fn optimizers_take_keras_s_steps() {
    let fixture = fixture();
    let sizes = numbers(&fixture["sizes"]);
    let entries = fixture["optimizers"].as_array().expect("entries");
    let mut failed = Vec::new();
    for entry in entries {
        let config = config("cae", entry, rate_and_epochs(&fixture));
        for backend in backends() {
            let device = device(backend);
            let mut optimizer = Optimizer::new(config.optimizer.clone(), rates(&fixture, &config));
            let draw = |first: u64, scale: f32| -> Vec<Tensor<1>> {
                let sizes = sizes.iter().map(|size| *size as usize);
                let each = (first..).zip(sizes);
                each.map(|(index, size)| tensor(drawn(index, size, scale), [size], &device))
                    .collect()
            };
            let mut weights = draw(0, 1.0);
            let mut largest = 0.0_f64;
            for step in 1..=10_u64 {
                let scale = [0.1, 1.0, 3.0][step as usize % 3];
                let gradients = draw(100 * step, scale).into_iter().map(Some).collect();
                weights = optimizer.step(weights, gradients).into_iter().flatten().collect();
                let Some(keras) = entry["values"][step.to_string()].as_array() else { continue };
                for (ours, keras) in weights.iter().zip(keras) {
                    largest = largest.max(difference(&host(ours.clone()), &numbers(keras), None));
                }
            }
            let name = entry["settings"].to_string();
            tell_differences("optimizer", &name, backend.name(), &[("weights", largest)]);
            if largest > WEIGHTS {
                failed.push(format!("{name} on {}: {largest:.1e}", backend.name()));
            }
        }
    }
    assert!(entries.len() > 60, "{} entries", entries.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn schedules_give_keras_s_rates() {
    let fixture = fixture();
    let entries = fixture["schedules"].as_array().expect("entries");
    let mut failed = Vec::new();
    for entry in entries {
        let config = config("cae", entry, rate_and_epochs(&fixture));
        let (rates, keras) = (rates(&fixture, &config), numbers(&entry["rates"]));
        let ours: Vec<f64> = (0..).map(|step| rates.at(step)).take(keras.len()).collect();
        let apart = difference(&ours, &keras, fixture["rate"].as_f64());
        let name = entry["settings"].to_string();
        tell_differences("schedule", &name, "all", &[("rates", apart)]);
        if apart > RATES {
            failed.push(format!("{name}: {apart:.1e}"));
        }
    }
    assert!(entries.len() > 15, "{} entries", entries.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn losses_are_keras_s() {
    let fixture = fixture();
    let mut failed = Vec::new();
    for entry in fixture["losses"].as_array().expect("entries") {
        let settings = entry["settings"].to_string();
        for backend in backends() {
            let device = device(backend).autodiff();
            let (loss, gradient) = match entry["shape"].as_array() {
                Some(_) => of_pictures(entry, &device),
                None => of_classes(entry, &device),
            };
            let keras = entry["loss"].as_f64().expect("a loss");
            let value = difference(&loss, &[keras], None);
            let slope = difference(&gradient, &numbers(&entry["gradient"]), None);
            let row = [("losses", value), ("gradients", slope)];
            tell_differences("loss", &settings, backend.name(), &row);
            if value > LOSSES || slope > GRADIENTS {
                failed.push(format!("{settings} on {}: {row:?}", backend.name()));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

fn of_pictures(entry: &Value, device: &Device) -> (Vec<f64>, Vec<f64>) {
    let config = config("cae", entry, json!({}));
    let shape = [2, 3, 4, 4];
    // Keras has channels last.
    let channels_first = |values: &[f32]| -> Vec<f32> {
        let at = |i: usize| {
            let (picture, channel, pixel) = (i / 48, i / 16 % 3, i % 16);
            values[(picture * 16 + pixel) * 3 + channel]
        };
        (0..values.len()).map(at).collect()
    };
    let logits = tensor(channels_first(&drawn(901, 96, 1.2)), shape, device).require_grad();
    let goals: Vec<f32> = drawn(902, 96, 1.0).iter().map(|x| (x + 1.0) / 2.0).collect();
    let goals = tensor(channels_first(&goals), shape, device);
    let output = config.output.unwrap_or(Output::Sigmoid);
    let loss = loss::reconstruction(logits.clone(), goals, config.loss_function(), output);
    let gradient = logits.grad(&loss.backward()).expect("a gradient");
    (host(loss.inner()), host(gradient.permute([0, 2, 3, 1])))
}

fn of_classes(entry: &Value, device: &Device) -> (Vec<f64>, Vec<f64>) {
    let config = config("cnn-max-2", entry, json!({}));
    let (rows, classes) = (6, 5);
    config.check_classes(classes).expect("weights of five classes");
    let labels: Vec<usize> =
        numbers(&entry["labels"]).into_iter().map(|label| label as usize).collect();
    let smoothing = config.label_smoothing as f32;
    let goal = |label: usize, class: usize| {
        (if label == class { 1.0 - smoothing } else { 0.0 }) + smoothing / classes as f32
    };
    let goals: Vec<f32> = labels
        .iter()
        .flat_map(|&label| (0..classes).map(move |class| goal(label, class)))
        .collect();
    let logits = tensor(drawn(900, rows * classes, 3.0), [rows, classes], device).require_grad();
    let weights = config.class_weights.as_ref().map(|weights| {
        let weights = labels.iter().map(|&label| weights.of(label) as f32).collect();
        tensor::<1>(weights, [rows], device)
    });
    let goals = tensor(goals, [rows, classes], device);
    let loss = loss::classification(logits.clone(), goals, weights, config.loss);
    let gradient = logits.grad(&loss.backward()).expect("a gradient");
    (host(loss.inner()), host(gradient))
}

#[test]
fn rates_fall_on_keras_s_plateaus() {
    let fixture = fixture();
    let rate = fixture["rate"].as_f64().expect("a rate");
    let losses = numbers(&fixture["plateaus"]["losses"]);
    for entry in fixture["plateaus"]["entries"].as_array().expect("entries") {
        let settings: ReduceOnPlateau =
            serde_json::from_value(entry["settings"].clone()).expect("settings");
        let mut plateau = Plateau::new(rate);
        let ours: Vec<f64> = losses
            .iter()
            .map(|loss| {
                let before = plateau.learning_rate;
                assert_eq!(plateau.record(&settings, *loss), plateau.learning_rate < before);
                plateau.learning_rate
            })
            .collect();
        let apart = difference(&ours, &numbers(&entry["rates"]), None);
        let name = entry["settings"].to_string();
        tell_differences("reduce on plateau", &name, "all", &[("rates", apart)]);
        assert!(apart < RATES, "{}: {ours:?}", entry["settings"]);
    }
}
