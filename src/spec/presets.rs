//! The models that come with tabgrad: one JSON file each in `presets/`, which the page, the command
//! line, the tests and the Keras reference read. To add one, write its file and name it below.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::model::{ModelSpec, Task};
use super::run::{ConfigError, Loss, Noise, Output, RunConfig};
use super::validate::Kind;
use crate::nn::{ActivationFunction, AnyLayer};

/// The files, in the order in which the models are shown.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("presets/", $name, ".json")))),+]
    };
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let files = files![
        "cnn-max-2",
        "cnn-avg-2",
        "cnn-max-3",
        "cnn-avg-3",
        "cnn-max-4",
        "cnn-avg-4",
        "cae",
        "cae-bn",
        "cae-denoise",
        "sae",
        "cae-classifier",
    ];
    let read = |(name, text)| Preset {
        name,
        file: serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}.json: {error}")),
    };
    files.map(read).into()
});

/// A model that comes with tabgrad.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    name: &'static str,
    file: File,
}

/// What a preset's file has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    about: String,
    family: String,
    listed: bool,
    options: Vec<RunOption>,
    run: RunDefaults,
    model: ModelSpec,
}

/// A setting of a run that not every model has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOption {
    /// The padding of its convolutions.
    Padding,
    /// The activation function of its output.
    Output,
    /// The corruption of its input.
    Noise,
}

/// How a run of the model begins, where that differs from model to model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RunDefaults {
    loss: Loss,
    epochs: u32,
    #[serde(default = "no_noise")]
    noise: Noise,
    #[serde(default)]
    noise_level: f64,
}

fn no_noise() -> Noise {
    Noise::None
}

/// A model by its preset.
#[derive(Clone, Copy)]
pub struct Model(&'static Preset);

impl Model {
    /// Every preset, in the order in which they are shown.
    pub fn all() -> impl Iterator<Item = Self> {
        PRESETS.iter().map(Self)
    }

    /// The presets that are shown; the others are for those who ask for them by name.
    pub fn listed() -> impl Iterator<Item = Self> {
        Self::all().filter(|model| model.0.file.listed)
    }

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// A title of a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        &self.0.file.title
    }

    /// One sentence on what is special about it.
    #[must_use]
    pub fn about(self) -> &'static str {
        &self.0.file.about
    }

    /// The model.
    #[must_use]
    pub fn spec(self) -> &'static ModelSpec {
        &self.0.file.model
    }

    /// Whether it classifies or reconstructs.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.spec().task {
            Task::Classify => Kind::Classifier,
            Task::Reconstruct { .. } => Kind::Autoencoder,
        }
    }

    /// Whether a run of it has that setting.
    #[must_use]
    pub fn has(self, option: RunOption) -> bool {
        self.0.file.options.contains(&option)
    }

    /// The settings that a run of it begins with: Keras' Adam, batches of 32.
    pub(super) fn defaults(self) -> RunConfig {
        let RunDefaults { loss, epochs, noise, noise_level } = self.0.file.run.clone();
        let output = match self.spec().output() {
            ActivationFunction::Relu => Output::Relu,
            _ => Output::Sigmoid,
        };
        RunConfig {
            model: self,
            padding: self.spec().padding().filter(|_| self.has(RunOption::Padding)),
            output: self.has(RunOption::Output).then_some(output),
            loss,
            noise,
            noise_level,
            optimizer: Default::default(),
            learning_rate: 1e-3,
            batch_size: 32,
            epochs,
            patience: None,
            seed: 0,
        }
    }

    /// What the page is told of it.
    #[must_use]
    pub fn record(self) -> PresetRecord {
        let layers = || self.spec().layers.iter().map(|one| &one.layer);
        let pooling = layers().find_map(|layer| match layer {
            AnyLayer::MaxPooling2D(_) => Some("max"),
            AnyLayer::AveragePooling2D(_) => Some("average"),
            _ => None,
        });
        PresetRecord {
            name: self.name(),
            title: self.title(),
            about: self.about(),
            kind: self.kind(),
            family: &self.0.file.family,
            listed: self.0.file.listed,
            config: self.defaults(),
            options: &self.0.file.options,
            stages: self.spec().stages.len(),
            pooling,
            convolutions: layers().filter(|layer| layer.class() == "Conv2D").count(),
        }
    }
}

/// A preset as the page has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PresetRecord {
    /// The name users type.
    pub name: &'static str,
    /// A title of a few words.
    pub title: &'static str,
    /// One sentence on what is special about it.
    pub about: &'static str,
    /// Whether it classifies or reconstructs.
    pub kind: Kind,
    /// Models of a family are compared: `cnn`, `autoencoder` or `encoder-classifier`.
    pub family: &'static str,
    /// Whether it is shown among the models that one can choose.
    pub listed: bool,
    /// The settings that a run begins with.
    pub config: RunConfig,
    /// The settings that not every model has.
    pub options: &'static [RunOption],
    /// How many stages it is trained in before the whole; 0 unless stacked.
    pub stages: usize,
    /// `max` or `average`, by its first pooling layer.
    pub pooling: Option<&'static str>,
    /// How many convolutions it has: of a CNN, its blocks.
    pub convolutions: usize,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({})", self.name())
    }
}

impl PartialEq for Model {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Model {}

impl std::str::FromStr for Model {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::all()
            .find(|model| model.name() == name)
            .ok_or_else(|| ConfigError::UnknownModel(name.to_owned()))
    }
}

impl Serialize for Model {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::validate::ValidModel;

    #[test]
    fn every_preset_can_be_built_and_its_settings_survive_json() {
        for model in Model::all() {
            let config = RunConfig::new(model);
            config.validate().expect("defaults are valid");
            ValidModel::new(model.spec(), model.name(), 10).expect("builds");
            let text = serde_json::to_string(&config).expect("serialises");
            assert_eq!(RunConfig::from_json(&text), Ok(config));
            assert_eq!(model.name().parse(), Ok(model));
            let again = serde_json::to_string(model.spec()).expect("serialises");
            assert_eq!(serde_json::from_str::<ModelSpec>(&again).expect("reads"), *model.spec());
        }
    }
}
