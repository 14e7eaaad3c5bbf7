//! Batch normalisation in burn's operations.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;

use super::{BatchNorm, Moments};
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Operator<0> for Moments {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let channels = x.shape()[1];
        let values = by_channel::<B>(x);
        let mean = B::float_mean_dim(values.clone(), 1);
        let error = B::float_sub(values, mean.clone());
        let variance = B::float_mean_dim(B::float_mul(error.clone(), error), 1);
        let row = |x| B::float_reshape(x, Shape::new([1, channels]));
        Output::new(B::float_cat(vec![row(mean), row(variance)], 0), Vec::new())
    }
}

impl Operator<3> for BatchNorm {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, gamma, beta, moments] = array(inputs);
        let (normal, _) = normalised::<B>(x.clone(), moments.clone(), self.epsilon);
        let scaled = B::float_mul(normal, across::<B>(gamma.clone()));
        Output::new(B::float_add(scaled, across::<B>(beta)), vec![x, moments, gamma])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, moments, gamma] = array(saved);
        let channels = gamma.shape()[0];
        let values = x.shape().num_elements() / channels;
        let (normal, scale) = normalised::<B>(x, moments, self.epsilon);
        let sum = |x| {
            let sums = B::float_sum_dim(by_channel::<B>(x), 1);
            B::float_reshape(sums, Shape::new([channels]))
        };
        let by_beta = sum(gradient.clone());
        let by_gamma = sum(B::float_mul(gradient.clone(), normal.clone()));
        let mut inputs = gradient;
        if self.by_moments {
            let mean = |sums| across::<B>(B::float_mul_scalar(sums, (1.0 / values as f64).into()));
            inputs = B::float_sub(inputs, mean(by_beta.clone()));
            inputs = B::float_sub(inputs, B::float_mul(normal, mean(by_gamma.clone())));
        }
        let inputs = B::float_mul(inputs, B::float_mul(scale, across::<B>(gamma)));
        [Some(inputs), Some(by_gamma), Some(by_beta)]
    }
}

/// `x` with its mean taken off and divided by its standard deviation, and one over that.
fn normalised<B: Kernels>(
    x: FloatTensor<B>,
    moments: FloatTensor<B>,
    epsilon: f64,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let row = |at: usize| across::<B>(B::float_slice(moments.clone(), &[(at..at + 1).into()]));
    let deviation = B::float_sqrt(B::float_add_scalar(row(1), epsilon.into()));
    let scale = B::float_recip(deviation);
    (B::float_mul(B::float_sub(x, row(0)), scale.clone()), scale)
}

/// `[batch, channels, y, x]` as `[channels, batch * y * x]`.
fn by_channel<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    let shape = x.shape();
    let channels = shape[1];
    let rows = Shape::new([channels, shape.num_elements() / channels]);
    B::float_reshape(B::float_swap_dims(x, 0, 1), rows)
}

/// A value for each channel, as `[1, channels, 1, 1]`.
fn across<B: Kernels>(values: FloatTensor<B>) -> FloatTensor<B> {
    let channels = values.shape().num_elements();
    B::float_reshape(values, Shape::new([1, channels, 1, 1]))
}
