//! What must hold of every run: cutting it into calls changes nothing, a seed says everything,
//! and what it reports adds up.

use tabgrad::spec::{Loss, Output, RunConfig};
use tabgrad::train::events::{Reason, RunEvent};
use tabgrad::train::trainer::{MOST_EVENTS, Trainer};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, backends, dataset, device, losses, run, short, trainer};

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
    for loss in [Loss::BinaryCrossEntropy, Loss::MeanSquaredError] {
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
