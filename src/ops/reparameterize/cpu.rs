//! Samples of normal distributions on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Reparameterize;
use crate::kernels::gaussian;
use crate::ops::cpu::{Ordered, dims, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for Reparameterize {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, noise] = array(inputs);
        let shape: [usize; 2] = dims(&noise);
        let sample =
            gaussian::sample(Ordered::new(&x).values(), Ordered::new(&noise).values(), shape[1]);
        Output::new(tensor(sample, shape), vec![x, noise])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, noise] = array(saved);
        let (shape, [_, n]) = (dims::<2>(&x), dims(&noise));
        let [x, noise, gradient] = [&x, &noise, &gradient].map(Ordered::new);
        let found = gaussian::sample_backward(x.values(), noise.values(), gradient.values(), n);
        [Some(tensor(found, shape))]
    }
}
