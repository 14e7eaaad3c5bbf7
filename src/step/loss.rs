//! The losses, as means over the batch. Each takes logits, the outputs of the last layer before its
//! activation, because cross-entropies of activated outputs overflow or lose digits.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use crate::ops::{self, LossKind};
use crate::spec::{Loss, LossFunction, Output};

/// Softmax cross-entropy of `logits` `[batch, classes]` against one-hot `targets` of the same shape,
/// as `[1]`.
#[must_use]
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    ops::loss(logits, targets, LossKind::CrossEntropy)
}

/// The loss of a classifier's `logits` `[batch, classes]` against `targets` of the same shape, the
/// probabilities of the classes, as `[1]`. Rows count by `weights` `[batch]`, where there are any.
#[must_use]
pub fn classification(
    logits: Tensor<2>,
    targets: Tensor<2>,
    weights: Option<Tensor<1>>,
    loss: Loss,
) -> Tensor<1> {
    match weights {
        None => ops::loss(logits, targets, by_rows(loss)),
        Some(weights) => ops::weighted_loss(logits, targets, weights, by_rows(loss)),
    }
}

/// [`classification`], and the number of rows whose largest logit is that of the target, `[1]`.
#[must_use]
pub fn classification_and_correct(
    logits: Tensor<2>,
    targets: Tensor<2>,
    weights: Option<Tensor<1>>,
    loss: Loss,
) -> (Tensor<1>, Tensor<1>) {
    match weights {
        None => ops::loss_and_correct(logits, targets, by_rows(loss)),
        Some(weights) => ops::weighted_loss_and_correct(logits, targets, weights, by_rows(loss)),
    }
}

/// The operator that computes a classifier's loss.
fn by_rows(loss: Loss) -> LossKind {
    match loss {
        Loss::CategoricalHinge => LossKind::CategoricalHinge,
        _ => LossKind::CrossEntropy,
    }
}

/// The output activation of a reconstruction's `logits` `[batch, channels, height, width]`.
#[must_use]
pub fn activate(logits: Tensor<4>, output: Output) -> Tensor<4> {
    match output {
        Output::Sigmoid => ops::sigmoid(logits),
        Output::Relu => relu(logits),
        Output::Linear => logits,
    }
}

/// The loss of a reconstruction, given as `logits` `[batch, channels, height, width]`, against
/// `targets` of the same shape in 0 to 1.
///
/// Binary cross-entropy with a sigmoid is computed from the logits, so that it does not overflow;
/// with any other output it is Keras', which clips it to `[1e-7, 1 - 1e-7]` first.
#[must_use]
pub fn reconstruction(
    logits: Tensor<4>,
    targets: Tensor<4>,
    loss: impl Into<LossFunction>,
    output: Output,
) -> Tensor<1> {
    let (inputs, kind) = loss_inputs(logits, loss.into(), output);
    ops::loss(inputs, targets, kind)
}

/// [`reconstruction`], and the number of pixels whose largest channel is that of the target, `[1]`.
#[must_use]
pub fn reconstruction_and_correct(
    logits: Tensor<4>,
    targets: Tensor<4>,
    loss: impl Into<LossFunction>,
    output: Output,
) -> (Tensor<1>, Tensor<1>) {
    let (inputs, kind) = loss_inputs(logits, loss.into(), output);
    ops::loss_and_correct(inputs, targets, kind)
}

/// The operator that computes `loss`, and its inputs: logits where it contains the output
/// activation, activated outputs elsewhere.
fn loss_inputs(
    logits: Tensor<4>,
    LossFunction { loss, delta }: LossFunction,
    output: Output,
) -> (Tensor<4>, LossKind) {
    let kind = match loss {
        Loss::MeanSquaredError => LossKind::SquaredError,
        Loss::MeanAbsoluteError => LossKind::AbsoluteError,
        Loss::Huber => LossKind::Huber(delta as f32),
        _ if output == Output::Sigmoid => return (logits, LossKind::BinaryCrossEntropy),
        _ => LossKind::ClippedBinaryCrossEntropy,
    };
    (activate(logits, output), kind)
}

/// Mean squared error of tensors of one shape, as `[1]`.
#[must_use]
pub fn squared_error<const D: usize>(outputs: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    ops::loss(outputs, targets, LossKind::SquaredError)
}
