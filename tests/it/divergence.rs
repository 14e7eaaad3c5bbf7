//! A run that blows up stops, says so, and keeps weights that work.

use tabgrad::data::manifest::Split;
use tabgrad::spec::RunConfig;
use tabgrad::train::events::RunEvent;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{advance, dataset, run, short, trainer};

/// The first step takes the weights to where the sums of ten layers overflow. Smaller rates
/// mostly kill every relu instead, which is no divergence.
fn explosive() -> RunConfig {
    RunConfig { learning_rate: 1e20, ..short("cnn-max-4") }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn divergence_stops_the_run_and_keeps_good_weights() {
    let mut results = Vec::new();
    for units in [1, 7] {
        let mut trainer = trainer(explosive(), dataset(16, 8));
        let events = run(&mut trainer, units);
        let last = events.last().expect("events").clone();
        let RunEvent::Diverged { message, .. } = last else { panic!("{last:?}") };
        assert!(message.contains("Try a learning rate below 100000000000000000000."), "{message}");
        assert_eq!(advance(&mut trainer, 3), [], "nothing after the end");
        let answers = pollster::block_on(trainer.predict(Split::Test, &[0])).expect("it works");
        assert!(answers.iter().all(|value| value.is_finite()), "{answers:?}");
        results.push((events, answers));
    }
    assert_eq!(results[0], results[1], "pulls are not observable here either");
}
