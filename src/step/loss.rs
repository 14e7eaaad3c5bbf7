//! The losses, as means over the batch. Each takes logits, the outputs of the last layer before its
//! activation, because cross-entropies of activated outputs overflow or lose digits.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use crate::ops::{self, LossKind};
use crate::spec::{Loss, Output};

/// Softmax cross-entropy of `logits` `[batch, classes]` against one-hot `targets` of the same shape,
/// as `[1]`.
#[must_use]
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    ops::loss(logits, targets, LossKind::CrossEntropy)
}

/// [`cross_entropy`], and the number of rows whose largest logit is that of the target, `[1]`.
#[must_use]
pub fn cross_entropy_and_correct(logits: Tensor<2>, targets: Tensor<2>) -> (Tensor<1>, Tensor<1>) {
    ops::loss_and_correct(logits, targets, LossKind::CrossEntropy)
}

/// The output activation of a reconstruction's `logits` `[batch, channels, height, width]`.
#[must_use]
pub fn activate(logits: Tensor<4>, output: Output) -> Tensor<4> {
    match output {
        Output::Sigmoid => ops::sigmoid(logits),
        Output::Relu => relu(logits),
    }
}

/// The loss of a reconstruction, given as `logits` `[batch, channels, height, width]`, against
/// `targets` of the same shape in 0 to 1.
///
/// Binary cross-entropy with a sigmoid is computed from the logits, so that it does not overflow;
/// with a relu it is Keras', which clips the output to `[1e-7, 1 - 1e-7]` first.
#[must_use]
pub fn reconstruction(
    logits: Tensor<4>,
    targets: Tensor<4>,
    loss: Loss,
    output: Output,
) -> Tensor<1> {
    let (inputs, kind) = loss_inputs(logits, loss, output);
    ops::loss(inputs, targets, kind)
}

/// [`reconstruction`], and the number of pixels whose largest channel is that of the target, `[1]`.
#[must_use]
pub fn reconstruction_and_correct(
    logits: Tensor<4>,
    targets: Tensor<4>,
    loss: Loss,
    output: Output,
) -> (Tensor<1>, Tensor<1>) {
    let (inputs, kind) = loss_inputs(logits, loss, output);
    ops::loss_and_correct(inputs, targets, kind)
}

/// The operator that computes `loss`, and its inputs: logits where it contains the output
/// activation, activated outputs elsewhere.
fn loss_inputs(logits: Tensor<4>, loss: Loss, output: Output) -> (Tensor<4>, LossKind) {
    match (loss, output) {
        (Loss::MeanSquaredError, output) => (activate(logits, output), LossKind::SquaredError),
        (_, Output::Sigmoid) => (logits, LossKind::BinaryCrossEntropy),
        (_, Output::Relu) => (relu(logits), LossKind::ClippedBinaryCrossEntropy),
    }
}

/// Mean squared error of tensors of one shape, as `[1]`.
#[must_use]
pub fn squared_error(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    ops::loss(outputs, targets, LossKind::SquaredError)
}
