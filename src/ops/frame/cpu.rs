//! Padding and cropping on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Frame;
use crate::kernels::frame::framed;
use crate::ops::cpu::{dims, from_maps, maps};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 1> for Frame {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x] = array(inputs);
        Output::new(framed_by(self, &x), vec![x])
    }

    fn backward(self, input: BackwardInput<Flex, 1>) -> InputGrads<Flex, 1> {
        let [x] = array(input.saved);
        [Some(framed_by(self.back(dims(&x)), &input.gradient))]
    }
}

fn framed_by(frame: Frame, x: &FlexTensor) -> FlexTensor {
    let ([batch, channels, h, w], [rows, columns]) = (dims(x), frame.output);
    let values = framed(maps(x).values(), [h, w], channels, frame.before, frame.output);
    from_maps(values, [batch, channels, rows, columns])
}
