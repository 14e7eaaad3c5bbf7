//! Penalties on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Penalty;
use crate::kernels::penalty;
use crate::ops::cpu::{Ordered, dims, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for Penalty {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [weights] = array(inputs);
        let total = penalty::forward(Ordered::new(&weights).values(), self.l1, self.l2);
        Output::new(tensor(vec![total], [1]), vec![weights])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [weights] = array(saved);
        let factor = Ordered::new(&gradient).values()[0];
        let ordered = Ordered::new(&weights);
        let found = penalty::backward(ordered.values(), self.l1, self.l2, factor);
        [Some(tensor(found, dims::<1>(&weights)))]
    }
}
