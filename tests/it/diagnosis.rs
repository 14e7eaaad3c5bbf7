//! Runs that learn nothing are told, by what they look like; of healthy runs nothing is said.

use tabgrad::data::dataset::Dataset;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::spec::{Loss, Output, Preset, RunConfig};
use tabgrad::train::diagnosis::{EpochNumbers, Facts, Finding, Look, Outputs, findings};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, losses, short, trainer};

/// Pulls a run to its end, asking after every epoch; the findings of each, empty where there was no
/// event.
fn watched(trainer: &mut Trainer) -> Vec<Vec<Finding>> {
    let mut told = Vec::new();
    while !trainer.is_over() {
        let events = advance(trainer, 1);
        if events.iter().any(|event| matches!(event, RunEvent::Epoch { .. })) {
            told.push(match pollster::block_on(trainer.diagnose()).expect("the device works") {
                Some(RunEvent::Diagnosis { findings, progress }) => {
                    // Of the epoch that has ended, though the next one may have begun.
                    let ended = |event: &RunEvent| matches!(event, RunEvent::Epoch { progress: of, .. } if *of == progress);
                    assert!(events.iter().any(ended), "{progress:?}");
                    findings
                }
                _ => Vec::new(),
            });
        }
    }
    told
}

/// The names of the findings of the last epoch.
fn signs(told: &[Vec<Finding>]) -> Vec<String> {
    let last = told.last().expect("an epoch").iter();
    last.map(|finding| serde_json::to_value(finding).expect("plain")["sign"].to_string()).collect()
}

#[wasm_bindgen_test(unsupported = test)]
pub fn nothing_is_said_of_healthy_runs() {
    for model in Preset::all() {
        // Batches of four: batch normalisation's averages are no longer young after 300 steps.
        let config = RunConfig { epochs: 4, batch_size: 4, ..RunConfig::new(model) };
        let told = watched(&mut trainer(config, dataset(320, 40)));
        let young = |one: &Finding| matches!(one, Finding::YoungAverages { .. });
        for (epoch, findings) in told.iter().enumerate() {
            let last = epoch + 1 == told.len();
            let odd: Vec<_> = findings.iter().filter(|one| last || !young(one)).collect();
            assert!(odd.is_empty(), "{} after epoch {}: {odd:?}", model.name(), epoch + 1);
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn nothing_is_said_of_the_first_epochs_of_a_few_pictures() {
    for model in ["cnn-max-2", "cnn-avg-3", "cnn-max-4", "cnn-avg-4", "cae", "cae-denoise", "sae"] {
        for seed in 0..2 {
            let config = RunConfig { epochs: 3, seed, ..short(model) };
            let told = watched(&mut trainer(config, dataset(40, 20)));
            assert!(told.iter().all(Vec::is_empty), "{model}: {told:?}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn being_asked_changes_no_number() {
    let config = RunConfig { epochs: 3, learning_rate: 0.05, ..short("cae-bn") };
    let mut plain = trainer(config.clone(), dataset(24, 12));
    let mut events = Vec::new();
    while !plain.is_over() {
        events.extend(advance(&mut plain, 5));
    }
    let mut asked = trainer(config, dataset(24, 12));
    let mut others = Vec::new();
    while !asked.is_over() {
        others.extend(advance(&mut asked, 1));
        let _ = pollster::block_on(asked.diagnose()).expect("the device works");
    }
    assert_eq!(losses(&events), losses(&others));
    assert_eq!(events, others);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_classifier_whose_relus_are_dead_is_guessing() {
    let config = RunConfig { epochs: 4, learning_rate: 0.5, ..short("cnn-max-3") };
    let told = watched(&mut trainer(config, dataset(80, 40)));
    assert_eq!(signs(&told), ["\"guessing\""], "{told:?}");
    let Some(Finding::Guessing { guess, same, .. }) = told[3].first() else { panic!("{told:?}") };
    assert!((guess - 10_f64.ln()).abs() < 1e-9 && *same);
    assert!(told[3][0].to_string().contains("guessing (2.303)"), "{}", told[3][0]);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_relu_output_that_is_dead_or_saturated_is_told() {
    let mut seen = Vec::new();
    for loss in [Loss::BinaryCrossEntropy, Loss::MeanSquaredError] {
        for seed in 0..3 {
            let config = RunConfig {
                epochs: 3,
                learning_rate: 0.05,
                output: Some(Output::Relu),
                loss,
                seed,
                ..short("cae")
            };
            let told = watched(&mut trainer(config, dataset(80, 20)));
            seen.push((loss, seed, signs(&told)));
        }
    }
    let dead = |signs: &[String]| {
        signs.iter().any(|sign| sign.contains("black") || sign.contains("white"))
    };
    let told = seen.iter().filter(|(_, _, signs)| dead(signs)).count();
    assert!(told >= 3, "{seen:?}");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn batch_normalisation_of_few_steps_is_told_as_what_it_is() {
    let config = RunConfig { epochs: 20, batch_size: 10, ..short("cae-bn") };
    let told = watched(&mut trainer(config, dataset(20, 20)));
    let all: Vec<&Finding> = told.iter().flatten().collect();
    assert!(all.len() > 5, "{told:?}");
    for finding in all {
        let Finding::YoungAverages { steps, share } = *finding else { panic!("{finding:?}") };
        assert!(steps.is_multiple_of(2) && steps <= 40);
        assert!((share - 0.99_f64.powi(steps as i32)).abs() < 1e-12);
    }
    // One picture a step is no other case.
    let config = RunConfig { epochs: 2, batch_size: 1, ..short("cae-bn") };
    let events = {
        let mut trainer = trainer(config, dataset(6, 6));
        let mut events = Vec::new();
        while !trainer.is_over() {
            events.extend(advance(&mut trainer, 4));
            let _ = pollster::block_on(trainer.diagnose()).expect("the device works");
        }
        events
    };
    assert!(losses(&events).iter().all(|loss| loss.is_finite()));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn twenty_pictures_that_are_learned_by_heart_are_told() {
    // Test pictures of a kind never have the label that training pictures of it have.
    let labelled = |pictures: &Pictures, label: &dyn Fn(usize) -> usize| {
        let mut other = Pictures::new(PictureShape::CIFAR);
        for n in 0..pictures.len() {
            let (_, pixels) = pictures.get(n).expect("counted");
            other.push((label(n) % 4) as u8, pixels);
        }
        other
    };
    let data = dataset(20, 60);
    let classes = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    let train = labelled(&data.train, &|n| n % 10 % 4);
    let test = labelled(&data.test, &|n| n % 10 % 4 + 1 + n / 10 % 3);
    let config = RunConfig { epochs: 60, ..short("cnn-max-3") };
    let told = watched(&mut trainer(config, Dataset::new(train, test, classes).into()));
    assert_eq!(signs(&told), ["\"by-heart\""], "{:?}", told.last());
}

#[wasm_bindgen_test(unsupported = test)]
pub fn pictures_that_are_black_or_all_the_same_are_no_sign() {
    let mut black = Pictures::new(PictureShape::CIFAR);
    for n in 0..12 {
        black.push(n % 2, &[0; 3072]);
    }
    let classes = ["a", "b"].map(str::to_owned).to_vec();
    let data = std::rc::Rc::new(Dataset::new(black.clone(), black, classes));
    let relu = RunConfig { output: Some(Output::Relu), epochs: 6, ..short("cae") };
    let told = watched(&mut trainer(relu, data.clone()));
    assert!(told.iter().all(Vec::is_empty), "black pictures are drawn well: {told:?}");
    let plan = trainer(short("cae"), data).plan();
    assert_eq!(plan.caveats.len(), 2, "{:?}", plan.caveats);
}

fn facts() -> Facts {
    let (output, guess, momentum) = (None, Some(10_f64.ln()), None);
    Facts { output, loss: Loss::CrossEntropy, guess, chance: 0.1, test: 100, momentum }
}

fn epoch(step: u64, loss: f64, val_loss: f64) -> EpochNumbers {
    EpochNumbers { step, loss, accuracy: Some(0.1), val_loss, val_accuracy: Some(0.1) }
}

fn one(facts: &Facts, start: f64, epochs: &[EpochNumbers], look: &Look) -> Option<Finding> {
    let mut found = findings(facts, start, epochs, look);
    assert!(found.len() < 2, "{found:?}");
    found.pop()
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_loss_that_grows_is_told_while_it_is_a_number() {
    let look = Look::default();
    let of = |loss: f64| one(&facts(), 2.4, &[epoch(10, loss, 3.0)], &look);
    assert!(matches!(of(1e18), Some(Finding::Diverging { loss, .. }) if loss == 1e18));
    assert!(matches!(of(40.0), Some(Finding::Rising { .. })));
    assert_eq!(of(9.0), None, "a loss that is high for a while");
    assert!(of(1e18).expect("told").to_string().contains("1.0e18"));
    // A lucky first step is no measure.
    assert_eq!(one(&facts(), 0.01, &[epoch(10, 2.0, 3.0)], &look), None);
    assert_eq!(findings(&facts(), 2.4, &[], &look), []);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn guessing_needs_the_same_answers_or_a_long_time() {
    let epochs = |n: u64| (1..=n).map(|n| epoch(n * 20, 2.303, 2.303)).collect::<Vec<_>>();
    let answers = |variation| Look {
        outputs: Some(Outputs {
            range: [0.0, 1.0],
            target_range: [0.0, 1.0],
            variation: Some(variation),
        }),
        ..Look::default()
    };
    assert_eq!(one(&facts(), 2.3, &epochs(2), &answers(0.03)), None);
    let dead = one(&facts(), 2.3, &epochs(2), &answers(1e-6));
    assert!(matches!(dead, Some(Finding::Guessing { epochs: 2, same: true, .. })), "{dead:?}");
    // Some fall, slowly.
    let slow: Vec<_> = (1..=8).map(|n| epoch(n * 20, 2.31 - 0.005 * n as f64, 2.303)).collect();
    assert_eq!(one(&facts(), 2.3, &slow, &answers(0.03)), None);
    let long = one(&facts(), 2.3, &epochs(6), &answers(0.03));
    assert!(matches!(long, Some(Finding::Guessing { epochs: 6, same: false, .. })), "{long:?}");
    // Nine of ten pictures of one class: guessing has a loss of 0.325, and 0.32 is no success.
    let uneven = Facts { guess: Some(0.325), chance: 0.9, ..facts() };
    let stuck: Vec<_> = (1..=6).map(|n| epoch(n * 20, 0.322, 0.33)).collect();
    assert!(matches!(one(&uneven, 0.7, &stuck, &answers(0.1)), Some(Finding::Guessing { .. })));
    // With one class there is nothing to guess.
    let single = Facts { guess: Some(0.0), chance: 1.0, ..facts() };
    let nought: Vec<_> = (1..=6).map(|n| epoch(n * 20, 0.0, 0.0)).collect();
    assert_eq!(one(&single, 0.0, &nought, &answers(0.0)), None);
}
