//! A model as data: its input, its layers, what it is trained to do, and the stages of a stacked
//! autoencoder. This is the JSON of a preset's `model` and of a model file; how it is read, `read` says,
//! and whether it can be built, `validate`.

use serde::{Deserialize, Serialize};

use super::read;
use super::validate::{Kind, ModelError};
use crate::data::pictures::PictureShape;
pub use crate::nn::LayerSpec;
use crate::nn::{ActivationFunction, AnyLayer, LayerSetting, Padding, Units, flattened};

/// A model, as somebody wrote it down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct ModelSpec {
    /// What it is called in tables and messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A title of a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
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

impl Task {
    /// Whether it classifies or reconstructs.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Classify => Kind::Classifier,
            Self::Reconstruct { .. } => Kind::Autoencoder,
        }
    }

    /// Whether its losses compute the function `output` themselves, from logits. The last layer computes
    /// any other.
    pub(super) fn takes_logits_of(&self, output: ActivationFunction) -> bool {
        match self.kind() {
            Kind::Classifier => output == ActivationFunction::Softmax,
            Kind::Autoencoder => {
                matches!(output, ActivationFunction::Sigmoid | ActivationFunction::Relu)
            }
        }
    }
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

impl TryFrom<serde_json::Value> for ModelSpec {
    type Error = ModelError;

    fn try_from(value: serde_json::Value) -> Result<Self, ModelError> {
        read::model(&value)
    }
}

impl ModelSpec {
    /// Reads the JSON of a model.
    ///
    /// # Errors
    /// [`ModelError::Unreadable`], which says where and what would be right. Whether the layers fit one
    /// another, [`super::ValidModel::new`] says.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        read::model(&read::json(text)?)
    }

    /// The same model with pictures of this shape for its input. Its layers follow, as far as they can.
    #[must_use]
    pub fn for_pictures(mut self, picture: PictureShape) -> Self {
        self.input = picture.dims();
        self
    }

    /// The pictures of a model while there is no data: its own, or CIFAR's where no data can have those.
    #[must_use]
    pub fn picture_without_data(&self) -> PictureShape {
        let [height, width, channels] = self.input;
        PictureShape::new(height, width, channels).unwrap_or(PictureShape::CIFAR)
    }

    /// The classes of a model while there is no data: those that its last dense layer names, or else ten,
    /// as CIFAR-10 has.
    #[must_use]
    pub fn classes_without_data(&self) -> usize {
        let dense = self.layers.iter().rev().find_map(|one| match &one.layer {
            AnyLayer::Dense(dense) => Some(dense.units),
            _ => None,
        });
        match dense {
            Some(Units::Count(units)) if self.task == Task::Classify => units,
            _ => 10,
        }
    }

    /// The padding of its first convolution.
    #[must_use]
    pub fn padding(&self) -> Option<Padding> {
        flattened(&self.layers).iter().find_map(|one| match &one.layer {
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
