//! One worker's data and run.

use std::rc::Rc;

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde_json::json;
use wasm_bindgen::prelude::*;

use super::{Failure, config_from, split_from, to_js};
use crate::backend::Backend;
use crate::loader::Loader;
use crate::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use crate::rng::{Purpose, Rng};
use crate::trainer::Trainer;

/// Bytes of a picture as a canvas takes it: red, green, blue, opacity.
const RGBA_BYTES: usize = SIDE * SIDE * 4;

/// One worker's data and run.
#[wasm_bindgen]
#[derive(Default)]
pub struct Session {
    loader: Option<Loader>,
    trainer: Option<Trainer>,
}

impl Session {
    fn loader(&self) -> Result<&Loader, Failure> {
        self.loader.as_ref().ok_or_else(|| Failure::state("No data is loaded yet."))
    }

    fn trainer(&self) -> Result<&Trainer, Failure> {
        self.trainer.as_ref().ok_or_else(|| Failure::state("No run has been started."))
    }
}

#[wasm_bindgen]
impl Session {
    /// No data and no run.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a data set; an earlier one and its run are forgotten if this one is valid.
    pub fn set_manifest(&mut self, text: &str) -> Result<JsValue, JsValue> {
        let loader = Loader::new(text).map_err(Failure::from)?;
        let manifest = to_js(loader.manifest())?;
        self.trainer = None;
        self.loader = Some(loader);
        Ok(manifest)
    }

    /// Takes the next shard of its split.
    pub fn add_shard(&mut self, file: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
        let loader = self.loader.as_mut().ok_or_else(|| Failure::state("No manifest is set."))?;
        let split = loader.add(file, bytes).map_err(Failure::from)?;
        let data = loader.data();
        let (train, test) = (data.train.len(), data.test.len());
        let complete = loader.is_complete();
        Ok(to_js(&json!({
            "split": split,
            "loaded": { "train": train, "test": test },
            "complete": complete,
        }))?)
    }

    /// `count` different pictures of a split, the same ones for the same seed; fewer if fewer
    /// have arrived.
    pub fn pick(&self, split: &str, count: u32, seed: u32) -> Result<Uint32Array, JsValue> {
        let split = split_from(split)?;
        let there = u32::try_from(self.loader()?.data().split(split).len()).unwrap_or(u32::MAX);
        let mut rng = Rng::new(u64::from(seed), Purpose::Samples, split as u64);
        let mut picked: Vec<u32> = Vec::new();
        while picked.len() < count.min(there) as usize {
            let index = rng.below(there);
            if !picked.contains(&index) {
                picked.push(index);
            }
        }
        Ok(Uint32Array::from(picked.as_slice()))
    }

    /// Labels and canvas bytes of pictures.
    pub fn pictures(&self, split: &str, indices: &[u32]) -> Result<Object, JsValue> {
        let split = split_from(split)?;
        let pictures = self.loader()?.data().chosen(split, indices).map_err(Failure::from)?;
        let mut rgba = Vec::with_capacity(indices.len() * RGBA_BYTES);
        let mut labels = Vec::with_capacity(indices.len());
        for (label, pixels) in indices.iter().filter_map(|&index| pictures.get(index as usize)) {
            labels.push(label);
            for pixel in pixels.chunks_exact(CHANNELS) {
                rgba.extend_from_slice(pixel);
                rgba.push(u8::MAX);
            }
        }
        object(&[("labels", bytes(&labels)), ("rgba", bytes(&rgba))])
    }

    /// The bytes of a shard that has arrived: for another session.
    pub fn shard(&self, file: &str) -> Result<Uint8Array, JsValue> {
        let shard = self.loader()?.shard(file).map_err(Failure::from)?;
        Ok(Uint8Array::from(shard.as_slice()))
    }

    /// Begins a run, in place of an earlier one, computed by the backend of that name.
    pub async fn start(&mut self, config: &JsValue, backend: &str) -> Result<JsValue, JsValue> {
        let config = config_from(config)?;
        let backend: Backend = backend.parse().map_err(Failure::from)?;
        let loader = self.loader()?;
        if !loader.is_complete() {
            let message = "The data has not arrived completely. Wait for it, then start.";
            return Err(Failure::state(message).into());
        }
        let data = Rc::clone(loader.data());
        let device = backend.device().await.map_err(Failure::from)?;
        let trainer = Trainer::new(config, data, &device).map_err(Failure::from)?;
        let plan = to_js(&trainer.plan())?;
        self.trainer = Some(trainer);
        Ok(plan)
    }

    /// Does up to `units` units of work of the run and gives what happened.
    pub async fn advance(&mut self, units: u32) -> Result<JsValue, JsValue> {
        let none = || Failure::state("No run has been started.");
        let trainer = self.trainer.as_mut().ok_or_else(none)?;
        let events = trainer.advance(units as usize).await.map_err(Failure::from)?;
        Ok(to_js(&events)?)
    }

    /// Pictures as the autoencoder draws them now, as canvas bytes.
    pub async fn reconstruct(&self, split: &str, indices: &[u32]) -> Result<Object, JsValue> {
        let split = split_from(split)?;
        let drawn = self.trainer()?.reconstruct(split, indices).await.map_err(Failure::from)?;
        let clean = &drawn.batch.clean;
        let errors: Vec<f32> =
            drawn.outputs.iter().zip(clean).map(|(output, clean)| (output - clean).abs()).collect();
        let corrupted = drawn.batch.corrupted.as_deref().map_or(JsValue::NULL, planes_to_rgba);
        object(&[
            ("inputs", planes_to_rgba(clean)),
            ("corrupted", corrupted),
            ("outputs", planes_to_rgba(&drawn.outputs)),
            ("differences", planes_to_rgba(&errors)),
        ])
    }

    /// Class probabilities, picture after picture.
    pub async fn predict(&self, split: &str, indices: &[u32]) -> Result<Float32Array, JsValue> {
        let split = split_from(split)?;
        let values = self.trainer()?.predict(split, indices).await.map_err(Failure::from)?;
        Ok(Float32Array::from(values.as_slice()))
    }

    /// Drops the run; the data stays.
    pub fn stop(&mut self) {
        self.trainer = None;
    }

    /// Whether there is a run that is not over.
    pub fn running(&self) -> bool {
        self.trainer.as_ref().is_some_and(|trainer| !trainer.is_over())
    }
}

fn bytes(values: &[u8]) -> JsValue {
    Uint8Array::from(values).into()
}

/// `[picture][channel][y][x]` values in 0 to 1 as canvas bytes.
fn planes_to_rgba(values: &[f32]) -> JsValue {
    let area = SIDE * SIDE;
    let mut rgba = Vec::with_capacity(values.len() / CHANNELS * 4);
    for picture in values.chunks_exact(PICTURE_BYTES) {
        for pixel in 0..area {
            for channel in 0..CHANNELS {
                // A cast saturates: what is outside 0 to 1 is cut.
                rgba.push((picture[channel * area + pixel] * 255.0 + 0.5) as u8);
            }
            rgba.push(u8::MAX);
        }
    }
    bytes(&rgba)
}

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &JsValue::from_str(name), value)?;
    }
    Ok(object)
}
