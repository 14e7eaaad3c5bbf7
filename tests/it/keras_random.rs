//! Random models with random settings of a run, out of all that there is, take ten steps beside Keras:
//! `tests/keras/random_specs.py` draws them and writes what Keras makes of them, and each is repeated here on
//! every CPU backend, natively and in a browser, or on the GPU. The largest differences of each are
//! printed; tensors are compared as in `keras_layers`.
//!
//! Runs whose own rounding carries further in Keras than a third of these tolerances are not among them.

use std::collections::BTreeSet;

use tabgrad::backend::Backend;
use tabgrad::data::manifest::Split;
use tabgrad::nn::{ActivationFunction, AnyLayer};
use tabgrad::optim::{OptimizerKind, Schedule};
use tabgrad::spec::run::loss::LOSSES;
use tabgrad::spec::{Kind, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::keras::{Json, check_summary, float, list, whole};
use crate::keras_layers::{apart, largest_apart};
use crate::support::{backends, dataset_of_classes, shape, tell_differences};

/// What is compared, and how far it may be apart: as in the first ten steps of `keras`' runs.
const COMPARED: [(&str, f64); 6] = [
    ("outputs", 1e-5),
    ("gradients", 1e-4),
    ("losses", 1e-4),
    ("validation", 1e-4),
    ("weights", 1e-4),
    ("trained", 1e-4),
];
/// Share of an autoencoder's pixels whose two largest channels are so near that rounding decides between them.
const PIXELS: f64 = 2e-3;

const FIXTURES: &str = include_str!("../keras/fixtures/random.json");

fn fixtures() -> Vec<Json> {
    serde_json::from_str(FIXTURES).expect("fixtures are JSON")
}

struct Case<'a> {
    fixture: &'a Json,
    name: String,
    trainer: Trainer,
    kind: Kind,
    looked_at: Vec<u32>,
}

impl<'a> Case<'a> {
    async fn new(fixture: &'a Json, backend: Backend) -> Self {
        let config = RunConfig::from_json(&fixture["config"].to_string()).expect("valid settings");
        let pictures = &fixture["pictures"];
        let [height, width, channels] = [0, 1, 2].map(|at| whole(&config_input(fixture)[at]));
        let [train, test, classes] =
            ["train", "test", "classes"].map(|name| whole(&pictures[name]));
        let data = dataset_of_classes(shape(height, width, channels), classes, train, test);
        let name = format!("{} on {}", config.model.name(), backend.name());
        let (kind, looked_at) = (config.model.kind(), whole(&pictures["lookedAt"]));
        let device = backend.device().await.expect("a device");
        let trainer =
            Trainer::new(config, data, &device).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { fixture, name, trainer, kind, looked_at: (0..).take(looked_at).collect() }
    }

    /// The largest differences, in the order of [`COMPARED`]. What is counted has to be the same.
    async fn differences(mut self) -> [f64; 6] {
        check_summary(&self.trainer, &self.fixture["summary"], &self.name);
        let phase = &self.fixture["phases"][0];
        let outputs = self.outputs().await;
        let outputs = apart(&outputs, &phase["outputs"], &[&phase["outputs"]]);
        let found = self.trainer.gradients(Split::Train, &self.looked_at).await;
        let found = found.expect("the device works");
        let keras = &phase["gradients"];
        let gradients = largest_apart(&found.gradients, &keras["tensors"], &self.name);
        let first = relative(found.loss.into(), &keras["loss"]);
        let [losses, validation] = self.steps(phase).await;
        let parameters = self.trainer.parameters().await.expect("the device works");
        let weights = largest_apart(&parameters, &phase["weights"], &self.name);
        let trained = self.outputs().await;
        let trained = apart(&trained, &phase["trained"], &[&phase["trained"]]);
        [outputs, gradients, losses.max(first), validation, weights, trained]
    }

    async fn outputs(&self) -> Vec<f32> {
        let outputs = match self.kind {
            Kind::Classifier => self.trainer.predict(Split::Test, &self.looked_at).await,
            Kind::Autoencoder => {
                let drawn = self.trainer.reconstruct(Split::Test, &self.looked_at).await;
                drawn.map(|drawn| drawn.outputs)
            }
        };
        outputs.expect("the device works")
    }

    /// The run to its end: the largest differences of losses in training, and of what validations give.
    async fn steps(&mut self, keras: &Json) -> [f64; 2] {
        let (mut steps, mut epochs) = (list(&keras["steps"]).iter(), list(&keras["epochs"]).iter());
        let [mut losses, mut validation] = [0.0_f64; 2];
        let mut taken = 0;
        while !self.trainer.is_over() {
            for event in self.trainer.advance(1).await.expect("the device works") {
                match event {
                    RunEvent::Step { loss, accuracy, pictures, .. } => {
                        taken += 1;
                        let keras = steps.next().expect("Keras took as many steps");
                        losses = worst(losses, relative(loss, &keras[0]));
                        let what = format!("accuracy {taken}");
                        self.check_accuracy(&what, accuracy, &keras[1], pictures);
                    }
                    RunEvent::Epoch { val_loss, val_accuracy, mse, ssim, .. } => {
                        let keras = epochs.next().expect("Keras had as many epochs");
                        validation = worst(validation, relative(val_loss, &keras["valLoss"]));
                        for (ours, name) in [(mse, "mse"), (ssim, "ssim")] {
                            assert_eq!(
                                ours.is_some(),
                                keras[name].is_f64(),
                                "{} {name}",
                                self.name
                            );
                            let error = match ours {
                                // It is a part of 1 itself, and may be near 0.
                                Some(ssim) if name == "ssim" => (ssim - float(&keras[name])).abs(),
                                Some(mse) => relative(mse, &keras[name]),
                                None => 0.0,
                            };
                            validation = worst(validation, error);
                        }
                        let pictures = whole(&self.fixture["pictures"]["test"]);
                        let (what, keras) = (format!("validation {taken}"), &keras["valAccuracy"]);
                        self.check_accuracy(&what, val_accuracy, keras, pictures);
                    }
                    _ => {}
                }
            }
        }
        assert_eq!((taken, steps.len(), epochs.len()), (10, 0, 0), "{}", self.name);
        [losses, validation]
    }

    fn check_accuracy(&self, what: &str, ours: Option<f64>, keras: &Json, pictures: usize) {
        let within = match self.kind {
            Kind::Classifier => 1e-6,
            Kind::Autoencoder => {
                let input = config_input(self.fixture);
                let pixels = (pictures * whole(&input[0]) * whole(&input[1])) as f64;
                PIXELS.max(1.01 / pixels)
            }
        };
        let ours = ours.expect("there is one");
        let apart = (ours - float(keras)).abs();
        assert!(apart <= within, "{}: {what} is {ours}, Keras has {keras}", self.name);
    }
}

fn config_input(fixture: &Json) -> &Json {
    &fixture["config"]["model"]["input"]
}

/// How far `ours` is from a number of Keras', as a part of that.
fn relative(ours: f64, keras: &Json) -> f64 {
    (ours - float(keras)).abs() / float(keras).abs().max(1e-30)
}

/// The larger of two differences; one that is no number is larger than any.
fn worst(most: f64, one: f64) -> f64 {
    if one <= most { most } else { one }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn random_runs_take_ten_steps_beside_keras() {
    let fixtures = fixtures();
    let mut wrong = Vec::new();
    for backend in backends() {
        for fixture in &fixtures {
            // Only a GPU is ever awaited for long, so blocking works in a browser too.
            let found =
                pollster::block_on(async { Case::new(fixture, backend).await.differences().await });
            let name = fixture["config"]["model"]["name"].as_str().expect("a name");
            let row: Vec<_> = COMPARED.into_iter().map(|(what, _)| what).zip(found).collect();
            tell_differences("random run", name, backend.name(), &row);
            for ((what, tolerance), found) in COMPARED.into_iter().zip(found) {
                if found > tolerance || found.is_nan() {
                    wrong.push(format!("{name} on {}: {what} are {found:e} apart", backend.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every name that stands as `key` anywhere in JSON, by itself or as the type of an object.
fn names<'a>(json: &'a Json, key: &str, found: &mut BTreeSet<&'a str>) {
    if let Some(map) = json.as_object() {
        let value = map.get(key).map(|one| one.get("type").unwrap_or(one));
        found.extend(value.and_then(Json::as_str));
    }
    let inside: Vec<&Json> = match json {
        Json::Object(map) => map.values().collect(),
        Json::Array(all) => all.iter().collect(),
        _ => Vec::new(),
    };
    inside.into_iter().for_each(|one| names(one, key, found));
}

/// Every activation function by its name, as the refusal of another one tells them.
fn functions() -> Vec<String> {
    let error = serde_json::from_str::<ActivationFunction>("\"none\"").expect_err("there is none");
    error.to_string().split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

#[wasm_bindgen_test(unsupported = test)]
pub fn random_runs_have_every_layer_function_optimizer_schedule_and_loss() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "{} runs", fixtures.len());
    let all = |key: &str, of: fn(&Json) -> &Json| {
        let mut found = BTreeSet::new();
        fixtures.iter().for_each(|one| names(of(&one["config"]), key, &mut found));
        found
    };
    let model: fn(&Json) -> &Json = |config| &config["model"];
    let run: fn(&Json) -> &Json = |config| config;
    let losses: Vec<String> = LOSSES.iter().map(|fit| fit.loss.name()).collect();
    let functions = functions();
    assert!(functions.iter().any(|name| name == "softmax"), "{functions:?}");
    let optimizers = OptimizerKind::all().into_iter().map(|(name, ..)| name);
    let schedules = Schedule::all().into_iter().map(|(name, ..)| name);
    // A sampling layer makes a network a variational autoencoder, which has a fixture of its own.
    let classes = AnyLayer::CLASSES.into_iter().filter(|class| *class != "Sampling");
    for (key, of, wanted) in [
        ("type", model, classes.collect::<Vec<_>>()),
        ("activation", model, functions.iter().map(String::as_str).collect()),
        ("optimizer", run, optimizers.collect()),
        ("schedule", run, schedules.collect()),
        ("loss", run, losses.iter().map(String::as_str).collect()),
    ] {
        let found = all(key, of);
        let missing: Vec<&str> = wanted.into_iter().filter(|one| !found.contains(one)).collect();
        assert!(missing.is_empty(), "no random run has the {key} {missing:?}");
    }
}
