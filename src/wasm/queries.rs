//! What the page can ask of a run: drawings, probabilities, codes, and what goes on inside.
//! Numbers cross as typed arrays, pictures as canvas bytes.

use js_sys::{Array, Float32Array, Object};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::session::Session;
use super::{Failure, bytes, floats, object, to_js, values_to_rgba};
use crate::data::pictures::PICTURE_BYTES;
use crate::inspect::{TracedLayer, TracedParameter};

/// `null` where there is nothing.
fn perhaps(values: Option<&[f32]>) -> JsValue {
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
    /// Pictures as the autoencoder draws them now, as canvas bytes, and the mean squared error of
    /// each.
    pub async fn reconstruct(
        &self,
        run: &str,
        source: &str,
        indices: &[u32],
    ) -> Result<Object, JsValue> {
        let source = self.source(source)?;
        let drawn = self.trainer(run)?.reconstruct(source, indices).await.map_err(Failure::from)?;
        let clean = &drawn.batch.clean;
        let apart: Vec<f32> =
            drawn.outputs.iter().zip(clean).map(|(output, clean)| (output - clean).abs()).collect();
        let mean = |picture: &[f32]| {
            let sum: f64 = picture.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            (sum / picture.len() as f64) as f32
        };
        let errors: Vec<f32> = apart.chunks_exact(PICTURE_BYTES).map(mean).collect();
        let corrupted = drawn.batch.corrupted.as_deref();
        object(&[
            ("inputs", bytes(&values_to_rgba(clean))),
            ("corrupted", corrupted.map_or(JsValue::NULL, |x| bytes(&values_to_rgba(x)))),
            ("outputs", bytes(&values_to_rgba(&drawn.outputs))),
            ("differences", bytes(&values_to_rgba(&apart))),
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

    /// Codes, picture after picture, and the shape of one.
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

    /// What is drawn from codes, as canvas bytes.
    pub async fn decode(&self, run: &str, values: Vec<f32>) -> Result<js_sys::Uint8Array, JsValue> {
        let drawn = self.trainer(run)?.decode(&values).await.map_err(Failure::from)?;
        Ok(js_sys::Uint8Array::from(values_to_rgba(&drawn).as_slice()))
    }

    /// What each layer gives for one picture.
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
        let lesson = trainer.trace_step(source, index).await.map_err(Failure::from)?;
        object(&[
            ("loss", lesson.loss.into()),
            ("lossAfter", lesson.loss_after.into()),
            ("learningRate", lesson.learning_rate.into()),
            ("step", plain(&lesson.step)?),
            ("probabilities", perhaps(lesson.probabilities.as_deref())),
            ("probabilitiesAfter", perhaps(lesson.probabilities_after.as_deref())),
            ("layers", list(lesson.layers.iter().map(layer))?.into()),
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
