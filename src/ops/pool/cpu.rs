//! Pooling in general on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::PoolAttrs;
use crate::kernels::windows;
use crate::ops::cpu::{dims, from_maps, maps};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for PoolAttrs {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let shape @ [batch, channels, _, _] = dims(&x);
        let values = windows::forward(self.kind, &self.windows(shape), maps(&x).values(), channels);
        let [h, w] = self.output;
        Output::new(from_maps(values, [batch, channels, h, w]), vec![x])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let shape @ [_, channels, _, _] = dims(&x);
        let (x, gradient) = (maps(&x), maps(&gradient));
        let windows = self.windows(shape);
        let (values, gradients) = (x.values(), gradient.values());
        let found = windows::backward(self.kind, &windows, values, gradients, channels);
        [Some(from_maps(found, shape))]
    }
}
