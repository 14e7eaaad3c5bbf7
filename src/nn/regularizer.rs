//! Penalties on a layer's kernel, which the loss of a step grows by: L1 and L2, as Keras has them.

use serde::{Deserialize, Serialize};

use super::layer::{ShapeError, number_within};
use crate::ops::Penalty;

/// `l1 * sum(|w|) + l2 * sum(w^2)` of a kernel's weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regularizer {
    /// Of the sum of the weights' sizes.
    #[serde(default)]
    pub l1: f64,
    /// Of the sum of their squares.
    #[serde(default)]
    pub l2: f64,
}

/// The largest factor: beyond it nothing but the penalty would be trained.
const MAX: f64 = 10.0;

impl Regularizer {
    /// Refuses factors that cannot be trained with.
    pub(super) fn check(regularizer: Option<Self>) -> Result<(), ShapeError> {
        let Some(Self { l1, l2 }) = regularizer else { return Ok(()) };
        number_within("kernel_regularizer.l1", l1, 0.0..=MAX)?;
        number_within("kernel_regularizer.l2", l2, 0.0..=MAX)
    }

    /// As the operator takes it; `None` where it adds nothing.
    pub(super) fn penalty(regularizer: Option<Self>) -> Option<Penalty> {
        let Self { l1, l2 } = regularizer?;
        (l1 != 0.0 || l2 != 0.0).then_some(Penalty { l1: l1 as f32, l2: l2 as f32 })
    }
}
