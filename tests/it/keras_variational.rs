//! Variational autoencoders beside Keras: `tests/keras/variational_fixtures.py` writes what Keras makes of
//! short runs, and each is repeated here on every CPU backend, natively and in a browser, or on the GPU. The
//! largest difference of each is printed; it counts as a part of the tensor's largest value.

use std::rc::Rc;

use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::nn::Parameter;
use tabgrad::spec::RunConfig;
use tabgrad::train::events::{LossTerms, RunEvent};
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::keras::{float, whole};
use crate::keras_layers::apart;
use crate::support::{backends, pictures_of, shape};

/// How far outputs, gradients, losses and weights may be from Keras'.
const COMPARED: [(&str, f64); 6] = [
    ("outputs", 1e-5),
    ("gradients", 1e-4),
    ("losses", 1e-4),
    ("validations", 1e-4),
    ("weights", 1e-3),
    ("codes", 1e-3),
];

fn fixtures() -> Value {
    let text = include_str!("../keras/fixtures/variational.json");
    serde_json::from_str(text).expect("fixtures are JSON")
}

/// The runs of the fixtures.
pub(crate) fn runs() -> Vec<RunConfig> {
    let fixtures = fixtures();
    let cases = fixtures["cases"].as_array().expect("cases");
    let config = |case: &Value| RunConfig::from_json(&case["run"].to_string()).expect("settings");
    cases.iter().map(config).collect()
}

/// Larger of two, where what is not a number is larger than any.
fn larger(most: f64, one: f64) -> f64 {
    if one <= most { most } else { one }
}

/// The largest difference of parameters or of their gradients. A bias counts beside its kernel.
fn all_apart(ours: &[Parameter], keras: &Value) -> f64 {
    let keras = keras.as_array().expect("tensors");
    assert_eq!(ours.len(), keras.len());
    let each = ours.iter().zip(keras).map(|(ours, one)| {
        assert_eq!(
            (json!(ours.layer), json!(ours.name)),
            (one["layer"].clone(), one["name"].clone())
        );
        let layer = keras.iter().filter(|other| other["layer"] == one["layer"]);
        apart(&ours.values, one, &layer.collect::<Vec<_>>())
    });
    each.fold(0.0, larger)
}

/// Total, reconstruction and divergence beside Keras', each as a part of its own or of a thousandth.
fn losses_apart(loss: f64, terms: Option<LossTerms>, keras: &Value) -> f64 {
    let LossTerms { reconstruction, kl } = terms.expect("it has two terms");
    let pairs = [loss, reconstruction, kl].into_iter().enumerate();
    let each =
        pairs.map(|(at, ours)| (ours - float(&keras[at])).abs() / float(&keras[at]).max(1e-3));
    each.fold(0.0, larger)
}

/// The largest differences of a case, in the order of [`COMPARED`].
async fn differences(fixtures: &Value, case: &Value, backend: Backend) -> [f64; 6] {
    let config = RunConfig::from_json(&case["run"].to_string()).expect("settings");
    let [train, test] = ["train", "test"].map(|split| whole(&fixtures[split]));
    let [height, width, channels] = config.model.spec().input;
    let picture = shape(height, width, channels);
    let classes = ('a'..='j').map(String::from).collect();
    let splits = [(train, 1), (test, 2)].map(|(count, seed)| pictures_of(picture, count, seed));
    let [train, test] = splits;
    let data = Rc::new(Dataset::new(train, test, classes));
    let device = backend.device().await.expect("a device");
    let mut trainer = Trainer::new(config, data, &device).expect("they fit");
    let looked_at: Vec<u32> = (0..).take(whole(&fixtures["lookedAt"])).collect();
    let outputs = trainer.reconstruct(Split::Test, &looked_at).await.expect("it works").outputs;
    let found = trainer.gradients(Split::Train, &looked_at).await.expect("it works");
    let mut losses = (f64::from(found.loss) / float(&case["loss"]) - 1.0).abs();
    let mut validations = 0.0;
    let mut steps = case["steps"].as_array().expect("steps").iter();
    let mut epochs = case["epochs"].as_array().expect("epochs").iter();
    while !trainer.is_over() {
        for event in trainer.advance(1).await.expect("the device works") {
            match event {
                RunEvent::Step { loss, loss_terms, .. } => {
                    let keras = steps.next().expect("Keras took as many steps");
                    losses = larger(losses, losses_apart(loss, loss_terms, keras));
                }
                RunEvent::Epoch { val_loss, val_loss_terms, .. } => {
                    let keras = epochs.next().expect("Keras had as many epochs");
                    validations =
                        larger(validations, losses_apart(val_loss, val_loss_terms, keras));
                }
                _ => {}
            }
        }
    }
    assert_eq!((steps.len(), epochs.len()), (0, 0), "Keras took more steps");
    let weights = trainer.parameters().await.expect("it works");
    let codes = trainer.encode(Split::Test, &looked_at).await.expect("it works").values;
    [
        apart(&outputs, &case["outputs"], &[&case["outputs"]]),
        all_apart(&found.gradients, &case["gradients"]),
        losses,
        validations,
        all_apart(&weights, &case["weights"]),
        apart(&codes, &case["codes"], &[&case["codes"]]),
    ]
}

#[wasm_bindgen_test(unsupported = test)]
pub fn variational_autoencoders_learn_as_in_keras() {
    let fixtures = fixtures();
    let cases = fixtures["cases"].as_array().expect("cases");
    assert!(cases.len() >= 4);
    let mut wrong = Vec::new();
    for backend in backends() {
        for case in cases {
            let name = case["run"]["model"]["name"].as_str().expect("a name");
            // Only a GPU is ever awaited for long, so blocking works in a browser too.
            let found = pollster::block_on(differences(&fixtures, case, backend));
            let row = found.map(|found| format!("{found:.0e}")).join(" | ");
            #[allow(clippy::print_stdout)]
            {
                println!("| {name} | {} | {row} |", backend.name());
            }
            for ((what, tolerance), found) in COMPARED.into_iter().zip(found) {
                if found > tolerance || found.is_nan() {
                    wrong.push(format!("{name} on {}: {what} are {found:e} apart", backend.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
