//! A dense layer on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::Dense;
use crate::kernels::dense;
use crate::ops::cpu::{Ordered, dims, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 3> for Dense {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, weight, bias] = array(inputs);
        let ([rows, _], [_, units]) = (dims(&x), dims(&weight));
        let (rows_of_x, weights, bias) =
            (Ordered::new(&x), Ordered::new(&weight), Ordered::new(&bias));
        let mut outputs = dense::forward(rows_of_x.values(), weights.values(), bias.values());
        if self.relu {
            // What is not a number stays so.
            outputs.iter_mut().for_each(|logit| *logit = if *logit < 0.0 { 0.0 } else { *logit });
        }
        let output = tensor(outputs, [rows, units]);
        let saved = self.save(x, weight, &output);
        Output::new(output, saved)
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let ([x, weight], output) = self.saved(saved);
        let (x_dims, [count, units]) = (dims::<2>(&x), dims(&weight));
        let (x, weight) = (Ordered::new(&x), Ordered::new(&weight));
        let gradient = Ordered::new(&gradient);
        let masked: Vec<f32>;
        let gradient = match output.as_ref().map(Ordered::new) {
            None => gradient.values(),
            Some(output) => {
                let passed = output.values().iter().zip(gradient.values());
                masked = passed.map(|(y, slope)| if *y > 0.0 { *slope } else { 0.0 }).collect();
                &masked
            }
        };
        let gradients = dense::backward(x.values(), weight.values(), gradient, units);
        [
            Some(tensor(gradients.inputs, x_dims)),
            Some(tensor(gradients.weights, [count, units])),
            Some(tensor(gradients.bias, [units])),
        ]
    }
}
