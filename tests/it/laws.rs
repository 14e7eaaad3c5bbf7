//! What must hold of every run: cutting it into calls changes nothing, a seed says everything,
//! and what it reports adds up.

use serde_json::json;
use tabgrad::spec::{Loss, Output, RunConfig};
use tabgrad::train::events::{Reason, RunEvent};
use tabgrad::train::trainer::{MOST_EVENTS, Trainer};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    advance, backends, dataset, device, losses, run, short, trainer, with_settings,
};

/// Classifier, BatchNorm, noise and stages: everything that keeps state between calls.
const STATEFUL: [&str; 4] = ["cnn-max-3", "cae-bn", "cae-denoise", "sae"];

#[wasm_bindgen_test(unsupported = test)]
pub fn chunks_are_not_observable() {
    for model in STATEFUL {
        let config = RunConfig { epochs: 2, ..short(model) };
        let data = dataset(28, 110);
        let one = run(&mut trainer(config.clone(), data.clone()), 1);
        for units in [3, 64] {
            let other = run(&mut trainer(config.clone(), data.clone()), units);
            assert_eq!(one, other, "{model:?} in pulls of {units}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn seeds_decide_everything_on_every_backend() {
    for backend in backends() {
        for model in STATEFUL {
            let run_with = |seed| {
                let config = RunConfig { seed, batch_size: 4, ..short(model) };
                let trainer = Trainer::new(config, dataset(12, 4), &device(backend));
                losses(&run(&mut trainer.expect("settings and data fit"), 8))
            };
            assert_eq!(run_with(1), run_with(1), "{backend:?} {model:?}");
            assert_ne!(run_with(1), run_with(2), "{backend:?} {model:?}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn epochs_are_the_means_of_their_steps() {
    let events = run(&mut trainer(short("cnn-avg-2"), dataset(28, 30)), 2);
    let (mut loss, mut right, mut seen) = (0.0, 0.0, 0.0);
    for event in &events {
        match event {
            RunEvent::Step { loss: l, accuracy, pictures, .. } => {
                let n = *pictures as f64;
                loss += l * n;
                right += accuracy.expect("classifiers have one") * n;
                seen += n;
            }
            RunEvent::Epoch { loss: mean, accuracy, .. } => {
                assert!((mean - loss / seen).abs() < 1e-12);
                let accuracy = accuracy.expect("classifiers have one");
                assert!((accuracy - right / seen).abs() < 1e-12);
            }
            _ => {}
        }
    }
    assert!((seen - 28.0).abs() < f64::EPSILON);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn the_plan_is_what_happens() {
    for model in ["cnn-max-4", "sae"] {
        let mut trainer = trainer(RunConfig { epochs: 2, ..short(model) }, dataset(20, 201));
        let plan = trainer.plan();
        assert_eq!((plan.steps_per_epoch, plan.validation_batches), (3, 3));
        let events = run(&mut trainer, 5);
        assert_eq!(losses(&events).len() as u64, plan.total_steps);
        let names: Vec<&str> = (events.iter())
            .filter_map(|event| match event {
                RunEvent::Phase { name, .. } => Some(name.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(names, plan.phases.iter().map(|phase| &*phase.name).collect::<Vec<_>>());
        let last = events.last().expect("events");
        assert!(matches!(last, RunEvent::Finished { reason: Reason::Completed, .. }), "{last:?}");
        assert_eq!(advance(&mut trainer, 5), [], "nothing after the end");
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_network_learns_sixteen_pictures_by_heart() {
    let config = RunConfig { epochs: 60, ..short("cnn-max-3") };
    let events = run(&mut trainer(config, dataset(16, 16)), 16);
    let accuracy = events.iter().rev().find_map(|event| match event {
        RunEvent::Epoch { accuracy, .. } => *accuracy,
        _ => None,
    });
    assert!(accuracy > Some(0.95), "{accuracy:?}");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn every_loss_and_output_falls() {
    for loss in
        [Loss::BinaryCrossEntropy, Loss::MeanSquaredError, Loss::MeanAbsoluteError, Loss::Huber]
    {
        for output in [Output::Sigmoid, Output::Relu] {
            let config = RunConfig { loss, output: Some(output), epochs: 12, ..short("cae-bn") };
            let losses = losses(&run(&mut trainer(config, dataset(24, 4)), 16));
            let (first, last) = (losses[0], losses[losses.len() - 1]);
            assert!(last < first, "{loss:?} {output:?}: {first} to {last}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn early_stopping_ends_each_phase() {
    // With a vanishing learning rate no epoch is better than the first by more than rounding.
    let config = RunConfig { epochs: 50, patience: Some(2), learning_rate: 1e-12, ..short("sae") };
    let events = run(&mut trainer(config, dataset(8, 8)), 4);
    let epochs = events.iter().filter(|event| matches!(event, RunEvent::Epoch { .. })).count();
    assert!(epochs < 40, "{epochs} epochs in 4 phases");
    let last = events.last().expect("events");
    assert!(matches!(last, RunEvent::Finished { reason: Reason::StoppedEarly, .. }), "{last:?}");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_phase_ends_with_the_weights_of_its_best_epoch() {
    // At such a rate the loss goes up as often as down.
    let settings = json!({"restoreBestWeights": true, "epochs": 6, "learningRate": 0.03});
    // Of a gain that no epoch makes, the first epoch is the best.
    let first = json!({"patience": 2, "minDelta": 100});
    for (model, more, first) in [("cae", json!({}), false), ("cnn-max-2", first, true)] {
        let config = with_settings(short(model), &[settings.clone(), more]);
        let mut trainer = trainer(config, dataset(24, 16));
        let (mut epochs, mut restored) = (Vec::new(), None);
        while !trainer.is_over() {
            for event in advance(&mut trainer, 1) {
                match event {
                    RunEvent::Epoch { val_loss, progress, .. } => {
                        epochs.push((progress.epoch, val_loss, None));
                    }
                    RunEvent::Restored { best_epoch, val_loss, .. } => {
                        restored = Some((best_epoch, val_loss));
                    }
                    _ => {}
                }
            }
            if let Some((_, _, weights @ None)) = epochs.last_mut() {
                let parameters = pollster::block_on(trainer.parameters());
                *weights = Some(parameters.expect("the device works"));
            }
        }
        let (epoch, val_loss) = restored.expect("it says so");
        let best = epochs.iter().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|_| !first);
        let best = best.unwrap_or(&epochs[0]);
        assert_eq!((best.0, best.1), (epoch, val_loss));
        assert!((epoch as usize) < epochs.len(), "{model}: the last epoch says nothing");
        let kept = pollster::block_on(trainer.parameters()).expect("the device works");
        assert_eq!(best.2.as_ref(), Some(&kept), "{model}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn the_learning_rate_falls_where_the_loss_does_not() {
    // Nothing that is learned at such a rate is a gain.
    let plateau = json!({"patience": 2, "factor": 0.5, "min_lr": 3e-13});
    let settings = json!({"reduceOnPlateau": plateau, "epochs": 8, "learningRate": 1e-12});
    let events = run(&mut trainer(with_settings(short("cae"), &[settings]), dataset(8, 8)), 3);
    let fallen: Vec<(u32, f64)> = (events.iter())
        .filter_map(|event| match event {
            RunEvent::LearningRate { progress, learning_rate } => {
                Some((progress.epoch, *learning_rate))
            }
            _ => None,
        })
        .collect();
    assert_eq!(fallen.iter().map(|(epoch, _)| *epoch).collect::<Vec<_>>(), [3, 5], "{fallen:?}");
    assert!((fallen[0].1 / 5e-13 - 1.0).abs() < 1e-6 && (fallen[1].1 / 3e-13 - 1.0).abs() < 1e-6);
    let rates: Vec<f64> = (events.iter())
        .filter_map(|event| match event {
            RunEvent::Epoch { learning_rate, .. } => *learning_rate,
            _ => None,
        })
        .collect();
    assert_eq!(rates.len(), 8);
    assert!(rates.is_sorted_by(|a, b| a >= b) && rates[7] < 4e-13, "{rates:?}");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn classes_of_a_validation_add_up_to_it() {
    let config = with_settings(short("cnn-max-2"), &[json!({"topK": 10, "epochs": 2})]);
    let events = run(&mut trainer(config, dataset(16, 110)), 3);
    let mut seen = 0;
    for event in &events {
        let RunEvent::Epoch { val_accuracy, val_class_accuracy, val_top_k, .. } = event else {
            continue;
        };
        seen += 1;
        let by_class = val_class_accuracy.as_ref().expect("a classifier has them");
        assert_eq!(by_class.len(), 10);
        // Eleven pictures of each class.
        let mean = by_class.iter().map(|one| one.expect("pictures")).sum::<f64>() / 10.0;
        assert!((mean - val_accuracy.expect("a classifier has one")).abs() < 1e-12);
        let top = val_top_k.expect("asked for");
        assert_eq!((top.k, top.accuracy), (10, 1.0));
    }
    assert_eq!(seen, 2);
}

/// A graph that nothing goes back through stays, and frozen stages are run in every step.
#[cfg(target_family = "wasm")]
#[wasm_bindgen_test]
pub fn steps_of_a_later_stage_leave_nothing_behind() {
    let mut trainer = trainer(short("sae"), dataset(400, 4));
    while trainer.progress().phase < 2 {
        let _ = advance(&mut trainer, 10);
    }
    let pages = core::arch::wasm32::memory_size::<0>();
    let _ = advance(&mut trainer, 40);
    let more = core::arch::wasm32::memory_size::<0>() - pages;
    assert!(more < 16, "{more} pages of 64 KiB more after 40 steps");
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_call_for_everything_comes_back_now_and_then() {
    let config = RunConfig { epochs: 36, batch_size: 1, ..short("cnn-max-4") };
    let data = dataset(30, 1);
    let mut whole = trainer(config.clone(), data.clone());
    let mut events = advance(&mut whole, usize::MAX);
    let first = events.len();
    assert!((MOST_EVENTS..MOST_EVENTS + 10).contains(&first), "{first} events in a call");
    while !whole.is_over() {
        events.extend(advance(&mut whole, usize::MAX));
    }
    assert_eq!(events, run(&mut trainer(config, data), 50));
}
