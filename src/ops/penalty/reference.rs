//! Penalties in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::Penalty;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};
use crate::ops::scale::Scale;

impl Operator<1> for Penalty {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [weights] = array(inputs);
        let sizes = B::float_sum(B::float_abs(weights.clone()));
        let squares = B::float_sum(B::float_mul(weights.clone(), weights.clone()));
        let total = B::float_add(
            B::float_mul_scalar(sizes, self.l1.into()),
            B::float_mul_scalar(squares, self.l2.into()),
        );
        Output::new(total, vec![weights])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [weights] = array(saved);
        let signs = B::float_mul_scalar(B::float_sign(weights.clone()), self.l1.into());
        let slopes = B::float_mul_scalar(weights, (2.0 * self.l2).into());
        [Some(Scale::of::<B>(B::float_add(signs, slopes), gradient))]
    }
}
