//! RMSprop (Hinton 2012), plain or centered, with momentum.

use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// `v = rho * v + (1 - rho) * g^2; theta -= lr * g / sqrt(v + epsilon)`
    pub struct RmsProp {
        /// Share of the mean squared gradient that a step keeps.
        rho: f64 = 0.9, Range::LESS_THAN_ONE;
        /// Share of the last move that a step keeps.
        momentum: f64 = 0.0, Range::SHARE;
        /// Added to the mean squared gradient below the root.
        epsilon: f64 = 1e-7, Range::POSITIVE;
        /// Whether the square of the mean gradient is taken off the mean squared gradient.
        centered: bool = false, Range::SWITCH;
    }
}

impl UpdateRule for RmsProp {
    /// The mean squared gradient, the last move, and the mean gradient.
    fn state(&self) -> Vec<State> {
        let kept = [
            (true, "rmsprop.velocity"),
            (self.momentum as f32 > 0.0, "rmsprop.momentum"),
            (self.centered, "rmsprop.average_gradient"),
        ];
        kept.into_iter().filter(|(kept, _)| *kept).map(|(_, name)| State::zeros(name)).collect()
    }

    fn rule(&self) -> Rule {
        Rule::RmsProp {
            rho: self.rho as f32,
            rest: (1.0 - self.rho) as f32,
            momentum: self.momentum as f32,
            epsilon: self.epsilon as f32,
            centered: self.centered,
        }
    }
}
