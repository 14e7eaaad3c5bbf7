//! Activation functions as layers of their own: `Activation`, and `LeakyReLU`, which has a setting.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation as flow;
use super::activation_function::{ActivationFunction, applied};
use super::context::Context;
use super::layer::{Layer, LayerSetting, Shape, ShapeError, number_within};
use crate::ops::{ActivationKind, Pointwise};

/// Settings of a layer that is only a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The function.
    pub activation: ActivationFunction,
}

/// Settings of a relu that lets something through below 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeakyReLU {
    /// What values below 0 are multiplied by.
    #[serde(default = "negative_slope")]
    pub negative_slope: f64,
}

/// Keras' default of the layer; that of the function is 0.2.
fn negative_slope() -> f64 {
    0.3
}

impl Layer for Activation {
    fn describe(&self) -> String {
        self.activation.name().to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        Ok(input)
    }

    fn activation(&self) -> ActivationFunction {
        self.activation
    }

    fn set(&mut self, setting: LayerSetting) {
        if let LayerSetting::Activation(activation) = setting {
            self.activation = activation;
        }
    }

    fn forward(
        &self,
        _: &[Tensor<1>],
        x: flow::Activation,
        _: &mut Context<'_>,
    ) -> flow::Activation {
        self.activation.of(x)
    }
}

impl Layer for LeakyReLU {
    fn describe(&self) -> String {
        format!("leaky relu with slope {} below 0", self.negative_slope)
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        number_within("negative_slope", self.negative_slope, 0.0..=10.0)?;
        Ok(input)
    }

    fn forward(
        &self,
        _: &[Tensor<1>],
        x: flow::Activation,
        _: &mut Context<'_>,
    ) -> flow::Activation {
        let negative_slope = self.negative_slope as f32;
        applied(x, ActivationKind::Pointwise(Pointwise::LeakyRelu { negative_slope }))
    }
}
