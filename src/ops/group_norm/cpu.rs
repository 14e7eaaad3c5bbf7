//! Layer and group normalisation on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{GroupNorm, NormSets};
use crate::kernels::group_norm::{self, GroupShape};
use crate::ops::cpu::{Ordered, dims, from_maps, maps, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl GroupNorm {
    /// The samples that `x` consists of.
    fn shape(self, x: &FlexTensor) -> GroupShape {
        let [_, channels, h, w] = dims(x);
        match self.sets {
            NormSets::Position => GroupShape { positions: 1, channels, groups: 1 },
            NormSets::Groups(groups) => GroupShape { positions: h * w, channels, groups },
        }
    }
}

impl Kernel<Flex, 3> for GroupNorm {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, gamma, beta] = array(inputs);
        let shape = self.shape(&x);
        let (map, scales, shifts) = (maps(&x), Ordered::new(&gamma), Ordered::new(&beta));
        let moments = group_norm::moments(map.values(), shape, self.epsilon as f32);
        let outputs =
            group_norm::forward(map.values(), &moments, shape, scales.values(), shifts.values());
        let count = moments.len();
        let output = from_maps(outputs, dims(&x));
        Output::new(output, vec![x, gamma, tensor(moments, [count])])
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, gamma, moments] = array(saved);
        let (shape, x_dims) = (self.shape(&x), dims::<4>(&x));
        let (map, scales, gradient) = (maps(&x), Ordered::new(&gamma), maps(&gradient));
        let found = group_norm::backward(
            map.values(),
            Ordered::new(&moments).values(),
            shape,
            scales.values(),
            gradient.values(),
        );
        [
            Some(from_maps(found.inputs, x_dims)),
            Some(tensor(found.gamma, [shape.channels])),
            Some(tensor(found.beta, [shape.channels])),
        ]
    }
}
