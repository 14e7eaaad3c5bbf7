//! A run that blows up stops, says so, and keeps weights that work.

use tabgrad::config::{Loss, Model, Output, RunConfig};
use tabgrad::events::RunEvent;
use tabgrad::manifest::Split;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, run, short, trainer};

/// A relu output has no upper bound, so this overflows within a few steps.
fn explosive() -> RunConfig {
    RunConfig {
        learning_rate: 10.0,
        output: Some(Output::Relu),
        loss: Loss::MeanSquaredError,
        epochs: 200,
        ..short(Model::CaeBn)
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn divergence_stops_the_run_and_keeps_good_weights() {
    let mut results = Vec::new();
    for units in [1, 7] {
        let mut trainer = trainer(explosive(), dataset(16, 8));
        let events = run(&mut trainer, units);
        let last = events.last().expect("events").clone();
        let RunEvent::Diverged { message, .. } = last else { panic!("{last:?}") };
        assert!(message.contains("Try a learning rate below 10."), "{message}");
        assert_eq!(advance(&mut trainer, 3), [], "nothing after the end");
        let drawn = pollster::block_on(trainer.reconstruct(Split::Test, &[0])).expect("weights work");
        assert!(drawn.outputs.iter().all(|value| value.is_finite()));
        results.push((events, drawn));
    }
    assert_eq!(results[0], results[1], "pulls are not observable here either");
}
