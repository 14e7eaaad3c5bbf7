//! Augmentation of the training pictures, as data: what may be done to each of them, and how far. What is
//! done to one is drawn anew in each epoch (`step/augment`). Names and meanings are those of Keras' layers
//! where it has them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ConfigError, Loss, RunConfig};
use crate::kernels::augment::Fill;
use crate::optim::settings::{Form, Range, SettingValue, Settings, as_json, read, settings};

/// How pictures are mirrored, the `mode` of Keras' `RandomFlip`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flip {
    /// Left and right change places.
    Horizontal,
    /// Top and bottom do.
    Vertical,
    /// Either, both or neither.
    HorizontalAndVertical,
}

/// A setting that is a word, whose range says which.
macro_rules! word {
    ($type:ty) => {
        impl SettingValue for $type {
            const FORM: Form = Form::Word;

            fn numbers(&self) -> Vec<f64> {
                Vec::new()
            }
        }
    };
}

word!(Flip);
word!(Fill);

const FLIPS: Range = Range::new(0.0, 0.0, "horizontal, vertical or horizontal_and_vertical");
const FILLS: Range = Range::new(0.0, 0.0, "reflect, constant or nearest");

settings! {
    /// What may happen to a training picture, in this order: contrast and brightness; flip, crop, rotation and
    /// shift, as one movement; cutout; noise; mixup. Pictures keep their shape, and validation sees them as
    /// they are. An autoencoder reconstructs what was made of its picture.
    pub struct Augmentation {
        /// Mirror every other picture, by a toss for each direction (Keras' RandomFlip).
        flip: Option<Flip> = None, FLIPS;
        /// Shift by whole pixels each way, up to this part of the height and of the width (Keras'
        /// RandomTranslation).
        shift: f64 = 0.0, Range::SHARE;
        /// Turn by up to this part of a full turn either way (Keras' RandomRotation).
        rotation: f64 = 0.0, Range::SHARE;
        /// Cut out a part and enlarge it to the whole: the smallest share of the area that is kept.
        crop: f64 = 1.0, Range::new(0.05, 1.0, "0.05 to 1");
        /// What stands where a shifted or turned picture ends: reflect is the picture mirrored, constant is
        /// black, nearest the pixel at the edge.
        fill_mode: Fill = Fill::Reflect, FILLS;
        /// Make all values lighter or darker by up to this part of the range (Keras' RandomBrightness).
        brightness: f64 = 0.0, Range::SHARE;
        /// Multiply each channel's distance from its mean by 1 - this to 1 + this (Keras' RandomContrast).
        contrast: f64 = 0.0, Range::SHARE;
        /// Make a box black at a random place: its height and width, as parts of the picture's.
        cutout: f64 = 0.0, Range::SHARE;
        /// Mix each picture and its label with another of the training pictures (Keras' MixUp): the alpha of
        /// the beta distribution of the shares, for classifiers with cross-entropy.
        mixup: f64 = 0.0, Range::SHARE;
    }
}

as_json!(
    Augmentation,
    |value: Value| match value {
        Value::Null => Ok(Augmentation::default()),
        value => read::<Augmentation>("the augmentation", value),
    },
    Augmentation::changed
);

impl Augmentation {
    /// Whether anything happens to pictures.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.moves() || [self.brightness, self.contrast, self.cutout, self.mixup] != [0.0; 4]
    }

    /// Whether pixels change their places.
    fn moves(&self) -> bool {
        self.flip.is_some() || self.shift != 0.0 || self.is_between_pixels()
    }

    /// Whether pixels come from between others.
    pub(crate) fn is_between_pixels(&self) -> bool {
        self.rotation != 0.0 || self.crop != 1.0
    }
}

impl RunConfig {
    /// The settings of this file.
    pub(super) fn validate_augmentation(&self) -> Result<(), ConfigError> {
        self.augmentation.check("augmentation")?;
        if self.augmentation.mixup == 0.0 || self.loss == Loss::CrossEntropy {
            return Ok(());
        }
        Err(ConfigError::NotForModel {
            model: self.model.name().to_owned(),
            setting: "the mixup",
            value: self.augmentation.mixup.to_string(),
            rule: "only the loss cross-entropy compares with shares of two labels; use 0",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(model: &str, settings: &str, part: &str) {
        let json = format!(r#"{{"model":"{model}",{settings}}}"#);
        let error = RunConfig::from_json(&json).expect_err("refused").to_string();
        assert!(error.contains(part), "{error:?} should contain {part:?}");
        assert!(error.ends_with('.') && !error.ends_with(".."), "{error:?} is a sentence");
    }

    #[test]
    fn what_is_none_is_written_as_ever() {
        let plain = RunConfig::named("cae").expect("a preset");
        let written = serde_json::to_string(&plain).expect("it serialises");
        assert!(!written.contains("augmentation"));
        for none in ["null", "{}", r#"{"flip":null,"shift":0,"crop":1,"fill_mode":"reflect"}"#] {
            let json = format!(r#"{{"model":"cae","augmentation":{none}}}"#);
            let config = RunConfig::from_json(&json).expect("valid");
            assert_eq!(serde_json::to_string(&config).expect("it serialises"), written);
            assert!(!config.augmentation.is_on());
        }
    }

    #[test]
    fn what_is_set_is_written_and_read_again() {
        let given =
            r#"{"flip":"horizontal_and_vertical","shift":0.25,"mixup":0.2,"fill_mode":"nearest"}"#;
        let json = format!(r#"{{"model":"cnn-max-2","augmentation":{given}}}"#);
        let config = RunConfig::from_json(&json).expect("valid");
        assert!(config.augmentation.is_on());
        let written = serde_json::to_value(&config).expect("it serialises");
        let given: Value = serde_json::from_str(given).expect("JSON");
        assert_eq!(written["augmentation"], given);
        assert_eq!(RunConfig::from_json(&written.to_string()), Ok(config));
    }

    #[test]
    fn bad_settings_are_sentences() {
        for (settings, part) in [
            (r#""augmentation":3"#, "the augmentation is 3, but must be an object"),
            (r#""augmentation":[]"#, "the augmentation is [], but must be an object"),
            (
                r#""augmentation":{"flips":"horizontal"}"#,
                "the augmentation has no setting `flips`; its settings are `flip`, `shift`, `rotation`",
            ),
            (r#""augmentation":{"shift":"far"}"#, "`shift` of the augmentation"),
            (
                r#""augmentation":{"shift":1.01}"#,
                "`shift` of the augmentation is 1.01, but must be 0",
            ),
            (r#""augmentation":{"crop":0.01}"#, "is 0.01, but must be 0.05 to 1."),
            (r#""augmentation":{"brightness":-1}"#, "`brightness` of the augmentation is -1"),
            (r#""augmentation":{"contrast":2}"#, "`contrast` of the augmentation is 2"),
            (r#""augmentation":{"cutout":2}"#, "`cutout` of the augmentation is 2"),
            (r#""augmentation":{"flip":true}"#, "`flip` of the augmentation"),
        ] {
            refused("cae", settings, part);
        }
        let mixup = r#""augmentation":{"mixup":0.2}"#;
        refused("cae", mixup, "cae cannot have the mixup 0.2: only the loss cross-entropy");
        refused("cnn-max-2", &format!(r#"{mixup},"loss":"hinge""#), "only the loss cross-entropy");
        refused(
            "cnn-max-2",
            r#""augmentation":{"mixup":1.5}"#,
            "`mixup` of the augmentation is 1.5",
        );
        let augmentation = Augmentation { rotation: f64::NAN, ..Augmentation::default() };
        let config = RunConfig { augmentation, ..RunConfig::named("cae").expect("a preset") };
        assert!(config.validate().expect_err("no number").to_string().contains("is NaN, but"));
    }
}
