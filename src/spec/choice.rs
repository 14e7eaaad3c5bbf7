//! The model that a run trains: a preset by its name, or a spec of somebody's own. What a run asks of its
//! model before it is built is asked here; whatever comes after has a `ValidModel`, of either.

use std::str::FromStr;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::model::{ModelSpec, Task};
use super::presets::{Preset, RunDefaults, RunOption};
use super::read;
use super::run::{ConfigError, Loss, Noise};
use super::validate::Kind;
use crate::nn::ActivationFunction;

/// What a model is called that was given no name.
pub const UNNAMED: &str = "model";

/// The model of a run. In JSON a preset is its name, a string, and a spec is an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// One that comes with tabgrad.
    Preset(Preset),
    /// Any other.
    Spec(Arc<ModelSpec>),
}

impl Model {
    /// What it is called in tables and messages.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Preset(preset) => preset.name(),
            Self::Spec(spec) => spec.name.as_deref().unwrap_or(UNNAMED),
        }
    }

    /// A title of a few words; a spec without one has its name.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Preset(preset) => preset.title(),
            Self::Spec(spec) => spec.title.as_deref().unwrap_or_else(|| self.name()),
        }
    }

    /// Its layers and what they are for.
    #[must_use]
    pub fn spec(&self) -> &ModelSpec {
        match self {
            Self::Preset(preset) => preset.spec(),
            Self::Spec(spec) => spec,
        }
    }

    /// Whether it classifies or reconstructs.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.spec().task.kind()
    }

    /// Whether a run of it can choose that setting. In a spec its layers say their padding and its last
    /// layer the output; the pictures that any autoencoder sees can be corrupted.
    #[must_use]
    pub fn has(&self, option: RunOption) -> bool {
        match self {
            Self::Preset(preset) => preset.options().contains(&option),
            Self::Spec(_) => option == RunOption::Noise && self.kind() == Kind::Autoencoder,
        }
    }

    /// Whether a run of it has to corrupt its input: that of a preset that was made for it.
    #[must_use]
    pub fn needs_noise(&self) -> bool {
        matches!(self, Self::Preset(_)) && self.has(RunOption::Noise)
    }

    /// How a run of it begins.
    pub(super) fn run_defaults(&self) -> RunDefaults {
        let spec = match self {
            Self::Preset(preset) => return preset.run_defaults(),
            Self::Spec(spec) => spec,
        };
        let (loss, epochs) = match (&spec.task, spec.output()) {
            (Task::Classify, _) => (Loss::CrossEntropy, 10),
            // Values between 0 and 1 are probabilities; others are not.
            (Task::Reconstruct { .. }, ActivationFunction::Sigmoid) => {
                (Loss::BinaryCrossEntropy, 50)
            }
            (Task::Reconstruct { .. }, _) => (Loss::MeanSquaredError, 50),
        };
        // The strength that noise has once it is chosen.
        RunDefaults { loss, epochs, noise: Noise::None, noise_level: 0.1 }
    }

    /// The model that `value` of a run's JSON stands for.
    pub(super) fn from_value(value: &Value) -> Result<Self, ConfigError> {
        match value {
            Value::String(name) => name.parse(),
            Value::Object(_) => Ok(read::model(value)?.into()),
            _ => Err(ConfigError::Unreadable(format!(
                "`model` is {}, but must be a preset's name or a model",
                read::short(value)
            ))),
        }
    }
}

impl From<Preset> for Model {
    fn from(preset: Preset) -> Self {
        Self::Preset(preset)
    }
}

impl From<ModelSpec> for Model {
    fn from(spec: ModelSpec) -> Self {
        Self::Spec(Arc::new(spec))
    }
}

/// A preset by its name.
impl FromStr for Model {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Ok(Self::Preset(name.parse()?))
    }
}

impl Serialize for Model {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Preset(preset) => serializer.serialize_str(preset.name()),
            Self::Spec(spec) => spec.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
