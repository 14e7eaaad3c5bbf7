//! Activations on and off the autodiff device: where a graph begins, and what no gradient flows through.

use burn::tensor::{Gradients, Tensor};

use crate::nn::Activation;
use crate::ops;

/// The same values as a leaf of a new autodiff graph.
pub(crate) fn leaf(x: Activation) -> Activation {
    match x {
        Activation::Map(x) => Activation::Map(x.detach().require_grad()),
        Activation::Flat(x) => Activation::Flat(x.detach().require_grad()),
    }
}

/// A number whose gradient by `x` is `gradient`, off the autodiff device, of the same shape.
pub(crate) fn seeded(x: Activation, gradient: Activation) -> Tensor<1> {
    match (x, gradient) {
        (Activation::Map(x), Activation::Map(gradient)) => {
            ops::backward_from(x, Tensor::from_inner(gradient))
        }
        (Activation::Flat(x), Activation::Flat(gradient)) => {
            ops::backward_from(x, Tensor::from_inner(gradient))
        }
        (x, gradient) => unreachable!("{x:?}, {gradient:?}: a gradient has its tensor's shape"),
    }
}

/// The gradient with respect to a leaf, off the autodiff device: zeros where no gradient flowed back, such
/// as behind a relu that is off everywhere.
pub(crate) fn gradient(leaf: &Activation, found: &Gradients) -> Activation {
    match leaf {
        Activation::Map(x) => {
            Activation::Map(x.grad(found).unwrap_or_else(|| x.clone().inner().zeros_like()))
        }
        Activation::Flat(x) => {
            Activation::Flat(x.grad(found).unwrap_or_else(|| x.clone().inner().zeros_like()))
        }
    }
}

/// The same values off the autodiff device.
pub(crate) fn untracked(x: Activation) -> Activation {
    match x {
        Activation::Map(x) => Activation::Map(x.inner()),
        Activation::Flat(x) => Activation::Flat(x.inner()),
    }
}

/// The same values on the autodiff device, as constants.
pub(crate) fn tracked(x: Activation) -> Activation {
    match x {
        Activation::Map(x) => Activation::Map(Tensor::from_inner(x)),
        Activation::Flat(x) => Activation::Flat(Tensor::from_inner(x)),
    }
}
