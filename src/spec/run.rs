//! A run as data: the model, loss and noise, the optimizer, and how long it trains. The same settings
//! serve the page, the command line and the tests, and are stored with a run.

use serde::{Deserialize, Serialize};

use super::presets::{Model, RunOption};
use super::validate::{Kind, ModelError, ValidModel};
use crate::nn::{ActivationFunction, Padding};
use crate::optim::OptimizerKind;

/// What the last layer of an autoencoder does to its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Squeezes into (0, 1).
    Sigmoid,
    /// Cuts at 0, as the original notebook did; nothing bounds it above.
    Relu,
}

/// The number that training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax cross-entropy between logits and the label.
    CrossEntropy,
    /// Binary cross-entropy between each output value and the picture's value.
    BinaryCrossEntropy,
    /// Mean squared error between output and picture.
    MeanSquaredError,
}

/// How the denoising autoencoder's input is corrupted.
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
    /// Which model.
    pub model: Model,
    /// Padding of a CNN's convolutions; `None` for models that have their own.
    pub padding: Option<Padding>,
    /// Output of an autoencoder; `None` for classifiers.
    pub output: Option<Output>,
    /// The loss.
    pub loss: Loss,
    /// Corruption of the input, for denoising models.
    pub noise: Noise,
    /// Strength of the corruption, 0 to 1.
    pub noise_level: f64,
    /// The optimizer.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimizer: OptimizerKind,
    /// The optimizer's learning rate.
    pub learning_rate: f64,
    /// Pictures per optimizer step.
    pub batch_size: usize,
    /// Passes over the training pictures, in each phase.
    pub epochs: u32,
    /// Epochs without a better validation loss after which a phase ends; `None` to go on.
    pub patience: Option<u32>,
    /// Seed of weights, order and noise.
    pub seed: u64,
}

/// The largest integer that survives a trip through JavaScript, `Number.MAX_SAFE_INTEGER`.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// Larger batches only cost memory on models this small.
pub const MAX_BATCH: usize = 4096;

/// A setting that cannot be trained with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// No model has that name.
    #[error("There is no model named `{0}`. Use one of: {list}.", list = model_names())]
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
        model: &'static str,
        /// What the setting is called.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        rule: &'static str,
    },
    /// A model that cannot be built.
    #[error(transparent)]
    Model(Box<ModelError>),
}

impl From<ModelError> for ConfigError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

fn model_names() -> String {
    Model::all().map(Model::name).collect::<Vec<_>>().join(", ")
}

impl RunConfig {
    /// The settings that a run of `model` begins with: Keras' Adam, batches of 32, and so many
    /// epochs as its preset says.
    #[must_use]
    pub fn new(model: Model) -> Self {
        model.defaults()
    }

    /// The same for the model called `name`.
    ///
    /// # Errors
    /// [`ConfigError::UnknownModel`] where there is none.
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        Ok(Self::new(name.parse()?))
    }

    /// The model with the settings of this run, for data of `classes` classes.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings do not fit the model, or it cannot be built with them.
    pub fn model(&self, classes: usize) -> Result<ValidModel, ConfigError> {
        self.validate()?;
        let mut spec = self.model.spec().clone();
        if let Some(padding) = self.padding {
            spec = spec.with_padding(padding);
        }
        if let Some(output) = self.output {
            spec = spec.with_output(output.into());
        }
        Ok(ValidModel::new(&spec, self.model.name(), classes)?)
    }

    /// Reads and validates JSON. Fields left out get the model's defaults; unknown ones are
    /// refused.
    ///
    /// # Errors
    /// [`ConfigError`] with the first thing that is wrong.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let unreadable = |e: serde_json::Error| ConfigError::Unreadable(e.to_string());
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).map_err(unreadable)?;
        let name = given.get("model").and_then(serde_json::Value::as_str);
        let name = name.ok_or_else(|| ConfigError::Unreadable("`model` is missing".to_owned()))?;
        let defaults = serde_json::to_value(Self::new(name.parse()?)).map_err(unreadable)?;
        let serde_json::Value::Object(mut whole) = defaults else {
            return Err(ConfigError::Unreadable("not an object".to_owned()));
        };
        whole.extend(given);
        let config: Self =
            serde_json::from_value(serde_json::Value::Object(whole)).map_err(unreadable)?;
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
        self.validate_choices()
    }

    fn validate_choices(&self) -> Result<(), ConfigError> {
        let refuse = |setting, value: String, rule| {
            let model = self.model.name();
            Err(ConfigError::NotForModel { model, setting, value, rule })
        };
        let classifier = self.model.kind() == Kind::Classifier;
        if classifier != (self.loss == Loss::CrossEntropy) {
            let rule = if classifier {
                "classifiers use cross-entropy"
            } else {
                "autoencoders use binary-cross-entropy or mean-squared-error"
            };
            return refuse("the loss", named(&self.loss), rule);
        }
        match self.output {
            Some(output) if classifier => {
                return refuse("the output", named(&output), "only autoencoders have a choice");
            }
            None if !classifier => {
                return refuse("the output", "null".to_owned(), "use sigmoid or relu");
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
        if (self.noise == Noise::None) == self.model.has(RunOption::Noise) {
            let rule = if self.model.has(RunOption::Noise) {
                "use gaussian, salt-and-pepper or masking"
            } else {
                "only models with the option `noise` corrupt their input; use none"
            };
            return refuse("the noise", named(&self.noise), rule);
        }
        Ok(())
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl From<Output> for ActivationFunction {
    fn from(output: Output) -> Self {
        match output {
            Output::Sigmoid => Self::Sigmoid,
            Output::Relu => Self::Relu,
        }
    }
}

/// A value by the name it has in JSON, for messages.
pub(crate) fn named<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_fields_take_the_model_s_defaults() {
        let config = RunConfig::from_json(r#"{"model":"cae","epochs":3}"#).expect("valid");
        assert_eq!(config, RunConfig { epochs: 3, ..RunConfig::named("cae").expect("a preset") });
    }

    #[track_caller]
    fn refused(json: &str, part: &str) {
        let error = RunConfig::from_json(json).expect_err("refused").to_string();
        assert!(error.contains(part), "{error:?} should contain {part:?}");
    }

    #[test]
    fn numbers_that_are_none_and_those_out_of_range_are_refused_with_their_value() {
        let config = RunConfig::named("cae-denoise").expect("a preset");
        for learning_rate in
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, -1.0, 1e-60, 1e39]
        {
            let error = RunConfig { learning_rate, ..config.clone() }.validate();
            let error = error.expect_err("out of range").to_string();
            assert!(error.starts_with(&format!("The learning rate is {learning_rate}, but must")));
        }
        for noise_level in [f64::NAN, f64::INFINITY, -0.1, 1.000_001] {
            let error = RunConfig { noise_level, ..config.clone() }.validate();
            let error = error.expect_err("out of range").to_string();
            assert!(error.starts_with(&format!("The noise level is {noise_level}, but must")));
        }
        for batch_size in [0, MAX_BATCH + 1, usize::MAX] {
            assert!(RunConfig { batch_size, ..config.clone() }.validate().is_err());
        }
        for epochs in [0, 100_001, u32::MAX] {
            assert!(RunConfig { epochs, ..config.clone() }.validate().is_err());
        }
        let patience = Some(u32::MAX);
        assert!(RunConfig { patience, learning_rate: 1e38, ..config }.validate().is_ok());
    }

    #[test]
    fn bad_settings_are_sentences() {
        refused("", "cannot be read");
        refused("[]", "cannot be read");
        refused("{}", "`model` is missing");
        refused(r#"{"model":"vgg"}"#, "no model named `vgg`. Use one of: cnn-max-2");
        refused(r#"{"model":"cae","momentum":1}"#, "unknown field `momentum`");
        refused(r#"{"model":"cae","learningRate":0}"#, "learning rate is 0");
        refused(r#"{"model":"cae","learningRate":1e999}"#, "cannot be read");
        refused(r#"{"model":"cae","batchSize":0}"#, "batch size is 0");
        refused(r#"{"model":"cae","batchSize":-1}"#, "cannot be read");
        refused(r#"{"model":"cae","epochs":0}"#, "epochs is 0");
        refused(r#"{"model":"cae","patience":0}"#, "patience");
        refused(r#"{"model":"cae","noiseLevel":2}"#, "noise level is 2");
        refused(r#"{"model":"cae","seed":9007199254740992}"#, "seed");
        refused(r#"{"model":"cae","loss":"cross-entropy"}"#, "autoencoders use");
        refused(r#"{"model":"cnn-max-2","loss":"mean-squared-error"}"#, "classifiers use");
        refused(r#"{"model":"cnn-max-2","output":"relu"}"#, "only autoencoders");
        refused(r#"{"model":"cae","padding":"same"}"#, "the option `padding`");
        refused(r#"{"model":"cae-classifier","padding":"same"}"#, "the option `padding`");
        refused(r#"{"model":"cae","noise":"gaussian"}"#, "the option `noise`");
        refused(r#"{"model":"cae-denoise","noise":"none"}"#, "use gaussian");
        refused(r#"{"model":"cnn-max-3","padding":null}"#, "use valid or same");
    }
}
