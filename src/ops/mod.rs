//! The operators that the networks are trained with, as an extension of burn's backends: each
//! backend may bring kernels of its own (`flex`), autodiff knows their gradients (`autodiff`),
//! and a backend without kernels composes burn's operations, which also makes it an oracle.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

mod autodiff;
mod flex;

#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;

/// Gradients of an operator with weights and a bias.
#[derive(Debug, Clone)]
pub struct Gradients<B: Backend> {
    /// Of the inputs, where they were asked for.
    pub inputs: Option<FloatTensor<B>>,
    /// Of the weights.
    pub weights: FloatTensor<B>,
    /// Of the bias.
    pub bias: FloatTensor<B>,
}

/// A mean loss, `[1]`, and its gradient by the inputs.
#[derive(Debug, Clone)]
pub struct LossValue<B: Backend> {
    /// The mean.
    pub mean: FloatTensor<B>,
    /// Of the shape of the inputs.
    pub gradients: FloatTensor<B>,
}

/// The losses. Each compares inputs with targets of the same shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// Softmax cross-entropy over the last of two dimensions; targets are one-hot rows, and the
    /// mean is over rows.
    CrossEntropy,
    /// Binary cross-entropy of the sigmoid of the inputs.
    BinaryCrossEntropy,
    /// Mean squared error.
    SquaredError,
}

impl LossKind {
    const ALL: [Self; 3] = [Self::CrossEntropy, Self::BinaryCrossEntropy, Self::SquaredError];

    /// The loss that was numbered by `as usize`.
    fn numbered(number: usize) -> Self {
        Self::ALL[number]
    }
}

/// Forward and backward arithmetic. The bodies here compose burn's operations.
pub trait Kernels: Backend {
    /// Convolution of `[batch, channels, y, x]` by `[filters, channels, ky, kx]`.
    fn conv(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        options: ConvOptions<2>,
    ) -> FloatTensor<Self> {
        Self::conv2d(x, weight, Some(bias), options)
    }

    /// Gradients of [`Kernels::conv`].
    fn conv_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        options: ConvOptions<2>,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        let inputs = wants_inputs.then(|| {
            let (x, weight) = (x.clone(), weight.clone());
            Self::conv2d_x_backward(x, weight, gradient.clone(), options.clone())
        });
        let weights = Self::conv2d_weight_backward(x.clone(), weight, gradient.clone(), options);
        Gradients { inputs, weights, bias: Self::conv2d_bias_backward(x, bias, gradient) }
    }

    /// `[batch, inputs]` times `[inputs, units]`, plus bias.
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::linear(x, weight, Some(bias))
    }

    /// Gradients of [`Kernels::dense`].
    fn dense_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> Gradients<Self> {
        Gradients {
            inputs: Some(Self::linear_x_backward(weight, gradient.clone())),
            weights: Self::linear_weight_backward(x, gradient.clone()),
            bias: Self::linear_bias_backward(gradient),
        }
    }

    /// A loss and its gradient.
    fn loss_value(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: LossKind,
    ) -> LossValue<Self> {
        composed_loss::<Self>(inputs, targets, kind)
    }

    /// `1 / (1 + exp(-x))`.
    fn squash(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::sigmoid(x)
    }
}

/// The losses in burn's operations.
fn composed_loss<B: Backend>(
    inputs: FloatTensor<B>,
    targets: FloatTensor<B>,
    kind: LossKind,
) -> LossValue<B> {
    let shape = inputs.shape();
    let (losses, gradients, count) = match kind {
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
        LossKind::SquaredError => {
            let error = B::float_sub(inputs, targets);
            let losses = B::float_mul(error.clone(), error.clone());
            (losses, B::float_mul_scalar(error, 2.0.into()), shape.num_elements())
        }
    };
    let scale = 1.0 / count as f64;
    LossValue {
        mean: B::float_mul_scalar(B::float_sum(losses), scale.into()),
        gradients: B::float_mul_scalar(gradients, scale.into()),
    }
}

#[cfg(feature = "ndarray")]
impl Kernels for NdArray {}

/// What the layers call, routed to the backend of the tensors and through autodiff.
#[backend_extension(Flex, NdArray: cfg(feature = "ndarray"), Autodiff)]
pub trait Operators: Backend {
    /// See [`conv`].
    fn conv_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        stride: usize,
        before: usize,
        after: usize,
    ) -> FloatTensor<Self>;

    /// See [`dense`].
    fn dense_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;

    /// See [`loss`]. `kind` is a [`LossKind`] by number: dispatch passes numbers on.
    fn loss_op(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: usize,
    ) -> FloatTensor<Self>;

    /// See [`sigmoid`].
    fn sigmoid_op(x: FloatTensor<Self>) -> FloatTensor<Self>;
}

fn options(stride: usize, before: usize, after: usize) -> ConvOptions<2> {
    ConvOptions::new_with_padding([stride; 2], [(before, after); 2], [1, 1], 1)
}

/// The operators of a backend with kernels, without gradients.
macro_rules! plain_operators {
    ($backend:ty) => {
        impl Operators for $backend {
            fn conv_op(
                x: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                stride: usize,
                before: usize,
                after: usize,
            ) -> FloatTensor<Self> {
                Self::conv(x, weight, bias, options(stride, before, after))
            }

            fn dense_op(
                x: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
            ) -> FloatTensor<Self> {
                Self::dense(x, weight, bias)
            }

            fn loss_op(
                inputs: FloatTensor<Self>,
                targets: FloatTensor<Self>,
                kind: usize,
            ) -> FloatTensor<Self> {
                Self::loss_value(inputs, targets, LossKind::numbered(kind)).mean
            }

            fn sigmoid_op(x: FloatTensor<Self>) -> FloatTensor<Self> {
                Self::squash(x)
            }
        }
    };
}

plain_operators!(Flex);
#[cfg(feature = "ndarray")]
plain_operators!(NdArray);

/// Convolution of `x` `[batch, channels, side, side]` by `weight` `[filters, channels, k, k]`,
/// plus `bias` `[filters]`, with `padding.0` zeros before and `padding.1` after each row and
/// column.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn conv(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    stride: usize,
    padding: (usize, usize),
) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    let (before, after) = padding;
    Tensor::from_dispatch(Dispatch::conv_op(x, weight, bias, stride, before, after))
}

/// `x` `[batch, inputs]` times `weight` `[inputs, units]`, plus `bias` `[units]`.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(Dispatch::dense_op(x, weight, bias))
}

/// The mean loss of `inputs` against `targets` of the same shape, through which gradients flow
/// to the inputs only.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn loss<const D: usize>(inputs: Tensor<D>, targets: Tensor<D>, kind: LossKind) -> Tensor<1> {
    assert_eq!(inputs.dims(), targets.dims(), "a loss compares tensors of one shape");
    let (inputs, targets) = (inputs.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(Dispatch::loss_op(inputs, targets, kind as usize))
}

/// `1 / (1 + exp(-x))`, value by value.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::sigmoid_op(x.into_dispatch()))
}
