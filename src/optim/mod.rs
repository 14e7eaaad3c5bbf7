//! Optimizers: rules that turn a parameter's value, its gradient and what they remember of earlier
//! gradients into its next value; and the learning rates of their steps.
//!
//! To add one, write its file, name it in [`OptimizerKind`], and give its arithmetic to
//! [`crate::ops::Rule`]. What it remembers is stored and brought back by the names it gives. `config`
//! has what all of them can do, `schedule` the rates, `plateau` those that follow the validation loss,
//! and `settings` is how all of these are data.

mod adagrad;
mod adam;
mod adamw;
pub mod config;
mod lion;
pub mod plateau;
mod rmsprop;
pub mod schedule;
pub mod settings;
mod sgd;

use burn::tensor::Tensor;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamw::AdamW;
pub use config::{Common, OptimizerConfig, OptimizerKind};
pub use lion::Lion;
pub use plateau::ReduceOnPlateau;
pub use rmsprop::RmsProp;
pub use schedule::{Rates, Schedule};
pub use sgd::Sgd;

use crate::ops::{self, Decay, Rule, Update};

/// How an optimizer changes parameters.
trait UpdateRule {
    /// The tensors that it keeps for each parameter, all of the parameter's size.
    fn state(&self) -> Vec<State>;

    /// Its arithmetic.
    fn rule(&self) -> Rule;

    /// The size of step `step`, counted from 1: the learning rate, corrected if it must be.
    fn size(&self, learning_rate: f64, _step: i32) -> f32 {
        learning_rate as f32
    }

    /// Its own default weight decay.
    fn weight_decay(&self) -> Option<f64> {
        None
    }
}

/// A tensor that an optimizer keeps for each parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct State {
    /// Its name, as a stored run has it.
    pub(crate) name: &'static str,
    /// What it begins with.
    pub(crate) initial: f32,
}

impl State {
    fn zeros(name: &'static str) -> Self {
        Self { name, initial: 0.0 }
    }
}

/// An optimizer with what it remembers of every parameter.
#[derive(Debug, Clone)]
pub struct Optimizer {
    config: OptimizerConfig,
    rates: Rates,
    steps: i32,
    /// By the index of the parameter; `None` until its first gradient.
    state: Vec<Option<Vec<Tensor<1>>>>,
}

impl Optimizer {
    /// No steps taken.
    #[must_use]
    pub fn new(config: OptimizerConfig, rates: Rates) -> Self {
        Self { config, rates, steps: 0, state: Vec::new() }
    }

    /// Steps taken.
    pub(crate) fn steps(&self) -> i32 {
        self.steps
    }

    /// The learning rate of the next step.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.rates.at(u64::from(self.steps.unsigned_abs()))
    }

    /// That of the last one.
    #[must_use]
    pub fn last_learning_rate(&self) -> f64 {
        self.rates.at(u64::from(self.steps.unsigned_abs()).saturating_sub(1))
    }

    /// All of them.
    pub(crate) fn rates(&self) -> &Rates {
        &self.rates
    }

    /// Goes on from another learning rate.
    pub(crate) fn set_learning_rate(&mut self, learning_rate: f64) {
        self.rates.learning_rate = learning_rate;
    }

    /// The names of what it remembers of each parameter.
    pub(crate) fn state_names(&self) -> Vec<&'static str> {
        self.config.kind.rule().state().into_iter().map(|state| state.name).collect()
    }

    /// What it remembers under the name at `at`, by the index of the parameter.
    pub(crate) fn state(&self, at: usize) -> Vec<Option<Tensor<1>>> {
        self.state.iter().map(|all| Some(all.as_ref()?.get(at)?.clone())).collect()
    }

    /// Goes on after `steps` steps with the state of each parameter in the order of the names;
    /// `None` for one that has never had a gradient.
    pub(crate) fn resume(&mut self, steps: i32, state: Vec<Option<Vec<Tensor<1>>>>) {
        self.steps = steps;
        self.state = state;
    }

    /// The new values of the parameters that have a gradient. `values` and `gradients` are by the
    /// index of the parameter, flattened and off the autodiff device. As Keras has it, gradients are
    /// clipped, weights shrink, and then the step is taken, each at the same learning rate.
    #[must_use]
    pub fn step(
        &mut self,
        values: Vec<Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
    ) -> Vec<Option<Tensor<1>>> {
        let learning_rate = self.learning_rate();
        self.steps = self.steps.saturating_add(1);
        self.state.resize_with(values.len(), || None);
        let rule = self.config.kind.rule();
        let initial = rule.state();
        let mut moved: Vec<Option<Tensor<1>>> = vec![None; values.len()];
        let (mut indices, mut kept, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (index, (value, gradient)) in values.into_iter().zip(gradients).enumerate() {
            let Some(gradient) = gradient else { continue };
            indices.push(index);
            kept.push(value);
            all.push(gradient);
        }
        if let Some(clip) = self.config.clip_by_norm() {
            all = ops::clip_by_norm(all, clip);
        }
        let parameters = indices.iter().zip(kept).zip(all).map(|((&index, value), gradient)| {
            // The old state is given away, so that the step can be taken in place.
            let state = self.state[index].take();
            let fresh = |state: &State| match state.initial {
                0.0 => gradient.zeros_like(),
                initial => gradient.full_like(initial),
            };
            let state = state.unwrap_or_else(|| initial.iter().map(fresh).collect());
            [vec![value, gradient], state].concat()
        });
        let parameters = parameters.collect();
        let update = Update {
            rule: rule.rule(),
            size: rule.size(learning_rate, self.steps),
            decay: self
                .config
                .weight_decay()
                .map(|weight_decay| Decay { weight_decay, learning_rate: learning_rate as f32 }),
            clip: self.config.clip_value(),
        };
        for (index, mut tensors) in indices.into_iter().zip(ops::update(parameters, update)) {
            let state = tensors.split_off(1);
            self.state[index] = Some(state);
            moved[index] = tensors.pop();
        }
        moved
    }
}
