//! What a run shows of its inside: codes, activations, and a step with its gradients.

use tabgrad::data::manifest::Split;
use tabgrad::inspect::TracedParameter;
use tabgrad::nn::Parameter;
use tabgrad::spec::RunConfig;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, pictures, short, trainer};

fn parameters(trainer: &Trainer) -> Vec<Parameter> {
    pollster::block_on(trainer.parameters()).expect("the device works")
}

/// Everything that a step can be taken in: dense layers, batch normalisation, noise, stages.
const STUDIED: [&str; 5] = ["cnn-max-2", "cnn-avg-3", "cae-bn", "cae-denoise", "sae"];

#[wasm_bindgen_test(unsupported = test)]
pub fn the_chain_rule_layer_by_layer_gives_the_gradients_of_the_whole() {
    for model in STUDIED {
        let mut trainer = trainer(short(model), dataset(16, 8));
        // For the stacked one into its second stage, which learns codes.
        let _ = advance(&mut trainer, 4);
        let before = parameters(&trainer);
        let slope = pollster::block_on(trainer.gradients(Split::Test, &[3])).expect("it works");
        let step = trainer.place().step;
        let lesson = pollster::block_on(trainer.trace_step(Split::Test, 3)).expect("it works");
        assert_eq!((lesson.step, trainer.place().step), (step + 1, step + 1));
        assert!((lesson.loss - slope.loss).abs() <= 1e-6 * slope.loss.abs(), "{model:?}");
        let shown: Vec<&TracedParameter> =
            lesson.layers.iter().flat_map(|layer| &layer.parameters).collect();
        assert_eq!(shown.len(), slope.gradients.len(), "{model:?}");
        for (shown, whole) in shown.iter().zip(&slope.gradients) {
            assert_eq!((shown.name, &shown.shape), (whole.name, &whole.shape));
            let largest = whole.values.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            for (a, b) in shown.gradient.iter().zip(&whole.values) {
                // The sums are taken in another order there.
                assert!((a - b).abs() <= 1e-5 * largest, "{model:?} {}: {a} {b}", shown.name);
            }
        }
        // What it shows before and after is what the run had and has.
        let after = parameters(&trainer);
        for (shown, whole) in shown.iter().zip(&slope.gradients) {
            let find = |all: &[Parameter]| {
                let same = |one: &&Parameter| (one.layer, one.name) == (whole.layer, whole.name);
                all.iter().find(same).map(|one| one.values.clone())
            };
            assert_eq!(Some(&shown.before), find(&before).as_ref());
            assert_eq!(Some(&shown.after), find(&after).as_ref());
        }
        for layer in &lesson.layers {
            let size = layer.shape.iter().product::<usize>();
            assert_eq!((layer.values.len(), layer.gradient.len()), (size, size));
        }
        assert_eq!(lesson.probabilities.is_some(), model.starts_with("cnn"));
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_lesson_is_a_step_with_a_batch_of_one() {
    for model in ["cnn-max-2", "cae-bn", "sae"] {
        let config = RunConfig { batch_size: 1, ..short(model) };
        let mut stepped = trainer(config.clone(), dataset(1, 4));
        let _ = advance(&mut stepped, 1);
        let mut studied = trainer(config, dataset(1, 4));
        let lesson = pollster::block_on(studied.trace_step(Split::Train, 0)).expect("it works");
        assert_eq!(parameters(&studied), parameters(&stepped), "{model:?}");
        assert!(lesson.loss_after < lesson.loss, "{model:?}");
        for shown in lesson.layers.iter().flat_map(|layer| &layer.parameters) {
            assert!(shown.norms.change > 0.0 || shown.norms.gradient == 0.0);
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn the_gradient_of_logits_is_probability_minus_truth() {
    let mut trainer = trainer(short("cnn-max-2"), dataset(8, 4));
    let lesson = pollster::block_on(trainer.trace_step(Split::Test, 2)).expect("it works");
    let probabilities = lesson.probabilities.expect("a classifier");
    let last = lesson.layers.last().expect("layers");
    for (class, (gradient, p)) in last.gradient.iter().zip(&probabilities).enumerate() {
        let truth = if class == 2 { 1.0 } else { 0.0 };
        assert!((gradient - (p - truth)).abs() < 1e-6, "class {class}");
    }
    let after = lesson.probabilities_after.expect("a classifier");
    assert!(after[2] > probabilities[2]);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_step_to_nowhere_is_not_taken() {
    let config = RunConfig { learning_rate: 1e20, ..short("cnn-max-4") };
    let mut trainer = trainer(config, dataset(16, 8));
    let before = parameters(&trainer);
    let error =
        pollster::block_on(trainer.trace_step(Split::Test, 0)).expect_err("nowhere").to_string();
    assert!(error.starts_with("The step was not kept, because the loss after it is "), "{error}");
    assert_eq!(parameters(&trainer), before);
    assert_eq!(trainer.place().step, 0);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn decoding_codes_draws_what_reconstructing_does() {
    for (model, shape) in [("cae", [4, 4, 8]), ("cae-bn", [16, 16, 32]), ("cae-denoise", [4, 4, 8])]
    {
        let trainer = trainer(short(model), dataset(8, 8));
        let code = pollster::block_on(trainer.encode(Split::Test, &[1, 4])).expect("it works");
        assert_eq!(code.shape, shape);
        assert_eq!(code.values.len(), 2 * shape.iter().product::<usize>());
        let drawn = pollster::block_on(trainer.decode(&code.values)).expect("it works");
        let whole = pollster::block_on(trainer.reconstruct(Split::Test, &[1, 4]));
        assert_eq!(drawn, whole.expect("it works").outputs, "{model:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn what_is_no_code_is_refused() {
    let autoencoder = trainer(short("cae"), dataset(8, 8));
    for values in [vec![], vec![0.0; 127], vec![f32::INFINITY; 128]] {
        let error = pollster::block_on(autoencoder.decode(&values)).expect_err("no code");
        assert_eq!(
            error.to_string(),
            format!(
                "{} values are no codes of cae: a code has 128 finite numbers. Give one code or \
                 more, whole.",
                values.len()
            )
        );
    }
    let classifier = trainer(short("cnn-max-2"), dataset(8, 8));
    let error = pollster::block_on(classifier.decode(&[0.0; 128])).expect_err("no decoder");
    assert_eq!(error.to_string(), "cnn-max-2 does not decode codes.");
    let error = pollster::block_on(classifier.encode(Split::Test, &[0])).expect_err("no encoder");
    assert_eq!(error.to_string(), "cnn-max-2 does not encode pictures.");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn activations_are_those_of_every_layer() {
    let trainer = trainer(short("cnn-max-2"), dataset(8, 8));
    let layers = pollster::block_on(trainer.activations(Split::Test, 5)).expect("it works");
    let table = trainer.summary();
    assert_eq!(layers.len(), table.layers.len());
    for (layer, row) in layers.iter().zip(&table.layers) {
        assert_eq!((&layer.name, layer.kind), (&row.name, row.kind));
        let shape: Vec<usize> = row.output_shape.iter().copied().flatten().collect();
        assert_eq!(layer.shape, shape);
        assert_eq!(layer.values.len(), shape.iter().product::<usize>());
    }
    // Flattened in the order in which the map itself is given.
    assert_eq!(layers[3].values, layers[4].values);
    let logits = &layers.last().expect("layers").values;
    let sum: f32 = logits.iter().map(|x| x.exp()).sum();
    let probabilities = pollster::block_on(trainer.predict(Split::Test, &[5])).expect("it works");
    for (x, p) in logits.iter().zip(probabilities) {
        assert!((x.exp() / sum - p).abs() < 1e-6);
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn given_pictures_are_asked_about_like_others() {
    let trainer = trainer(short("cnn-max-2"), dataset(8, 8));
    let given = pictures(8, 2);
    let ask = |indices: &[u32]| pollster::block_on(trainer.predict(&given, indices));
    let same = pollster::block_on(trainer.predict(Split::Test, &[6])).expect("it works");
    assert_eq!(ask(&[6]).expect("it works"), same);
    let error = ask(&[8]).expect_err("no such picture").to_string();
    assert_eq!(error, "There is no given picture 8: there are 8, counted from 0.");
}
