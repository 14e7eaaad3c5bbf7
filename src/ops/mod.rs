//! The operators that networks are trained with, one folder each: in `mod.rs` its attributes and the
//! function that layers call, in `reference.rs` its arithmetic and its gradients in burn's own
//! operations, and, where a backend has kernels of its own, `cpu.rs` (burn-flex) and `gpu.rs` with its
//! WGSL. `operator` says what an operator is; dispatch and autodiff are written once, for all.
//!
//! A new operator is a folder, its two lines here (`mod` and `pub use`), the names of its WGSL files in
//! `gpu/checks` (kernels) or `gpu/launch` (what kernels include), and its test in `tests/it/operators.rs`.

// burn means to drop burn-ndarray. It has none of our kernels, so it checks them until then.
#![cfg_attr(feature = "ndarray", allow(deprecated))]

mod autodiff;
mod cpu;
mod dispatch;
#[cfg(feature = "gpu")]
mod gpu;
mod layout;
mod operator;
mod tensor_list;

mod activation;
mod backward_from;
mod batch_norm;
mod clip_by_norm;
mod conv;
mod conv_block;
mod dense;
mod enlarge;
mod floats;
mod frame;
#[cfg(feature = "gpu")]
pub(crate) mod gather;
mod gaussian_kl;
mod group_norm;
mod loss;
mod penalty;
mod pool;
mod random;
mod reparameterize;
mod resize;
mod scale;
#[cfg(feature = "gpu")]
mod ssim;
mod update;

pub use activation::{ActivationKind, activation, sigmoid};
pub use backward_from::backward_from;
pub use batch_norm::{batch_norm, moments};
pub use clip_by_norm::{ClipByNorm, clip_by_norm};
pub use conv::{ConvAttrs, conv, conv_transpose};
pub use conv_block::{ConvBlockAttrs, conv_block};
pub use dense::dense;
pub use enlarge::enlarge;
pub use floats::{from_data, product, rows_of, scaled, sum};
pub use frame::frame;
pub use gaussian_kl::gaussian_kl;
pub use group_norm::{NormSets, group_norm};
pub use layout::{add, flatten, multiply, pictures};
pub use loss::{
    LossKind, correct, loss, loss_and_correct, weighted_loss, weighted_loss_and_correct,
};
pub use penalty::{Penalty, penalty};
pub use pool::{PoolAttrs, pool};
pub use random::{Draw, random};
pub use reparameterize::reparameterize;
pub use resize::{Resize, resize};
#[cfg(feature = "gpu")]
pub use ssim::ssim;
pub use update::{Decay, Rule, Update, update};

pub use crate::kernels::activation::Pointwise;
pub use crate::kernels::enlarge::Interpolation;
pub use crate::kernels::pool::Pool;
