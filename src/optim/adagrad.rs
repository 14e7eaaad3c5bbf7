//! Adagrad (Duchi, Hazan and Singer 2011).

use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// `a += g^2; theta -= lr * g / sqrt(a + epsilon)`
    pub struct Adagrad {
        /// What the sum of squared gradients begins with.
        initial_accumulator_value: f64 = 0.1, Range::NOT_NEGATIVE;
        /// Added to the sum below the root.
        epsilon: f64 = 1e-7, Range::POSITIVE;
    }
}

impl UpdateRule for Adagrad {
    fn state(&self) -> Vec<State> {
        let initial = self.initial_accumulator_value as f32;
        vec![State { name: "adagrad.accumulator", initial }]
    }

    fn rule(&self) -> Rule {
        Rule::Adagrad { epsilon: self.epsilon as f32 }
    }
}
