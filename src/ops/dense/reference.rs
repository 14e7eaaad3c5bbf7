//! A dense layer in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::Dense;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Dense {
    /// What gradients are made from: the input, the weights and, where there is a relu, the output.
    pub(super) fn save<T: Clone>(self, x: T, weight: T, output: &T) -> Vec<T> {
        [x, weight].into_iter().chain(self.relu.then(|| output.clone())).collect()
    }

    /// The same again.
    pub(super) fn saved<T>(self, mut saved: Vec<T>) -> ([T; 2], Option<T>) {
        let output = saved.pop_if(|_| self.relu);
        (array(saved), output)
    }
}

impl Operator<3> for Dense {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, weight, bias] = array(inputs);
        let logits = B::linear(x.clone(), weight.clone(), Some(bias));
        let output = if self.relu { B::relu(logits) } else { logits };
        let saved = self.save(x, weight, &output);
        Output::new(output, saved)
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { saved, mut gradient, .. } = input;
        let ([x, weight], output) = self.saved(saved);
        if let Some(output) = output {
            gradient = B::relu_backward(output, gradient);
        }
        [
            Some(B::linear_x_backward(weight, gradient.clone())),
            Some(B::linear_weight_backward(x, gradient.clone())),
            Some(B::linear_bias_backward(gradient)),
        ]
    }
}
