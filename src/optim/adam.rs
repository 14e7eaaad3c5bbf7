//! Adam, in the form before section 2.1 of Kingma and Ba 2015, which Keras and TensorFlow use: the
//! step size is corrected instead of the moments, so that epsilon is added to the uncorrected root.

use super::settings::{Range, settings};
use super::{State, UpdateRule};
use crate::ops::Rule;

settings! {
    /// `theta -= lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`
    pub struct Adam {
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

impl UpdateRule for Adam {
    /// Running means of the gradient and of its square, and the largest of the latter.
    fn state(&self) -> Vec<State> {
        let names = ["adam.m", "adam.v", "adam.v_hat"];
        let count = if self.amsgrad { 3 } else { 2 };
        names.into_iter().take(count).map(State::zeros).collect()
    }

    fn rule(&self) -> Rule {
        Rule::Adam {
            first_rate: (1.0 - self.beta_1) as f32,
            second_rate: (1.0 - self.beta_2) as f32,
            epsilon: self.epsilon as f32,
            amsgrad: self.amsgrad,
        }
    }

    fn size(&self, learning_rate: f64, step: i32) -> f32 {
        // In 32 bits, as Keras has it: there 1 - 0.999 is 1.3e-5 off, and so are the first steps.
        let remainder = |beta: f64| 1.0 - libm::powf(beta as f32, step as f32);
        let correction = libm::sqrtf(remainder(self.beta_2)) / remainder(self.beta_1);
        (learning_rate * f64::from(correction)) as f32
    }
}
