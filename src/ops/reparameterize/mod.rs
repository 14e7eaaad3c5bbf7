//! Samples of normal distributions through which gradients flow to means and variances: the
//! reparameterization trick of variational autoencoders (Kingma and Welling 2014).

mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod reference;

use burn::tensor::Tensor;

use super::dispatch::run;
pub(super) use reference::halves;

/// Of `x` `[batch, 2 n]` and noise `[batch, n]`.
#[derive(Debug, Clone, Copy)]
struct Reparameterize;

/// `mean + exp(logarithm / 2) * noise`, `[batch, n]`, where the rows of `x` `[batch, 2 n]` are `n` means and
/// then the logarithms of `n` variances. `noise` `[batch, n]` is a constant.
#[must_use]
pub fn reparameterize(x: Tensor<2>, noise: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(run(Reparameterize, [x.into_dispatch(), noise.into_dispatch()]))
}
