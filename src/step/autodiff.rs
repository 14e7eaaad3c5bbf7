//! Activations on and off the autodiff device: where a graph begins, and what no gradient flows through.

use burn::tensor::Tensor;

use crate::nn::Activation;

/// The same values as a leaf of a new autodiff graph.
pub(crate) fn leaf(x: Activation) -> Activation {
    match x {
        Activation::Map(x) => Activation::Map(x.detach().require_grad()),
        Activation::Flat(x) => Activation::Flat(x.detach().require_grad()),
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
