//! Maps enlarged on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Enlarge;
use crate::kernels::enlarge;
use crate::ops::cpu::{dims, from_maps, maps};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for Enlarge {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let shape @ [_, channels, h, w] = dims(&x);
        let map = maps(&x);
        let values = enlarge::forward(self.kind, map.values(), [h, w], channels, self.factor);
        Output::new(from_maps(values, self.output(shape)), vec![x])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let [x] = array(input.saved);
        let shape @ [_, channels, h, w] = dims(&x);
        let gradient = maps(&input.gradient);
        let values = enlarge::backward(self.kind, gradient.values(), [h, w], channels, self.factor);
        [Some(from_maps(values, shape))]
    }
}
