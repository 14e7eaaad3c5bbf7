//! Losses and correct answers on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

use super::{Correct, Loss, LossAndCorrect, LossKind, parts};
use crate::kernels::loss;
use crate::ops::cpu::{Ordered, dims, from_maps, maps, tensor};
use crate::ops::operator::{Kernel, Output, array};

impl Kernel<Flex, 1> for Loss {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        loss_and_correct(parts(inputs), self.0, None).0
    }
}

impl Kernel<Flex, 1> for LossAndCorrect {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let inputs = parts(inputs);
        let choices = inputs.0.layout().shape()[1];
        let (mut output, correct) = loss_and_correct(inputs, self.0, Some(choices));
        output.outputs.push(tensor(vec![correct as f32], [1]));
        output
    }
}

impl Kernel<Flex, 0> for Correct {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [outputs, targets] = array(inputs);
        let choices = outputs.layout().shape()[1];
        let is_map = outputs.layout().shape().num_dims() == 4;
        let [outputs, targets] = [&outputs, &targets].map(choices_last);
        let rows = outputs.values().len() / choices;
        let correct = match is_map || choices > 1 {
            true => loss::correct(outputs.values(), targets.values(), choices),
            // Of one class, every picture is.
            false => rows,
        };
        Output::new(tensor(vec![correct as f32], [1]), Vec::new())
    }
}

/// A loss, its gradient saved, and how many of rows of `choices` are correct.
fn loss_and_correct(
    (inputs, targets, weights): (FlexTensor, FlexTensor, Option<FlexTensor>),
    kind: LossKind,
    choices: Option<usize>,
) -> (Output<Flex>, usize) {
    let shape = inputs.layout().shape().clone();
    // The order of the values does not matter, if it is the same and choices are last.
    let [ordered, targets] = [&inputs, &targets].map(choices_last);
    let weights = weights.as_ref().map(Ordered::new);
    let weights = weights.as_ref().map(Ordered::values);
    let (values, targets) = (ordered.values(), targets.values());
    let loss = match kind {
        LossKind::CrossEntropy => match weights {
            None => loss::cross_entropy(values, targets, shape[1]),
            Some(weights) => loss::weighted_cross_entropy(values, targets, weights, shape[1]),
        },
        LossKind::BinaryCrossEntropy => loss::binary_cross_entropy(values, targets, choices),
        LossKind::ClippedBinaryCrossEntropy => {
            loss::clipped_binary_cross_entropy(values, targets, choices)
        }
        LossKind::SquaredError => loss::squared_error(values, targets, choices),
        LossKind::AbsoluteError => loss::absolute_error(values, targets, choices),
        LossKind::Huber(delta) => loss::huber(values, targets, delta, choices),
        LossKind::CategoricalHinge => loss::categorical_hinge(values, targets, weights, shape[1]),
    };
    let gradients = if shape.num_dims() == 4 {
        from_maps(loss.gradients, dims(&inputs))
    } else {
        FlexTensor::from_data(TensorData::new(loss.gradients, shape))
    };
    (Output::new(tensor(vec![loss.mean], [1]), vec![gradients]), loss.correct.unwrap_or(0))
}

/// The values of `[batch, choices]` or `[batch, choices, y, x]`, choices last.
fn choices_last(x: &FlexTensor) -> Ordered {
    if x.layout().shape().num_dims() == 4 { maps(x) } else { Ordered::new(x) }
}
