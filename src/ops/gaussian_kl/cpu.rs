//! The divergence of normal distributions on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::GaussianKl;
use crate::kernels::gaussian;
use crate::ops::cpu::{Ordered, dims, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for GaussianKl {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let [_, width] = dims(&x);
        let divergence = gaussian::kl_divergence(Ordered::new(&x).values(), width / 2);
        Output::new(tensor(vec![divergence], [1]), vec![x])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let shape: [usize; 2] = dims(&x);
        let factor = Ordered::new(&gradient).values()[0];
        let found =
            gaussian::kl_divergence_backward(Ordered::new(&x).values(), shape[1] / 2, factor);
        [Some(tensor(found, shape))]
    }
}
