//! What the module answers with, as records: plain objects with typed arrays in them, whose TypeScript
//! declarations are generated from here. Numbers cross as they are, pictures as an [`Atlas`].

use js_sys::{Float32Array, Uint8Array, Uint32Array};
use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::atlas::Atlas;
use crate::data::manifest::Split;
use crate::inspect::{Code, LayerActivation, TracedLayer, TracedNorms, TracedParameter};
use crate::nn;
use crate::spec::Output;

/// Declares arrays of numbers that cross as typed arrays.
macro_rules! arrays {
    ($($(#[$doc:meta])* $name:ident: $array:ident of $number:ty, $typescript:tt;)*) => {$(
        $(#[$doc])*
        #[derive(Serialize, Tsify)]
        #[serde(transparent)]
        pub struct $name(
            #[serde(with = "preserve")]
            #[tsify(type = $typescript)]
            $array,
        );

        impl From<&[$number]> for $name {
            fn from(numbers: &[$number]) -> Self {
                Self($array::from(numbers))
            }
        }
    )*};
}

arrays! {
    /// Values of 32 bits.
    Floats: Float32Array of f32, "Float32Array";
    /// Labels.
    Labels: Uint8Array of u8, "Uint8Array";
    /// Places of pictures in their source.
    Indices: Uint32Array of u32, "Uint32Array";
}

/// Pictures with their labels.
#[derive(Serialize, Tsify)]
pub struct Pictures {
    pub(super) labels: Labels,
    pub(super) atlas: Atlas,
}

/// Some pictures of a split in order, or of one class of it.
#[derive(Serialize, Tsify)]
pub struct Page {
    /// How many there are.
    pub(super) total: u32,
    pub(super) indices: Indices,
    pub(super) labels: Labels,
    pub(super) atlas: Atlas,
}

/// Pictures and their reconstructions by an autoencoder.
#[derive(Serialize, Tsify)]
pub struct Reconstructions {
    pub(super) labels: Labels,
    pub(super) inputs: Atlas,
    /// What the network saw; `null` where that is the inputs.
    #[tsify(type = "Atlas | null")]
    pub(super) corrupted: Option<Atlas>,
    pub(super) outputs: Atlas,
    /// Absolute, of outputs and inputs.
    pub(super) differences: Atlas,
    /// The mean squared error of each picture.
    pub(super) errors: Floats,
}

/// Latent codes, one after another in the order y, x, channel.
#[derive(Serialize, Tsify)]
pub struct Codes {
    shape: Vec<usize>,
    values: Floats,
}

impl From<&Code> for Codes {
    fn from(code: &Code) -> Self {
        Self { shape: code.shape.clone(), values: code.values.as_slice().into() }
    }
}

/// A layer's output for one picture, in the order y, x, channel.
#[derive(Serialize, Tsify)]
pub struct Activation {
    name: String,
    kind: &'static str,
    shape: Vec<usize>,
    values: Floats,
}

/// Those of all layers.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct Activations(Vec<Activation>);

impl From<Vec<LayerActivation>> for Activations {
    fn from(layers: Vec<LayerActivation>) -> Self {
        let activation = |LayerActivation { name, kind, shape, values }| Activation {
            name,
            kind,
            shape,
            values: values.as_slice().into(),
        };
        Self(layers.into_iter().map(activation).collect())
    }
}

/// A parameter with the layer it belongs to.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    layer: usize,
    layer_name: String,
    name: &'static str,
    shape: Vec<usize>,
    values: Floats,
}

impl Parameter {
    pub(super) fn new(of: &nn::Parameter, layer_name: &str) -> Self {
        Self {
            layer: of.layer,
            layer_name: layer_name.to_owned(),
            name: of.name,
            shape: of.shape.clone(),
            values: of.values.as_slice().into(),
        }
    }
}

/// All parameters, in the order of the layers.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct Parameters(pub(super) Vec<Parameter>);

/// An optimizer step on one picture, layer by layer.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct StepTrace {
    loss: f32,
    /// Of the same picture, after the step.
    loss_after: f32,
    learning_rate: f64,
    step: u64,
    #[tsify(type = "Floats | null")]
    probabilities: Option<Floats>,
    #[tsify(type = "Floats | null")]
    probabilities_after: Option<Floats>,
    /// What the last layer makes of its logits; `null` for classifiers.
    #[tsify(type = "\"sigmoid\" | \"relu\" | \"linear\" | null")]
    output: Option<Output>,
    layers: Vec<LayerTrace>,
}

/// A layer's output in a traced step, the gradient of the loss with respect to it, and its parameters.
#[derive(Serialize, Tsify)]
pub struct LayerTrace {
    name: String,
    kind: &'static str,
    #[tsify(type = "Record<string, unknown>")]
    settings: serde_json::Value,
    shape: Vec<usize>,
    values: Floats,
    gradient: Floats,
    parameters: Vec<ParameterUpdate>,
}

/// A parameter before and after an optimizer step, with its gradient.
#[derive(Serialize, Tsify)]
pub struct ParameterUpdate {
    name: &'static str,
    shape: Vec<usize>,
    before: Floats,
    gradient: Floats,
    after: Floats,
    norms: Norms,
}

/// Euclidean norms of a parameter, of its gradient, and of its change.
#[derive(Serialize, Tsify)]
pub struct Norms {
    before: f64,
    gradient: f64,
    change: f64,
}

impl From<&crate::inspect::StepTrace> for StepTrace {
    fn from(trace: &crate::inspect::StepTrace) -> Self {
        let floats = |values: &Option<Vec<f32>>| values.as_deref().map(Floats::from);
        Self {
            loss: trace.loss,
            loss_after: trace.loss_after,
            learning_rate: trace.learning_rate,
            step: trace.step,
            probabilities: floats(&trace.probabilities),
            probabilities_after: floats(&trace.probabilities_after),
            output: trace.output,
            layers: trace.layers.iter().map(LayerTrace::from).collect(),
        }
    }
}

impl From<&TracedLayer> for LayerTrace {
    fn from(layer: &TracedLayer) -> Self {
        Self {
            name: layer.name.clone(),
            kind: layer.kind,
            settings: layer.settings.clone(),
            shape: layer.shape.clone(),
            values: layer.values.as_slice().into(),
            gradient: layer.gradient.as_slice().into(),
            parameters: layer.parameters.iter().map(ParameterUpdate::from).collect(),
        }
    }
}

impl From<&TracedParameter> for ParameterUpdate {
    fn from(one: &TracedParameter) -> Self {
        let TracedNorms { before, gradient, change } = one.norms;
        Self {
            name: one.name,
            shape: one.shape.clone(),
            before: one.before.as_slice().into(),
            gradient: one.gradient.as_slice().into(),
            after: one.after.as_slice().into(),
            norms: Norms { before, gradient, change },
        }
    }
}

/// Rows of numbers on the plane of their first two principal components.
#[derive(Serialize, Tsify)]
pub struct Projection {
    /// x and y of each row.
    pub(super) points: Floats,
    /// Shares of all variance, along x and along y.
    pub(super) explained: [f64; 2],
}

/// What a shard that has arrived changed.
#[derive(Serialize, Tsify)]
pub struct ShardAdded {
    #[tsify(type = "\"train\" | \"test\"")]
    pub(super) split: Split,
    pub(super) loaded: Counts,
    /// Whether all shards are there.
    pub(super) complete: bool,
}

/// Pictures of each split.
#[derive(Serialize, Tsify)]
pub struct Counts {
    pub(super) train: usize,
    pub(super) test: usize,
}
