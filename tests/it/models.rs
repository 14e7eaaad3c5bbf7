//! The models: each trains, and answers what its kind answers.

use tabgrad::data::manifest::Split;
use tabgrad::spec::{Kind, Preset, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, losses, run, short, trainer};

#[wasm_bindgen_test(unsupported = test)]
pub fn all_train_to_finite_numbers() {
    for model in Preset::listed() {
        let events = run(&mut trainer(short(model.name()), dataset(16, 8)), 2);
        let mut epochs = 0;
        for event in events {
            match event {
                RunEvent::Step { loss, .. } => assert!(loss.is_finite() && loss > 0.0),
                RunEvent::Epoch { val_loss, val_accuracy, mse, psnr, ssim, .. } => {
                    epochs += 1;
                    assert!(val_loss.is_finite());
                    assert!(val_accuracy.is_some());
                    let drawings = model.spec().task.kind() == Kind::Autoencoder;
                    assert_eq!(mse.is_some() && psnr.is_some() && ssim.is_some(), drawings);
                }
                RunEvent::Diverged { message, .. } => panic!("{model:?}: {message}"),
                _ => {}
            }
        }
        assert_eq!(epochs, if model.name() == "sae" { 4 } else { 1 }, "{model:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn classifiers_give_probabilities() {
    let trainer = trainer(short("cnn-max-2"), dataset(8, 8));
    let probabilities =
        pollster::block_on(trainer.predict(Split::Test, &[0, 7])).expect("classifier");
    assert_eq!(probabilities.len(), 20);
    for row in probabilities.chunks_exact(10) {
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    let error =
        pollster::block_on(trainer.predict(Split::Test, &[8])).expect_err("no such picture");
    assert_eq!(error.to_string(), "There is no test picture 8: there are 8, counted from 0.");
    let error = pollster::block_on(trainer.reconstruct(Split::Test, &[0])).expect_err("no drawing");
    assert_eq!(error.to_string(), "cnn-max-2 does not redraw pictures.");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn autoencoders_draw_and_the_noisy_one_sees_noise() {
    for model in ["cae", "cae-denoise"] {
        let trainer = trainer(short(model), dataset(8, 8));
        let drawn =
            pollster::block_on(trainer.reconstruct(Split::Train, &[3])).expect("autoencoder");
        assert_eq!(drawn.outputs.len(), 3072);
        assert!(drawn.outputs.iter().all(|value| (0.0..=1.0).contains(value)));
        assert_eq!(drawn.batch.corrupted.is_some(), model == "cae-denoise");
        let again =
            pollster::block_on(trainer.reconstruct(Split::Train, &[3])).expect("autoencoder");
        assert_eq!(drawn, again, "what is shown does not change by looking");
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn earlier_stages_stay_frozen() {
    let mut trainer = trainer(short("sae"), dataset(16, 8));
    let encoder = |trainer: &Trainer, stage: usize| {
        let layers = 2 * (stage - 1)..2 * stage;
        let parameters = pollster::block_on(trainer.parameters()).expect("the device works");
        parameters
            .into_iter()
            .filter(|parameter| layers.contains(&parameter.layer))
            .collect::<Vec<_>>()
    };
    // Two steps and one batch of validation: stage 1 is over.
    let _ = advance(&mut trainer, 3);
    let (first, second) = (encoder(&trainer, 1), encoder(&trainer, 2));
    let _ = advance(&mut trainer, 2);
    assert_eq!(first, encoder(&trainer, 1), "stage 1 is frozen while stage 2 learns");
    assert_ne!(second, encoder(&trainer, 2), "stage 2 learns");
    // Its validation, stage 3 with its own, and a step of fine-tuning.
    let _ = advance(&mut trainer, 1 + 3 + 1);
    assert_ne!(first, encoder(&trainer, 1), "fine-tuning moves everything");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn weights_can_be_taken_out_and_put_back() {
    let parameters =
        |trainer: &Trainer| pollster::block_on(trainer.parameters()).expect("the device works");
    let drawn = |trainer: &Trainer| {
        pollster::block_on(trainer.reconstruct(Split::Test, &[1])).expect("autoencoder").outputs
    };
    let mut trained = trainer(short("cae-bn"), dataset(16, 8));
    let _ = run(&mut trained, 2);
    let mut other = trainer(RunConfig { seed: 9, ..short("cae-bn") }, dataset(16, 8));
    assert_ne!(drawn(&other), drawn(&trained));
    other.put_parameters(&parameters(&trained)).expect("the same model");
    assert_eq!(drawn(&other), drawn(&trained), "kernels, and the statistics of normalisation");
    assert_eq!(parameters(&other), parameters(&trained));

    let mut wrong = parameters(&trained);
    let last = wrong.last_mut().expect("a model has parameters");
    last.values.push(0.0);
    wrong[0].values.fill(0.0);
    let error = other.put_parameters(&wrong).expect_err("one value too many").to_string();
    assert_eq!(
        error,
        "This model has no `bias` of shape [3] with 4 values in layer 8 (counted from 0). \
         Give parameters as the same model gave them."
    );
    let mut wrong = parameters(&trained);
    wrong[2].values[0] = f32::NAN;
    let error = other.put_parameters(&wrong).expect_err("not a number").to_string();
    assert!(
        error.starts_with("The `gamma` of layer 1 (counted from 0) has values that"),
        "{error}"
    );
    assert_eq!(parameters(&other), parameters(&trained), "then nothing is taken");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn asking_for_gradients_changes_nothing() {
    let ask = |trainer: &Trainer| {
        pollster::block_on(trainer.gradients(Split::Train, &[0, 3])).expect("the device works")
    };
    let mut trainer = trainer(short("cae-bn"), dataset(16, 8));
    let _ = advance(&mut trainer, 1);
    let before = pollster::block_on(trainer.parameters()).expect("the device works");
    let found = ask(&trainer);
    assert_eq!(found, ask(&trainer));
    assert_eq!(before, pollster::block_on(trainer.parameters()).expect("the device works"));
    // All but the moving statistics of the three normalisations.
    assert_eq!(found.gradients.len(), before.len() - 6);
    assert!(found.loss.is_finite() && found.gradients[0].values.iter().any(|&x| x != 0.0));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn the_classifier_on_the_encoder_learns() {
    let config = RunConfig { epochs: 12, ..short("cae-classifier") };
    let mut trainer = trainer(config, dataset(40, 8));
    let plan = trainer.plan();
    assert_eq!(plan.summary.total, 11_098);
    assert_eq!(plan.config.padding, None);
    assert!(
        Preset::listed().all(|model| model.name() != "cae-classifier"),
        "it is for one who asks by name"
    );
    let losses = losses(&run(&mut trainer, 16));
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (first, last) = (mean(&losses[..5]), mean(&losses[losses.len() - 5..]));
    assert!(last < first, "{first} to {last}");
}
