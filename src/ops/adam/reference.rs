//! A step of Adam in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::{Adam, Moved, Moving, groups};
use crate::kernels::adam::{EPSILON, FIRST_RATE, SECOND_RATE};
use crate::ops::operator::{Kernels, Operator, Output};

impl Operator<0> for Adam {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let parameters = groups(inputs.into_iter()).into_iter();
        let outputs = parameters.flat_map(|moving| step::<B>(moving, self.step_size)).collect();
        Output { outputs, saved: Vec::new() }
    }
}

fn step<B: Kernels>(
    [value, gradient, first, second]: Moving<FloatTensor<B>>,
    step_size: f32,
) -> Moved<FloatTensor<B>> {
    let moved = |old: FloatTensor<B>, new, rate: f32| {
        let way = B::float_mul_scalar(B::float_sub(new, old.clone()), rate.into());
        B::float_add(old, way)
    };
    let squared = B::float_mul(gradient.clone(), gradient.clone());
    let first = moved(first, gradient, FIRST_RATE);
    let second = moved(second, squared, SECOND_RATE);
    let root = B::float_add_scalar(B::float_sqrt(second.clone()), EPSILON.into());
    let change = B::float_div(B::float_mul_scalar(first.clone(), step_size.into()), root);
    [B::float_sub(value, change), first, second]
}
