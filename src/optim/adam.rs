//! Adam, in the form before section 2.1 of Kingma and Ba 2015, which Keras and TensorFlow use: the
//! step size is corrected instead of the moments, so that epsilon is added to the uncorrected root.

use super::{Update, UpdateRule, Updated};
use crate::kernels::adam::{BETA_1, BETA_2};
use crate::ops;

/// `theta -= lr * sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon)`
#[derive(Debug)]
pub(super) struct Adam {
    pub(super) learning_rate: f64,
}

impl UpdateRule for Adam {
    /// Running means of the gradient and of its square.
    fn state(&self) -> &'static [&'static str] {
        &["adam.m", "adam.v"]
    }

    fn apply(&self, step: i32, parameters: Vec<Update>) -> Vec<Updated> {
        // In 32 bits, as Keras has it: there 1 - 0.999 is 1.3e-5 off, and so are the first steps.
        let remainder = |beta: f64| 1.0 - libm::powf(beta as f32, step as f32);
        let correction = libm::sqrtf(remainder(BETA_2)) / remainder(BETA_1);
        let size = (self.learning_rate * f64::from(correction)) as f32;
        let moving = parameters.into_iter().map(|Update { value, gradient, state }| {
            let [m, v] = state.try_into().expect("as many tensors as it has names");
            [value, gradient, m, v]
        });
        let moved = ops::adam(moving.collect(), size).into_iter();
        moved.map(|[value, m, v]| Updated { value, state: vec![m, v] }).collect()
    }
}
