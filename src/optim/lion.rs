//! Lion (Chen et al. 2023): steps of one size, whose direction is the sign of a mean gradient.

use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// `theta -= lr * sign(beta_1 * m + (1 - beta_1) * g); m = beta_2 * m + (1 - beta_2) * g`
    pub struct Lion {
        /// Share of the mean gradient in what gives the direction.
        beta_1: f64 = 0.9, Range::new(1e-37, 1.0, "more than 0, up to 1");
        /// Share of the mean gradient that a step keeps.
        beta_2: f64 = 0.99, Range::SHARE;
    }
}

impl UpdateRule for Lion {
    fn state(&self) -> Vec<State> {
        vec![State::zeros("lion.momentum")]
    }

    fn rule(&self) -> Rule {
        Rule::Lion { beta_1: self.beta_1 as f32, beta_2: self.beta_2 as f32 }
    }
}
