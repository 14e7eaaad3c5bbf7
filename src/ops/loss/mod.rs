//! The losses, and how many answers are correct.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::backend::DispatchTensor;
use burn::tensor::Tensor;

use super::dispatch::{run, run_all};
use super::operator::array;

/// The losses. Each compares inputs with targets of the same shape.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Mean absolute error.
    AbsoluteError,
    /// Huber's loss: half the squared error up to a distance, a line beyond it.
    Huber(f32),
    /// Keras' categorical hinge of the softmax over the last of two dimensions; targets are one-hot
    /// rows, and the mean is over rows.
    CategoricalHinge,
}

/// The mean loss of inputs against targets. Of a loss by rows, a third input may have their weights.
#[derive(Debug, Clone, Copy)]
struct Loss(LossKind);

/// [`Loss`], and [`Correct`] of what the inputs stand for.
#[derive(Debug, Clone, Copy)]
struct LossAndCorrect(LossKind);

/// How many outputs answer as their targets do.
#[derive(Debug, Clone, Copy)]
struct Correct;

/// The mean loss of `inputs` against `targets` of the same shape, `[1]`, through which gradients flow
/// to the inputs only.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn loss<const D: usize>(inputs: Tensor<D>, targets: Tensor<D>, kind: LossKind) -> Tensor<1> {
    Tensor::from_dispatch(run(Loss(kind), alike(inputs, targets)))
}

/// As [`loss`] of rows `[batch, choices]`, which count by `weights` `[batch]`: the mean is over rows
/// all the same.
///
/// # Panics
/// If the shapes differ, or the loss is none by rows.
#[must_use]
pub fn weighted_loss(
    inputs: Tensor<2>,
    targets: Tensor<2>,
    weights: Tensor<1>,
    kind: LossKind,
) -> Tensor<1> {
    Tensor::from_dispatch(run(Loss(kind), weighted(inputs, targets, weights, kind)))
}

/// As [`weighted_loss`], and beside it how many answers are correct, whatever their weights.
///
/// # Panics
/// As [`weighted_loss`].
#[must_use]
pub fn weighted_loss_and_correct(
    inputs: Tensor<2>,
    targets: Tensor<2>,
    weights: Tensor<1>,
    kind: LossKind,
) -> (Tensor<1>, Tensor<1>) {
    let inputs = weighted(inputs, targets, weights, kind);
    let [loss, correct] = array(run_all(LossAndCorrect(kind), inputs));
    (Tensor::from_dispatch(loss), Tensor::from_dispatch(correct))
}

/// As [`loss`], and beside it how many answers are correct (see [`correct`]) of what the inputs stand
/// for: of sigmoids, where the loss takes logits.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn loss_and_correct<const D: usize>(
    inputs: Tensor<D>,
    targets: Tensor<D>,
    kind: LossKind,
) -> (Tensor<1>, Tensor<1>) {
    let [loss, correct] = array(run_all(LossAndCorrect(kind), alike(inputs, targets)));
    (Tensor::from_dispatch(loss), Tensor::from_dispatch(correct))
}

/// How many answers are correct, `[1]`: of `outputs` and `targets` of one shape, `[batch, choices]` or
/// `[batch, choices, y, x]`, the positions at which the first largest choice is the same; of maps of one
/// channel, those that are the target once they are rounded to 0 or 1, as Keras' binary accuracy has it.
/// Nothing flows back through them.
///
/// # Panics
/// If the shapes differ.
#[must_use]
pub fn correct<const D: usize>(outputs: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    Tensor::from_dispatch(run(Correct, alike(outputs, targets)))
}

/// Both, which are compared value by value.
fn alike<const D: usize>(inputs: Tensor<D>, targets: Tensor<D>) -> [DispatchTensor; 2] {
    assert_eq!(inputs.dims(), targets.dims(), "outputs are compared with targets of their shape");
    [inputs.into_dispatch(), targets.into_dispatch()]
}

/// The same, and the weights of their rows.
fn weighted(
    inputs: Tensor<2>,
    targets: Tensor<2>,
    weights: Tensor<1>,
    kind: LossKind,
) -> Vec<DispatchTensor> {
    let by_rows = matches!(kind, LossKind::CrossEntropy | LossKind::CategoricalHinge);
    assert!(by_rows, "{kind:?} has no rows to weigh");
    assert_eq!(inputs.dims()[0], weights.dims()[0], "every row has a weight");
    alike(inputs, targets).into_iter().chain([weights.into_dispatch()]).collect()
}

/// Inputs, targets and weights, where there are any.
fn parts<T>(tensors: Vec<T>) -> (T, T, Option<T>) {
    let mut tensors = tensors.into_iter();
    let mut next = || tensors.next().expect("a loss has inputs and targets");
    let (inputs, targets) = (next(), next());
    (inputs, targets, tensors.next())
}
