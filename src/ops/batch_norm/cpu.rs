//! Batch normalisation on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{BatchNorm, Moments};
use crate::kernels::norm;
use crate::ops::cpu::{Ordered, dims, from_maps, maps, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 0> for Moments {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let [_, channels, _, _] = dims(&x);
        let moments = norm::moments(maps(&x).values(), channels);
        let output = tensor([moments.mean, moments.variance].concat(), [2, channels]);
        Output::new(output, Vec::new())
    }
}

impl BatchNorm {
    /// What `moments` `[2, channels]` normalise.
    fn channels(self, moments: &FlexTensor) -> norm::Normalizer {
        let moments = Ordered::new(moments);
        let (mean, variance) = moments.values().split_at(moments.values().len() / 2);
        norm::Normalizer::new(mean, variance, self.epsilon as f32)
    }
}

impl Kernel<Flex, 3> for BatchNorm {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, gamma, beta, moments] = array(inputs);
        let channels = self.channels(&moments);
        let (map, scales, shifts) = (maps(&x), Ordered::new(&gamma), Ordered::new(&beta));
        let values = norm::forward(map.values(), &channels, scales.values(), shifts.values());
        Output::new(from_maps(values, dims(&x)), vec![x, moments, gamma])
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, moments, gamma] = array(saved);
        let shape @ [_, count, _, _] = dims(&x);
        let channels = self.channels(&moments);
        let (x, gamma, gradient) = (maps(&x), Ordered::new(&gamma), maps(&gradient));
        let found = norm::backward(
            x.values(),
            &channels,
            gamma.values(),
            gradient.values(),
            self.by_moments,
        );
        [
            Some(from_maps(found.inputs, shape)),
            Some(tensor(found.gamma, [count])),
            Some(tensor(found.beta, [count])),
        ]
    }
}
