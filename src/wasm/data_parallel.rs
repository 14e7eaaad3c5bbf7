//! Data-parallel training across the page's workers: the worker with the run scatters tasks and reduces
//! outputs, replicas in other workers compute them. Who sends what to whom, the page's pool decides.

use js_sys::{Array, Float32Array, Float64Array};
use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::devices::SpeedTest;
use super::devices::picture_of;
use super::failure::{Failure, to_js};
use super::messages::{
    output_from, output_to_js, prefetch_to_js, task_from, task_to_js, weights_from,
};
use super::models::config_from;
use super::session::Session;
use crate::backend::Backend;
use crate::parallel::error::ParallelError;
use crate::parallel::replica::{self, ReplicaOutput, ReplicaWork};
use crate::train::error::TrainError;
use crate::train::trainer::Trainer;

/// A line in the console: what the page goes on after, and a developer may want to know.
fn warn(error: &dyn std::fmt::Display) {
    web_sys::console::warn_1(&JsValue::from_str(&error.to_string()));
}

/// Statistics that a replica tells before its output is ready.
#[derive(Serialize, Tsify)]
struct PartialSums {
    #[serde(with = "preserve")]
    #[tsify(type = "Float64Array")]
    sums: Float64Array,
}

/// The microbatches of the worker that has the run; they never leave the module.
#[wasm_bindgen]
pub struct LocalWork(ReplicaWork);

#[wasm_bindgen]
impl LocalWork {
    /// The statistics of these microbatches that all workers need next; `undefined` once the output is
    /// ready.
    pub fn partial_sums(&self) -> Option<Vec<f64>> {
        self.0.partial_sums().map(<[f64]>::to_vec)
    }

    /// Goes on with the statistics of all workers, this one's first; says whether they were as many as
    /// needed.
    pub async fn resume(&mut self, sums: Vec<f64>) -> Result<bool, JsValue> {
        match self.0.resume(&sums).await {
            Ok(()) => Ok(true),
            Err(error @ ParallelError::Statistics { .. }) => {
                warn(&error);
                Ok(false)
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }
}

async fn scatter(trainer: &Trainer, workers: u32, buffers: &Array) -> Result<JsValue, JsValue> {
    let Some(tasks) = trainer.scatter(workers as usize).filter(|tasks| !tasks.is_empty()) else {
        return Ok(JsValue::UNDEFINED);
    };
    let weights = trainer.weights().await.map_err(Failure::from)?;
    let messages = Array::new();
    for (task, buffer) in tasks.iter().zip(buffers.iter()) {
        messages.push(&task_to_js(task, &weights, &buffer)?);
    }
    Ok(messages.into())
}

fn scatter_prefetch(trainer: &Trainer, workers: u32) -> Result<JsValue, JsValue> {
    let Some(tasks) = trainer.scatter_prefetch(workers as usize) else {
        return Ok(JsValue::UNDEFINED);
    };
    let messages = Array::new();
    for task in &tasks {
        messages.push(&prefetch_to_js(task)?);
    }
    Ok(messages.into())
}

async fn compute_local(trainer: &Trainer, workers: u32) -> Result<LocalWork, JsValue> {
    Ok(LocalWork(trainer.compute_local(workers as usize).await.map_err(Failure::from)?))
}

fn reduce(trainer: &mut Trainer, own: LocalWork, others: &Array) -> Result<JsValue, JsValue> {
    let sizes = trainer.gradient_sizes();
    let others: Result<Vec<ReplicaOutput>, Failure> =
        others.iter().map(|output| output_from(&output, &sizes)).collect();
    let mut outputs = others?;
    let events = own.0.finish().map_err(TrainError::from).and_then(|own| {
        outputs.insert(0, own);
        trainer.reduce(outputs)
    });
    match events {
        Ok(events) => Ok(to_js(&events)?),
        // A replica was lost, which the pool knows.
        Err(TrainError::Parallel(
            ParallelError::Microbatches { .. } | ParallelError::Unfinished,
        )) => Ok(JsValue::UNDEFINED),
        Err(error @ TrainError::Parallel(_)) => {
            warn(&error);
            Ok(JsValue::UNDEFINED)
        }
        Err(error) => Err(Failure::from(error).into()),
    }
}

#[wasm_bindgen]
impl Session {
    /// Whether several workers can compute the work items of a run together.
    pub fn is_data_parallel(&self, run: &str) -> Result<bool, JsValue> {
        Ok(self.trainer(run)?.is_data_parallel())
    }

    /// The tasks of the replicas for the next work item of a run, which `workers` compute together;
    /// `undefined` where it cannot be shared. The weights and pictures of task `i` lie in `buffers[i]`,
    /// a `Float32Array`, where that is large enough.
    pub async fn scatter(
        &self,
        run: &str,
        workers: u32,
        buffers: &Array,
    ) -> Result<JsValue, JsValue> {
        scatter(self.trainer(run)?, workers, buffers).await
    }

    /// The tasks of the replicas for the step after the next work item, for [`Replica::prefetch`];
    /// `undefined` where prefetching saves nothing.
    pub fn scatter_prefetch(&self, run: &str, workers: u32) -> Result<JsValue, JsValue> {
        scatter_prefetch(self.trainer(run)?, workers)
    }

    /// Prefetches this worker's own microbatches of the step after the next work item.
    pub fn prefetch(&mut self, run: &str, workers: u32) -> Result<(), JsValue> {
        self.trainer_mut(run)?.prefetch(workers as usize);
        Ok(())
    }

    /// Computes this worker's own microbatches of the next work item, which `workers` compute together,
    /// up to the first statistics that the others must tell.
    pub async fn compute_local(&self, run: &str, workers: u32) -> Result<LocalWork, JsValue> {
        compute_local(self.trainer(run)?, workers).await
    }

    /// Reduces this worker's own output and the others', takes the step, and says what happened;
    /// `undefined`, and nothing has changed, where they are not those of all microbatches of the next
    /// work item.
    pub fn reduce(
        &mut self,
        run: &str,
        own: LocalWork,
        others: &Array,
    ) -> Result<JsValue, JsValue> {
        reduce(self.trainer_mut(run)?, own, others)
    }
}

#[wasm_bindgen]
impl SpeedTest {
    /// As [`Session::is_data_parallel`].
    pub fn is_data_parallel(&self) -> bool {
        self.0.is_data_parallel()
    }

    /// As [`Session::scatter`].
    pub async fn scatter(&self, workers: u32, buffers: &Array) -> Result<JsValue, JsValue> {
        scatter(&self.0, workers, buffers).await
    }

    /// As [`Session::scatter_prefetch`].
    pub fn scatter_prefetch(&self, workers: u32) -> Result<JsValue, JsValue> {
        scatter_prefetch(&self.0, workers)
    }

    /// As [`Session::prefetch`].
    pub fn prefetch(&mut self, workers: u32) {
        self.0.prefetch(workers as usize);
    }

    /// As [`Session::compute_local`].
    pub async fn compute_local(&self, workers: u32) -> Result<LocalWork, JsValue> {
        compute_local(&self.0, workers).await
    }

    /// As [`Session::reduce`].
    pub fn reduce(&mut self, own: LocalWork, others: &Array) -> Result<JsValue, JsValue> {
        reduce(&mut self.0, own, others)
    }
}

/// Computes microbatches for a run that another worker has.
#[wasm_bindgen]
pub struct Replica {
    replica: replica::Replica,
    /// Work that waits for the statistics of all workers, and the memory for its gradients.
    waiting: Option<(ReplicaWork, Float32Array)>,
}

#[wasm_bindgen]
impl Replica {
    /// For a run of `config` on data of `classes` classes and pictures of the shape
    /// `{ width, height, channels }`, on the CPU.
    pub async fn open(
        config: &JsValue,
        classes: usize,
        picture: &JsValue,
    ) -> Result<Self, JsValue> {
        let config = config_from(config)?;
        let picture = picture_of(&config, picture)?;
        let device = Backend::Flex.device().await.map_err(Failure::from)?;
        let replica = replica::Replica::new(config, picture, classes, &device);
        Ok(Self { replica: replica.map_err(Failure::from)?, waiting: None })
    }

    /// The output of `task`, or the statistics that the other workers need of it first. Its gradients
    /// lie where the task's weights were.
    pub async fn compute(&mut self, task: &JsValue) -> Result<JsValue, JsValue> {
        let (task, weights) = task_from(task)?;
        let (weights, buffer) = weights_from(weights, &self.replica.sizes())?;
        self.replica.set_weights(weights).map_err(Failure::from)?;
        let work = self.replica.compute(&task).await.map_err(Failure::from)?;
        self.answer(work, buffer)
    }

    /// Computes of a later task what does not depend on the trained weights.
    pub fn prefetch(&mut self, task: &JsValue) -> Result<(), JsValue> {
        let (task, _) = task_from(task)?;
        Ok(self.replica.prefetch(&task).map_err(Failure::from)?)
    }

    /// Goes on with the statistics of all workers; answers as [`Replica::compute`].
    pub async fn resume(&mut self, sums: Vec<f64>) -> Result<JsValue, JsValue> {
        let waiting = self.waiting.take();
        let (mut work, buffer) = waiting.ok_or_else(|| {
            Failure::state("Statistics came, but this replica waits for none. Reload the page.")
        })?;
        work.resume(&sums).await.map_err(Failure::from)?;
        self.answer(work, buffer)
    }
}

impl Replica {
    fn answer(&mut self, work: ReplicaWork, buffer: Float32Array) -> Result<JsValue, JsValue> {
        if let Some(sums) = work.partial_sums() {
            let sums = Float64Array::from(sums);
            self.waiting = Some((work, buffer));
            return Ok(to_js(&PartialSums { sums })?);
        }
        Ok(output_to_js(&work.finish().map_err(Failure::from)?, &buffer)?)
    }
}
