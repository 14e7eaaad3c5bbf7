//! A step of an optimizer on the CPU, in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{Update, groups};
use crate::kernels::update;
use crate::ops::cpu::Ordered;
use crate::ops::operator::{Kernel, Output};

impl Kernel<Flex, 0> for Update {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let parameters = groups(inputs.into_iter(), 2 + self.rule.states()).into_iter();
        let outputs = parameters.flat_map(|moving| step(moving, self)).collect();
        Output { outputs, saved: Vec::new() }
    }
}

fn step(
    mut moving: Vec<FlexTensor>,
    Update { rule, size, decay, clip }: Update,
) -> Vec<FlexTensor> {
    let gradient = moving.remove(1);
    // In memory of their own where nobody else holds them: what is changed there is copied only if
    // it must be.
    let mut moved: Vec<FlexTensor> = moving.iter().map(FlexTensor::to_contiguous).collect();
    drop(moving);
    let gradient = match clip {
        None => gradient,
        Some(limit) => {
            let mut gradient = gradient.to_contiguous();
            update::clip(gradient.storage_mut(), limit);
            gradient
        }
    };
    let gradient = Ordered::new(&gradient);
    let mut tensors = moved.iter_mut().map(FlexTensor::storage_mut::<f32>);
    let value = tensors.next().expect("a parameter has values");
    let mut state: Vec<&mut [f32]> = tensors.collect();
    if let Some(decay) = decay {
        update::decay(value, decay);
    }
    update::step(rule, size, value, gradient.values(), &mut state);
    moved
}
