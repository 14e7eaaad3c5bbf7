//! What is wrong with a run's settings, as sentences.

use crate::data::pictures::PictureShape;
use crate::optim::settings::OutOfRange;
use crate::spec::presets::Preset;
use crate::spec::read;
use crate::spec::validate::ModelError;

/// A setting that cannot be trained with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// A model that cannot be built for pictures of the data's shape, but for others.
    #[error(
        "{error} Pictures of {picture} (height x width x channels) do not fit it; {nearest} do. Make the \
         data of that size (data-prep has --size {0}x{1}, the page a choice), or take another model.", .nearest.width(), .nearest.height()
    )]
    PictureShape {
        /// Why it cannot be built.
        error: Box<ModelError>,
        /// The shape of the pictures.
        picture: PictureShape,
        /// The nearest shape that it can be built for.
        nearest: PictureShape,
    },
    /// No model has that name.
    #[error(
        "There is no model named `{0}`.{meant} Use one of: {list}.",
        meant = read::meant(.0, &preset_names()), list = preset_names().join(", ")
    )]
    UnknownModel(String),
    /// Not the JSON of a configuration.
    #[error("These settings cannot be read: {0}.")]
    Unreadable(String),
    /// A number out of its range.
    #[error("{name} is {value}, but must be {range}.")]
    OutOfRange {
        /// What the setting is called.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        range: &'static str,
    },
    /// A choice that this model does not have.
    #[error("{model} cannot have {setting} {value}: {rule}.")]
    NotForModel {
        /// The model's name.
        model: String,
        /// What the setting is called.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        rule: &'static str,
    },
    /// A setting of how it learns that is out of its range.
    #[error(transparent)]
    Learning(#[from] OutOfRange),
    /// A model that cannot be built.
    #[error(transparent)]
    Model(Box<ModelError>),
}

impl From<ModelError> for ConfigError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

fn preset_names() -> Vec<&'static str> {
    Preset::all().map(Preset::name).collect()
}
