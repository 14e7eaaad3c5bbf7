//! The losses of runs: which there are, what each fits, and the weights of classes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::nn::ActivationFunction;
use crate::optim::settings::as_json;
use crate::spec::run::named;
use crate::spec::validate::Kind;

/// The number that training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax cross-entropy between logits and the label.
    CrossEntropy,
    /// Keras' categorical hinge: how much less than 1 the label's probability is above the largest
    /// other one.
    #[serde(alias = "hinge")]
    CategoricalHinge,
    /// Binary cross-entropy between each output value and the picture's value.
    BinaryCrossEntropy,
    /// Mean squared error between output and picture.
    MeanSquaredError,
    /// Mean absolute error between output and picture.
    MeanAbsoluteError,
    /// Huber's loss: half the squared error up to a distance, a line beyond it.
    Huber,
}

/// What a loss fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossFit {
    /// The loss.
    pub loss: Loss,
    /// One sentence about it.
    pub about: &'static str,
    /// The task that it is of.
    pub kind: Kind,
    /// The outputs that it can be computed of.
    pub outputs: &'static [ActivationFunction],
    /// Whether labels can be smoothed.
    pub smoothing: bool,
    /// Whether classes can have weights.
    pub weights: bool,
    /// Whether it has a distance at which it changes.
    pub delta: bool,
}

const SOFTMAX: &[ActivationFunction] = &[ActivationFunction::Softmax];
const PICTURE: &[ActivationFunction] = &[ActivationFunction::Sigmoid, ActivationFunction::Relu];

/// A loss of reconstructions.
const fn of_pictures(loss: Loss, about: &'static str) -> LossFit {
    let kind = Kind::Autoencoder;
    let (smoothing, weights, delta) = (false, false, false);
    LossFit { loss, about, kind, outputs: PICTURE, smoothing, weights, delta }
}

/// A loss of classifiers.
const fn of_classes(loss: Loss, about: &'static str) -> LossFit {
    let (kind, outputs) = (Kind::Classifier, SOFTMAX);
    LossFit { kind, outputs, weights: true, ..of_pictures(loss, about) }
}

/// Every loss.
pub const LOSSES: [LossFit; 6] = [
    LossFit {
        smoothing: true,
        ..of_classes(Loss::CrossEntropy, "Softmax cross-entropy with the label.")
    },
    of_classes(Loss::CategoricalHinge, "Distance of the label's probability from the next one."),
    of_pictures(Loss::BinaryCrossEntropy, "Binary cross-entropy of each value."),
    of_pictures(Loss::MeanSquaredError, "Mean squared error."),
    of_pictures(Loss::MeanAbsoluteError, "Mean absolute error."),
    LossFit {
        delta: true,
        ..of_pictures(Loss::Huber, "Squared error up to a distance, a line beyond it.")
    },
];

/// What to say to a loss of the other task.
pub(super) const fn those_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Classifier => "classifiers use cross-entropy or categorical-hinge",
        Kind::Autoencoder => {
            "autoencoders use binary-cross-entropy, mean-squared-error, mean-absolute-error or huber"
        }
    }
}

impl Loss {
    /// The name users type.
    #[must_use]
    pub fn name(self) -> String {
        named(&self).trim_matches('"').to_owned()
    }

    /// What it fits.
    #[must_use]
    pub fn fit(self) -> &'static LossFit {
        let found = LOSSES.iter().find(|fit| fit.loss == self);
        found.expect("every loss is in the table")
    }
}

/// A loss with its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossFunction {
    /// Which.
    pub loss: Loss,
    /// The distance at which Huber's loss changes.
    pub delta: f64,
}

impl From<Loss> for LossFunction {
    fn from(loss: Loss) -> Self {
        Self { loss, delta: 1.0 }
    }
}

/// How much the pictures of each class count in training. In JSON a list, or an object by the class'
/// index, as Keras has it.
#[derive(Debug, Clone, PartialEq)]
pub enum ClassWeights {
    /// Of every class.
    List(Vec<f64>),
    /// Of some classes; the others' are 1.
    ByIndex(BTreeMap<usize, f64>),
}

as_json!(ClassWeights, ClassWeights::read, ClassWeights::write);

impl ClassWeights {
    fn read(value: Value) -> Result<Self, String> {
        let number = |value: &Value| {
            let found = value.as_f64();
            found.ok_or_else(|| format!("a class weight is {value}, but must be a number"))
        };
        match &value {
            Value::Array(all) => {
                Ok(Self::List(all.iter().map(number).collect::<Result<_, String>>()?))
            }
            Value::Object(some) => {
                let entry = |(key, value): (&String, &Value)| {
                    let index = key.parse().map_err(|_| {
                        format!("`{key}` is no index of a class; class weights are by index from 0")
                    });
                    Ok((index?, number(value)?))
                };
                Ok(Self::ByIndex(some.iter().map(entry).collect::<Result<_, String>>()?))
            }
            other => Err(format!(
                "the class weights are {other}, but must be a list or an object by index"
            )),
        }
    }

    fn write(&self) -> Value {
        match self {
            Self::List(all) => Value::from(all.clone()),
            Self::ByIndex(some) => some
                .iter()
                .map(|(index, weight)| (index.to_string(), Value::from(*weight)))
                .collect(),
        }
    }

    /// All weights that are given.
    pub(super) fn given(&self) -> Vec<f64> {
        match self {
            Self::List(all) => all.clone(),
            Self::ByIndex(some) => some.values().copied().collect(),
        }
    }

    /// That of a class.
    #[must_use]
    pub fn of(&self, class: usize) -> f64 {
        match self {
            Self::List(all) => all.get(class).copied().unwrap_or(1.0),
            Self::ByIndex(some) => some.get(&class).copied().unwrap_or(1.0),
        }
    }

    /// What is wrong with them for data of `classes` classes.
    pub(super) fn unfit(&self, classes: usize) -> Option<String> {
        match self {
            Self::List(all) => {
                (all.len() != classes).then(|| format!("a list of {} weights", all.len()))
            }
            Self::ByIndex(some) => {
                let index = some.keys().next_back().filter(|index| **index >= classes)?;
                Some(format!("given for class {index}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_is_told_to_those_who_chose_one_of_the_other_task() {
        for LossFit { loss, kind, .. } in LOSSES {
            assert_eq!(loss.fit().loss, loss);
            assert!(those_of(kind).contains(&loss.name()), "{loss:?}");
        }
    }

    #[test]
    fn class_weights_are_a_list_or_by_index() {
        let read = |json: &str| serde_json::from_str::<ClassWeights>(json);
        let list = read("[1,2.5]").expect("a list");
        assert_eq!((list.of(0), list.of(1)), (1.0, 2.5));
        let some = read(r#"{"3":2,"10":0.5}"#).expect("by index");
        assert_eq!((some.of(0), some.of(3), some.of(10)), (1.0, 2.0, 0.5));
        for weights in [list, some] {
            assert_eq!(read(&named(&weights)).ok(), Some(weights));
        }
        for (json, part) in [
            ("3", "must be a list or an object"),
            (r#"["a"]"#, "a class weight is \"a\""),
            (r#"{"cat":1}"#, "`cat` is no index"),
            (r#"{"1":null}"#, "a class weight is null"),
        ] {
            let error = read(json).expect_err("refused").to_string();
            assert!(error.contains(part), "{error:?} should contain {part:?}");
        }
    }
}
