//! Models and runs as data: what a model is made of, what a run is told, the presets, and the
//! summary table. No tensors.

pub mod architecture;
mod choices;
pub mod config;
pub mod summary;
