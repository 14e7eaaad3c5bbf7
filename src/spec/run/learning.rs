//! How a run learns, as far as it follows from several settings: whether these fit, and the learning
//! rates, losses and weights that they come to.

use super::{ConfigError, RunConfig, named};
use crate::optim::settings::{Range, Settings, check};
use crate::optim::{Rates, Schedule};
use crate::spec::run::loss::{LossFunction, those_of};

impl RunConfig {
    /// The learning rates of a phase with epochs of so many steps.
    #[must_use]
    pub fn rates(&self, steps_per_epoch: usize) -> Rates {
        Rates {
            learning_rate: self.learning_rate,
            schedule: self.schedule.clone(),
            warmup_steps: self.warmup_steps,
            warmup_from: self.warmup_from,
            steps_per_epoch: steps_per_epoch as u64,
            epochs: self.epochs,
        }
    }

    /// The loss with its numbers.
    #[must_use]
    pub fn loss_function(&self) -> LossFunction {
        LossFunction { loss: self.loss, delta: self.huber_delta }
    }

    /// The `k` of top-k accuracy on data of `classes` classes: five, where there are more than ten.
    #[must_use]
    pub fn top_k(&self, classes: usize) -> Option<usize> {
        let default = (classes > 10).then_some(5);
        self.top_k.map(|k| k as usize).or(default)
    }

    /// Whether the settings fit data of `classes` classes.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] where classes have weights that the data does not have.
    pub fn check_classes(&self, classes: usize) -> Result<(), ConfigError> {
        let unfit = self.class_weights.as_ref().and_then(|weights| weights.unfit(classes));
        match unfit {
            None => Ok(()),
            Some(unfit) => Err(ConfigError::OutOfRange {
                name: "`classWeights`",
                value: format!("{unfit}, and the data has {classes} classes"),
                range: "a list with a weight for each class, or an object with the indices of some",
            }),
        }
    }

    /// The settings of this file.
    pub(super) fn validate_learning(&self) -> Result<(), ConfigError> {
        self.optimizer.check()?;
        self.schedule.check_all()?;
        check("run", "warmupSteps", &self.warmup_steps, Range::COUNT_OR_NONE)?;
        check("run", "warmupFrom", &self.warmup_from, Range::NOT_NEGATIVE)?;
        check("run", "minDelta", &self.min_delta, Range::NOT_NEGATIVE)?;
        let most = "a number from 0 to 0.999";
        check("run", "labelSmoothing", &self.label_smoothing, Range::new(0.0, 0.999, most))?;
        check("run", "huberDelta", &self.huber_delta, Range::POSITIVE)?;
        check("run", "topK", &self.top_k, Range::new(1.0, 255.0, "a whole number from 1 to 255"))?;
        if let Some(plateau) = &self.reduce_on_plateau {
            plateau.check("reduceOnPlateau")?;
            if !matches!(self.schedule, Schedule::Constant(_)) {
                return Err(ConfigError::OutOfRange {
                    name: "The schedule",
                    value: self.schedule.name().to_owned(),
                    range: "constant where `reduceOnPlateau` lowers the learning rate",
                });
            }
        }
        if let Some(weights) = &self.class_weights {
            let given = weights.given();
            check("run", "classWeights", &given, Range::NOT_NEGATIVE)?;
            if !given.is_empty() && given.iter().all(|weight| *weight == 0.0) {
                return Err(ConfigError::OutOfRange {
                    name: "`classWeights`",
                    value: "0 for every class that is named".to_owned(),
                    range: "more than 0 for one of them",
                });
            }
        }
        Ok(())
    }

    /// Whether the loss fits the model, and what was set of it the loss.
    pub(super) fn validate_loss(&self) -> Result<(), ConfigError> {
        let fit = self.loss.fit();
        let kind = self.model.kind();
        let no_weights = "only the losses of classifiers have them; leave `classWeights` out";
        let rules = [
            (fit.kind == kind, "the loss", named(&self.loss), those_of(kind)),
            (
                fit.smoothing || self.label_smoothing == 0.0,
                "the label smoothing",
                self.label_smoothing.to_string(),
                "only the loss cross-entropy has one; use 0",
            ),
            (
                fit.weights || self.class_weights.is_none(),
                "the class weights",
                named(&self.class_weights),
                no_weights,
            ),
            (
                fit.delta || self.huber_delta == 1.0,
                "the Huber delta",
                self.huber_delta.to_string(),
                "only the loss huber has one; leave `huberDelta` out",
            ),
        ];
        match rules.into_iter().find(|(fits, ..)| !fits) {
            None => Ok(()),
            Some((_, setting, value, rule)) => {
                let model = self.model.name();
                Err(ConfigError::NotForModel { model: model.to_owned(), setting, value, rule })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(json: &str, part: &str) {
        let error = RunConfig::from_json(json).expect_err("refused").to_string();
        assert!(error.contains(part), "{error:?} should contain {part:?}");
        assert!(error.ends_with('.') && !error.ends_with(".."), "{error:?} is a sentence");
    }

    #[test]
    fn what_is_as_it_was_is_written_as_it_was() {
        for model in crate::spec::Preset::all() {
            let written = serde_json::to_value(RunConfig::new(model)).expect("it serialises");
            let fields: Vec<&String> = written.as_object().expect("an object").keys().collect();
            let known = [
                "model",
                "padding",
                "output",
                "loss",
                "noise",
                "noiseLevel",
                "learningRate",
                "batchSize",
                "epochs",
                "patience",
                "seed",
            ];
            assert!(fields.iter().all(|field| known.contains(&field.as_str())), "{fields:?}");
        }
        for json in [
            r#"{"model":"cae","optimizer":"adam"}"#,
            r#"{"model":"cae","optimizer":{"type":"adam","beta_1":0.9,"weight_decay":null}}"#,
            r#"{"model":"cae","schedule":"constant","warmupSteps":0,"restoreBestWeights":false}"#,
        ] {
            let config = RunConfig::from_json(json).expect("valid");
            assert_eq!(config, RunConfig::named("cae").expect("a preset"), "{json}");
        }
    }

    #[test]
    fn what_is_set_is_read_as_it_was_written() {
        for json in [
            r#"{"model":"cae","optimizer":{"type":"sgd","momentum":0.9,"nesterov":true}}"#,
            r#"{"model":"cae","optimizer":{"type":"adamw","weight_decay":0.01,"clipnorm":1}}"#,
            r#"{"model":"cae","optimizer":"lion","schedule":{"type":"cosine","alpha":0.1}}"#,
            r#"{"model":"cae","schedule":{"type":"piecewise","boundaries":[9],"values":[1,0.1]}}"#,
            r#"{"model":"cae","reduceOnPlateau":{},"restoreBestWeights":true,"minDelta":0.01}"#,
            r#"{"model":"cae","loss":"huber","huberDelta":0.5,"warmupSteps":7,"warmupFrom":1e-5}"#,
            r#"{"model":"cnn-max-2","labelSmoothing":0.1,"classWeights":{"3":2},"topK":3}"#,
            r#"{"model":"cnn-max-2","loss":"hinge","classWeights":[1,0,1,1,1,1,1,1,1,1.5]}"#,
        ] {
            let config = RunConfig::from_json(json).expect("valid");
            let written = serde_json::to_string(&config).expect("it serialises");
            assert_eq!(RunConfig::from_json(&written), Ok(config.clone()), "{json}");
            assert_ne!(config, RunConfig::new(config.model.clone()), "{json}");
        }
    }

    #[test]
    fn bad_settings_of_learning_are_sentences() {
        let cae = |settings: &str| format!(r#"{{"model":"cae",{settings}}}"#);
        let cnn = |settings: &str| format!(r#"{{"model":"cnn-max-2",{settings}}}"#);
        for (settings, part) in [
            (r#""optimizer":"sgdd""#, "there is no optimizer `sgdd`; use one of adam, sgd"),
            (r#""optimizer":3"#, "the optimizer is 3, but must be a name"),
            (r#""optimizer":{"momentum":0.9}"#, "the optimizer has no `type`"),
            (
                r#""optimizer":{"type":"sgd","rho":0.9}"#,
                "the optimizer sgd has no setting `rho`; its settings are `momentum`, `nesterov`, \
                 `weight_decay`",
            ),
            (
                r#""optimizer":{"type":"sgd","momentum":1.5}"#,
                "`momentum` of the optimizer is 1.5, but must be 0 to 1.",
            ),
            (r#""optimizer":{"type":"sgd","momentum":"x"}"#, "`momentum` of the optimizer sgd"),
            (r#""optimizer":{"type":"adam","beta_2":1}"#, "`beta_2` of the optimizer is 1"),
            (r#""optimizer":{"type":"lion","beta_1":0}"#, "`beta_1` of the optimizer is 0"),
            (
                r#""optimizer":{"type":"adam","clipnorm":1,"clipvalue":2}"#,
                "`clipvalue` of the optimizer is 2, but must be left out where another",
            ),
            (
                r#""optimizer":{"type":"adam","global_clipnorm":1,"clipvalue":2}"#,
                "`global_clipnorm` of the optimizer is 1, but must be left out",
            ),
            (r#""optimizer":{"type":"adam","clipnorm":0}"#, "`clipnorm` of the optimizer is 0"),
            (r#""optimizer":{"type":"adam","weight_decay":-1}"#, "`weight_decay` of the"),
            (r#""schedule":"cosines""#, "there is no schedule `cosines`"),
            (r#""warmupSteps":-1"#, "cannot be read"),
            (r#""warmupFrom":-1"#, "`warmupFrom` of the run is -1, but must be"),
            (r#""minDelta":-0.1"#, "`minDelta` of the run is -0.1"),
            (r#""reduceOnPlateau":{"factor":1}"#, "`factor` of the reduceOnPlateau is 1"),
            (r#""reduceOnPlateau":{"factors":1}"#, "reduceOnPlateau has no setting `factors`"),
            (
                r#""reduceOnPlateau":{},"schedule":"cosine""#,
                "The schedule is cosine, but must be constant",
            ),
            (r#""loss":"huber","huberDelta":0"#, "`huberDelta` of the run is 0"),
            (r#""huberDelta":2"#, "only the loss huber has one"),
            (r#""labelSmoothing":0.1"#, "only the loss cross-entropy has one"),
            (r#""classWeights":[1]"#, "only the losses of classifiers have them"),
            (r#""loss":"hinge""#, "autoencoders use binary-cross-entropy"),
            (r#""topK":0"#, "`topK` of the run is 0"),
        ] {
            refused(&cae(settings), part);
        }
        for (settings, part) in [
            (r#""labelSmoothing":1"#, "`labelSmoothing` of the run is 1, but must be"),
            (r#""loss":"hinge","labelSmoothing":0.1"#, "only the loss cross-entropy has one"),
            (r#""loss":"huber""#, "classifiers use cross-entropy or categorical-hinge"),
            (r#""classWeights":[1,-1]"#, "`classWeights` of the run is -1"),
            (r#""classWeights":{"1":0}"#, "more than 0 for one of them"),
        ] {
            refused(&cnn(settings), part);
        }
        let nan = |change: fn(&mut RunConfig)| {
            let mut config = RunConfig::named("cae").expect("a preset");
            change(&mut config);
            config.validate().expect_err("no number").to_string()
        };
        assert!(nan(|config| config.min_delta = f64::NAN).contains("is NaN"));
        assert!(nan(|config| config.warmup_from = f64::INFINITY).contains("is inf"));
        assert!(nan(|config| config.optimizer.common.clipnorm = Some(f64::NAN)).contains("is NaN"));
    }

    #[test]
    fn class_weights_are_of_the_data_s_classes() {
        let with = |weights: &str| {
            let json = format!(r#"{{"model":"cnn-max-2","classWeights":{weights}}}"#);
            RunConfig::from_json(&json).expect("valid").check_classes(3)
        };
        assert!(with("[1,2,3]").is_ok() && with(r#"{"2":4}"#).is_ok());
        let error = with("[1,2]").expect_err("too few").to_string();
        assert!(error.contains("a list of 2 weights, and the data has 3 classes"), "{error}");
        let error = with(r#"{"3":2}"#).expect_err("no such class").to_string();
        assert!(error.contains("given for class 3, and the data has 3 classes"), "{error}");
    }
}
