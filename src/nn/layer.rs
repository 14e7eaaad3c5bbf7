//! What every layer is asked for, and the words that their settings share.

use std::fmt;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::activation_function::ActivationFunction;
use super::context::Context;
use super::parameter::ParameterSpec;
use crate::data::pictures::PictureShape;

/// A layer, by its settings.
pub trait Layer: fmt::Debug {
    /// What it computes, in words, such as `convolution to 32 maps, relu`.
    fn describe(&self) -> String;

    /// The shape of the output for one picture.
    ///
    /// # Errors
    /// [`ShapeError`] where the settings are out of range or do not fit `input`.
    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError>;

    /// The parameters, in the order of Keras. `input` has passed [`Layer::output_shape`].
    fn parameters(&self, _input: Shape) -> Vec<ParameterSpec> {
        Vec::new()
    }

    /// Multiplications, each with an addition, of the kernel for one picture.
    fn multiply_adds(&self, _input: Shape, _output: Shape) -> u64 {
        0
    }

    /// The function on its outputs.
    fn activation(&self) -> ActivationFunction {
        ActivationFunction::Linear
    }

    /// The same layer for data of pictures of this shape and `classes` classes.
    #[must_use]
    fn for_data(&self, _picture: PictureShape, _classes: usize) -> Self
    where
        Self: Sized + Clone,
    {
        self.clone()
    }

    /// The same layer with other padding or another activation function, where it has one.
    fn set(&mut self, _setting: LayerSetting) {}

    /// The output on a batch. `weights` are the parameters of [`Layer::parameters`], flattened in
    /// the device's layout.
    fn forward(
        &self,
        weights: &[Tensor<1>],
        x: Activation,
        context: &mut Context<'_>,
    ) -> Activation;
}

/// A setting that a run chooses for a model's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerSetting {
    /// Of a convolution.
    Padding(Padding),
    /// Of any layer with an activation function.
    Activation(ActivationFunction),
}

/// Size of what flows between two layers, for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Feature maps.
    Map {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Channels.
        channels: usize,
    },
    /// A vector.
    Flat(usize),
}

impl Shape {
    /// How many values it has.
    #[must_use]
    pub fn size(self) -> usize {
        self.values() as usize
    }

    /// The same as [`Shape::size`], of a shape that may not fit into memory.
    #[must_use]
    pub(crate) fn values(self) -> u64 {
        match self {
            Self::Map { height, width, channels } => [width, channels]
                .iter()
                .fold(height as u64, |values, &n| values.saturating_mul(n as u64)),
            Self::Flat(units) => units as u64,
        }
    }

    /// Channels of maps, units of a vector.
    pub(super) fn channels(self) -> usize {
        match self {
            Self::Map { channels, .. } => channels,
            Self::Flat(units) => units,
        }
    }

    /// Height, width and channels of the maps, or why it has none.
    pub(super) fn map(self) -> Result<[usize; 3], ShapeError> {
        match self {
            Self::Map { height, width, channels } => Ok([height, width, channels]),
            Self::Flat(_) => Err(ShapeError::Unfit(
                "it takes feature maps, not a vector. Put it before Flatten".to_owned(),
            )),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map { height, width, channels } => write!(f, "{height}x{width}x{channels}"),
            Self::Flat(units) => write!(f, "{units}"),
        }
    }
}

/// A shape that a layer cannot take, or settings that no layer can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShapeError {
    /// The map is smaller than the kernel, and nothing is padded.
    SmallerThanKernel {
        /// Height and width of the kernel.
        kernel: [usize; 2],
        /// Height and width of the map.
        map: [usize; 2],
    },
    /// Any other reason and what to do, as the end of a sentence.
    Unfit(String),
}

/// Refuses a setting out of its range.
pub(super) fn within(
    setting: &str,
    value: usize,
    range: std::ops::RangeInclusive<usize>,
) -> Result<(), ShapeError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (first, last) = range.into_inner();
    Err(ShapeError::Unfit(format!("its `{setting}` is {value}. Use {first} to {last}")))
}

/// Refuses a number out of its range, or one that is none.
pub(super) fn number_within(
    setting: &str,
    value: f64,
    range: std::ops::RangeInclusive<f64>,
) -> Result<(), ShapeError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (first, last) = range.into_inner();
    Err(ShapeError::Unfit(format!(
        "its `{setting}` is {value}. Use a number from {first} to {last}"
    )))
}

/// How a convolution treats the border of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// No padding: a 3x3 kernel takes 2 off each side length.
    #[default]
    Valid,
    /// Zeros around the map, so that stride 1 keeps its size.
    Same,
}

/// Outputs of a layer: so many, or as many as the data has of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a whole number, \"classes\" or \"channels\"")]
pub enum Units {
    /// So many.
    Count(usize),
    /// As many as the data says.
    OfData(DataWord),
}

/// What a data set has a number of, as JSON says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataWord {
    /// `"classes"`: one output for each class.
    Classes,
    /// `"channels"`: one output for each channel of a picture.
    Channels,
}

impl Units {
    /// Their number on data of pictures of this shape and `classes` classes.
    #[must_use]
    pub fn for_data(self, picture: PictureShape, classes: usize) -> Self {
        match self {
            Self::Count(_) => self,
            Self::OfData(DataWord::Classes) => Self::Count(classes),
            Self::OfData(DataWord::Channels) => Self::Count(picture.channels()),
        }
    }

    /// How many; the data has to be known.
    ///
    /// # Errors
    /// [`ShapeError`] of a layer that is not [`Self::for_data`].
    pub fn count(self) -> Result<usize, ShapeError> {
        match self {
            Self::Count(units) => Ok(units),
            Self::OfData(word) => {
                let word = match word {
                    DataWord::Classes => "classes",
                    DataWord::Channels => "channels",
                };
                Err(ShapeError::Unfit(format!(
                    "it has an output for each of the data's {word}, which are not known. Load a data set"
                )))
            }
        }
    }

    /// How many, of a layer that has passed [`Layer::output_shape`]; before that, 0 where the data says.
    pub(super) fn known(self) -> usize {
        match self {
            Self::Count(units) => units,
            Self::OfData(_) => 0,
        }
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(units) => write!(f, "{units}"),
            Self::OfData(DataWord::Classes) => f.write_str("one for each class"),
            Self::OfData(DataWord::Channels) => f.write_str("one for each channel"),
        }
    }
}
