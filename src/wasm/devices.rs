//! Tests of a backend: the self-test, which compares it with the CPU, and the speed test.

use std::rc::Rc;

use serde_json::json;
use wasm_bindgen::prelude::*;

use super::{Failure, config_from, to_js};
use crate::backend::Backend;
use crate::data::dataset::Dataset;
use crate::inspect::self_test::{self, TOLERANCE};
use crate::spec::RunConfig;
use crate::train::trainer::Trainer;

/// Classes of the random data of a speed test.
const CLASSES_IN_SPEED_TEST: usize = 10;

/// The names of the backends in this build, the default first.
#[wasm_bindgen]
pub fn backends() -> Vec<String> {
    Backend::ALL.iter().map(|backend| backend.name().to_owned()).collect()
}

/// Compares `backend` with the CPU, operator by operator, for the model of `config`.
#[wasm_bindgen]
pub async fn self_test(config: &JsValue, backend: &str) -> Result<JsValue, JsValue> {
    let config = config_from(config)?;
    let backend: Backend = backend.parse().map_err(Failure::from)?;
    let device = backend.device().await.map_err(Failure::from)?;
    let cpu = Backend::Flex.device().await.map_err(Failure::from)?;
    let checks = self_test::check(&config, &device, &cpu).await.map_err(Failure::from)?;
    Ok(to_js(&json!({ "tolerance": TOLERANCE, "checks": checks }))?)
}

/// A run on pictures of noise, to measure how fast a backend trains a model. The page's clock
/// measures; there is none here.
#[wasm_bindgen]
pub struct SpeedTest(pub(super) Trainer);

/// Begins a speed test of `config` on `backend`, whose epochs have `steps` steps and one batch of
/// validation.
#[wasm_bindgen]
pub async fn speed_test(config: &JsValue, backend: &str, steps: u32) -> Result<SpeedTest, JsValue> {
    let config = config_from(config)?;
    // A high rate would diverge on noise, and a run that is over takes no time.
    let learning_rate = config.learning_rate.min(1e-4);
    let config = RunConfig { epochs: 1000, patience: None, learning_rate, ..config };
    let backend: Backend = backend.parse().map_err(Failure::from)?;
    let device = backend.device().await.map_err(Failure::from)?;
    let data = Rc::new(Dataset::noise(config.batch_size * steps as usize, CLASSES_IN_SPEED_TEST));
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
