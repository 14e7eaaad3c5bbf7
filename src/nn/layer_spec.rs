//! A layer of a model as somebody wrote it down: its name, its class and its settings.

use serde::{Deserialize, Serialize};

use super::AnyLayer;

/// A layer of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSpec {
    /// Its name; left out, that which Keras would give it, such as `conv2d_1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its class and settings.
    #[serde(flatten)]
    pub layer: AnyLayer,
}
