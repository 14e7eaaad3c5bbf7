//! What the page's worker calls: a thin shell over the loader and the trainer. The only file
//! that knows JavaScript. Objects cross as plain objects, pictures as bytes, and every failure
//! as an `Error` whose `name` is stable and whose `message` is a sentence.

use std::rc::Rc;

use js_sys::{Float32Array, Object, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::backend::{Backend, DeviceError};
use crate::config::{ConfigError, Model, RunConfig};
use crate::dataset::DatasetError;
use crate::loader::{LoadError, Loader};
use crate::manifest::{ManifestError, Split};
use crate::models::{Architecture, Summary};
use crate::pack::{self, PackError, Packed};
use crate::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use crate::rng::{Purpose, Rng};
use crate::trainer::{TrainError, Trainer};

/// Bytes of a picture as a canvas takes it: red, green, blue, opacity.
const RGBA_BYTES: usize = SIDE * SIDE * 4;

/// Panics become readable in the console.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}

/// A failure on its way to JavaScript.
struct Failure {
    name: &'static str,
    message: String,
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        let error = js_sys::Error::new(&failure.message);
        error.set_name(failure.name);
        error.into()
    }
}

impl Failure {
    fn state(message: &str) -> Self {
        Self { name: "StateError", message: message.to_owned() }
    }
}

/// The name that JavaScript sees for each kind of error.
macro_rules! named {
    ($($error:ty => $name:literal),* $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self { name: $name, message: error.to_string() }
            }
        }
    )*};
}

named! {
    ConfigError => "ConfigError",
    DatasetError => "DatasetError",
    DeviceError => "DeviceError",
    LoadError => "DataError",
    ManifestError => "ManifestError",
    PackError => "ImportError",
    TrainError => "TrainError",
}

/// Plain objects rather than `Map`s, so that they survive `postMessage` and spreading.
fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, Failure> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| Failure { name: "InternalError", message: error.to_string() })
}

fn config_from(value: &JsValue) -> Result<RunConfig, Failure> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    Ok(RunConfig::from_json(&text.unwrap_or_default())?)
}

fn split_from(name: &str) -> Result<Split, Failure> {
    match name {
        "train" => Ok(Split::Train),
        "test" => Ok(Split::Test),
        _ => Err(Failure::state(&format!("`{name}` is no split. Use train or test."))),
    }
}

/// The models, with titles and a sentence each.
#[wasm_bindgen]
pub fn models() -> Result<JsValue, JsValue> {
    let describe = |model: Model| {
        json!({
            "name": model.name(),
            "title": model.title(),
            "kind": model.kind(),
            "about": model.about(),
        })
    };
    Ok(to_js(&Model::ALL.map(describe))?)
}

/// The settings that `model` starts from.
#[wasm_bindgen]
pub fn defaults(model: &str) -> Result<JsValue, JsValue> {
    let model: Model = model.parse().map_err(Failure::from)?;
    Ok(to_js(&RunConfig::new(model))?)
}

/// The table of the model that `config` describes.
#[wasm_bindgen]
pub fn summary(config: &JsValue) -> Result<JsValue, JsValue> {
    let architecture = Architecture::new(&config_from(config)?).map_err(Failure::from)?;
    Ok(to_js(&Summary::new(&architecture))?)
}

/// Shards and manifest made of CIFAR-10 as it was downloaded: an archive, or record files.
#[wasm_bindgen]
pub struct DecodedData(Packed);

/// Reads an official archive, or one record file or two.
#[wasm_bindgen]
pub fn decode(name: &str, bytes: &[u8], test: Option<Vec<u8>>) -> Result<DecodedData, JsValue> {
    let packed = pack::decode(name, bytes, test.as_deref()).map_err(Failure::from)?;
    Ok(DecodedData(packed))
}

#[wasm_bindgen]
impl DecodedData {
    /// The text of the manifest.
    pub fn manifest(&self) -> String {
        self.0.manifest().to_json()
    }

    /// How many shards there are.
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// The name of shard `index`.
    pub fn file(&self, index: usize) -> Option<String> {
        self.0.name(index).map(str::to_owned)
    }

    /// The bytes of shard `index`.
    pub fn take(&self, index: usize) -> Option<Vec<u8>> {
        self.0.bytes(index)
    }
}

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

    /// Begins a run, in place of an earlier one.
    pub async fn start(&mut self, config: &JsValue) -> Result<JsValue, JsValue> {
        let config = config_from(config)?;
        let loader = self.loader()?;
        if !loader.is_complete() {
            let message = "The data has not arrived completely. Wait for it, then start.";
            return Err(Failure::state(message).into());
        }
        let data = Rc::clone(loader.data());
        let device = Backend::ALL[0].device().await.map_err(Failure::from)?;
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
