//! tabgrad trains convolutional networks and autoencoders on CIFAR-10, in a browser tab or
//! natively. The same code does both; `ARCHITECTURE.md` has the map.
//!
//! Rooms, each of which may use those above it: [`data`] (pictures and their files), [`kernels`]
//! (arithmetic on slices), [`backend`] (devices), [`ops`] (differentiable operators on burn tensors),
//! [`optim`] (optimizers), [`nn`] (layers and networks), [`spec`] (models and runs as data), [`step`]
//! (one step on a batch), [`parallel`] (a step by several workers), [`train`] (the run), [`inspect`]
//! (questions to a run) and `wasm` (what the page's worker calls).

pub mod data;

#[cfg(feature = "train")]
pub mod backend;
#[cfg(feature = "train")]
pub mod inspect;
#[cfg(feature = "train")]
pub mod kernels;
#[cfg(feature = "train")]
pub mod nn;
#[cfg(feature = "train")]
pub mod ops;
#[cfg(feature = "train")]
pub mod optim;
#[cfg(feature = "train")]
pub mod parallel;
#[cfg(feature = "train")]
pub mod spec;
#[cfg(feature = "train")]
pub mod step;
#[cfg(feature = "train")]
pub mod train;
#[cfg(all(any(feature = "page", feature = "intake"), target_family = "wasm"))]
pub mod wasm;
