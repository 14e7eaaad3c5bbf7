//! What the page's worker calls: a thin shell over the loader and the trainer (`session`) and over
//! what a device is judged by (`devices`). The only room that knows JavaScript. Objects cross as
//! plain objects, pictures as bytes, and every failure as an `Error` whose `name` is stable and
//! whose `message` is a sentence.

pub mod devices;
pub mod session;

use serde::Serialize;
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::backend::{DeviceError, UnknownBackend};
use crate::config::{ConfigError, Model, RunConfig};
use crate::dataset::DatasetError;
use crate::loader::LoadError;
use crate::manifest::{ManifestError, Split};
use crate::models::{Architecture, Summary};
use crate::pack::{self, PackError, Packed};
use crate::trainer::TrainError;

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

    /// Of a device that did not give back what it computed.
    fn device(message: String) -> Self {
        Self { name: "DeviceError", message }
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
    DeviceError => "NoDeviceError",
    LoadError => "DataError",
    ManifestError => "ManifestError",
    PackError => "ImportError",
    UnknownBackend => "ConfigError",
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        let message = error.to_string();
        match error {
            TrainError::Device(_) => Self::device(message),
            _ => Self { name: "TrainError", message },
        }
    }
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
