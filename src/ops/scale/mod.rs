//! A tensor times one number that is on the device: how the gradient of a loss becomes that of its inputs.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;

use super::operator::{Kernels, Operator, Output, array};

/// Of `x`, of any shape, by `factor` `[1]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale;

impl Scale {
    /// What it makes of `x`.
    pub(super) fn of<B: Kernels>(x: FloatTensor<B>, factor: FloatTensor<B>) -> FloatTensor<B> {
        B::forward(Self, vec![x, factor]).single()
    }
}

impl Operator<0> for Scale {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, factor] = array(inputs);
        let ones = vec![1; x.shape().num_dims()];
        Output::new(B::float_mul(x, B::float_reshape(factor, ones.into())), Vec::new())
    }
}
