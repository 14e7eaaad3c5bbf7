//! What a run is made of: the model, its loss and noise, and how long and how fast it learns.
//! One struct serves the page, the command line and the tests. Knows no tensor and no data.

use serde::{Deserialize, Serialize};

pub use crate::spec::choices::{Kind, Loss, Model, Noise, Output, Padding};

/// One run, complete: the same values and data give the same numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RunConfig {
    /// Which model.
    pub model: Model,
    /// Padding of a CNN's convolutions; `None` for autoencoders and their encoder's classifier,
    /// which have their own.
    pub padding: Option<Padding>,
    /// Output of an autoencoder; `None` for classifiers.
    pub output: Option<Output>,
    /// The loss.
    pub loss: Loss,
    /// Corruption of the input, for `cae-denoise`.
    pub noise: Noise,
    /// Strength of the corruption, 0 to 1.
    pub noise_level: f64,
    /// Adam's learning rate.
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
    /// A convolution without padding on a map that is smaller than its kernel.
    #[error(
        "Convolution {convolution} of {model} cannot be built: after {pools} pooling layers the map is \
         {side}x{side}, and a 3x3 convolution with `valid` padding needs at least 3x3. \
         Use `same` padding, or fewer blocks."
    )]
    MapTooSmall {
        /// The model's name.
        model: &'static str,
        /// Which convolution, from 1.
        convolution: usize,
        /// Pooling layers before it.
        pools: usize,
        /// Side of the map that reaches it.
        side: usize,
    },
}

fn model_names() -> String {
    Model::named().map(Model::name).collect::<Vec<_>>().join(", ")
}

impl RunConfig {
    /// The defaults of `model`: Keras' Adam, batch 32, 10 epochs for classifiers and 50 for
    /// autoencoders.
    #[must_use]
    pub fn new(model: Model) -> Self {
        let classifier = model.kind() == Kind::Classifier;
        let four_blocks = matches!(model, Model::CnnMax4 | Model::CnnAvg4);
        Self {
            model,
            padding: (model.chooses_padding()).then_some(if four_blocks {
                Padding::Same
            } else {
                Padding::Valid
            }),
            output: (!classifier).then_some(Output::Sigmoid),
            loss: if classifier { Loss::CrossEntropy } else { Loss::BinaryCrossEntropy },
            noise: if model == Model::CaeDenoise { Noise::Gaussian } else { Noise::None },
            noise_level: if model == Model::CaeDenoise { 0.1 } else { 0.0 },
            learning_rate: 1e-3,
            batch_size: 32,
            epochs: if classifier { 10 } else { 50 },
            patience: None,
            seed: 0,
        }
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
    /// [`ConfigError`] with the first thing that is wrong. A model whose maps become too small
    /// is found by [`crate::spec::architecture::Architecture::new`].
    pub fn validate(&self) -> Result<(), ConfigError> {
        let check = |ok: bool, name, value: String, range| {
            if ok { Ok(()) } else { Err(ConfigError::OutOfRange { name, value, range }) }
        };
        check(
            self.learning_rate > 0.0 && self.learning_rate.is_finite(),
            "The learning rate",
            self.learning_rate.to_string(),
            "a number above 0",
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
            Some(padding) if !self.model.chooses_padding() => {
                return refuse("the padding", named(&padding), "only the CNNs have a choice");
            }
            None if self.model.chooses_padding() => {
                return refuse("the padding", "null".to_owned(), "use valid or same");
            }
            _ => {}
        }
        if (self.noise == Noise::None) == (self.model == Model::CaeDenoise) {
            let rule = if self.model == Model::CaeDenoise {
                "use gaussian, salt-and-pepper or masking"
            } else {
                "only cae-denoise corrupts its input"
            };
            return refuse("the noise", named(&self.noise), rule);
        }
        Ok(())
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
    fn defaults_are_valid_and_survive_json() {
        for model in Model::named() {
            let config = RunConfig::new(model);
            config.validate().expect("defaults are valid");
            let text = serde_json::to_string(&config).expect("serialises");
            assert_eq!(RunConfig::from_json(&text), Ok(config));
            assert_eq!(model.name().parse(), Ok(model));
            let json = serde_json::to_value(model).expect("serialises");
            assert_eq!(json, model.name());
        }
    }

    #[test]
    fn left_out_fields_take_the_model_s_defaults() {
        let config = RunConfig::from_json(r#"{"model":"cae","epochs":3}"#).expect("valid");
        assert_eq!(config, RunConfig { epochs: 3, ..RunConfig::new(Model::Cae) });
    }

    #[track_caller]
    fn refused(json: &str, part: &str) {
        let error = RunConfig::from_json(json).expect_err("refused").to_string();
        assert!(error.contains(part), "{error:?} should contain {part:?}");
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
        refused(r#"{"model":"cae","padding":"same"}"#, "only the CNNs");
        refused(r#"{"model":"cae-classifier","padding":"same"}"#, "only the CNNs");
        refused(r#"{"model":"cae","noise":"gaussian"}"#, "only cae-denoise");
        refused(r#"{"model":"cae-denoise","noise":"none"}"#, "use gaussian");
        refused(r#"{"model":"cnn-max-3","padding":null}"#, "use valid or same");
    }
}
