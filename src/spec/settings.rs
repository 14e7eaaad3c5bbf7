//! The settings of a run as a table: what each is called, and which values it may have. The terminal's flags
//! and help are made of it, and the page's controls are compared with it. To add a setting, add its field to
//! `RunConfig` and its line here.

use std::fmt;

use serde::de::value::Error as Unread;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserializer, Serialize, forward_to_deserialize_any};

use super::presets::Preset;
use super::run::{Loss, MAX_BATCH, MAX_SEED, Noise, Output, RunConfig};
use crate::nn::Padding;

/// A setting of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Its key in a run's JSON.
    pub key: &'static str,
    /// What messages call it.
    pub name: &'static str,
    /// Its flag in the terminal, without the dashes.
    pub flag: &'static str,
    /// What it is, as a sentence.
    pub about: &'static str,
    /// Whether it may be left off: `null` in JSON, `none` in the terminal.
    pub optional: bool,
    /// What it may be.
    #[serde(flatten)]
    pub values: Values,
}

/// What a setting may be.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Values {
    /// A whole number.
    Whole {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// Any number.
    Number {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
    },
    /// One of these words.
    Choice {
        /// All of them.
        options: &'static [&'static str],
    },
    /// A word, or JSON with settings of its own.
    Json,
}

/// All settings of a run but its model, in the order in which they are shown.
#[must_use]
pub fn settings() -> Vec<Setting> {
    let whole = |min, max| Values::Whole { min, max };
    let number = |min, max| Values::Number { min, max };
    let one = |key, flag, name, values, about| Setting {
        key,
        name,
        flag,
        about,
        optional: false,
        values,
    };
    let maybe = |key, flag, name, values, about| Setting {
        optional: true,
        ..one(key, flag, name, values, about)
    };
    vec![
        one(
            "epochs",
            "epochs",
            "The number of epochs",
            whole(1, 100_000),
            "Passes over the training pictures, in each phase.",
        ),
        one(
            "batchSize",
            "batch",
            "The batch size",
            whole(1, MAX_BATCH as u64),
            "Pictures per optimizer step.",
        ),
        one(
            "learningRate",
            "lr",
            "The learning rate",
            number(1e-37, 1e38),
            "The optimizer's learning rate.",
        ),
        one("seed", "seed", "The seed", whole(0, MAX_SEED), "Seed of weights, order and noise."),
        maybe(
            "patience",
            "patience",
            "The patience of early stopping",
            whole(1, u32::MAX.into()),
            "Epochs without a better validation loss after which a phase ends.",
        ),
        maybe(
            "padding",
            "padding",
            "The padding",
            choice::<Padding>(),
            "Padding of all convolutions, where a preset leaves it open.",
        ),
        maybe(
            "output",
            "output",
            "The output",
            choice::<Output>(),
            "Output of an autoencoder, where a preset leaves it open.",
        ),
        one("loss", "loss", "The loss", choice::<Loss>(), "What training makes small."),
        one(
            "noise",
            "noise",
            "The noise",
            choice::<Noise>(),
            "Corruption of the pictures that an autoencoder sees.",
        ),
        one(
            "noiseLevel",
            "noise-level",
            "The noise level",
            number(0.0, 1.0),
            "Strength of the corruption.",
        ),
    ]
}

impl Setting {
    /// What every run of a preset begins with, as JSON; `None` where it depends on the preset.
    #[must_use]
    pub fn default(&self) -> Option<serde_json::Value> {
        let of = |preset: Preset| {
            let config = serde_json::to_value(RunConfig::new(preset)).ok()?;
            Some(config.get(self.key).cloned().unwrap_or_default())
        };
        let mut defaults = Preset::listed().map(of);
        let first = defaults.next()??;
        defaults.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }
}

impl fmt::Display for Values {
    /// As in `1 to 4096` or `valid or same`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Number { min, max } => write!(f, "a number from {min:?} to {max:?}"),
            Self::Choice { options } => f.write_str(&options.join(", ")),
            Self::Json => f.write_str("a word, or JSON"),
        }
    }
}

/// The words for a choice: the variants of `T`, as serde knows them.
fn choice<T: DeserializeOwned>() -> Values {
    let mut options: &'static [&'static str] = &[];
    // Nothing is read; what was asked for is the answer.
    let _ = T::deserialize(Variants(&mut options));
    Values::Choice { options }
}

/// Takes note of the variants that are asked for.
struct Variants<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Variants<'_> {
    type Error = Unread;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Unread> {
        *self.0 = variants;
        self.deserialize_any_nothing()
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unread> {
        self.deserialize_any_nothing()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl Variants<'_> {
    fn deserialize_any_nothing<T>(self) -> Result<T, Unread> {
        Err(serde::de::Error::custom("nothing is read"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(model: &str, key: &str, value: Value) -> Result<RunConfig, String> {
        let mut run = json!({ "model": model });
        run[key] = value;
        RunConfig::from_json(&run.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_table_has_every_setting_and_no_other() {
        let config =
            serde_json::to_value(RunConfig::named("cae").expect("a preset")).expect("JSON");
        let mut fields: Vec<String> = config
            .as_object()
            .expect("an object")
            .keys()
            .filter(|key| *key != "model")
            .cloned()
            .collect();
        let mut table: Vec<String> = settings().iter().map(|one| one.key.to_owned()).collect();
        // Settings that are left out of the JSON where they are as ever.
        table.retain(|key| fields.contains(key) || with("cae", key, Value::Null).is_err());
        fields.sort();
        table.sort();
        assert_eq!(table, fields);
    }

    #[test]
    fn the_ends_of_every_range_are_taken_and_what_lies_beyond_is_not() {
        for Setting { key, values, .. } in settings() {
            let (inside, outside) = match values {
                Values::Whole { min, max } => {
                    let below = min.checked_sub(1).map_or(json!(-1), |n| json!(n));
                    (vec![json!(min), json!(max)], vec![below, json!(max + 1), json!(1.5)])
                }
                Values::Number { min, max } => {
                    (vec![json!(min), json!(max)], vec![json!(-1), json!(max * 2.0), json!("x")])
                }
                Values::Choice { .. } | Values::Json => continue,
            };
            for value in inside {
                with("cae-denoise", key, value.clone())
                    .unwrap_or_else(|error| panic!("{key}: {error}"));
            }
            for value in outside {
                assert!(with("cae-denoise", key, value.clone()).is_err(), "{key}: {value}");
            }
        }
    }

    #[test]
    fn every_choice_is_one_that_some_preset_takes() {
        for Setting { key, values, .. } in settings() {
            let Values::Choice { options } = values else { continue };
            assert!(!options.is_empty(), "{key}");
            for option in options {
                let taken =
                    Preset::all().any(|preset| with(preset.name(), key, json!(option)).is_ok());
                assert!(taken, "{key}: {option}");
            }
            let refused = with("cae", key, json!("nowhere")).expect_err("no such choice");
            assert!(refused.contains(&format!("`{key}` is \"nowhere\"")), "{refused}");
        }
    }
}
