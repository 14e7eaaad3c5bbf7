//! The closed lists a configuration chooses from: models, losses, noises. Names only.

use serde::{Deserialize, Serialize};

use crate::spec::config::ConfigError;

/// The models that can be trained, by the names users type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// Two convolution blocks, max pooling.
    #[serde(rename = "cnn-max-2")]
    CnnMax2,
    /// Two convolution blocks, average pooling.
    #[serde(rename = "cnn-avg-2")]
    CnnAvg2,
    /// Three convolution blocks, max pooling.
    #[serde(rename = "cnn-max-3")]
    CnnMax3,
    /// Three convolution blocks, average pooling.
    #[serde(rename = "cnn-avg-3")]
    CnnAvg3,
    /// Four convolution blocks, max pooling.
    #[serde(rename = "cnn-max-4")]
    CnnMax4,
    /// Four convolution blocks, average pooling.
    #[serde(rename = "cnn-avg-4")]
    CnnAvg4,
    /// Convolutional autoencoder with a 4x4x8 code.
    Cae,
    /// Convolutional autoencoder with batch normalisation and a 16x16x32 code.
    CaeBn,
    /// `cae` trained to undo corruption.
    CaeDenoise,
    /// `cae` trained stage by stage, then as a whole.
    Sae,
    /// The encoder of `cae` with two dense layers: what a pretrained encoder is worth.
    CaeClassifier,
}

/// Whether a model names what it sees or redraws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Gives class probabilities.
    Classifier,
    /// Gives a picture.
    Autoencoder,
}

impl Model {
    /// Every model, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::CnnMax2,
        Self::CnnAvg2,
        Self::CnnMax3,
        Self::CnnAvg3,
        Self::CnnMax4,
        Self::CnnAvg4,
        Self::Cae,
        Self::CaeBn,
        Self::CaeDenoise,
        Self::Sae,
    ];

    /// Models that are not shown among the others: for one who asks for them by name.
    pub const UNLISTED: [Self; 1] = [Self::CaeClassifier];

    /// Every model that has a name.
    pub fn named() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::UNLISTED)
    }

    /// The name users type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CnnMax2 => "cnn-max-2",
            Self::CnnAvg2 => "cnn-avg-2",
            Self::CnnMax3 => "cnn-max-3",
            Self::CnnAvg3 => "cnn-avg-3",
            Self::CnnMax4 => "cnn-max-4",
            Self::CnnAvg4 => "cnn-avg-4",
            Self::Cae => "cae",
            Self::CaeBn => "cae-bn",
            Self::CaeDenoise => "cae-denoise",
            Self::Sae => "sae",
            Self::CaeClassifier => "cae-classifier",
        }
    }

    /// A title of a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CnnMax2 => "CNN, 2 blocks, max pooling",
            Self::CnnAvg2 => "CNN, 2 blocks, average pooling",
            Self::CnnMax3 => "CNN, 3 blocks, max pooling",
            Self::CnnAvg3 => "CNN, 3 blocks, average pooling",
            Self::CnnMax4 => "CNN, 4 blocks, max pooling",
            Self::CnnAvg4 => "CNN, 4 blocks, average pooling",
            Self::Cae => "Autoencoder",
            Self::CaeBn => "Autoencoder with BatchNorm",
            Self::CaeDenoise => "Denoising autoencoder",
            Self::Sae => "Stacked autoencoder",
            Self::CaeClassifier => "Classifier on the autoencoder's encoder",
        }
    }

    /// One sentence on what is special about it.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::CnnMax2 => "Two convolutions, each followed by 2x2 max pooling.",
            Self::CnnAvg2 => "Two convolutions, each followed by 2x2 average pooling.",
            Self::CnnMax3 => {
                "Three convolutions with max pooling: deeper, yet fewer weights than two blocks."
            }
            Self::CnnAvg3 => {
                "Three convolutions with average pooling: deeper, yet fewer weights than two blocks."
            }
            Self::CnnMax4 => {
                "Four convolutions with max pooling, padded so that the maps stay large enough."
            }
            Self::CnnAvg4 => {
                "Four convolutions with average pooling, padded so that the maps stay large enough."
            }
            Self::Cae => "Squeezes 3,072 numbers into a 4x4x8 code and draws the picture from it.",
            Self::CaeBn => {
                "A wider code and batch normalisation: sharper pictures, faster learning."
            }
            Self::CaeDenoise => "Sees a corrupted picture and learns to draw the clean one.",
            Self::Sae => "Learns one stage at a time, each from the codes of the one before.",
            Self::CaeClassifier => {
                "The autoencoder's encoder and two dense layers: shows what pre-training is worth."
            }
        }
    }

    /// Whether it classifies or reconstructs.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Cae | Self::CaeBn | Self::CaeDenoise | Self::Sae => Kind::Autoencoder,
            _ => Kind::Classifier,
        }
    }

    /// Whether the padding of its convolutions can be chosen.
    #[must_use]
    pub fn chooses_padding(self) -> bool {
        self.kind() == Kind::Classifier && self != Self::CaeClassifier
    }
}

impl std::str::FromStr for Model {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::named()
            .find(|model| model.name() == name)
            .ok_or_else(|| ConfigError::UnknownModel(name.to_owned()))
    }
}

/// How a convolution treats the border of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// No padding: a 3x3 kernel takes 2 off each side length.
    Valid,
    /// Zeros around the map, so that stride 1 keeps its size.
    Same,
}

/// What the last layer of an autoencoder does to its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Squeezes into (0, 1).
    Sigmoid,
    /// Cuts at 0, as the original notebook did; nothing bounds it above.
    Relu,
}

/// The number that training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax cross-entropy between logits and the label.
    CrossEntropy,
    /// Binary cross-entropy between each output value and the picture's value.
    BinaryCrossEntropy,
    /// Mean squared error between output and picture.
    MeanSquaredError,
}

/// How the denoising autoencoder's input is corrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noise {
    /// The picture as it is.
    None,
    /// Adds a normal deviate times the level to each value, cut to 0..1.
    Gaussian,
    /// Turns a share of the pixels, the level, black or white.
    SaltAndPepper,
    /// Turns a share of the pixels, the level, black.
    Masking,
}
