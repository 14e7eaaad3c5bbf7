//! The divergence of normal distributions in burn's operations.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;

use super::GaussianKl;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};
use crate::ops::reparameterize::halves;
use crate::ops::scale::Scale;

impl Operator<1> for GaussianKl {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let batch = x.shape()[0] as f64;
        let [means, logarithms] = halves::<B>(&x);
        let squares = B::float_mul(means.clone(), means);
        let variances = B::float_add_scalar(B::float_exp(logarithms.clone()), (-1.0).into());
        let terms = B::float_add(squares, B::float_sub(variances, logarithms));
        let total = B::float_mul_scalar(B::float_sum(terms), (0.5 / batch).into());
        Output::new(total, vec![x])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let batch = x.shape()[0] as f64;
        let [means, logarithms] = halves::<B>(&x);
        let variances = B::float_add_scalar(B::float_exp(logarithms), (-1.0).into());
        let slopes = vec![means, B::float_mul_scalar(variances, 0.5.into())];
        let slopes = B::float_mul_scalar(B::float_cat(slopes, 1), (1.0 / batch).into());
        [Some(Scale::of::<B>(slopes, gradient))]
    }
}
