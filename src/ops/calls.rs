//! The operators as functions of tensors, which is how the layers and the losses call them.

use burn::backend::Dispatch;
use burn::tensor::{Device, Tensor, TensorData};

use super::{
    ConvBlockAttrs, Floats, LossAndCorrect, LossKind, Moved, Moving, Operators, Resize, each,
};
use crate::backend::takes_microbatches;

/// Convolution of `x` `[batch, channels, side, side]` by `weight` `[filters, channels, k, k]`,
/// plus `bias` `[filters]`, with what is `around` it.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn block(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Tensor<1>,
    around: ConvBlockAttrs,
) -> Tensor<4> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(Dispatch::block_op(x, weight, bias, around.number()))
}

/// `x` `[batch, inputs]` times `weight` `[inputs, units]`, plus `bias` `[units]`, then a relu if
/// `relu`.
///
/// # Panics
/// If the shapes do not fit.
#[must_use]
pub fn dense(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, relu: bool) -> Tensor<2> {
    let (x, weight, bias) = (x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch());
    Tensor::from_dispatch(Dispatch::dense_op(x, weight, bias, relu))
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

/// A number from which going back goes on with `gradient` at `x`: what flows in from a part of the network
/// that is computed elsewhere. The number itself says nothing.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn pull<const D: usize>(x: Tensor<D>, gradient: Tensor<D>) -> Tensor<1> {
    assert_eq!(x.dims(), gradient.dims(), "a gradient has the shape of its values");
    Tensor::from_dispatch(Dispatch::pull_op(x.into_dispatch(), gradient.into_dispatch()))
}

/// As [`loss`], and beside it how many answers are right (see [`right`]) of what the inputs stand for:
/// sigmoids, where the loss takes sums.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn loss_and_correct<const D: usize>(
    inputs: Tensor<D>,
    targets: Tensor<D>,
    kind: LossKind,
) -> (Tensor<1>, Tensor<1>) {
    assert_eq!(inputs.dims(), targets.dims(), "a loss compares tensors of one shape");
    let (inputs, targets) = (inputs.into_dispatch(), targets.into_dispatch());
    let LossAndCorrect { loss, right } =
        Dispatch::loss_and_correct_op(inputs, targets, kind as usize);
    (Tensor::from_dispatch(loss), Tensor::from_dispatch(right))
}

/// How many answers are right: of `outputs` and `targets` of one shape, `[batch, choices]` or
/// `[batch, choices, y, x]`, the places at which the first largest choice is the same. Nothing flows
/// back through them.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn right<const D: usize>(outputs: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    assert_eq!(outputs.dims(), targets.dims(), "answers are compared with as many goals");
    let (outputs, targets) = (outputs.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(Dispatch::right_op(outputs, targets))
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

/// `x` `[batch, channels, side, side]` with half or twice the side.
#[must_use]
pub fn resize(x: Tensor<4>, kind: Resize) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::resize_op(x.into_dispatch(), kind as usize))
}

/// One step of Adam of the given size, off the autodiff device, of every parameter.
#[must_use]
pub fn adam(parameters: Vec<Moving<Tensor<1>>>, size: f32) -> Vec<Moved<Tensor<1>>> {
    if parameters.is_empty() {
        return Vec::new();
    }
    let parameters = parameters.into_flattened().into_iter().map(Tensor::into_dispatch);
    let moved = Dispatch::adam_op(Floats(parameters.collect()), size);
    each(moved.0.into_iter().map(Tensor::from_dispatch).collect())
}

/// Values `[picture][y][x][channel]` as maps `[batch, channels, side, side]`, laid as `device` takes
/// them.
///
/// # Panics
/// If they are not as many.
#[must_use]
pub fn pictures(values: &[f32], [channels, side]: [usize; 2], device: &Device) -> Tensor<4> {
    let area = side * side;
    let batch = values.len() / (area * channels);
    if takes_microbatches(device) {
        let data = TensorData::new(values.to_vec(), [batch, side, side, channels]);
        return Tensor::from_data(data, device).permute([0, 3, 1, 2]);
    }
    // Here rather than there: it would be a copy on the device.
    let mut planes: Vec<f32> = Vec::with_capacity(values.len());
    for picture in values.chunks_exact(area * channels) {
        for channel in 0..channels {
            planes.extend(picture.iter().skip(channel).step_by(channels));
        }
    }
    Tensor::from_data(TensorData::new(planes, [batch, channels, side, side]), device)
}

/// `[batch, channels, h, w]` to `[batch, h * w * channels]`, in Keras' order y, x, channel.
#[must_use]
pub fn flatten(x: Tensor<4>) -> Tensor<2> {
    let [batch, channels, h, w] = x.dims();
    x.permute([0, 2, 3, 1]).reshape([batch, h * w * channels])
}
