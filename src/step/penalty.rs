//! Penalties on weights in a step: the loss that is told has them, and so do the gradients of a batch, once,
//! however many microbatches it has.

use burn::tensor::Tensor;

use super::phase::Phase;
use crate::nn::Net;
use crate::ops;

/// `loss`, through which gradients flow, with the penalties on the weights that `phase` trains.
pub(crate) fn with_penalty(net: &Net, phase: &Phase, loss: Tensor<1>) -> Tensor<1> {
    match net.penalty(&phase.trained) {
        Some(penalty) => ops::sum(loss, penalty),
        None => loss,
    }
}

/// The same of a `loss` that is only told, off the autodiff device.
pub(crate) fn told_with_penalty(net: &Net, phase: &Phase, loss: Tensor<1>) -> Tensor<1> {
    match net.penalty_value(&phase.trained) {
        Some(penalty) => ops::sum(loss, penalty),
        None => loss,
    }
}

/// The gradients of a batch, by the index of the parameter, with those of the penalties.
pub(crate) fn add_penalty_gradients(
    net: &Net,
    phase: &Phase,
    gradients: Vec<Option<Tensor<1>>>,
) -> Vec<Option<Tensor<1>>> {
    let Some(penalty) = net.penalty(&phase.trained) else { return gradients };
    let penalties = net.take_gradients(penalty.backward());
    let sums = gradients.into_iter().zip(penalties).map(|pair| match pair {
        (Some(gradient), Some(penalty)) => Some(ops::sum(gradient, penalty)),
        (gradient, _) => gradient,
    });
    sums.collect()
}
