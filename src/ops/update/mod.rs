//! A step of an optimizer, of all parameters at once.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run_all;
pub use crate::kernels::update::{Decay, Rule};

/// A step: of parameters one after another, each its values, its gradient and its state, all flattened;
/// gives the values and the state of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// How a step moves weights.
    pub rule: Rule,
    /// The learning rate, corrected where the rule wants that.
    pub size: f32,
    /// How weights shrink before the step.
    pub decay: Option<Decay>,
    /// The largest value of a gradient, either way.
    pub clip: Option<f32>,
}

/// Takes the step, off the autodiff device. Of every parameter `parameters` has the values, the gradient
/// and as many tensors of state as the rule keeps, and what comes back the values and the state.
///
/// # Panics
/// If a parameter has more or fewer tensors.
#[must_use]
pub fn update(parameters: Vec<Vec<Tensor<1>>>, update: Update) -> Vec<Vec<Tensor<1>>> {
    if parameters.is_empty() {
        return Vec::new();
    }
    let states = update.rule.states();
    let whole = parameters.iter().all(|one| one.len() == 2 + states);
    assert!(whole, "a parameter has values, a gradient and {states} tensors of state");
    let parameters = parameters.into_iter().flatten().map(Tensor::into_dispatch);
    let moved = run_all(update, parameters.collect::<Vec<_>>());
    groups(moved.into_iter().map(Tensor::from_dispatch), 1 + states)
}

/// Tensors that stand one after another, by the groups of `size` that they are.
fn groups<T>(mut tensors: impl Iterator<Item = T>, size: usize) -> Vec<Vec<T>> {
    std::iter::from_fn(|| {
        let group: Vec<T> = tensors.by_ref().take(size).collect();
        (group.len() == size).then_some(group)
    })
    .collect()
}
