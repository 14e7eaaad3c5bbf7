//! Units of work that several workers share, as the page's workers pass them on: a run deals tasks and
//! settles shares, a helper in another worker computes them.

use js_sys::{Array, Float32Array, Float64Array, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::devices::SpeedTest;
use super::session::Session;
use super::{Failure, bytes, config_from, object, to_js};
use crate::backend::Backend;
use crate::data::pictures::Pictures;
use crate::parallel::microbatch::PartialSum;
use crate::parallel::replica::{self, ReplicaOutput, ReplicaTask, ReplicaWork};
use crate::step::batch::Draw;
use crate::train::trainer::Trainer;

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

/// An array of a kind, itself and no copy.
fn array<T: JsCast>(of: &JsValue, name: &str) -> Result<T, Failure> {
    field(of, name)?.dyn_into().map_err(|_| missing(name))
}

/// `values` one after another at the beginning of `room`, where it is large enough for them and
/// `more` bytes, or of an array made for that: the same memory goes back and forth between two workers,
/// step after step. With where they end.
fn laid<'a>(
    values: impl Iterator<Item = &'a Vec<f32>> + Clone,
    more: usize,
    room: &JsValue,
) -> (Float32Array, u32) {
    let size = |values: &Vec<f32>| u32::try_from(values.len()).unwrap_or(u32::MAX);
    let more = u32::try_from(more.div_ceil(size_of::<f32>())).unwrap_or(u32::MAX);
    let all = values.clone().map(size).sum::<u32>().saturating_add(more);
    let room = room.dyn_ref::<Float32Array>().filter(|room| room.length() >= all).cloned();
    let room = room.unwrap_or_else(|| Float32Array::new_with_length(all));
    let mut start = 0;
    for values in values {
        let end = start + size(values);
        room.subarray(start, end).copy_from(values);
        start = end;
    }
    (room, start)
}

/// Arrays of these sizes from place `start` of `from` on, and where they end; `None` where it ends
/// before.
fn taken(from: &Float32Array, start: u32, sizes: &[usize]) -> Option<(Vec<Vec<f32>>, u32)> {
    let mut start = start;
    let mut found = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let end = start.checked_add(u32::try_from(size).ok()?)?;
        if end > from.length() {
            return None;
        }
        found.push(from.subarray(start, end).to_vec());
        start = end;
    }
    Some((found, start))
}

/// A task with its weights, which lie in `room`, where they and the pictures fit; or one that is dealt
/// ahead, without weights.
fn task_to_js(
    task: &ReplicaTask,
    with: Option<(&[Vec<f32>], &JsValue)>,
) -> Result<JsValue, JsValue> {
    let pixels = task.pictures.pixels();
    let (weights, rgb) = match with {
        None => (JsValue::UNDEFINED, Uint8Array::from(pixels)),
        Some((weights, room)) => {
            let (room, end) = laid(weights.iter(), pixels.len(), room);
            let start = room.byte_offset() + end * size_of::<f32>() as u32;
            let size = u32::try_from(pixels.len()).unwrap_or(u32::MAX);
            let rgb = Uint8Array::new_with_byte_offset_and_length(&room.buffer(), start, size);
            rgb.copy_from(pixels);
            (room.into(), rgb)
        }
    };

    let number = |n: usize| JsValue::from(u32::try_from(n).unwrap_or(u32::MAX));
    let epoch = match task.draw {
        Draw::Training(epoch) => epoch.into(),
        Draw::Fixed => JsValue::NULL,
    };
    Ok(object(&[
        ("classes", number(task.classes)),
        ("phase", number(task.phase)),
        ("epoch", epoch),
        ("given", task.weights.into()),
        ("all", number(task.all)),
        ("start", number(task.parts.start)),
        ("end", number(task.parts.end)),
        ("indices", Uint32Array::from(task.indices.as_slice()).into()),
        ("labels", bytes(task.pictures.labels())),
        ("rgb", rgb.into()),
        ("weights", weights),
    ])?
    .into())
}

fn task_from(value: &JsValue) -> Result<ReplicaTask, Failure> {
    let bytes = |name| array::<Uint8Array>(value, name).map(|bytes| bytes.to_vec());
    let whole = |name| Ok::<_, Failure>(number(value, name)? as usize);
    let draw = match field(value, "epoch")? {
        none if none.is_null() => Draw::Fixed,
        _ => Draw::Training(number(value, "epoch")?),
    };
    Ok(ReplicaTask {
        classes: whole("classes")?,
        phase: whole("phase")?,
        draw,
        weights: number(value, "given")?,
        all: whole("all")?,
        parts: whole("start")?..whole("end")?,
        indices: array::<Uint32Array>(value, "indices")?.to_vec(),
        pictures: Pictures::from_bytes(bytes("labels")?, bytes("rgb")?)?,
    })
}

/// A share whose gradients lie in `room`, where they fit.
fn share_to_js(share: &ReplicaOutput, room: &JsValue) -> Result<JsValue, JsValue> {
    let bounds = share.sums.iter().flat_map(|sum| [sum.parts.start, sum.parts.end]);
    let bounds: Vec<u32> = bounds.map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
    let (gradients, _) = laid(share.sums.iter().flat_map(|sum| &sum.gradients), 0, room);
    // Tallies are exact as JSON, and few.
    let tallies = serde_json::to_string(&share.tallies).unwrap_or_default();
    Ok(object(&[
        ("tallies", tallies.into()),
        ("parts", Uint32Array::from(bounds.as_slice()).into()),
        ("gradients", gradients.into()),
    ])?
    .into())
}

/// A share of which every gradient has `sizes`.
fn share_from(value: &JsValue, sizes: &[usize]) -> Result<ReplicaOutput, Failure> {
    let tallies = field(value, "tallies")?.as_string().unwrap_or_default();
    let tallies = serde_json::from_str(&tallies).map_err(|_| missing("tallies"))?;
    let gradients: Float32Array = array(value, "gradients")?;
    let bounds = array::<Uint32Array>(value, "parts")?.to_vec();
    let mut sums = Vec::new();
    let mut at = 0;
    for &[start, end] in bounds.as_chunks().0 {
        let (gradients, next) = taken(&gradients, at, sizes).ok_or_else(|| missing("gradients"))?;
        at = next;
        sums.push(PartialSum { parts: start as usize..end as usize, gradients });
    }
    // Those of the batch are the run's own.
    Ok(ReplicaOutput { tallies, sums, moments: Vec::new() })
}

/// The share of the worker that has the run, which never leaves the module.
#[wasm_bindgen]
pub struct LocalWork(ReplicaWork);

#[wasm_bindgen]
impl LocalWork {
    /// What the others need of it to go on; `undefined` once it is whole.
    pub fn partial_sums(&self) -> Option<Vec<f64>> {
        self.0.sums().map(<[f64]>::to_vec)
    }

    /// Goes on with the sums of all workers, this one's first; says whether they fitted.
    pub async fn resume(&mut self, sums: Vec<f64>) -> Result<bool, JsValue> {
        Ok(self.0.resume(&sums).await.map_err(Failure::from)?)
    }
}

async fn scatter(trainer: &Trainer, workers: u32, rooms: &Array) -> Result<JsValue, JsValue> {
    let Some(tasks) = trainer.scatter(workers as usize).filter(|tasks| !tasks.is_empty()) else {
        return Ok(JsValue::UNDEFINED);
    };
    let weights = trainer.weights().await.map_err(Failure::from)?;
    let dealt = Array::new();
    for (task, room) in tasks.iter().zip(rooms.iter()) {
        dealt.push(&task_to_js(task, Some((&weights, &room)))?);
    }
    Ok(dealt.into())
}

fn scatter_prefetch(trainer: &Trainer, workers: u32) -> Result<JsValue, JsValue> {
    let Some(tasks) = trainer.scatter_prefetch(workers as usize) else {
        return Ok(JsValue::UNDEFINED);
    };
    let dealt = Array::new();
    tasks.iter().try_for_each(|task| task_to_js(task, None).map(|task| _ = dealt.push(&task)))?;
    Ok(dealt.into())
}

async fn share(trainer: &Trainer, workers: u32) -> Result<LocalWork, JsValue> {
    Ok(LocalWork(trainer.share(workers as usize).await.map_err(Failure::from)?))
}

fn reduce(trainer: &mut Trainer, own: LocalWork, others: &Array) -> Result<JsValue, JsValue> {
    let Some(own) = own.0.share() else { return Ok(JsValue::UNDEFINED) };
    let sizes = trainer.learns();
    let others = others.iter().map(|share| share_from(&share, &sizes));
    let shares: Result<Vec<ReplicaOutput>, Failure> =
        std::iter::once(Ok(own)).chain(others).collect();
    match trainer.reduce(shares?) {
        Some(events) => Ok(to_js(&events)?),
        None => Ok(JsValue::UNDEFINED),
    }
}

#[wasm_bindgen]
impl Session {
    /// Whether several workers can share the work of a run.
    pub fn is_data_parallel(&self, run: &str) -> Result<bool, JsValue> {
        Ok(self.trainer(run)?.is_data_parallel())
    }

    /// What helpers are asked for in the next unit of work of a run, which `workers` share: a task
    /// for each; `undefined` where it cannot be shared. A task's weights and pictures lie in the room of its
    /// place in `rooms`, a `Float32Array`, where that is large enough.
    pub async fn scatter(
        &self,
        run: &str,
        workers: u32,
        rooms: &Array,
    ) -> Result<JsValue, JsValue> {
        scatter(self.trainer(run)?, workers, rooms).await
    }

    /// What helpers will be asked for in the unit after the next, for [`Replica::prefetch`]; `undefined`
    /// where nothing can be computed ahead.
    pub fn scatter_prefetch(&self, run: &str, workers: u32) -> Result<JsValue, JsValue> {
        scatter_prefetch(self.trainer(run)?, workers)
    }

    /// Computes ahead, of this worker's share of the unit after the next.
    pub fn prefetch(&mut self, run: &str, workers: u32) -> Result<(), JsValue> {
        self.trainer_mut(run)?.prepare(workers as usize);
        Ok(())
    }

    /// The share of the next unit of work of a run that is left to this worker where `workers`
    /// share it, up to its first sums.
    pub async fn compute_local(&self, run: &str, workers: u32) -> Result<LocalWork, JsValue> {
        share(self.trainer(run)?, workers).await
    }

    /// Does the unit of work that this worker's own share and the others make up, and says what
    /// happened; `undefined`, and nothing done, where they do not make it up.
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
    pub async fn scatter(&self, workers: u32, rooms: &Array) -> Result<JsValue, JsValue> {
        scatter(&self.0, workers, rooms).await
    }

    /// As [`Session::scatter_prefetch`].
    pub fn scatter_prefetch(&self, workers: u32) -> Result<JsValue, JsValue> {
        scatter_prefetch(&self.0, workers)
    }

    /// As [`Session::prefetch`].
    pub fn prefetch(&mut self, workers: u32) {
        self.0.prepare(workers as usize);
    }

    /// As [`Session::compute_local`].
    pub async fn compute_local(&self, workers: u32) -> Result<LocalWork, JsValue> {
        share(&self.0, workers).await
    }

    /// As [`Session::reduce`].
    pub fn reduce(&mut self, own: LocalWork, others: &Array) -> Result<JsValue, JsValue> {
        reduce(&mut self.0, own, others)
    }
}

/// Computes shares of the work of a run that another worker has.
#[wasm_bindgen]
pub struct Replica {
    helper: replica::Replica,
    /// A share whose sums were told, and the room for its gradients.
    open: Option<(ReplicaWork, Float32Array)>,
}

#[wasm_bindgen]
impl Replica {
    /// For a run of `config` on data of `classes` classes, on the CPU.
    pub async fn open(config: &JsValue, classes: usize) -> Result<Self, JsValue> {
        let device = Backend::Flex.device().await.map_err(Failure::from)?;
        let helper = replica::Replica::new(config_from(config)?, classes, &device);
        Ok(Self { helper: helper.map_err(Failure::from)?, open: None })
    }

    /// The share that `task` asks for, or the sums that the other workers need of it first. Its
    /// gradients lie where the task's weights were.
    pub async fn compute(&mut self, task: &JsValue) -> Result<JsValue, JsValue> {
        let room: Float32Array = array(task, "weights")?;
        let weights = taken(&room, 0, &self.helper.sizes());
        if !weights.is_some_and(|(weights, _)| self.helper.put(weights)) {
            return Err(refused().into());
        }
        let work = self.helper.share(&task_from(task)?).await.map_err(Failure::from)?;
        self.tell(work.ok_or_else(refused)?, room)
    }

    /// Computes of a later task what does not depend on the weights that learn.
    pub fn prefetch(&mut self, task: &JsValue) -> Result<(), JsValue> {
        self.helper.prepare(&task_from(task)?);
        Ok(())
    }

    /// Goes on with the sums of all workers; answers as [`Replica::share`].
    pub async fn resume(&mut self, sums: Vec<f64>) -> Result<JsValue, JsValue> {
        let (mut work, room) = self.open.take().ok_or_else(refused)?;
        if !work.resume(&sums).await.map_err(Failure::from)? {
            return Err(refused().into());
        }
        self.tell(work, room)
    }
}

impl Replica {
    fn tell(&mut self, work: ReplicaWork, room: Float32Array) -> Result<JsValue, JsValue> {
        if let Some(sums) = work.sums() {
            let sums = Float64Array::from(sums);
            self.open = Some((work, room));
            return Ok(object(&[("sums", sums.into())])?.into());
        }
        share_to_js(&work.share().ok_or_else(refused)?, &room)
    }
}

fn refused() -> Failure {
    Failure::state("A step of another model was asked for. Reload the page.")
}
