//! A step of Adam, of all parameters at once.

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run_all;

/// Of [`Moving`]s one after another; gives [`Moved`]s.
#[derive(Debug, Clone, Copy)]
struct Adam {
    /// The learning rate, corrected for the moments' start from zero.
    step_size: f32,
}

/// A parameter that Adam moves: its values, its gradient, and the running means of the gradient and of
/// its square, all flattened.
pub type Moving<T> = [T; 4];

/// What a step makes of it: values and running means.
pub type Moved<T> = [T; 3];

/// One step of Adam of the given size, off the autodiff device, of every parameter. See
/// [`crate::kernels::adam`].
#[must_use]
pub fn adam(parameters: Vec<Moving<Tensor<1>>>, step_size: f32) -> Vec<Moved<Tensor<1>>> {
    if parameters.is_empty() {
        return Vec::new();
    }
    let parameters = parameters.into_flattened().into_iter().map(Tensor::into_dispatch);
    let moved = run_all(Adam { step_size }, parameters.collect::<Vec<_>>());
    groups(moved.into_iter().map(Tensor::from_dispatch))
}

/// Tensors that stand one after another, by the groups that they are.
fn groups<T, const N: usize>(mut tensors: impl Iterator<Item = T>) -> Vec<[T; N]> {
    std::iter::from_fn(|| tensors.by_ref().take(N).collect::<Vec<_>>().try_into().ok()).collect()
}
