//! Activation functions in burn's operations.

use burn::backend::tensor::FloatTensor;

use super::{ActivationKind, Pointwise};
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

fn one_minus<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_add_scalar(B::float_neg(x), 1.0.into())
}

/// The part of `x` below 0, and zeros elsewhere.
fn negative<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_neg(B::relu(B::float_neg(x)))
}

/// The standard normal distribution at `x`.
fn normal<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    let scaled = B::float_mul_scalar(x, std::f64::consts::FRAC_1_SQRT_2.into());
    B::float_mul_scalar(B::float_add_scalar(B::float_erf(scaled), 1.0.into()), 0.5.into())
}

/// Its density there.
fn density<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    let bell = B::float_exp(B::float_mul_scalar(B::float_mul(x.clone(), x), (-0.5).into()));
    B::float_mul_scalar(bell, (1.0 / std::f64::consts::TAU.sqrt()).into())
}

/// Where `outputs` are above 0, one; `below` elsewhere.
fn slope<B: Kernels>(outputs: FloatTensor<B>, below: f32) -> FloatTensor<B> {
    let above = B::relu(B::float_sign(outputs));
    let rest = B::float_mul_scalar(one_minus::<B>(above.clone()), below.into());
    B::float_add(above, rest)
}

impl Operator<1> for ActivationKind {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let input = x.clone();
        let output = match self {
            Self::Softmax => {
                let largest = B::float_max_dim(x.clone(), 1);
                let powers = B::float_exp(B::float_sub(x, largest));
                let total = B::float_sum_dim(powers.clone(), 1);
                B::float_div(powers, total)
            }
            Self::Pointwise(function) => match function {
                Pointwise::Relu => B::relu(x),
                Pointwise::LeakyRelu { negative_slope } => {
                    let below =
                        B::float_mul_scalar(negative::<B>(x.clone()), negative_slope.into());
                    B::float_add(B::relu(x), below)
                }
                Pointwise::Elu => {
                    let powers = B::float_exp(negative::<B>(x.clone()));
                    B::float_add(B::relu(x), B::float_add_scalar(powers, (-1.0).into()))
                }
                Pointwise::Gelu => B::float_mul(x.clone(), normal::<B>(x)),
                Pointwise::Silu => B::float_mul(x.clone(), B::sigmoid(x)),
                Pointwise::Tanh => B::float_tanh(x),
                Pointwise::Sigmoid => B::sigmoid(x),
            },
        };
        Output::new(output.clone(), self.save(input, output))
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [saved] = array(saved);
        let slopes = match self {
            Self::Softmax => {
                let dot = B::float_sum_dim(B::float_mul(saved.clone(), gradient.clone()), 1);
                return [Some(B::float_mul(saved, B::float_sub(gradient, dot)))];
            }
            Self::Pointwise(function) => match function {
                Pointwise::Relu => slope::<B>(saved, 0.0),
                Pointwise::LeakyRelu { negative_slope } => slope::<B>(saved, negative_slope),
                Pointwise::Elu => B::float_add_scalar(negative::<B>(saved), 1.0.into()),
                Pointwise::Gelu => {
                    let moved = B::float_mul(saved.clone(), density::<B>(saved.clone()));
                    B::float_add(normal::<B>(saved), moved)
                }
                Pointwise::Silu => {
                    let sigmoid = B::sigmoid(saved.clone());
                    let rest = B::float_mul(saved, one_minus::<B>(sigmoid.clone()));
                    B::float_mul(sigmoid, B::float_add_scalar(rest, 1.0.into()))
                }
                Pointwise::Tanh => one_minus::<B>(B::float_mul(saved.clone(), saved)),
                Pointwise::Sigmoid => B::float_mul(saved.clone(), one_minus::<B>(saved)),
            },
        };
        [Some(B::float_mul(slopes, gradient))]
    }
}
