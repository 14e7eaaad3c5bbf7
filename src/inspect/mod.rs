//! Looking into a network, trained or in training: predictions and reconstructions, latent codes,
//! activations of every layer, gradients, one training step in every number, principal components of
//! latent codes, and the comparison of a device with the CPU.
//!
//! These are methods of [`crate::train::trainer::Trainer`] that its loop does not need. All but
//! `step_trace` leave the run as it is.

mod activations;
mod generate;
pub mod pca;
mod queries;
pub mod self_test;
mod step_trace;

pub use activations::{Code, LayerActivation};
pub use queries::{Gradients, Reconstruction};
pub use step_trace::{StepTrace, TracedLayer, TracedNorms, TracedParameter};
