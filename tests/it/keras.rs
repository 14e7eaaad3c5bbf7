//! The same runs as Keras: `tests/keras/make_fixtures.py` writes what Keras makes of them, and
//! each is repeated here on every CPU backend, natively and in a browser.
//!
//! Tensors are compared by their norm and by 64 values spread over them. A difference counts as a
//! part of the tensor's largest value: sums that happen to be near zero have no digits of their
//! own.

use tabgrad::backend::Backend;
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::PictureShape;
use tabgrad::nn::Parameter;
use tabgrad::spec::{Kind, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{backends, dataset_of, shape};

const FORWARD: f64 = 1e-5;
const GRADIENTS: f64 = 1e-4;
const FIRST_LOSSES: f64 = 1e-4;
const LAST_LOSSES: f64 = 1e-3;
/// Norms of the final weights, and errors of pictures: like the last losses, they have all steps
/// behind them.
const AFTERWARDS: f64 = LAST_LOSSES;
/// Errors of pictures that moving statistics normalise: after 40 steps those of Keras in 32 bits are
/// 1.5e-3 from those of Keras in 64, which ours are nearer to.
const BY_MOVING_STATISTICS: f64 = 3e-3;
/// Share of pixels whose two largest channels are so near that rounding decides between them: 32 of
/// a batch's 16,384. The accuracy of classifiers has to be the same.
const PIXELS: f64 = 2e-3;
/// How many times as many answers may fall the other way, once ten steps are taken, where sums are
/// rounded otherwise than in the build that these tolerances were found with. No other tolerance is
/// wider there.
const TURNED: f64 = if cfg!(target_feature = "relaxed-simd") { 3.0 } else { 1.0 };

pub(crate) type Json = serde_json::Value;

pub(crate) fn float(value: &Json) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

pub(crate) fn list(value: &Json) -> &[Json] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

pub(crate) fn whole(value: &Json) -> usize {
    value.as_u64().and_then(|n| n.try_into().ok()).unwrap_or_else(|| panic!("{value} is no count"))
}

/// The table of a run's model is Keras': the same layers, of the same names, shapes and counts of parameters.
pub(crate) fn check_summary(trainer: &Trainer, keras: &Json, name: &str) {
    let summary = trainer.plan().summary;
    let rows: Vec<Json> = (summary.layers.iter())
        .map(|row| serde_json::json!([row.name, row.kind, row.output_shape, row.parameters]))
        .collect();
    assert_eq!(Json::from(rows), keras["rows"], "{name}");
    assert_eq!(summary.total, whole(&keras["total"]), "{name}");
    assert_eq!(summary.trainable, whole(&keras["trainable"]), "{name}");
}

/// Fails where `ours` is further from `keras` than `tolerance` times `scale`.
#[track_caller]
fn close(what: &str, ours: f64, keras: f64, scale: f64, tolerance: f64) {
    let error = (ours - keras).abs();
    assert!(error <= tolerance * scale, "{what}: {ours}, Keras has {keras}, {error:e} apart");
}

fn norm(values: &[f32]) -> f64 {
    values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt()
}

/// Compares a tensor with what a fixture keeps of it.
#[track_caller]
fn sketched(what: &str, ours: &[f32], keras: &Json, tolerance: f64) {
    close(
        &format!("norm of {what}"),
        norm(ours),
        float(&keras["norm"]),
        float(&keras["norm"]),
        tolerance,
    );
    let sample = list(&keras["sample"]);
    for (i, value) in sample.iter().enumerate() {
        let place = i * ours.len() / sample.len();
        let what = format!("{what}[{place}]");
        close(&what, ours[place].into(), float(value), float(&keras["largest"]), tolerance);
    }
}

struct Case {
    name: String,
    fixture: Json,
    trainer: Trainer,
    kind: Kind,
    looked_at: Vec<u32>,
}

impl Case {
    async fn new(fixture: &str, backend: Backend) -> Self {
        let fixture: Json = serde_json::from_str(fixture).expect("a fixture is JSON");
        let config = RunConfig::from_json(&fixture["config"].to_string()).expect("valid settings");
        let pictures = &fixture["pictures"];
        let shape = match pictures["shape"].as_array().map(Vec::as_slice) {
            Some([height, width, channels]) => shape(whole(height), whole(width), whole(channels)),
            _ => PictureShape::CIFAR,
        };
        let data = dataset_of(shape, whole(&pictures["train"]), whole(&pictures["test"]));
        let (name, kind) = (format!("{} on {backend:?}", config.model.name()), config.model.kind());
        let looked_at = (0..).take(whole(&pictures["lookedAt"])).collect();
        let device = backend.device().await.expect("a device");
        let mut trainer = Trainer::new(config, data, &device).expect("the data fit");
        if let Some(bias) = fixture["lastBias"].as_f64() {
            let mut last = parameters(&trainer).await.pop().expect("a model has parameters");
            assert_eq!(last.name, "bias");
            last.values.fill(bias as f32);
            trainer.put_parameters(&[last]).expect("it is the model's own");
        }
        Self { name, fixture, trainer, kind, looked_at }
    }

    /// Repeats the run, or its first epoch.
    async fn check(mut self, to_the_end: bool) {
        check_summary(&self.trainer, &self.fixture["summary"], &self.name);
        let phases = list(&self.fixture["phases"]).to_vec();
        assert_eq!(phases.len(), self.trainer.plan().phases.len(), "{}", self.name);
        for phase in phases {
            let name = format!("{}, {}", self.name, phase["name"].as_str().unwrap_or_default());
            if let Some(start) = phase["start"].as_array() {
                self.start_from(&name, start).await;
            }
            self.check_outputs(&name, &phase["outputs"]).await;
            self.check_gradients(&name, &phase["gradients"]).await;
            let epochs = if to_the_end { usize::MAX } else { 1 };
            self.check_steps(&name, &phase, epochs).await;
            if !to_the_end {
                return;
            }
            self.check_weights(&name, list(&phase["weights"])).await;
        }
        assert!(self.trainer.is_over(), "{}", self.name);
    }

    /// Goes on with Keras' weights, so that the phase does not add to the differences of those
    /// before it.
    async fn start_from(&mut self, name: &str, start: &[Json]) {
        let mut given = parameters(&self.trainer).await;
        assert_eq!(given.len(), start.len(), "{name}");
        for (parameter, keras) in given.iter_mut().zip(start) {
            let what = named(name, parameter, keras);
            let values: Vec<f32> =
                list(&keras["values"]).iter().map(|value| float(value) as f32).collect();
            assert_eq!(values.len(), parameter.values.len(), "{what}");
            parameter.values = values;
        }
        self.trainer.put_parameters(&given).expect("they are the model's own");
    }

    async fn check_outputs(&self, name: &str, keras: &Json) {
        let outputs = match self.kind {
            Kind::Classifier => self.trainer.predict(Split::Test, &self.looked_at).await,
            Kind::Autoencoder => self
                .trainer
                .reconstruct(Split::Test, &self.looked_at)
                .await
                .map(|drawn| drawn.outputs),
        };
        let outputs = outputs.expect("the device works");
        sketched(&format!("{name}: outputs"), &outputs, keras, FORWARD);
    }

    async fn check_gradients(&self, name: &str, keras: &Json) {
        let ours = self.trainer.gradients(Split::Train, &self.looked_at).await;
        let ours = ours.expect("the device works");
        let loss = float(&keras["loss"]);
        close(&format!("{name}: loss"), ours.loss.into(), loss, loss, FORWARD);
        let tensors = list(&keras["tensors"]);
        assert_eq!(ours.gradients.len(), tensors.len(), "{name}");
        for (ours, keras) in ours.gradients.iter().zip(tensors) {
            let what = format!("gradient of {}", named(name, ours, keras));
            assert_eq!(Json::from(ours.shape.clone()), keras["shape"], "{what}");
            sketched(&what, &ours.values, keras, GRADIENTS);
        }
    }

    /// Repeats the first `limit` epochs of a phase.
    async fn check_steps(&mut self, name: &str, keras: &Json, limit: usize) {
        let mut steps = list(&keras["steps"]).iter();
        let mut epochs = list(&keras["epochs"]).iter().take(limit);
        let mut taken = 0;
        while epochs.len() > 0 {
            // One unit at a time, so that the phase's last pull is not the next one's first.
            for event in self.trainer.advance(1).await.expect("the device works") {
                match event {
                    RunEvent::Step { loss, accuracy, pictures, .. } => {
                        taken += 1;
                        let keras = steps.next().expect("Keras took as many steps");
                        let (what, want) = (format!("{name}: loss {taken}"), float(&keras[0]));
                        close(&what, loss, want, want, losses_within(taken));
                        if !keras[1].is_null() {
                            let what = format!("{name}: accuracy {taken}");
                            self.check_accuracy(&what, accuracy, &keras[1], (pictures, 1), taken);
                        }
                    }
                    RunEvent::Epoch { val_loss, val_accuracy, mse, ssim, .. } => {
                        let keras = epochs.next().expect("Keras had as many epochs");
                        let name = format!("{name}: after step {taken}, validation");
                        let want = float(&keras["valLoss"]);
                        close(&format!("{name} loss"), val_loss, want, want, losses_within(taken));
                        let (what, want) = (format!("{name} accuracy"), &keras["valAccuracy"]);
                        let pictures = whole(&self.fixture["pictures"]["test"]);
                        let open = self.undecided(pictures).await.max(1);
                        self.check_accuracy(&what, val_accuracy, want, (pictures, open), taken);
                        for (what, ours) in [("mse", mse), ("ssim", ssim)] {
                            let (ours, want) = (ours.unwrap_or(0.0), keras[what].as_f64());
                            let want = want.unwrap_or(0.0);
                            let normalised = (self.trainer.summary().layers.iter())
                                .any(|row| row.kind == "BatchNormalization");
                            let within = if normalised { BY_MOVING_STATISTICS } else { AFTERWARDS };
                            close(&format!("{name} {what}"), ours, want, want, within);
                        }
                    }
                    _ => {}
                }
            }
        }
        assert!(taken >= 10, "{name}: {taken} steps were compared");
    }

    /// How many of the test pictures have two classes that are as likely as each other, to the
    /// precision to which Keras' own numbers are met after many steps.
    async fn undecided(&self, pictures: usize) -> usize {
        if self.kind == Kind::Autoencoder {
            return 0;
        }
        let all: Vec<u32> = (0..).take(pictures).collect();
        let told = self.trainer.predict(Split::Test, &all).await.expect("the device works");
        let rows = told.chunks_exact(told.len() / pictures);
        let undecided = rows.filter(|row| {
            let mut row = row.to_vec();
            row.sort_by(|a, b| b.total_cmp(a));
            f64::from(row[0] / row[1]) - 1.0 < AFTERWARDS
        });
        undecided.count()
    }

    /// `pictures` is how many the accuracy is of and how many of these may fall either way, `step`
    /// how many steps were taken.
    fn check_accuracy(
        &self,
        what: &str,
        ours: Option<f64>,
        keras: &Json,
        (pictures, open): (usize, usize),
        step: usize,
    ) {
        let tolerance = match self.kind {
            Kind::Autoencoder if step <= 10 => PIXELS,
            Kind::Autoencoder => PIXELS * TURNED,
            Kind::Classifier if step <= 10 => 1e-6,
            // Two classes may have become equally likely for a picture.
            Kind::Classifier => (open as f64 * TURNED + 0.01) / pictures as f64,
        };
        close(what, ours.expect("there is one"), float(keras), 1.0, tolerance);
    }

    async fn check_weights(&self, name: &str, keras: &[Json]) {
        let ours = parameters(&self.trainer).await;
        assert_eq!(ours.len(), keras.len(), "{name}");
        for (parameter, expected) in ours.iter().zip(keras) {
            let what = format!("final {}", named(name, parameter, expected));
            // A bias counts beside its kernel: alone it is a small difference of large numbers.
            let layer = (keras.iter().filter(|row| row["layer"] == expected["layer"]))
                .map(|row| float(&row["norm"]).powi(2));
            let scale = layer.sum::<f64>().sqrt();
            close(&what, norm(&parameter.values), float(&expected["norm"]), scale, AFTERWARDS);
        }
    }
}

fn losses_within(step: usize) -> f64 {
    if step <= 10 { FIRST_LOSSES } else { LAST_LOSSES }
}

async fn parameters(trainer: &Trainer) -> Vec<Parameter> {
    trainer.parameters().await.expect("the device works")
}

/// What a parameter is called, after making sure that Keras' row is about the same one.
#[track_caller]
fn named(run: &str, ours: &Parameter, keras: &Json) -> String {
    let name = format!("{run}: layer {} {}", ours.layer, ours.name);
    let keras = (whole(&keras["layer"]), keras["name"].as_str().unwrap_or_default());
    assert_eq!((ours.layer, ours.name), keras, "{name}");
    name
}

/// Repeats the run of the fixture in the file of that name.
macro_rules! repeat {
    ($file:literal, $backend:expr, $to_the_end:expr) => {{
        let fixture = include_str!(concat!("../keras/fixtures/", $file, ".json"));
        Case::new(fixture, $backend).await.check($to_the_end).await;
    }};
}

// Whether burn-ndarray repeats the whole run, too: it takes minutes for the larger ones, of which it
// takes ten steps and a validation.
macro_rules! cases {
    ($($test:ident: $file:literal, $long:literal;)*) => {$(
        #[wasm_bindgen_test(unsupported = test)]
        pub fn $test() {
            // Only a GPU is ever awaited for long, so blocking works in a browser too.
            pollster::block_on(async {
                for backend in backends() {
                    repeat!($file, backend, backend.name() != "ndarray" || $long);
                }
            });
        }
    )*};
}

/// Some of them in a browser on WebGPU: the adapter of the tests is slow. Natively all run on a GPU.
#[cfg(all(feature = "gpu", target_family = "wasm"))]
pub mod webgpu {
    use super::*;

    macro_rules! cases {
        ($($test:ident: $file:literal, $to_the_end:literal;)*) => {$(
            #[wasm_bindgen_test]
            pub async fn $test() {
                repeat!($file, Backend::Wgpu, $to_the_end);
            }
        )*};
    }

    cases! {
        a_classifier: "cnn-max-3", false;
        four_padded_blocks_with_average_pooling: "cnn-avg-4", false;
        an_autoencoder_to_the_end: "cae", true;
        batch_normalisation: "cae-bn", false;
        a_stack: "sae", false;
    }
}

cases! {
    cnn_max_2: "cnn-max-2", false;
    cnn_avg_2: "cnn-avg-2", false;
    a_classifier_with_weighted_classes: "learn-classes", false;
    a_classifier_with_hinge: "learn-hinge", false;
    cae_with_absolute_error: "learn-absolute", true;
    cae_with_huber: "learn-huber", true;
    cnn_max_3: "cnn-max-3", false;
    cnn_avg_3: "cnn-avg-3", false;
    cnn_max_4: "cnn-max-4", false;
    cnn_avg_4: "cnn-avg-4", false;
    cae: "cae", true;
    cae_with_squared_error: "cae-sigmoid-mse", true;
    cae_with_relu: "cae-relu-bce", true;
    cae_with_relu_and_squared_error: "cae-relu-mse", true;
    cae_bn: "cae-bn", false;
    cae_denoise: "cae-denoise", true;
    sae: "sae", true;
    grey_pictures_of_28x28: "cnn-max-2-28x28x1", false;
    oblong_pictures: "cnn-avg-2-20x12x3", false;
    an_autoencoder_of_grey_oblong_pictures: "cae-24x16x1", true;
}
