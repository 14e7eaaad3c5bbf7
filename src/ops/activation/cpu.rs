//! Activation functions on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::ActivationKind;
use crate::kernels::activation;
use crate::ops::cpu::{channels_last, from_channels_last};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for ActivationKind {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let output = match self {
            // In whatever order the values are.
            Self::Pointwise(function) => {
                let mut output = x.clone();
                activation::forward(function, output.storage_mut());
                output
            }
            Self::Softmax => {
                let shape = x.layout().shape().clone();
                let mut values = channels_last(&x).values().to_vec();
                activation::softmax(&mut values, shape[1]);
                from_channels_last(values, &shape)
            }
        };
        let saved = self.save(x, output.clone());
        Output::new(output, saved)
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [saved] = array(saved);
        let shape = saved.layout().shape().clone();
        let [saved, gradient] = [&saved, &gradient].map(channels_last);
        let (saved, gradient) = (saved.values(), gradient.values());
        let found = match self {
            Self::Pointwise(function) => activation::backward(function, saved, gradient),
            Self::Softmax => activation::softmax_backward(saved, gradient, shape[1]),
        };
        [Some(from_channels_last(found, &shape))]
    }
}
