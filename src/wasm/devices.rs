//! Tests of a backend: the self-test, which compares it with the CPU, and the speed test.

use std::rc::Rc;

use serde_json::json;
use wasm_bindgen::prelude::*;

use super::failure::{Failure, to_js};
use super::image::picture_from;
use super::models::config_from;
use crate::backend::Backend;
use crate::data::dataset::Dataset;
use crate::data::pictures::PictureShape;
use crate::inspect::self_test::{self, TOLERANCE};
use crate::spec::RunConfig;
use crate::train::trainer::Trainer;

/// Bytes of its pictures, 8192 of CIFAR's; with larger batches an epoch has fewer steps.
const BYTES_IN_SPEED_TEST: usize = 25_165_824;

/// The names of the backends in this build, the default first.
#[wasm_bindgen]
pub fn backends() -> Vec<String> {
    Backend::ALL.iter().map(|backend| backend.name().to_owned()).collect()
}

/// The shape of the data's pictures, or of those that the model takes where there is no data yet.
pub(super) fn picture_of(config: &RunConfig, picture: &JsValue) -> Result<PictureShape, JsValue> {
    Ok(picture_from(picture)?.unwrap_or_else(|| config.model.spec().picture_without_data()))
}

/// Compares `backend` with the CPU, operator by operator, for the model of `config`, on pictures of the
/// shape `{ width, height, channels }` that the data has; without any, of the model's own.
#[wasm_bindgen]
pub async fn self_test(
    config: &JsValue,
    backend: &str,
    picture: &JsValue,
) -> Result<JsValue, JsValue> {
    let config = config_from(config)?;
    let picture = picture_of(&config, picture)?;
    let backend: Backend = backend.parse().map_err(Failure::from)?;
    let device = backend.device().await.map_err(Failure::from)?;
    let cpu = Backend::Flex.device().await.map_err(Failure::from)?;
    let checks = self_test::check(&config, picture, &device, &cpu).await.map_err(Failure::from)?;
    Ok(to_js(&json!({ "tolerance": TOLERANCE, "checks": checks }))?)
}

/// A run on pictures of noise, to measure how fast a backend trains a model. The page's clock
/// measures; there is none here.
#[wasm_bindgen]
pub struct SpeedTest(pub(super) Trainer);

/// Begins a speed test of `config` on `backend`, on pictures of the shape `{ width, height, channels }`
/// that the data has, whose epochs have up to `steps` steps and one batch of validation.
#[wasm_bindgen]
pub async fn speed_test(
    config: &JsValue,
    backend: &str,
    steps: u32,
    picture: &JsValue,
) -> Result<SpeedTest, JsValue> {
    let config = config_from(config)?;
    let picture = picture_of(&config, picture)?;
    // A high rate would diverge on noise, and a run that is over takes no time.
    let learning_rate = config.learning_rate.min(1e-4);
    // Its pictures are of other classes than the run's.
    let class_weights = None;
    let config = RunConfig { epochs: 1000, patience: None, learning_rate, class_weights, ..config };
    let backend: Backend = backend.parse().map_err(Failure::from)?;
    let device = backend.device().await.map_err(Failure::from)?;
    // Batches are checked to be at most 4,096, so this is no more than a few of those.
    let most = (BYTES_IN_SPEED_TEST / picture.bytes() / config.batch_size).max(1);
    let count = config.batch_size * most.min(steps.max(1) as usize);
    let classes = config.model.spec().classes_without_data();
    // Before pictures are made for as many classes as there are outputs.
    config.model(picture, classes).map_err(Failure::from)?;
    let data = Rc::new(Dataset::noise(picture, count, classes));
    Ok(SpeedTest(Trainer::new(config, data, &device).map_err(Failure::from)?))
}

#[wasm_bindgen]
impl SpeedTest {
    /// Computes `items` work items, and says what happened.
    pub async fn advance(&mut self, items: u32) -> Result<JsValue, JsValue> {
        let events = self.0.advance(items as usize).await.map_err(Failure::from)?;
        Ok(to_js(&events)?)
    }
}
