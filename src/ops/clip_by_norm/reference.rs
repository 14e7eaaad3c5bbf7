//! Gradients cut to a norm in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::ClipByNorm;
use crate::ops::operator::{Kernels, Operator, Output};

impl Operator<0> for ClipByNorm {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let squares = |x: &FloatTensor<B>| B::float_sum(B::float_mul(x.clone(), x.clone()));
        // The larger of a norm and the limit: what is more, added.
        let at_least = |norm: FloatTensor<B>, limit: f32| {
            let more = B::relu(B::float_sub_scalar(norm, limit.into()));
            B::float_add_scalar(more, limit.into())
        };
        let outputs = match self {
            Self::Each(limit) => {
                let clipped = |x: FloatTensor<B>| {
                    let below = at_least(B::float_sqrt(squares(&x)), limit);
                    B::float_div(B::float_mul_scalar(x, limit.into()), below)
                };
                inputs.into_iter().map(clipped).collect()
            }
            Self::Global(limit) => {
                let sums = inputs.iter().map(squares);
                let Some(total) = sums.reduce(B::float_add) else {
                    return Output { outputs: inputs, saved: Vec::new() };
                };
                let below = at_least(B::float_sqrt(total), limit);
                let scale = B::float_mul_scalar(B::float_recip(below), limit.into());
                inputs.into_iter().map(|x| B::float_mul(x, scale.clone())).collect()
            }
        };
        Output { outputs, saved: Vec::new() }
    }
}
