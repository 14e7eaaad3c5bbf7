//! Queries of a run about pictures: reconstructions, class probabilities, latent codes, activations,
//! parameters, and one training step in every number.

use js_sys::Float32Array;
use wasm_bindgen::prelude::*;

use super::atlas::Atlas;
use super::failure::{Failure, Js, typed};
use super::records::{Activations, Codes, Parameter, Parameters, Reconstructions, StepTrace};
use super::session::Session;

/// How many times as strong differences are drawn as they are: of most reconstructions they are dark, and the same
/// factor everywhere keeps pictures of two networks comparable. The page says it in words (`www/strings.js`).
const DIFFERENCES_GAIN: f32 = 3.0;

/// The mean of the squares of some differences.
fn mean_square(differences: &[f32]) -> f32 {
    let sum: f64 = differences.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    (sum / differences.len() as f64) as f32
}

#[wasm_bindgen]
impl Session {
    /// Pictures as the autoencoder reconstructs them now, and the mean squared error of each.
    pub async fn reconstruct(
        &self,
        run: &str,
        source: &str,
        indices: &[u32],
    ) -> Result<Js<Reconstructions>, JsValue> {
        let source = self.source(source)?;
        let found = self.trainer(run)?.reconstruct(source, indices).await.map_err(Failure::from)?;
        let (clean, shape) = (&found.batch.clean, found.batch.shape);
        let atlas = |values: &[f32]| Atlas::of_values(values, shape);
        let differences: Vec<f32> =
            found.outputs.iter().zip(clean).map(|(output, clean)| (output - clean).abs()).collect();
        let errors: Vec<f32> = differences.chunks_exact(shape.bytes()).map(mean_square).collect();
        let drawn: Vec<f32> = differences.iter().map(|x| (DIFFERENCES_GAIN * x).min(1.0)).collect();
        // They came from bytes.
        let labels: Vec<u8> = found.batch.labels.iter().map(|&label| label as u8).collect();
        Ok(typed(&Reconstructions {
            labels: labels.as_slice().into(),
            inputs: atlas(clean)?,
            corrupted: found.batch.corrupted.as_deref().map(atlas).transpose()?,
            outputs: atlas(&found.outputs)?,
            differences: atlas(&drawn)?,
            errors: errors.as_slice().into(),
        })?)
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
    ) -> Result<Js<Codes>, JsValue> {
        let source = self.source(source)?;
        let code = self.trainer(run)?.encode(source, indices).await.map_err(Failure::from)?;
        Ok(typed(&Codes::from(&code))?)
    }

    /// What the decoder makes of latent codes.
    pub async fn decode(&self, run: &str, values: Vec<f32>) -> Result<Js<Atlas>, JsValue> {
        let trainer = self.trainer(run)?;
        let outputs = trainer.decode(&values).await.map_err(Failure::from)?;
        Ok(typed(&Atlas::of_values(&outputs, trainer.picture_shape())?)?)
    }

    /// Pictures that the decoder of a variational autoencoder makes of codes drawn from the standard normal
    /// distribution: those of `seed`.
    pub async fn generate(&self, run: &str, count: u32, seed: u32) -> Result<Js<Atlas>, JsValue> {
        let trainer = self.trainer(run)?;
        let outputs = trainer.generate(count as usize, seed.into()).await.map_err(Failure::from)?;
        Ok(typed(&Atlas::of_values(&outputs, trainer.picture_shape())?)?)
    }

    /// The activations of each layer for one picture.
    pub async fn activations(
        &self,
        run: &str,
        source: &str,
        index: u32,
    ) -> Result<Js<Activations>, JsValue> {
        let source = self.source(source)?;
        let layers = self.trainer(run)?.activations(source, index).await.map_err(Failure::from)?;
        Ok(typed(&Activations::from(layers))?)
    }

    /// All parameters, in the order of the layers.
    pub async fn parameters(&self, run: &str) -> Result<Js<Parameters>, JsValue> {
        let trainer = self.trainer(run)?;
        let summary = trainer.summary();
        let parameters = trainer.parameters().await.map_err(Failure::from)?;
        let named = parameters.iter().map(|one| {
            let layer = summary.layers.get(one.layer).map_or("", |row| row.name.as_str());
            Parameter::new(one, layer)
        });
        Ok(typed(&Parameters(named.collect()))?)
    }

    /// Takes one step on one picture, and shows all of it.
    pub async fn trace_step(
        &mut self,
        run: &str,
        source: &str,
        index: u32,
    ) -> Result<Js<StepTrace>, JsValue> {
        let (trainer, source) = self.trainer_and(run, source)?;
        let trace = trainer.trace_step(source, index).await.map_err(Failure::from)?;
        Ok(typed(&StepTrace::from(&trace))?)
    }
}
