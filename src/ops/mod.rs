//! The operators that the networks are trained with, as an extension of burn's backends: each
//! backend may bring kernels of its own (`flex`), autodiff knows their gradients (`autodiff`),
//! and a backend without kernels composes burn's operations, which also makes it an oracle.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

mod autodiff;
mod composed;
mod flex;
mod maps;

pub use maps::{average_pool, flatten, max_pool, upsample};

#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
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
    /// Binary cross-entropy of the inputs themselves, clipped to `[1e-7, 1 - 1e-7]` as Keras
    /// clips probabilities.
    ClippedBinaryCrossEntropy,
    /// Mean squared error.
    SquaredError,
}

impl LossKind {
    const ALL: [Self; 4] = [
        Self::CrossEntropy,
        Self::BinaryCrossEntropy,
        Self::ClippedBinaryCrossEntropy,
        Self::SquaredError,
    ];

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
        composed::conv_backward::<Self>(x, weight, bias, gradient, options, wants_inputs)
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
        composed::dense_backward::<Self>(x, weight, gradient)
    }

    /// A loss and its gradient.
    fn loss_value(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: LossKind,
    ) -> LossValue<Self> {
        composed::loss::<Self>(inputs, targets, kind)
    }

    /// `1 / (1 + exp(-x))`.
    fn squash(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::sigmoid(x)
    }

    /// Mean and biased variance of each channel of `[batch, channels, y, x]`, as
    /// `[2, channels]`.
    fn moments(x: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::moments::<Self>(x)
    }

    /// `x` normalised by `moments`, times `gamma`, plus `beta`.
    fn normalize(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        composed::normalize::<Self>(x, moments, gamma, beta, epsilon)
    }

    /// Gradients of [`Kernels::normalize`], the weights being `gamma` and the bias `beta`.
    /// `by_moments`: whether the moments are those of `x`, through which it acts, too.
    fn normalize_backward(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        epsilon: f64,
        by_moments: bool,
    ) -> Gradients<Self> {
        composed::normalize_backward::<Self>(x, moments, gamma, gradient, epsilon, by_moments)
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

    /// See [`moments`].
    fn moments_op(x: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`batch_norm`].
    fn batch_norm_op(
        x: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f64,
        by_moments: bool,
    ) -> FloatTensor<Self>;
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

            fn moments_op(x: FloatTensor<Self>) -> FloatTensor<Self> {
                Self::moments(x)
            }

            fn batch_norm_op(
                x: FloatTensor<Self>,
                moments: FloatTensor<Self>,
                gamma: FloatTensor<Self>,
                beta: FloatTensor<Self>,
                epsilon: f64,
                _by_moments: bool,
            ) -> FloatTensor<Self> {
                Self::normalize(x, moments, gamma, beta, epsilon)
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

/// Mean and biased variance of each channel of `x` `[batch, channels, y, x]`, as
/// `[2, channels]`. Nothing flows back through them.
#[must_use]
pub fn moments(x: Tensor<4>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::moments_op(x.into_dispatch()))
}

/// Batch normalisation of `x` `[batch, channels, y, x]`:
/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with `gamma` and `beta` `[channels]`.
/// `moments` are the batch's own, from [`moments`], if `by_moments`: then the gradient counts
/// what `x` does through them. Otherwise they are constants.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn batch_norm(
    x: Tensor<4>,
    moments: Tensor<2>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
    by_moments: bool,
) -> Tensor<4> {
    let (x, moments) = (x.into_dispatch(), moments.into_dispatch());
    let (gamma, beta) = (gamma.into_dispatch(), beta.into_dispatch());
    Tensor::from_dispatch(Dispatch::batch_norm_op(x, moments, gamma, beta, epsilon, by_moments))
}
