//! Layer and group normalisation in burn's operations.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::tensor::Shape;

use super::{GroupNorm, NormSets};
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl GroupNorm {
    /// The mean of each set, where its values are.
    fn mean<B: Kernels>(self, x: FloatTensor<B>) -> FloatTensor<B> {
        let shape = x.shape();
        match self.sets {
            NormSets::Position => B::float_mean_dim(x, 1),
            NormSets::Groups(groups) => {
                let sets = shape[0] * groups;
                let rows = Shape::new([sets, shape.num_elements() / sets]);
                let means = B::float_mean_dim(B::float_reshape(x, rows.clone()), 1);
                B::float_reshape(B::float_expand(means, rows), shape)
            }
        }
    }

    /// `x` normalised, and one over its standard deviation.
    fn normalised<B: Kernels>(self, x: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
        let mean = self.mean::<B>(x.clone());
        let error = B::float_sub(x, mean);
        let variance = self.mean::<B>(B::float_mul(error.clone(), error.clone()));
        let deviation = B::float_sqrt(B::float_add_scalar(variance, self.epsilon.into()));
        let inv_std = B::float_recip(deviation);
        (B::float_mul(error, inv_std.clone()), inv_std)
    }
}

impl Operator<3> for GroupNorm {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, gamma, beta] = array(inputs);
        let (normal, _) = self.normalised::<B>(x.clone());
        let scaled = B::float_mul(normal, across::<B>(gamma.clone()));
        Output::new(B::float_add(scaled, across::<B>(beta)), vec![x, gamma])
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, gamma] = array(saved);
        let channels = gamma.shape()[0];
        let (normal, inv_std) = self.normalised::<B>(x);
        let sum = |x: FloatTensor<B>| {
            let count = x.shape().num_elements() / channels;
            let rows = B::float_reshape(B::float_swap_dims(x, 0, 1), [channels, count].into());
            B::float_reshape(B::float_sum_dim(rows, 1), [channels].into())
        };
        let by_beta = sum(gradient.clone());
        let by_gamma = sum(B::float_mul(gradient.clone(), normal.clone()));
        let scaled = B::float_mul(gradient, across::<B>(gamma));
        let shift = self.mean::<B>(scaled.clone());
        let slope = self.mean::<B>(B::float_mul(scaled.clone(), normal.clone()));
        let moved = B::float_add(shift, B::float_mul(normal, slope));
        let by_inputs = B::float_mul(B::float_sub(scaled, moved), inv_std);
        [Some(by_inputs), Some(by_gamma), Some(by_beta)]
    }
}

/// A value for each channel, as `[1, channels, 1, 1]`.
fn across<B: Kernels>(values: FloatTensor<B>) -> FloatTensor<B> {
    let channels = values.shape().num_elements();
    B::float_reshape(values, Shape::new([1, channels, 1, 1]))
}
