//! A run as data: the model, loss and noise, the optimizer, and how long it trains. The same settings
//! serve the page, the command line and the tests, and are stored with a run.

use serde::{Deserialize, Serialize};

use super::choice::Model;
use super::nearest_shape::nearest_shape;
use super::presets::{RunDefaults, RunOption};
use super::read;
use super::validate::{Kind, ValidModel};
use crate::data::pictures::PictureShape;
use crate::nn::{ActivationFunction, Padding};
use crate::optim::{OptimizerConfig, ReduceOnPlateau, Schedule};

pub mod augmentation;
mod error;
mod learning;
pub mod loss;

pub use augmentation::{Augmentation, Flip};
pub use error::ConfigError;
pub use loss::{ClassWeights, Loss};

/// What the last layer of an autoencoder does to its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Squeezes into (0, 1).
    Sigmoid,
    /// Cuts at 0, as the original notebook did; nothing bounds it above.
    Relu,
    /// Nothing more: any other function is computed by the layer itself. No preset leaves that open.
    #[serde(skip_deserializing)]
    Linear,
}

/// How an autoencoder's input is corrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// The picture as it is.
    None,
    /// Adds a normal deviate times the level to each value, cut to 0..1.
    Gaussian,
    /// Turns a share of the pixels, the level, black or white.
    SaltAndPepper,
    /// Turns a share of the pixels, the level, black.
    Masking,
}

/// One run, complete: the same values and data give the same numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RunConfig {
    /// Which model: a preset, or any other.
    pub model: Model,
    /// Padding of all convolutions, where a preset leaves it open; else `None`.
    pub padding: Option<Padding>,
    /// Output of an autoencoder, where a preset leaves it open; else `None`.
    pub output: Option<Output>,
    /// The loss.
    pub loss: Loss,
    /// Corruption of the input, for autoencoders.
    pub noise: Noise,
    /// Strength of the corruption, 0 to 1.
    pub noise_level: f64,
    /// What may happen to training pictures.
    #[serde(default, skip_serializing_if = "is_default")]
    pub augmentation: Augmentation,
    /// The optimizer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimizer: OptimizerConfig,
    /// The learning rate.
    pub learning_rate: f64,
    /// How the learning rate changes from step to step.
    #[serde(default, skip_serializing_if = "is_default")]
    pub schedule: Schedule,
    /// Steps in which the learning rate rises to where its schedule begins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warmup_steps: u32,
    /// The learning rate that it rises from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub warmup_from: f64,
    /// How the learning rate falls where the validation loss does not; `None` to leave it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reduce_on_plateau: Option<ReduceOnPlateau>,
    /// The part of every label's probability that all classes share.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label_smoothing: f64,
    /// How much the pictures of each class count in training; `None` for 1.
    #[serde(default, skip_serializing_if = "is_default")]
    pub class_weights: Option<ClassWeights>,
    /// The distance at which Huber's loss becomes a line.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub huber_delta: f64,
    /// Predictions of which one has to be the label in top-k accuracy; `None` for five where there are
    /// more than ten classes, and for none elsewhere.
    #[serde(default, skip_serializing_if = "is_default")]
    pub top_k: Option<u32>,
    /// Pictures per optimizer step.
    pub batch_size: usize,
    /// Passes over the training pictures, in each phase.
    pub epochs: u32,
    /// Epochs without a better validation loss after which a phase ends; `None` to go on.
    pub patience: Option<u32>,
    /// How much lower than the best a validation loss must be to be better.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min_delta: f64,
    /// Whether a phase ends with the weights of its best epoch.
    #[serde(default, skip_serializing_if = "is_default")]
    pub restore_best_weights: bool,
    /// Seed of weights, order, augmentation and noise.
    pub seed: u64,
}

/// The largest integer that survives a trip through JavaScript, `Number.MAX_SAFE_INTEGER`.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// Larger batches only cost memory on models this small.
pub const MAX_BATCH: usize = 4096;

impl RunConfig {
    /// The settings that a run of `model` begins with: Keras' Adam, batches of 32, and the loss and
    /// epochs of its preset, or else of its task.
    #[must_use]
    pub fn new(model: impl Into<Model>) -> Self {
        RunDefaults::of(model.into())
    }

    /// The same for the preset called `name`.
    ///
    /// # Errors
    /// [`ConfigError::UnknownModel`] where there is none.
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        Ok(Self::new(name.parse::<Model>()?))
    }

    /// The model with the settings of this run, for data of pictures of this shape and `classes` classes. A
    /// preset takes pictures of any shape that its layers can bring to their output.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings do not fit the model, or it cannot be built with them.
    pub fn model(&self, picture: PictureShape, classes: usize) -> Result<ValidModel, ConfigError> {
        self.validate()?;
        let mut spec = self.model.spec().clone();
        // A spec of somebody's own says what it takes.
        let follows = matches!(self.model, Model::Preset(_));
        if follows {
            spec = spec.for_pictures(picture);
        }
        if let Some(padding) = self.padding {
            spec = spec.with_padding(padding);
        }
        if let Some(output) = self.output {
            spec = spec.with_output(output.into());
        }
        let built = ValidModel::new(&spec, self.model.name(), picture, classes);
        built.map_err(|error| {
            match follows.then(|| nearest_shape(&spec, picture, classes)).flatten() {
                Some(nearest) => {
                    let error = Box::new(error);
                    ConfigError::PictureShape { error, picture, nearest }
                }
                None => error.into(),
            }
        })
    }

    /// Reads and validates JSON. Fields left out get the model's defaults; unknown ones are
    /// refused.
    ///
    /// # Errors
    /// [`ConfigError`] with the first thing that is wrong.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let given: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| ConfigError::Unreadable(error.to_string()))?;
        let serde_json::Value::Object(given) = given else {
            let what = read::short(&given);
            return Err(ConfigError::Unreadable(format!("they are {what}, but must be an object")));
        };
        Self::from_settings(given)
    }

    /// The same of settings that are read already.
    ///
    /// # Errors
    /// As [`RunConfig::from_json`].
    pub fn from_settings(
        given: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Self, ConfigError> {
        let model = given.get("model");
        let model =
            model.ok_or_else(|| ConfigError::Unreadable("`model` is missing".to_owned()))?;
        // Of a value of the wrong kind the one sentence says where it stands.
        let defaults = serde_json::to_value(Self::new(Model::from_value(model)?));
        let mut all = defaults.map_err(|error| ConfigError::Unreadable(error.to_string()))?;
        if let Some(all) = all.as_object_mut() {
            all.extend(given);
        }
        let config: Self = read::typed(&all, "").map_err(ConfigError::Unreadable)?;
        config.validate()?;
        Ok(config)
    }

    /// Whether it can be trained with.
    ///
    /// # Errors
    /// [`ConfigError`] with the first thing that is wrong. A model whose maps become too small is found
    /// by [`RunConfig::model`].
    pub fn validate(&self) -> Result<(), ConfigError> {
        let check = |ok: bool, name, value: String, range| {
            if ok { Ok(()) } else { Err(ConfigError::OutOfRange { name, value, range }) }
        };
        // Numbers that 32 bits can hold: smaller ones would be 0 there, and larger ones infinite.
        check(
            (1e-37..=1e38).contains(&self.learning_rate),
            "The learning rate",
            self.learning_rate.to_string(),
            "a number from 1e-37 to 1e38, such as 0.001",
        )?;
        check(
            (1..=MAX_BATCH).contains(&self.batch_size),
            "The batch size",
            self.batch_size.to_string(),
            "1 to 4096",
        )?;
        check(
            (1..=100_000).contains(&self.epochs),
            "The number of epochs",
            self.epochs.to_string(),
            "1 to 100000",
        )?;
        check(
            self.patience != Some(0),
            "The patience of early stopping",
            "0".to_owned(),
            "1 or more, or empty",
        )?;
        check(
            (0.0..=1.0).contains(&self.noise_level),
            "The noise level",
            self.noise_level.to_string(),
            "0 to 1",
        )?;
        check(
            self.seed <= MAX_SEED,
            "The seed",
            self.seed.to_string(),
            "at most 9007199254740991",
        )?;
        self.validate_learning()?;
        self.validate_augmentation()?;
        self.validate_choices()
    }

    fn validate_choices(&self) -> Result<(), ConfigError> {
        let refuse = |setting, value: String, rule| {
            let model = self.model.name().to_owned();
            Err(ConfigError::NotForModel { model, setting, value, rule })
        };
        let classifier = self.model.kind() == Kind::Classifier;
        self.validate_loss()?;
        match self.output {
            Some(output) if classifier => {
                return refuse("the output", named(&output), "only autoencoders have a choice");
            }
            Some(output) if !self.model.has(RunOption::Output) => {
                let rule = "its last layer says its activation; use null";
                return refuse("the output", named(&output), rule);
            }
            None if self.model.has(RunOption::Output) => {
                return refuse("the output", "null".to_owned(), "use sigmoid or relu");
            }
            Some(Output::Linear) => {
                return refuse("the output", named(&Output::Linear), "use sigmoid or relu");
            }
            _ => {}
        }
        match self.padding {
            Some(padding) if !self.model.has(RunOption::Padding) => {
                return refuse(
                    "the padding",
                    named(&padding),
                    "only models with the option `padding` have a choice; use null",
                );
            }
            None if self.model.has(RunOption::Padding) => {
                return refuse("the padding", "null".to_owned(), "use valid or same");
            }
            _ => {}
        }
        let noisy = self.noise != Noise::None;
        if noisy && classifier {
            let rule = "only autoencoders see corrupted pictures; use none";
            return refuse("the noise", named(&self.noise), rule);
        }
        if !noisy && self.model.needs_noise() {
            let rule = "use gaussian, salt-and-pepper or masking";
            return refuse("the noise", named(&self.noise), rule);
        }
        // Presets without the option begin with none at all.
        if noisy && self.noise_level == 0.0 && !self.model.has(RunOption::Noise) {
            return Err(ConfigError::OutOfRange {
                name: "The noise level",
                value: "0".to_owned(),
                range: "more than 0, up to 1, where there is noise",
            });
        }
        Ok(())
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

const fn one() -> f64 {
    1.0
}

fn is_one(value: &f64) -> bool {
    *value == one()
}

impl From<Output> for ActivationFunction {
    fn from(output: Output) -> Self {
        match output {
            Output::Sigmoid => Self::Sigmoid,
            Output::Relu => Self::Relu,
            Output::Linear => Self::Linear,
        }
    }
}

/// A value by the name it has in JSON, for messages.
pub(crate) fn named<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
