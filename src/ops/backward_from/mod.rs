//! Going back from the middle of a network, with a gradient that comes from elsewhere.

#[cfg(feature = "gpu")]
use burn::backend::Cube;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::Tensor;

use super::dispatch::run;
use super::operator::{BackwardInput, InputGrads, Kernel, Kernels, Operator, Output, array};
use super::scale::Scale;

/// Of `x` and a gradient of its shape.
#[derive(Debug, Clone, Copy)]
struct BackwardFrom;

/// A number, `[1]`, whose gradient by `x` is `gradient`: `backward` on it goes on below `x` with what
/// flows in from a part of the network that is computed elsewhere. The number itself says nothing.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn backward_from<const D: usize>(x: Tensor<D>, gradient: Tensor<D>) -> Tensor<1> {
    assert_eq!(x.dims(), gradient.dims(), "a gradient has the shape of its values");
    Tensor::from_dispatch(run(BackwardFrom, [x.into_dispatch(), gradient.into_dispatch()]))
}

impl Operator<1> for BackwardFrom {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [_, gradient] = array(inputs);
        // One value first: a gradient in an order of its own would be copied.
        let one = vec![(0..1).into(); gradient.shape().num_dims()];
        let number = B::float_reshape(B::float_slice(gradient.clone(), &one), [1].into());
        Output::new(number, vec![gradient])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [by_inputs] = array(saved);
        [Some(Scale::of::<B>(by_inputs, gradient))]
    }
}

impl Kernel<Flex, 1> for BackwardFrom {}
#[cfg(feature = "gpu")]
impl Kernel<Cube, 1> for BackwardFrom {}
