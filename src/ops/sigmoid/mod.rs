//! The sigmoid, value by value.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::backend::tensor::FloatTensor;
use burn::tensor::Tensor;

use super::dispatch::run;
use super::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

/// Of `x`, of any shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sigmoid;

/// `1 / (1 + exp(-x))`, value by value.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(run(Sigmoid, [x.into_dispatch()]))
}

impl Operator<1> for Sigmoid {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let output = B::sigmoid(x);
        Output::new(output.clone(), vec![output])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [output] = array(saved);
        [Some(B::sigmoid_backward(output, gradient))]
    }
}
