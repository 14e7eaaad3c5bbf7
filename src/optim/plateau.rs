//! A learning rate that falls when the validation loss no longer does: Keras' `ReduceLROnPlateau`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::settings::{Range, Settings, as_json, exact, read, settings};

settings! {
    /// When the learning rate falls, and how far.
    pub struct ReduceOnPlateau {
        /// What the rate is multiplied by.
        factor: f64 = 0.1, Range::new(1e-6, 0.999_999, "a number from 0.000001 to 0.999999");
        /// Epochs without a better validation loss before it falls.
        patience: u32 = 10, Range::COUNT;
        /// How much lower a loss must be to be better.
        min_delta: f64 = 1e-4, Range::NOT_NEGATIVE;
        /// Epochs after a fall in which none are counted.
        cooldown: u32 = 0, Range::COUNT_OR_NONE;
        /// The lowest rate.
        min_lr: f64 = 0.0, Range::NOT_NEGATIVE;
    }
}

as_json!(
    ReduceOnPlateau,
    |value: Value| read::<ReduceOnPlateau>("reduceOnPlateau", value),
    ReduceOnPlateau::changed
);

/// What Keras' variable of the learning rate holds.
fn in_32_bits(x: f64) -> f64 {
    f64::from(x as f32)
}

/// What is known of a phase so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plateau {
    /// The learning rate now, a number of 32 bits.
    #[serde(with = "exact")]
    pub learning_rate: f64,
    /// The best validation loss; infinite before the first epoch.
    #[serde(with = "exact")]
    best: f64,
    /// Epochs since then that were counted.
    wait: u32,
    /// Epochs that will not be.
    cooldown: u32,
}

impl Plateau {
    /// Before the first epoch of a phase.
    #[must_use]
    pub fn new(learning_rate: f64) -> Self {
        Self { learning_rate: in_32_bits(learning_rate), best: f64::INFINITY, wait: 0, cooldown: 0 }
    }

    /// Takes the validation loss of an epoch; whether the rate has fallen.
    pub fn record(&mut self, settings: &ReduceOnPlateau, val_loss: f64) -> bool {
        if self.cooldown > 0 {
            self.cooldown -= 1;
            self.wait = 0;
        }
        if val_loss + settings.min_delta < self.best {
            self.best = val_loss;
            self.wait = 0;
            return false;
        }
        if self.cooldown > 0 {
            return false;
        }
        self.wait = self.wait.saturating_add(1);
        if self.wait < settings.patience || self.learning_rate <= in_32_bits(settings.min_lr) {
            return false;
        }
        let lower = self.learning_rate * settings.factor;
        self.learning_rate = in_32_bits(lower.max(settings.min_lr));
        self.cooldown = settings.cooldown;
        self.wait = 0;
        true
    }
}
