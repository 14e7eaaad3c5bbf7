//! Losses and correct answers in burn's operations.

use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};

use super::{Correct, Loss, LossAndCorrect, LossKind};
use crate::kernels::loss::CLIP;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};
use crate::ops::scale::Scale;
use crate::ops::sigmoid::Sigmoid;

impl Operator<1> for Loss {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [inputs, targets] = array(inputs);
        let shape = inputs.shape();
        let (losses, gradients, count) = match self.0 {
            LossKind::CrossEntropy => {
                let largest = B::float_max_dim(inputs.clone(), 1);
                let shifted = B::float_sub(inputs, largest);
                let powers = B::float_exp(shifted.clone());
                let total = B::float_sum_dim(powers.clone(), 1);
                let logs = B::float_sub(shifted, B::float_log(total.clone()));
                let losses = B::float_neg(B::float_mul(logs, targets.clone()));
                (losses, B::float_sub(B::float_div(powers, total), targets), shape[0])
            }
            LossKind::BinaryCrossEntropy => {
                let tail = B::float_exp(B::float_neg(B::float_abs(inputs.clone())));
                let product = B::float_mul(inputs.clone(), targets.clone());
                let positive = B::float_sub(B::relu(inputs.clone()), product);
                let losses = B::float_add(positive, B::float_log1p(tail));
                (losses, B::float_sub(B::sigmoid(inputs), targets), shape.num_elements())
            }
            LossKind::ClippedBinaryCrossEntropy => {
                let one_minus = |x| B::float_add_scalar(B::float_neg(x), 1.0.into());
                let p = B::float_clamp(inputs.clone(), CLIP.into(), (1.0 - CLIP).into());
                let q = one_minus(p.clone());
                let yes = B::float_mul(targets.clone(), B::float_log(p.clone()));
                let no = B::float_mul(one_minus(targets.clone()), B::float_log(q.clone()));
                let losses = B::float_neg(B::float_add(yes, no));
                // Nothing flows back to an input that was clipped.
                let moved = B::float_abs(B::float_sub(p.clone(), inputs));
                let inside = one_minus(B::float_sign(moved));
                let slopes = B::float_div(B::float_sub(p.clone(), targets), B::float_mul(p, q));
                (losses, B::float_mul(slopes, inside), shape.num_elements())
            }
            LossKind::SquaredError => {
                let error = B::float_sub(inputs, targets);
                let losses = B::float_mul(error.clone(), error.clone());
                (losses, B::float_mul_scalar(error, 2.0.into()), shape.num_elements())
            }
        };
        let scale = 1.0 / count as f64;
        let mean = B::float_mul_scalar(B::float_sum(losses), scale.into());
        Output::new(mean, vec![B::float_mul_scalar(gradients, scale.into())])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        // The gradient of the mean is one number, for every input.
        let [by_inputs] = array(saved);
        [Some(Scale::of::<B>(by_inputs, gradient))]
    }
}

impl Operator<1> for LossAndCorrect {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [inputs, targets] = array(inputs);
        let mut output = B::forward(Loss(self.0), vec![inputs.clone(), targets.clone()]);
        let answers = match self.0 {
            LossKind::BinaryCrossEntropy => B::forward(Sigmoid, vec![inputs]).single(),
            _ => inputs,
        };
        output.outputs.extend(B::forward(Correct, vec![answers, targets]).outputs);
        output
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        B::backward(Loss(self.0), input)
    }
}

impl Operator<0> for Correct {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [outputs, targets] = array(inputs);
        let settings = get_or_init_device_settings::<B>(&outputs.device());
        let first = |x| B::float_argmax(x, 1, settings.int_dtype);
        let same = B::int_equal(first(outputs), first(targets), settings.bool_dtype);
        let ones = B::bool_into_float(same, settings.float_dtype);
        Output::new(B::float_sum(ones), Vec::new())
    }
}
