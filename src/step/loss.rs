//! The losses, as means over the batch, on burn tensors. Each works on the sums of the last
//! layer, before its activation, where that is the accurate way.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use crate::ops::{self, LossKind};
use crate::spec::{Loss, Output};

/// Softmax cross-entropy of `logits` `[batch, classes]` against `targets` of the same shape, rows
/// of ones and zeros.
#[must_use]
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    ops::loss(logits, targets, LossKind::CrossEntropy)
}

/// What the last layer gives, from its sums.
#[must_use]
pub fn activate(sums: Tensor<4>, output: Output) -> Tensor<4> {
    match output {
        Output::Sigmoid => ops::sigmoid(sums),
        Output::Relu => relu(sums),
    }
}

/// [`cross_entropy`], and the number of right answers.
#[must_use]
pub fn judged_answers(logits: Tensor<2>, targets: Tensor<2>) -> (Tensor<1>, Tensor<1>) {
    ops::loss_and_correct(logits, targets, LossKind::CrossEntropy)
}

/// The loss of a reconstruction, given as `sums` before the output activation, against
/// `targets` of the same shape in 0 to 1.
///
/// Binary cross-entropy with a sigmoid works on the sums, so that it does not overflow; with a
/// relu it is Keras', which clips the output to `[1e-7, 1 - 1e-7]` first.
#[must_use]
pub fn reconstruction(
    sums: Tensor<4>,
    targets: Tensor<4>,
    loss: Loss,
    output: Output,
) -> Tensor<1> {
    let (inputs, kind) = compared(sums, loss, output);
    ops::loss(inputs, targets, kind)
}

/// [`reconstruction`], and the number of right answers: pixels whose largest channel is that of the
/// target.
#[must_use]
pub fn judged_reconstruction(
    sums: Tensor<4>,
    targets: Tensor<4>,
    loss: Loss,
    output: Output,
) -> (Tensor<1>, Tensor<1>) {
    let (inputs, kind) = compared(sums, loss, output);
    ops::loss_and_correct(inputs, targets, kind)
}

/// What is compared with targets, and how.
fn compared(sums: Tensor<4>, loss: Loss, output: Output) -> (Tensor<4>, LossKind) {
    match (loss, output) {
        (Loss::MeanSquaredError, output) => (activate(sums, output), LossKind::SquaredError),
        (_, Output::Sigmoid) => (sums, LossKind::BinaryCrossEntropy),
        (_, Output::Relu) => (relu(sums), LossKind::ClippedBinaryCrossEntropy),
    }
}

/// Mean squared error.
#[must_use]
pub fn squared_error(outputs: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    ops::loss(outputs, targets, LossKind::SquaredError)
}
