//! AdamW (Loshchilov and Hutter 2019): Adam whose weights also shrink, apart from their gradients.

use super::adam::Adam;
use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// Adam's settings. The weight decay is one of those that all optimizers have.
    pub struct AdamW {
        /// Share of the mean gradient that a step keeps.
        beta_1: f64 = 0.9, Range::LESS_THAN_ONE;
        /// Share of the mean squared gradient that a step keeps.
        beta_2: f64 = 0.999, Range::LESS_THAN_ONE;
        /// Added to the root of the mean squared gradient.
        epsilon: f64 = 1e-7, Range::POSITIVE;
        /// Whether the mean squared gradient never shrinks.
        amsgrad: bool = false, Range::SWITCH;
    }
}

impl AdamW {
    fn adam(&self) -> Adam {
        let Self { beta_1, beta_2, epsilon, amsgrad } = *self;
        Adam { beta_1, beta_2, epsilon, amsgrad }
    }
}

impl UpdateRule for AdamW {
    fn state(&self) -> Vec<State> {
        self.adam().state()
    }

    fn rule(&self) -> Rule {
        self.adam().rule()
    }

    fn size(&self, learning_rate: f64, step: i32) -> f32 {
        self.adam().size(learning_rate, step)
    }

    fn weight_decay(&self) -> Option<f64> {
        Some(0.004)
    }
}
