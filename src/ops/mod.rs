//! The operators that the networks are trained with, as an extension of burn's backends: each
//! backend may bring kernels of its own (`flex`, `gpu`), autodiff knows their gradients (`autodiff`),
//! and a backend without kernels composes burn's operations (`composed`), which also makes it an
//! oracle. `calls` is what others call.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

mod autodiff;
mod calls;
mod composed;
mod flex;
#[cfg(feature = "gpu")]
mod gpu;

pub use calls::{adam, batch_norm, conv, dense, flatten, loss, moments, resize, sigmoid};

#[cfg(feature = "gpu")]
use burn::backend::Cube;
#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, ExtensionType, Flex, backend_extension};

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

/// What a step of Adam makes of a parameter: all of its shape.
#[derive(Debug, Clone, ExtensionType)]
pub struct Updated<B: Backend> {
    /// The parameter.
    pub value: FloatTensor<B>,
    /// Running mean of its gradient.
    pub first: FloatTensor<B>,
    /// Running mean of the gradient's square.
    pub second: FloatTensor<B>,
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

/// What halves or doubles the sides of maps `[batch, channels, side, side]`. An odd last row or
/// column is dropped where they are halved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resize {
    /// The largest value of each 2x2 window.
    MaxPool,
    /// The mean of each 2x2 window.
    AveragePool,
    /// Each value four times.
    UpSample,
}

impl Resize {
    const ALL: [Self; 3] = [Self::MaxPool, Self::AveragePool, Self::UpSample];

    /// The side of what it makes of maps of `side`.
    #[must_use]
    pub fn output_side(self, side: usize) -> usize {
        match self {
            Self::MaxPool | Self::AveragePool => side / 2,
            Self::UpSample => side * 2,
        }
    }

    /// The one that was numbered by `as usize`.
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

    /// A map of half or twice the side.
    fn resize(x: FloatTensor<Self>, kind: Resize) -> FloatTensor<Self> {
        composed::resize::<Self>(x, kind)
    }

    /// Gradient of [`Kernels::resize`] by `x`.
    fn resize_backward(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        kind: Resize,
    ) -> FloatTensor<Self> {
        composed::resize_backward::<Self>(x, gradient, kind)
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

    /// One step of Adam of the given size. See [`crate::kernels::adam`].
    fn adam(
        value: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        size: f32,
    ) -> Updated<Self> {
        composed::adam::<Self>(value, gradient, first, second, size)
    }
}

#[cfg(feature = "ndarray")]
impl Kernels for NdArray {}

/// What the layers call, routed to the backend of the tensors and through autodiff.
#[backend_extension(
    Flex,
    Cube: cfg(feature = "gpu"),
    NdArray: cfg(feature = "ndarray"),
    Autodiff
)]
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

    /// See [`resize`]. `kind` is a [`Resize`] by number.
    fn resize_op(x: FloatTensor<Self>, kind: usize) -> FloatTensor<Self>;

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

    /// See [`adam`].
    fn adam_op(
        value: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        size: f32,
    ) -> Updated<Self>;
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

            fn resize_op(x: FloatTensor<Self>, kind: usize) -> FloatTensor<Self> {
                Self::resize(x, Resize::numbered(kind))
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

            fn adam_op(
                value: FloatTensor<Self>,
                gradient: FloatTensor<Self>,
                first: FloatTensor<Self>,
                second: FloatTensor<Self>,
                size: f32,
            ) -> Updated<Self> {
                Self::adam(value, gradient, first, second, size)
            }
        }
    };
}

plain_operators!(Flex);
#[cfg(feature = "gpu")]
plain_operators!(Cube);
#[cfg(feature = "ndarray")]
plain_operators!(NdArray);
