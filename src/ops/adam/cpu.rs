//! A step of Adam on the CPU, in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{Adam, Moved, Moving, groups};
use crate::kernels::adam;
use crate::ops::cpu::Ordered;
use crate::ops::operator::{Kernel, Output};

impl Kernel<Flex, 0> for Adam {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let parameters = groups(inputs.into_iter()).into_iter();
        let outputs = parameters.flat_map(|moving| step(moving, self.step_size)).collect();
        Output { outputs, saved: Vec::new() }
    }
}

fn step([value, gradient, first, second]: Moving<FlexTensor>, step_size: f32) -> Moved<FlexTensor> {
    let gradient = Ordered::new(&gradient);
    // In memory of their own where nobody else holds them: what is changed there is copied only if
    // it must be.
    let [mut value, mut first, mut second] =
        [value, first, second].map(|tensor| tensor.to_contiguous());
    adam::step(
        value.storage_mut(),
        gradient.values(),
        first.storage_mut(),
        second.storage_mut(),
        step_size,
    );
    [value, first, second]
}
