//! From tensors to an operator on their backend, through burn's dispatch. The only place where burn learns
//! of operators, and it learns of all of them at once.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};

use super::operator::{Everywhere, Kernels, array};
use super::tensor_list::Floats;

/// Runs operators, on every backend and through autodiff.
#[backend_extension(
    Flex,
    Cube: cfg(feature = "gpu"),
    NdArray: cfg(feature = "ndarray"),
    Autodiff
)]
pub(crate) trait Operators: Backend {
    /// What `operator` gives. Gradients flow from the first output to the first `GRADS` inputs.
    fn run<O: Everywhere<GRADS>, const GRADS: usize>(
        operator: O,
        #[extension_type] inputs: Floats<Self>,
    ) -> Floats<Self>;
}

impl<B: Kernels> Operators for B {
    fn run<O: Everywhere<GRADS>, const GRADS: usize>(
        operator: O,
        inputs: Floats<Self>,
    ) -> Floats<Self> {
        Floats(B::forward(operator, inputs.0).outputs)
    }
}

/// The output of an operator that has one.
pub(super) fn run<O: Everywhere<GRADS>, const GRADS: usize>(
    operator: O,
    inputs: impl Into<Vec<FloatTensor<Dispatch>>>,
) -> FloatTensor<Dispatch> {
    let [output] = array(run_all(operator, inputs));
    output
}

/// The outputs of an operator.
pub(super) fn run_all<O: Everywhere<GRADS>, const GRADS: usize>(
    operator: O,
    inputs: impl Into<Vec<FloatTensor<Dispatch>>>,
) -> Vec<FloatTensor<Dispatch>> {
    Dispatch::run(operator, Floats(inputs.into())).0
}
