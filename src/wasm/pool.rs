//! Units of work that several workers share, as the page's workers pass them on: a run deals tasks and
//! settles shares, a helper in another worker computes them.

use js_sys::{Array, Float32Array, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::devices::Rehearsal;
use super::session::Session;
use super::{Failure, bytes, config_from, floats, object, to_js};
use crate::backend::Backend;
use crate::batch::Draw;
use crate::parts::Sum;
use crate::pictures::Pictures;
use crate::shares::{self, Share, Task};
use crate::trainer::Trainer;

fn field(of: &JsValue, name: &str) -> Result<JsValue, Failure> {
    let found = Reflect::get(of, &JsValue::from_str(name)).ok();
    found.filter(|found| !found.is_undefined()).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Failure {
    Failure::state(&format!("What a worker was sent has no `{name}`. Reload the page."))
}

fn number(of: &JsValue, name: &str) -> Result<u32, Failure> {
    let found = field(of, name)?.as_f64();
    // A cast saturates, and what is no whole number is none of ours.
    found.map(|found| found as u32).ok_or_else(|| missing(name))
}

fn task_to_js(task: &Task) -> Result<JsValue, JsValue> {
    let number = |n: usize| JsValue::from(u32::try_from(n).unwrap_or(u32::MAX));
    let epoch = match task.draw {
        Draw::Training(epoch) => epoch.into(),
        Draw::Fixed => JsValue::NULL,
    };
    Ok(object(&[
        ("phase", number(task.phase)),
        ("epoch", epoch),
        ("all", number(task.all)),
        ("start", number(task.parts.start)),
        ("end", number(task.parts.end)),
        ("indices", Uint32Array::from(task.indices.as_slice()).into()),
        ("labels", bytes(task.pictures.labels())),
        ("rgb", bytes(task.pictures.pixels())),
    ])?
    .into())
}

fn task_from(value: &JsValue) -> Result<Task, Failure> {
    let array = |name| Ok::<_, Failure>(Uint8Array::new(&field(value, name)?).to_vec());
    let whole = |name| Ok::<_, Failure>(number(value, name)? as usize);
    let draw = match field(value, "epoch")? {
        none if none.is_null() => Draw::Fixed,
        _ => Draw::Training(number(value, "epoch")?),
    };
    Ok(Task {
        phase: whole("phase")?,
        draw,
        all: whole("all")?,
        parts: whole("start")?..whole("end")?,
        indices: Uint32Array::new(&field(value, "indices")?).to_vec(),
        pictures: Pictures::from_bytes(array("labels")?, array("rgb")?)?,
    })
}

fn share_to_js(share: &Share) -> Result<JsValue, JsValue> {
    let sums = Array::new();
    for Sum { parts, gradients } in &share.sums {
        let parts = to_js(parts)?;
        sums.push(&object(&[("parts", parts), ("gradients", floats(gradients))])?.into());
    }
    // Tallies are exact as JSON, and few.
    let tallies = serde_json::to_string(&share.tallies).unwrap_or_default();
    Ok(object(&[("tallies", tallies.into()), ("sums", sums.into())])?.into())
}

fn share_from(value: &JsValue) -> Result<Share, Failure> {
    let tallies = field(value, "tallies")?.as_string().unwrap_or_default();
    let tallies = serde_json::from_str(&tallies).map_err(|_| missing("tallies"))?;
    let mut sums = Vec::new();
    for sum in Array::from(&field(value, "sums")?).iter() {
        let parts = serde_wasm_bindgen::from_value(field(&sum, "parts")?);
        let parts = parts.map_err(|_| missing("parts"))?;
        let gradients = Float32Array::new(&field(&sum, "gradients")?).to_vec();
        sums.push(Sum { parts, gradients });
    }
    Ok(Share { tallies, sums })
}

async fn deal(trainer: &Trainer, workers: u32) -> Result<JsValue, JsValue> {
    let Some(tasks) = trainer.deal(workers as usize).filter(|tasks| !tasks.is_empty()) else {
        return Ok(JsValue::UNDEFINED);
    };
    let weights = trainer.weights().await.map_err(Failure::from)?;
    let dealt = Array::new();
    for task in &tasks {
        dealt.push(&task_to_js(task)?);
    }
    Ok(object(&[("weights", floats(&weights)), ("tasks", dealt.into())])?.into())
}

async fn share(trainer: &Trainer, workers: u32) -> Result<JsValue, JsValue> {
    share_to_js(&trainer.share(workers as usize).await.map_err(Failure::from)?)
}

fn settle(trainer: &mut Trainer, shares: &Array) -> Result<JsValue, JsValue> {
    let shares: Result<Vec<Share>, Failure> =
        shares.iter().map(|share| share_from(&share)).collect();
    match trainer.settle(shares?) {
        Some(events) => Ok(to_js(&events)?),
        None => Ok(JsValue::UNDEFINED),
    }
}

#[wasm_bindgen]
impl Session {
    /// Whether several workers can share the work of a run.
    pub fn shareable(&self, run: &str) -> Result<bool, JsValue> {
        Ok(self.trainer(run)?.shareable())
    }

    /// What helpers are asked for in the next unit of work of a run, which `workers` share: the
    /// weights and a task for each; `undefined` where it cannot be shared.
    pub async fn deal(&self, run: &str, workers: u32) -> Result<JsValue, JsValue> {
        deal(self.trainer(run)?, workers).await
    }

    /// The share of the next unit of work of a run that is left to this worker where `workers`
    /// share it.
    pub async fn share(&self, run: &str, workers: u32) -> Result<JsValue, JsValue> {
        share(self.trainer(run)?, workers).await
    }

    /// Does the unit of work that shares make up, and says what happened; `undefined`, and nothing
    /// done, where they do not make it up.
    pub fn settle(&mut self, run: &str, shares: &Array) -> Result<JsValue, JsValue> {
        settle(self.trainer_mut(run)?, shares)
    }
}

#[wasm_bindgen]
impl Rehearsal {
    /// As [`Session::shareable`].
    pub fn shareable(&self) -> bool {
        self.0.shareable()
    }

    /// As [`Session::deal`].
    pub async fn deal(&self, workers: u32) -> Result<JsValue, JsValue> {
        deal(&self.0, workers).await
    }

    /// As [`Session::share`].
    pub async fn share(&self, workers: u32) -> Result<JsValue, JsValue> {
        share(&self.0, workers).await
    }

    /// As [`Session::settle`].
    pub fn settle(&mut self, shares: &Array) -> Result<JsValue, JsValue> {
        settle(&mut self.0, shares)
    }
}

/// Computes shares of the work of a run that another worker has.
#[wasm_bindgen]
pub struct Helper(shares::Helper);

#[wasm_bindgen]
impl Helper {
    /// For a run of `config`, on the CPU.
    pub async fn open(config: &JsValue) -> Result<Self, JsValue> {
        let device = Backend::Flex.device().await.map_err(Failure::from)?;
        let helper = shares::Helper::new(config_from(config)?, &device);
        Ok(Self(helper.map_err(Failure::from)?))
    }

    /// The share that `task` asks for, of a unit of work that begins with `weights`.
    pub async fn share(&mut self, weights: &[f32], task: &JsValue) -> Result<JsValue, JsValue> {
        let refused = || Failure::state("A step of another model was asked for. Reload the page.");
        if !self.0.put(weights) {
            return Err(refused().into());
        }
        let share = self.0.share(&task_from(task)?).await.map_err(Failure::from)?;
        share_to_js(&share.ok_or_else(refused)?)
    }
}
