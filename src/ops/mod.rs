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
mod kinds;
mod many;
mod values;
#[cfg(feature = "gpu")]
pub(crate) mod whole;

pub use calls::{
    adam, batch_norm, block, dense, flatten, loss, loss_and_correct, moments, pictures, pull,
    resize, right, sigmoid,
};

#[cfg(feature = "gpu")]
use burn::backend::Cube;
#[cfg(feature = "ndarray")]
use burn::backend::NdArray;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};

pub use crate::kernels::pool::Pool;
pub use kinds::{ConvBlockAttrs, LossKind, Resize};
pub use many::Floats;
pub use values::{ConvBlockOutput, Gradients, LossAndCorrect, LossValue, Moved, Moving};

/// Forward and backward arithmetic. The bodies here compose burn's operations.
pub trait Kernels: Backend {
    /// Convolution of `[batch, channels, y, x]` by `[filters, channels, ky, kx]` with what
    /// surrounds it.
    fn block(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        around: ConvBlockAttrs,
    ) -> ConvBlockOutput<Self> {
        composed::block::<Self>(x, weight, bias, around)
    }

    /// Gradients of [`Kernels::block`].
    fn block_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        kept: Vec<FloatTensor<Self>>,
        gradient: FloatTensor<Self>,
        around: ConvBlockAttrs,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        composed::block_backward::<Self>(x, weight, bias, kept, gradient, around, wants_inputs)
    }

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

    /// `[batch, inputs]` times `[inputs, units]`, plus bias, then a relu if `relu`.
    fn dense(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        relu: bool,
    ) -> FloatTensor<Self> {
        let sums = Self::linear(x, weight, Some(bias));
        if relu { Self::relu(sums) } else { sums }
    }

    /// Gradients of [`Kernels::dense`]; `output` is what it gave, where there is a relu.
    fn dense_backward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        output: Option<FloatTensor<Self>>,
        gradient: FloatTensor<Self>,
    ) -> Gradients<Self> {
        composed::dense_backward::<Self>(x, weight, output, gradient)
    }

    /// A loss and its gradient.
    fn loss_value(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: LossKind,
    ) -> LossValue<Self> {
        composed::loss::<Self>(inputs, targets, kind)
    }

    /// A loss and its gradient, and the right answers of what the inputs stand for: where the loss
    /// takes sums, their sigmoids.
    fn judge(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: LossKind,
    ) -> (LossValue<Self>, FloatTensor<Self>) {
        let loss = Self::loss_value(inputs.clone(), targets.clone(), kind);
        let answers = match kind {
            LossKind::BinaryCrossEntropy => Self::squash(inputs),
            _ => inputs,
        };
        (loss, Self::right(answers, targets))
    }

    /// Right answers of `outputs` `[batch, choices]` or `[batch, choices, y, x]`: places at which
    /// the first largest choice is that of `targets`. Their number, `[1]`.
    fn right(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::right::<Self>(outputs, targets)
    }

    /// A number, `[1]`, that says nothing. See [`pull`].
    fn pull(gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        // One value first: a gradient in an order of its own would be copied.
        let one = vec![(0..1).into(); gradient.shape().num_dims()];
        Self::float_reshape(Self::float_slice(gradient, &one), [1].into())
    }

    /// `x` times the one number in `factor`.
    fn scale(x: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self> {
        let ones = vec![1; x.shape().num_dims()];
        Self::float_mul(x, Self::float_reshape(factor, ones.into()))
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

    /// One step of Adam of the given size, of every parameter. See [`crate::kernels::adam`].
    fn adam(
        parameters: Vec<Moving<FloatTensor<Self>>>,
        size: f32,
    ) -> Vec<Moved<FloatTensor<Self>>> {
        parameters.into_iter().map(|moving| composed::adam::<Self>(moving, size)).collect()
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
    /// See [`block`]. `around` is an [`ConvBlockAttrs`] by number: dispatch passes numbers on.
    fn block_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        around: usize,
    ) -> FloatTensor<Self>;

    /// See [`dense`].
    fn dense_op(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        relu: bool,
    ) -> FloatTensor<Self>;

    /// See [`loss`]. `kind` is a [`LossKind`] by number: dispatch passes numbers on.
    fn loss_op(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: usize,
    ) -> FloatTensor<Self>;

    /// See [`pull`].
    fn pull_op(x: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self>;

    /// See [`loss_and_correct`]. `kind` is a [`LossKind`] by number.
    fn loss_and_correct_op(
        inputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        kind: usize,
    ) -> LossAndCorrect<Self>;

    /// See [`right`].
    fn right_op(outputs: FloatTensor<Self>, targets: FloatTensor<Self>) -> FloatTensor<Self>;

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

    /// See [`adam`]. One parameter after another, each a [`Moving`]; gives a [`Moved`] of each.
    fn adam_op(#[extension_type] parameters: Floats<Self>, size: f32) -> Floats<Self>;
}

/// The operators of a backend with kernels, without gradients.
macro_rules! plain_operators {
    ($backend:ty) => {
        impl Operators for $backend {
            fn block_op(
                x: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                around: usize,
            ) -> FloatTensor<Self> {
                Self::block(x, weight, bias, ConvBlockAttrs::numbered(around)).output
            }

            fn dense_op(
                x: FloatTensor<Self>,
                weight: FloatTensor<Self>,
                bias: FloatTensor<Self>,
                relu: bool,
            ) -> FloatTensor<Self> {
                Self::dense(x, weight, bias, relu)
            }

            fn loss_op(
                inputs: FloatTensor<Self>,
                targets: FloatTensor<Self>,
                kind: usize,
            ) -> FloatTensor<Self> {
                Self::loss_value(inputs, targets, LossKind::numbered(kind)).mean
            }

            fn pull_op(_x: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self> {
                Self::pull(gradient)
            }

            fn loss_and_correct_op(
                inputs: FloatTensor<Self>,
                targets: FloatTensor<Self>,
                kind: usize,
            ) -> LossAndCorrect<Self> {
                let (loss, right) = Self::judge(inputs, targets, LossKind::numbered(kind));
                LossAndCorrect { loss: loss.mean, right }
            }

            fn right_op(
                outputs: FloatTensor<Self>,
                targets: FloatTensor<Self>,
            ) -> FloatTensor<Self> {
                Self::right(outputs, targets)
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

            fn adam_op(parameters: Floats<Self>, size: f32) -> Floats<Self> {
                Floats(Self::adam(each(parameters.0), size).into_flattened())
            }
        }
    };
}

plain_operators!(Flex);
#[cfg(feature = "gpu")]
plain_operators!(Cube);
#[cfg(feature = "ndarray")]
plain_operators!(NdArray);

/// Values that lie one after another, by the groups that they are.
fn each<T, const N: usize>(values: Vec<T>) -> Vec<[T; N]> {
    let mut values = values.into_iter();
    std::iter::from_fn(|| values.by_ref().take(N).collect::<Vec<_>>().try_into().ok()).collect()
}
