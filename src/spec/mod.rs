//! Models and runs as data. A model is a list of layers with a task ([`model`]); the presets are JSON
//! files ([`presets`]), and a run trains one of them or any other ([`choice`]); [`validate`] says whether
//! a model can be built, within [`limits`], and gives the [`ValidModel`] that everything after it takes;
//! [`run`] has the settings of a run; [`summary`] is the table that Keras prints; [`record`] is what the
//! page is told of a model.

pub mod builder;
pub mod choice;
mod layers;
pub mod limits;
pub mod model;
mod model_error;
mod nearest_shape;
pub mod presets;
mod read;
pub mod record;
pub mod run;
pub mod settings;
pub mod summary;
pub mod validate;
mod words;

pub use choice::Model;
pub use limits::LIMITS;
pub use model::ModelSpec;
pub use presets::{Preset, RunOption};
pub use run::loss::LossFunction;
pub use run::{ClassWeights, ConfigError, Loss, Noise, Output, RunConfig};
pub use validate::{Kind, ModelError, Stage, ValidModel};
