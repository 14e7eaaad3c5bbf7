//! Queries of a run about pictures: reconstructions, class probabilities, latent codes, activations,
//! parameters, and one training step in every number.

use js_sys::{Array, Float32Array, Object};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::session::Session;
use super::{Failure, bytes, floats, object, to_js, values_to_rgba};
use crate::data::pictures::PICTURE_BYTES;
use crate::inspect::{TracedLayer, TracedParameter};

/// `null` where there is nothing.
fn or_null(values: Option<&[f32]>) -> JsValue {
    values.map_or(JsValue::NULL, floats)
}

fn list(of: impl Iterator<Item = Result<Object, JsValue>>) -> Result<Array, JsValue> {
    let list = Array::new();
    for one in of {
        list.push(&JsValue::from(one?));
    }
    Ok(list)
}

/// Lists of sizes, small objects and names.
fn plain<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    Ok(to_js(value)?)
}

#[wasm_bindgen]
impl Session {
    /// Pictures as the autoencoder reconstructs them now, as canvas bytes, and the mean squared error of
    /// each.
    pub async fn reconstruct(
        &self,
        run: &str,
        source: &str,
        indices: &[u32],
    ) -> Result<Object, JsValue> {
        let source = self.source(source)?;
        let found = self.trainer(run)?.reconstruct(source, indices).await.map_err(Failure::from)?;
        let clean = &found.batch.clean;
        let differences: Vec<f32> =
            found.outputs.iter().zip(clean).map(|(output, clean)| (output - clean).abs()).collect();
        let mean = |picture: &[f32]| {
            let sum: f64 = picture.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            (sum / picture.len() as f64) as f32
        };
        let errors: Vec<f32> = differences.chunks_exact(PICTURE_BYTES).map(mean).collect();
        let corrupted = found.batch.corrupted.as_deref();
        object(&[
            ("inputs", bytes(&values_to_rgba(clean))),
            ("corrupted", corrupted.map_or(JsValue::NULL, |x| bytes(&values_to_rgba(x)))),
            ("outputs", bytes(&values_to_rgba(&found.outputs))),
            ("differences", bytes(&values_to_rgba(&differences))),
            ("errors", floats(&errors)),
        ])
    }

    /// Class probabilities, picture after picture.
    pub async fn predict(
        &self,
        run: &str,
        source: &str,
        indices: &[u32],
    ) -> Result<Float32Array, JsValue> {
        let source = self.source(source)?;
        let values = self.trainer(run)?.predict(source, indices).await.map_err(Failure::from)?;
        Ok(Float32Array::from(values.as_slice()))
    }

    /// Latent codes, picture after picture, and the shape of one.
    pub async fn encode(
        &self,
        run: &str,
        source: &str,
        indices: &[u32],
    ) -> Result<Object, JsValue> {
        let source = self.source(source)?;
        let code = self.trainer(run)?.encode(source, indices).await.map_err(Failure::from)?;
        object(&[("shape", plain(&code.shape)?), ("values", floats(&code.values))])
    }

    /// What the decoder makes of latent codes, as canvas bytes.
    pub async fn decode(&self, run: &str, values: Vec<f32>) -> Result<js_sys::Uint8Array, JsValue> {
        let outputs = self.trainer(run)?.decode(&values).await.map_err(Failure::from)?;
        Ok(js_sys::Uint8Array::from(values_to_rgba(&outputs).as_slice()))
    }

    /// The activations of each layer for one picture.
    pub async fn activations(&self, run: &str, source: &str, index: u32) -> Result<Array, JsValue> {
        let source = self.source(source)?;
        let layers = self.trainer(run)?.activations(source, index).await.map_err(Failure::from)?;
        list(layers.iter().map(|layer| {
            object(&[
                ("name", layer.name.as_str().into()),
                ("kind", layer.kind.into()),
                ("shape", plain(&layer.shape)?),
                ("values", floats(&layer.values)),
            ])
        }))
    }

    /// All parameters, in the order of the layers.
    pub async fn parameters(&self, run: &str) -> Result<Array, JsValue> {
        let trainer = self.trainer(run)?;
        let summary = trainer.summary();
        let parameters = trainer.parameters().await.map_err(Failure::from)?;
        list(parameters.iter().map(|one| {
            let layer = summary.layers.get(one.layer).map_or("", |row| row.name.as_str());
            object(&[
                ("layer", plain(&one.layer)?),
                ("layerName", layer.into()),
                ("name", one.name.into()),
                ("shape", plain(&one.shape)?),
                ("values", floats(&one.values)),
            ])
        }))
    }

    /// Takes one step on one picture, and shows all of it.
    pub async fn trace_step(
        &mut self,
        run: &str,
        source: &str,
        index: u32,
    ) -> Result<Object, JsValue> {
        let (trainer, source) = self.trainer_and(run, source)?;
        let trace = trainer.trace_step(source, index).await.map_err(Failure::from)?;
        object(&[
            ("loss", trace.loss.into()),
            ("lossAfter", trace.loss_after.into()),
            ("learningRate", trace.learning_rate.into()),
            ("step", plain(&trace.step)?),
            ("probabilities", or_null(trace.probabilities.as_deref())),
            ("probabilitiesAfter", or_null(trace.probabilities_after.as_deref())),
            ("layers", list(trace.layers.iter().map(layer))?.into()),
        ])
    }
}

fn layer(layer: &TracedLayer) -> Result<Object, JsValue> {
    object(&[
        ("name", layer.name.as_str().into()),
        ("kind", layer.kind.into()),
        ("shape", plain(&layer.shape)?),
        ("values", floats(&layer.values)),
        ("gradient", floats(&layer.gradient)),
        ("parameters", list(layer.parameters.iter().map(parameter))?.into()),
    ])
}

fn parameter(one: &TracedParameter) -> Result<Object, JsValue> {
    let norms = object(&[
        ("before", one.norms.before.into()),
        ("gradient", one.norms.gradient.into()),
        ("change", one.norms.change.into()),
    ])?;
    object(&[
        ("name", one.name.into()),
        ("shape", plain(&one.shape)?),
        ("before", floats(&one.before)),
        ("gradient", floats(&one.gradient)),
        ("after", floats(&one.after)),
        ("norms", norms.into()),
    ])
}
