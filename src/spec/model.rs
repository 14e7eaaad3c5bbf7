//! A model as data: its input, its layers, what it is trained to do, and the stages of a stacked
//! autoencoder. This is the JSON of a preset's `model`; whether it can be built, `validate` says.

use serde::{Deserialize, Serialize};

use crate::nn::{ActivationFunction, AnyLayer, LayerSetting, Padding};

/// A model, as somebody wrote it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSpec {
    /// Height, width and channels of a picture.
    pub input: [usize; 3],
    /// The layers, from input to output. The last one has the activation function of the output.
    pub layers: Vec<LayerSpec>,
    /// What it is trained to do.
    pub task: Task,
    /// The stages of a stacked autoencoder, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageSpec>,
}

/// A layer of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerSpec {
    /// Its name; left out, that which Keras would give it, such as `conv2d_1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its class and settings.
    #[serde(flatten)]
    pub layer: AnyLayer,
}

/// What a model is trained to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum Task {
    /// To tell the classes of the data apart.
    Classify,
    /// To reconstruct its input.
    Reconstruct {
        /// The name of the layer that gives the code.
        code: String,
    },
}

/// A stage of a stacked autoencoder, by the names of its layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageSpec {
    /// From the code of the stage before (at first, the picture) to the code of this one.
    pub encoder: Vec<String>,
    /// From the code of this stage back to that of the one before.
    pub decoder: Vec<String>,
}

impl ModelSpec {
    /// The padding of its first convolution.
    #[must_use]
    pub fn padding(&self) -> Option<Padding> {
        self.layers.iter().find_map(|one| match &one.layer {
            AnyLayer::Conv2D(conv) => Some(conv.padding),
            _ => None,
        })
    }

    /// The activation function of the output.
    #[must_use]
    pub fn output(&self) -> ActivationFunction {
        self.layers.last().map_or(ActivationFunction::Linear, |one| one.layer.activation())
    }

    /// The same model with `padding` in all its convolutions.
    #[must_use]
    pub fn with_padding(mut self, padding: Padding) -> Self {
        for one in &mut self.layers {
            one.layer.set(LayerSetting::Padding(padding));
        }
        self
    }

    /// The same model with another activation function of the output.
    #[must_use]
    pub fn with_output(mut self, output: ActivationFunction) -> Self {
        if let Some(last) = self.layers.last_mut() {
            last.layer.set(LayerSetting::Activation(output));
        }
        self
    }
}
