//! Optimizers: rules that turn a parameter's value, its gradient and what they remember of earlier
//! gradients into its next value.
//!
//! To add one, write its file, name it in [`OptimizerKind`], and give it a kernel if burn's own
//! operations are too slow. What it remembers is stored and brought back by the names it gives.

mod adam;

use std::rc::Rc;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// The optimizers, by the names users type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// Adam (Kingma and Ba 2015).
    #[default]
    Adam,
}

impl OptimizerKind {
    fn rule(self, learning_rate: f64) -> Rc<dyn UpdateRule> {
        match self {
            Self::Adam => Rc::new(adam::Adam { learning_rate }),
        }
    }
}

/// How an optimizer changes parameters.
trait UpdateRule: std::fmt::Debug {
    /// The names of the tensors that it keeps for each parameter, as a stored run has them. All have
    /// the parameter's size and begin as zeros.
    fn state(&self) -> &'static [&'static str];

    /// Step `step`, counted from 1, of all `parameters`.
    fn apply(&self, step: i32, parameters: Vec<Update>) -> Vec<Updated>;
}

/// A parameter before a step: its value, its gradient and the state, all flattened.
struct Update {
    value: Tensor<1>,
    gradient: Tensor<1>,
    state: Vec<Tensor<1>>,
}

/// A parameter after a step: its value and the state.
struct Updated {
    value: Tensor<1>,
    state: Vec<Tensor<1>>,
}

/// An optimizer with what it remembers of every parameter.
#[derive(Debug, Clone)]
pub struct Optimizer {
    rule: Rc<dyn UpdateRule>,
    steps: i32,
    /// By the index of the parameter; `None` until its first gradient.
    state: Vec<Option<Vec<Tensor<1>>>>,
}

impl Optimizer {
    /// No steps taken.
    #[must_use]
    pub fn new(kind: OptimizerKind, learning_rate: f64) -> Self {
        Self { rule: kind.rule(learning_rate), steps: 0, state: Vec::new() }
    }

    /// Steps taken.
    pub(crate) fn steps(&self) -> i32 {
        self.steps
    }

    /// The names of what it remembers of each parameter.
    pub(crate) fn state_names(&self) -> &'static [&'static str] {
        self.rule.state()
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
    /// index of the parameter, flattened and off the autodiff device.
    #[must_use]
    pub fn step(
        &mut self,
        values: Vec<Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
    ) -> Vec<Option<Tensor<1>>> {
        self.steps = self.steps.saturating_add(1);
        self.state.resize_with(values.len(), || None);
        let mut moved: Vec<Option<Tensor<1>>> = vec![None; values.len()];
        let (mut indices, mut updates) = (Vec::new(), Vec::new());
        for (index, (value, gradient)) in values.into_iter().zip(gradients).enumerate() {
            let Some(gradient) = gradient else { continue };
            let zeros = || self.rule.state().iter().map(|_| gradient.zeros_like()).collect();
            // The old state is given away, so that the step can be taken in place.
            let state = self.state[index].take().unwrap_or_else(zeros);
            indices.push(index);
            updates.push(Update { value, gradient, state });
        }
        for (index, Updated { value, state }) in
            indices.into_iter().zip(self.rule.apply(self.steps, updates))
        {
            self.state[index] = Some(state);
            moved[index] = Some(value);
        }
        moved
    }
}
