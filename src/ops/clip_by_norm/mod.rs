//! Gradients cut to a norm: each tensor for itself, or all of them together.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run_all;

/// Which norm a gradient is cut to, in Keras' arithmetic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClipByNorm {
    /// That of each tensor.
    Each(f32),
    /// That of all tensors as one.
    Global(f32),
}

/// `gradients`, flattened and off the autodiff device, scaled down to the norm of `clip` where theirs
/// is larger.
#[must_use]
pub fn clip_by_norm(gradients: Vec<Tensor<1>>, clip: ClipByNorm) -> Vec<Tensor<1>> {
    if gradients.is_empty() {
        return gradients;
    }
    let gradients: Vec<_> = gradients.into_iter().map(Tensor::into_dispatch).collect();
    run_all(clip, gradients).into_iter().map(Tensor::from_dispatch).collect()
}
