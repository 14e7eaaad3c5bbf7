//! Pooling and upsampling on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Resize;
use crate::kernels::pool::{self, Pool};
use crate::kernels::upsample;
use crate::ops::cpu::{dims, from_maps, maps};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for Resize {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        let [batch, channels, side, _] = dims(&x);
        let map = maps(&x);
        let (values, shape) = (map.values(), (side, channels));
        let values = match self {
            Self::MaxPool => pool::forward(Pool::Max, values, shape).0,
            Self::AveragePool => pool::forward(Pool::Average, values, shape).0,
            Self::UpSample => upsample::forward(values, shape),
        };
        let side = self.output_side(side);
        Output::new(from_maps(values, [batch, channels, side, side]), vec![x])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let dims @ [_, channels, side, _] = dims(&x);
        let (x, gradient) = (maps(&x), maps(&gradient));
        let (values, gradients, shape) = (x.values(), gradient.values(), (side, channels));
        let back = |pool| pool::backward(pool, values, shape, gradients);
        let values = match self {
            Self::MaxPool => back(Pool::Max),
            Self::AveragePool => back(Pool::Average),
            Self::UpSample => upsample::backward(gradients, shape),
        };
        [Some(from_maps(values, dims))]
    }
}
