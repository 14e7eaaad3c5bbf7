//! What the page's worker calls, and the only room that knows JavaScript: [`session`] has the data and
//! the runs, `queries` asks them about pictures, `data_parallel` trains them on several workers
//! (`messages` is what those send each other), `archives` reads a visitor's files and `intake` the pictures
//! among them, and [`devices`] tests backends. What is answered crosses as plain objects ([`records`]),
//! values as typed arrays, pictures as images ([`atlas`]), and every failure as an `Error` whose `name` is
//! stable and whose `message` is a sentence.

pub mod archives;
pub mod atlas;
mod data_parallel;
pub mod devices;
pub mod intake;
mod messages;
mod queries;
pub mod records;
pub mod session;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::backend::{DeviceError, UnknownBackend};
use crate::data::archive::ArchiveError;
use crate::data::cifar::CifarError;
use crate::data::dataset::{self, DatasetError};
use crate::data::folder::FolderError;
use crate::data::loader::LoadError;
use crate::data::manifest::{ManifestError, Split};
use crate::data::pack::{PackError, Packed};
use crate::data::pictures::PicturesError;
use crate::inspect::pca::{self, PcaError};
use crate::parallel::error::ParallelError;
use crate::spec::choice::UNNAMED;
use crate::spec::record::ModelRecord;
use crate::spec::{ConfigError, ModelSpec, Preset, RunConfig};
use crate::train::error::TrainError;
use records::{Js, Projection, typed};

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
    ArchiveError => "ImportError",
    CifarError => "ImportError",
    ConfigError => "ConfigError",
    DatasetError => "DatasetError",
    DeviceError => "NoDeviceError",
    FolderError => "ImportError",
    LoadError => "DataError",
    ManifestError => "ManifestError",
    PackError => "ImportError",
    PcaError => "StateError",
    PicturesError => "ImportError",
    UnknownBackend => "ConfigError",
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        let message = error.to_string();
        match error {
            TrainError::Device(_) | TrainError::DeviceLost { .. } => {
                Self { name: "DeviceError", message }
            }
            TrainError::Config(_) => Self { name: "ConfigError", message },
            TrainError::Data(_) => Self { name: "DatasetError", message },
            TrainError::Snapshot(_) => Self { name: "SnapshotError", message },
            _ => Self { name: "TrainError", message },
        }
    }
}

impl From<ParallelError> for Failure {
    fn from(error: ParallelError) -> Self {
        TrainError::from(error).into()
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
    let text = text.ok_or_else(|| Failure {
        name: "ConfigError",
        message: "The settings are no object that can be written as JSON. Give a plain object."
            .into(),
    })?;
    Ok(RunConfig::from_json(&text)?)
}

fn split_from(name: &str) -> Result<Split, Failure> {
    match name {
        "train" => Ok(Split::Train),
        "test" => Ok(Split::Test),
        _ => Err(Failure::state(&format!(
            "`{name}` is no source of pictures. Use train, test or given."
        ))),
    }
}

/// Every preset, with the settings that a run of it begins with.
#[wasm_bindgen]
pub fn presets() -> Result<JsValue, JsValue> {
    let records: Vec<ModelRecord> = Preset::all().map(ModelRecord::new).collect();
    Ok(to_js(&records)?)
}

/// The settings of a run but its model: what each is called, and which values it may have.
#[wasm_bindgen]
pub fn settings() -> Result<JsValue, JsValue> {
    Ok(to_js(&crate::spec::settings::settings())?)
}

/// The model that `text` is, the JSON of a spec, as [`presets`] tells of one.
#[wasm_bindgen]
pub fn read_model(text: &str) -> Result<JsValue, JsValue> {
    let mut spec =
        ModelSpec::from_json(text).map_err(|error| Failure::from(ConfigError::from(error)))?;
    // So that whoever has it calls it the same.
    spec.name.get_or_insert_with(|| UNNAMED.to_owned());
    Ok(to_js(&ModelRecord::new(spec))?)
}

/// The settings that a run of `model` begins with: a preset's name, or a spec as an object.
#[wasm_bindgen]
pub fn defaults(model: &JsValue) -> Result<JsValue, JsValue> {
    let given = js_sys::Object::new();
    js_sys::Reflect::set(&given, &"model".into(), model)?;
    Ok(to_js(&config_from(&given)?)?)
}

/// The most pictures that an order is asked for: what memory has room for, many times over.
const MOST_ORDERED: u32 = 10_000_000;

/// The order in which the first epoch of a run visits `count` training pictures.
#[wasm_bindgen]
pub fn epoch_order(count: u32, seed: u32) -> Result<Vec<u32>, JsValue> {
    if count > MOST_ORDERED {
        let message =
            format!("An order of {count} pictures is asked for. Ask for {MOST_ORDERED} or fewer.");
        return Err(Failure::state(&message).into());
    }
    Ok(dataset::order(count, seed.into(), 0))
}

/// The version of this library.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Rows of numbers on the plane of their first two principal components: x and y of each row, and
/// the shares of all variance.
#[wasm_bindgen]
pub fn pca(values: Vec<f32>, rows: usize) -> Result<Js<Projection>, JsValue> {
    let found = pca::project(&values, rows).map_err(Failure::from)?;
    let points = found.points.as_flattened().into();
    Ok(typed(&Projection { points, explained: found.explained })?)
}

/// Shards and manifest made of pictures: CIFAR-10 as it was downloaded, or a visitor's own.
#[wasm_bindgen]
pub struct DecodedData(Packed);

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
