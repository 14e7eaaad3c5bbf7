//! `Dense`: fully connected with bias, and an activation function.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::activation_function::ActivationFunction;
use super::context::Context;
use super::init::InitializerName;
use super::layer::{Layer, LayerSetting, Shape, ShapeError, Units, within};
use super::parameter::ParameterSpec;
use super::regularizer::Regularizer;
use crate::data::pictures::PictureShape;
use crate::ops;

/// Settings of a fully connected layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dense {
    /// Outputs.
    pub units: Units,
    /// Function on the outputs.
    #[serde(default)]
    pub activation: ActivationFunction,
    /// How the kernel begins.
    #[serde(default, skip_serializing_if = "InitializerName::is_glorot_uniform")]
    pub kernel_initializer: InitializerName,
    /// How the bias begins.
    #[serde(default = "InitializerName::zeros", skip_serializing_if = "InitializerName::is_zeros")]
    pub bias_initializer: InitializerName,
    /// Penalty on the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel_regularizer: Option<Regularizer>,
}

impl Layer for Dense {
    fn describe(&self) -> String {
        self.activation.after(format!("dense layer to {}", self.units))
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let Shape::Flat(_) = input else {
            return Err(ShapeError::Unfit(
                "it takes a vector, not feature maps. Put Flatten before it".to_owned(),
            ));
        };
        let units = self.units.count()?;
        within("units", units, 1..=4096)?;
        Regularizer::check(self.kernel_regularizer)?;
        Ok(Shape::Flat(units))
    }

    fn parameters(&self, input: Shape) -> Vec<ParameterSpec> {
        let (Shape::Flat(inputs), Ok(units)) = (input, self.units.count()) else {
            return Vec::new();
        };
        let shape = vec![inputs, units];
        let initializer = self.kernel_initializer.of_shape(&shape);
        let kernel = ParameterSpec {
            penalty: Regularizer::penalty(self.kernel_regularizer),
            ..ParameterSpec::new("kernel", shape, initializer)
        };
        let bias = self.bias_initializer.of_shape(&[units]);
        vec![kernel, ParameterSpec::new("bias", vec![units], bias)]
    }

    fn multiply_adds(&self, input: Shape, output: Shape) -> u64 {
        input.size() as u64 * output.size() as u64
    }

    fn activation(&self) -> ActivationFunction {
        self.activation
    }

    fn for_data(&self, picture: PictureShape, classes: usize) -> Self {
        Self { units: self.units.for_data(picture, classes), ..self.clone() }
    }

    fn set(&mut self, setting: LayerSetting) {
        if let LayerSetting::Activation(activation) = setting {
            self.activation = activation;
        }
    }

    /// `[batch, inputs]` to `[batch, units]`.
    fn forward(&self, weights: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let x = x.flat();
        let [_, inputs] = x.dims();
        let [units] = weights[1].dims();
        let weight = weights[0].clone().reshape([inputs, units]);
        let y = ops::dense(x, weight, weights[1].clone(), self.activation.is_relu());
        self.activation.unless_fused(Activation::Flat(y))
    }
}
