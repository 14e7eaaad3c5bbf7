//! Models and runs as data. A model is a list of layers with a task ([`model`]); the presets are JSON
//! files ([`presets`]); [`validate`] says whether a model can be built, and gives the [`ValidModel`] that
//! everything after it takes; [`run`] has the settings of a run; [`summary`] is the table that Keras
//! prints.

pub mod model;
pub mod presets;
pub mod run;
pub mod summary;
pub mod validate;

pub use presets::{Model, RunOption};
pub use run::{ConfigError, Loss, Noise, Output, RunConfig};
pub use validate::{Kind, ModelError, Stage, ValidModel};
