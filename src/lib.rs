//! tabgrad trains convolutional networks and autoencoders on CIFAR-10, in a browser tab or
//! natively. The same code does both; `ARCHITECTURE.md` has the map.

mod archive;
pub mod cifar;
pub mod manifest;
pub mod pack;
mod pickle;
pub mod pictures;
pub mod rng;
pub mod shard;
pub mod verify;

#[cfg(feature = "train")]
pub mod adam;
#[cfg(feature = "train")]
pub mod backend;
#[cfg(feature = "train")]
pub mod batch;
#[cfg(feature = "train")]
mod choices;
#[cfg(feature = "train")]
pub mod config;
#[cfg(feature = "train")]
pub mod dataset;
#[cfg(feature = "train")]
pub mod events;
#[cfg(feature = "train")]
pub mod kernels;
#[cfg(feature = "train")]
mod learner;
#[cfg(feature = "train")]
pub mod loader;
#[cfg(feature = "train")]
pub mod loss;
#[cfg(feature = "train")]
pub mod metrics;
#[cfg(feature = "train")]
pub mod models;
#[cfg(feature = "train")]
pub mod ops;
#[cfg(feature = "train")]
pub mod parts;
#[cfg(feature = "train")]
pub mod pca;
#[cfg(feature = "train")]
mod phase;
#[cfg(feature = "train")]
pub mod selftest;
#[cfg(feature = "train")]
pub mod shares;
#[cfg(feature = "train")]
pub mod snapshot;
#[cfg(feature = "train")]
pub mod trainer;
#[cfg(feature = "gpu")]
mod uploaded;
#[cfg(all(feature = "train", target_family = "wasm"))]
pub mod wasm;
