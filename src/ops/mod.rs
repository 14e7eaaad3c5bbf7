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

mod adam;
mod backward_from;
mod batch_norm;
mod conv_block;
mod dense;
#[cfg(feature = "gpu")]
pub(crate) mod gather;
mod loss;
mod resize;
mod scale;
mod sigmoid;
#[cfg(feature = "gpu")]
mod ssim;

pub use adam::{Moved, Moving, adam};
pub use backward_from::backward_from;
pub use batch_norm::{batch_norm, moments};
pub use conv_block::{ConvBlockAttrs, conv_block};
pub use dense::dense;
pub use layout::{flatten, pictures};
pub use loss::{LossKind, correct, loss, loss_and_correct};
pub use resize::{Resize, resize};
pub use sigmoid::sigmoid;
#[cfg(feature = "gpu")]
pub use ssim::ssim;

pub use crate::kernels::pool::Pool;
