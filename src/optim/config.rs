//! An optimizer as data: which rule with which settings, and what all of them have: weight decay and
//! clipping.

use serde_json::{Map, Value};

use super::UpdateRule;
use super::adagrad::Adagrad;
use super::adam::Adam;
use super::adamw::AdamW;
use super::lion::Lion;
use super::rmsprop::RmsProp;
use super::settings::{
    Field, OutOfRange, Range, Settings, as_json, choices, refuse_unknown, settings,
};
use super::sgd::Sgd;
use crate::ops::ClipByNorm;

choices! {
    /// The optimizers.
    pub enum OptimizerKind: "optimizer" {
        /// Adam (Kingma and Ba 2015).
        Adam(Adam) = "adam";
        /// Stochastic gradient descent, with momentum if wanted.
        Sgd(Sgd) = "sgd";
        /// Adam whose weights also shrink (Loshchilov and Hutter 2019).
        AdamW(AdamW) = "adamw";
        /// RMSprop (Hinton 2012).
        RmsProp(RmsProp) = "rmsprop";
        /// Adagrad (Duchi et al. 2011).
        Adagrad(Adagrad) = "adagrad";
        /// Lion (Chen et al. 2023).
        Lion(Lion) = "lion";
    }
}

impl Default for OptimizerKind {
    fn default() -> Self {
        Self::Adam(Adam::default())
    }
}

impl OptimizerKind {
    pub(super) fn rule(&self) -> &dyn UpdateRule {
        match self {
            Self::Adam(rule) => rule,
            Self::Sgd(rule) => rule,
            Self::AdamW(rule) => rule,
            Self::RmsProp(rule) => rule,
            Self::Adagrad(rule) => rule,
            Self::Lion(rule) => rule,
        }
    }
}

settings! {
    /// What every optimizer does, by Keras' names. At most one of the three clips.
    pub struct Common {
        /// How much weights shrink before each step, by the learning rate (adamw: 0.004).
        weight_decay: Option<f64> = None, Range::NOT_NEGATIVE;
        /// The norm that each gradient is cut to.
        clipnorm: Option<f64> = None, Range::POSITIVE;
        /// The value that gradients are cut to, either way.
        clipvalue: Option<f64> = None, Range::POSITIVE;
        /// The norm that all gradients together are cut to.
        global_clipnorm: Option<f64> = None, Range::POSITIVE;
    }
}

/// An optimizer with its settings. In JSON its name, or `{"type": "sgd", "momentum": 0.9}`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OptimizerConfig {
    /// The rule.
    pub kind: OptimizerKind,
    /// What every rule can have.
    pub common: Common,
}

as_json!(OptimizerConfig, OptimizerConfig::read, OptimizerConfig::write);

impl OptimizerConfig {
    /// That of this rule alone.
    #[must_use]
    pub fn new(kind: OptimizerKind) -> Self {
        Self { kind, common: Common::default() }
    }

    fn read(value: Value) -> Result<Self, String> {
        let Value::Object(mut map) = value else {
            return Ok(Self::new(OptimizerKind::read(value)?));
        };
        let common = Common::take("the optimizer", &mut map)?;
        // What the rule does not know either is told with what all of them have.
        let name = map.get("type").and_then(Value::as_str).unwrap_or_default();
        if let Some((name, _, mut known)) =
            OptimizerKind::all().into_iter().find(|(known, ..)| *known == name)
        {
            let own: Vec<&str> = known.iter().map(|field| field.name).collect();
            let mut left = map.clone();
            left.retain(|key, _| key != "type" && !own.contains(&key.as_str()));
            known.extend(Common::fields());
            refuse_unknown(&format!("the optimizer {name}"), &left, &known)?;
        }
        Ok(Self { kind: OptimizerKind::read(Value::Object(map))?, common })
    }

    fn write(&self) -> Map<String, Value> {
        let mut map = self.kind.write();
        map.extend(self.common.changed());
        map
    }

    /// The settings that every optimizer has.
    #[must_use]
    pub fn common_fields() -> Vec<Field> {
        Common::fields()
    }

    /// Whether all settings are in their ranges.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        self.kind.check()?;
        self.common.check("optimizer")?;
        let Common { clipnorm, clipvalue, global_clipnorm, .. } = self.common;
        let clips = [("clipvalue", clipvalue), ("global_clipnorm", global_clipnorm)];
        let mut clips = clips.into_iter().filter_map(|(name, limit)| Some((name, limit?)));
        let first = clips.next().filter(|_| clipnorm.is_some());
        if let Some((field, value)) = first.or_else(|| clips.next()) {
            let range =
                "left out where another of clipnorm, clipvalue and global_clipnorm is given";
            return Err(OutOfRange { of: "optimizer", field, value: value.to_string(), range });
        }
        Ok(())
    }

    /// How much weights shrink before each step, by the learning rate.
    pub(super) fn weight_decay(&self) -> Option<f32> {
        let own = self.kind.rule().weight_decay();
        self.common.weight_decay.or(own).map(|decay| decay as f32)
    }

    pub(super) fn clip_by_norm(&self) -> Option<ClipByNorm> {
        let each = self.common.clipnorm.map(|limit| ClipByNorm::Each(limit as f32));
        let global = self.common.global_clipnorm.map(|limit| ClipByNorm::Global(limit as f32));
        each.or(global)
    }

    pub(super) fn clip_value(&self) -> Option<f32> {
        self.common.clipvalue.map(|limit| limit as f32)
    }
}
