//! Losses and correct answers in burn's operations.

use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};

use super::{Correct, Loss, LossAndCorrect, LossKind, parts};
use crate::kernels::loss::CLIP;
use crate::ops::activation::{ActivationKind, Pointwise};
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};
use crate::ops::scale::Scale;

impl Operator<1> for Loss {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let (inputs, targets, weights) = parts(inputs);
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
            LossKind::AbsoluteError => {
                let error = B::float_sub(inputs, targets);
                (B::float_abs(error.clone()), B::float_sign(error), shape.num_elements())
            }
            LossKind::Huber(delta) => {
                let error = B::float_sub(inputs, targets);
                // The slope is the error, cut; what the line adds beyond it is `delta` times the rest.
                let slopes = B::float_clamp(error.clone(), (-delta).into(), delta.into());
                let rest = B::float_abs(B::float_sub(error, slopes.clone()));
                let half =
                    B::float_mul_scalar(B::float_mul(slopes.clone(), slopes.clone()), 0.5.into());
                let losses = B::float_add(half, B::float_mul_scalar(rest, delta.into()));
                (losses, slopes, shape.num_elements())
            }
            LossKind::CategoricalHinge => hinge::<B>(inputs, targets),
        };
        let (losses, gradients) = match weights {
            None => (losses, gradients),
            Some(weights) => {
                let weights = B::float_reshape(weights, [shape[0], 1].into());
                (B::float_mul(losses, weights.clone()), B::float_mul(gradients, weights))
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

/// The categorical hinge of each row, its gradient by the logits, and how many rows there are.
fn hinge<B: Kernels>(
    logits: FloatTensor<B>,
    targets: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>, usize) {
    let rows = logits.shape()[0];
    let settings = get_or_init_device_settings::<B>(&logits.device());
    let powers = B::float_exp(B::float_sub(logits.clone(), B::float_max_dim(logits, 1)));
    let p = B::float_div(powers.clone(), B::float_sum_dim(powers, 1));
    let not_own = B::float_add_scalar(B::float_neg(targets.clone()), 1.0.into());
    let others = B::float_mul(not_own.clone(), p.clone());
    let largest = B::float_argmax(others.clone(), 1, settings.int_dtype);
    let indices = B::int_arange(0..p.shape()[1] as i64, &p.device(), settings.int_dtype);
    let indices = B::int_reshape(indices, [1, p.shape()[1]].into());
    let indices = B::int_expand(indices, p.shape());
    let largest = B::int_equal(indices, B::int_expand(largest, p.shape()), settings.bool_dtype);
    let chosen = B::float_mul(B::bool_into_float(largest, settings.float_dtype), not_own);
    // By each probability: 1 for the largest other one, -1 for the label's.
    let slopes = B::float_sub(chosen.clone(), targets);
    let through = B::float_sum_dim(B::float_mul(slopes.clone(), p.clone()), 1);
    let losses = B::float_add_scalar(through.clone(), 1.0.into());
    let open = B::float_sign(B::relu(losses.clone()));
    let gradients = B::float_mul(p, B::float_sub(slopes, through));
    (B::relu(losses), B::float_mul(gradients, open), rows)
}

impl Operator<1> for LossAndCorrect {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let given = inputs.clone();
        let (inputs, targets, _) = parts(inputs);
        let mut output = B::forward(Loss(self.0), given);
        let answers = match self.0 {
            LossKind::BinaryCrossEntropy => {
                let sigmoid = ActivationKind::Pointwise(Pointwise::Sigmoid);
                B::forward(sigmoid, vec![inputs]).single()
            }
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
        let shape = outputs.shape();
        if shape.num_dims() == 4 && shape[1] == 1 {
            let above = B::float_greater_elem(outputs, 0.5.into(), settings.bool_dtype);
            let rounded = B::bool_into_float(above, settings.float_dtype);
            let same = B::float_equal(rounded, targets, settings.bool_dtype);
            let ones = B::bool_into_float(same, settings.float_dtype);
            return Output::new(B::float_sum(ones), Vec::new());
        }
        let first = |x| B::float_argmax(x, 1, settings.int_dtype);
        let same = B::int_equal(first(outputs), first(targets), settings.bool_dtype);
        let ones = B::bool_into_float(same, settings.float_dtype);
        Output::new(B::float_sum(ones), Vec::new())
    }
}
