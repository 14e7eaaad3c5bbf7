//! Samples of normal distributions in burn's operations.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;

use super::Reparameterize;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

/// The means of `x` `[batch, 2 n]` and the logarithms of its variances, `[batch, n]` each.
pub(in crate::ops) fn halves<B: Kernels>(x: &FloatTensor<B>) -> [FloatTensor<B>; 2] {
    let shape = x.shape();
    let (batch, n) = (shape[0], shape[1] / 2);
    [0..n, n..2 * n].map(|half| B::float_slice(x.clone(), &[(0..batch).into(), half.into()]))
}

/// `exp(logarithm / 2)`
fn deviations<B: Kernels>(logarithms: FloatTensor<B>) -> FloatTensor<B> {
    B::float_exp(B::float_mul_scalar(logarithms, 0.5.into()))
}

impl Operator<1> for Reparameterize {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, noise] = array(inputs);
        let [means, logarithms] = halves::<B>(&x);
        let apart = B::float_mul(deviations::<B>(logarithms), noise.clone());
        Output::new(B::float_add(means, apart), vec![x, noise])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, noise] = array(saved);
        let [_, logarithms] = halves::<B>(&x);
        let slopes =
            B::float_mul(B::float_mul(deviations::<B>(logarithms), noise), gradient.clone());
        let slopes = B::float_mul_scalar(slopes, 0.5.into());
        [Some(B::float_cat(vec![gradient, slopes], 1))]
    }
}
