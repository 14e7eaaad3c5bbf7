//! Stochastic gradient descent, with momentum and Nesterov's form of it (Sutskever et al. 2013).

use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// `m = momentum * m - lr * g; theta += m`
    pub struct Sgd {
        /// Share of the last move that a step keeps.
        momentum: f64 = 0.0, Range::SHARE;
        /// Whether the gradient counts once more, ahead of the move.
        nesterov: bool = false, Range::SWITCH;
    }
}

impl UpdateRule for Sgd {
    /// The last move, where some of it is kept.
    fn state(&self) -> Vec<State> {
        let kept = self.momentum as f32 > 0.0;
        kept.then(|| State::zeros("sgd.momentum")).into_iter().collect()
    }

    fn rule(&self) -> Rule {
        match self.momentum as f32 {
            momentum if momentum > 0.0 => Rule::Momentum { momentum, nesterov: self.nesterov },
            _ => Rule::Sgd,
        }
    }
}
