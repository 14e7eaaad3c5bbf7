//! The models that come with tabgrad: one JSON file each in `presets/`, which the page, the command
//! line, the tests and the Keras reference read. To add one, write its file and name it below.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::choice::Model;
use super::model::ModelSpec;
use super::run::{ConfigError, Loss, Noise, Output, RunConfig};
use crate::nn::ActivationFunction;

/// The files, in the order in which the models are shown.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("presets/", $name, ".json")))),+]
    };
}

static PRESETS: LazyLock<Vec<Entry>> = LazyLock::new(|| {
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
    let read = |(name, text)| Entry {
        name,
        file: serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}.json: {error}")),
    };
    files.map(read).into()
});

/// A file with its name.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
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
pub(super) struct RunDefaults {
    pub(super) loss: Loss,
    pub(super) epochs: u32,
    #[serde(default = "no_noise")]
    pub(super) noise: Noise,
    #[serde(default)]
    pub(super) noise_level: f64,
}

fn no_noise() -> Noise {
    Noise::None
}

impl RunDefaults {
    /// The settings that a run of `model` begins with: Keras' Adam, batches of 32.
    pub(super) fn of(model: Model) -> RunConfig {
        let Self { loss, epochs, noise, noise_level } = model.run_defaults();
        let output = match model.spec().output() {
            ActivationFunction::Relu => Output::Relu,
            _ => Output::Sigmoid,
        };
        RunConfig {
            padding: model.spec().padding().filter(|_| model.has(RunOption::Padding)),
            output: model.has(RunOption::Output).then_some(output),
            model,
            loss,
            noise,
            noise_level,
            augmentation: Default::default(),
            optimizer: Default::default(),
            learning_rate: 1e-3,
            schedule: Default::default(),
            warmup_steps: 0,
            warmup_from: 0.0,
            reduce_on_plateau: None,
            label_smoothing: 0.0,
            class_weights: None,
            huber_delta: 1.0,
            top_k: None,
            batch_size: 32,
            epochs,
            patience: None,
            min_delta: 0.0,
            restore_best_weights: false,
            seed: 0,
        }
    }
}

/// A model that comes with tabgrad.
#[derive(Clone, Copy)]
pub struct Preset(&'static Entry);

impl Preset {
    /// Every preset, in the order in which they are shown.
    pub fn all() -> impl Iterator<Item = Self> {
        PRESETS.iter().map(Self)
    }

    /// The presets that are shown; the others are for those who ask for them by name.
    pub fn listed() -> impl Iterator<Item = Self> {
        Self::all().filter(|preset| preset.is_listed())
    }

    /// Whether it is shown among the models that one can choose.
    #[must_use]
    pub fn is_listed(self) -> bool {
        self.0.file.listed
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

    /// Presets of a family are compared: `cnn`, `autoencoder` or `encoder-classifier`.
    #[must_use]
    pub fn family(self) -> &'static str {
        &self.0.file.family
    }

    /// The model.
    #[must_use]
    pub fn spec(self) -> &'static ModelSpec {
        &self.0.file.model
    }

    /// The settings that a run of it has and not every run.
    #[must_use]
    pub fn options(self) -> &'static [RunOption] {
        &self.0.file.options
    }

    pub(super) fn run_defaults(self) -> RunDefaults {
        self.0.file.run.clone()
    }
}

impl std::fmt::Debug for Preset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preset({})", self.name())
    }
}

impl PartialEq for Preset {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Preset {}

impl std::str::FromStr for Preset {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::all()
            .find(|preset| preset.name() == name)
            .ok_or_else(|| ConfigError::UnknownModel(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::PictureShape;
    use crate::spec::validate::ValidModel;

    #[test]
    fn every_preset_can_be_built_and_its_settings_survive_json() {
        for preset in Preset::all() {
            let config = RunConfig::new(preset);
            config.validate().expect("defaults are valid");
            ValidModel::new(preset.spec(), preset.name(), PictureShape::CIFAR, 10).expect("builds");
            let text = serde_json::to_string(&config).expect("serialises");
            assert_eq!(RunConfig::from_json(&text), Ok(config));
            assert_eq!(preset.name().parse(), Ok(preset));
            let again = serde_json::to_string(preset.spec()).expect("serialises");
            assert_eq!(serde_json::from_str::<ModelSpec>(&again).expect("reads"), *preset.spec());
        }
    }
}
