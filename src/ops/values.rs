//! What operators give where that is more than a tensor, whatever the backend.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, ExtensionType};

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

/// A mean loss and the number of right answers, `[1]` each.
#[derive(Debug, Clone, ExtensionType)]
pub struct LossAndCorrect<B: Backend> {
    /// The mean.
    pub loss: FloatTensor<B>,
    /// As [`super::Kernels::right`] counts them.
    pub right: FloatTensor<B>,
}

/// A parameter that Adam moves: its values, its gradient, and the running means of the gradient and of
/// its square, all flattened.
pub type Moving<T> = [T; 4];

/// What a step makes of it: values and running means.
pub type Moved<T> = [T; 3];

/// What a block gives.
#[derive(Debug, Clone)]
pub struct ConvBlockOutput<B: Backend> {
    /// Its output.
    pub output: FloatTensor<B>,
    /// What its gradients are made from, beside input and weights; each backend its own.
    pub kept: Vec<FloatTensor<B>>,
}
