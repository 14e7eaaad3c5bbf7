//! What the trainer answers without a session: its models and their settings, and sums over numbers.

use wasm_bindgen::prelude::*;

use super::failure::{Failure, Js, named, to_js, typed};
use super::records::Projection;
use crate::backend::{DeviceError, UnknownBackend};
use crate::data::dataset::{self, DatasetError};
use crate::data::loader::LoadError;
use crate::data::manifest::{ManifestError, Split};
use crate::data::pictures::PicturesError;
use crate::inspect::pca::{self, PcaError};
use crate::parallel::error::ParallelError;
use crate::spec::choice::UNNAMED;
use crate::spec::record::ModelRecord;
use crate::spec::{ConfigError, ModelSpec, Preset, RunConfig};
use crate::train::error::TrainError;

named! {
    ConfigError => "ConfigError",
    DatasetError => "DatasetError",
    DeviceError => "NoDeviceError",
    LoadError => "DataError",
    ManifestError => "ManifestError",
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

pub(super) fn config_from(value: &JsValue) -> Result<RunConfig, Failure> {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    let text = text.ok_or_else(|| Failure {
        name: "ConfigError",
        message: "The settings are no object that can be written as JSON. Give a plain object."
            .into(),
    })?;
    Ok(RunConfig::from_json(&text)?)
}

pub(super) fn split_from(name: &str) -> Result<Split, Failure> {
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
