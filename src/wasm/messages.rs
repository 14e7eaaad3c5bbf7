//! What the worker with the run and the workers with replicas send each other: tasks and outputs as
//! plain objects of numbers and typed arrays, whose memory goes back and forth between two workers step
//! after step instead of being allocated anew.

use js_sys::{Float32Array, Uint8Array, Uint32Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::failure::{Failure, to_js};
use crate::data::pictures::{PictureShape, Pictures};
use crate::parallel::microbatch::PartialSum;
use crate::parallel::replica::{ReplicaOutput, ReplicaTask};
use crate::parallel::work_item::{Assignment, WorkItem};
use crate::step::batch::Draw;

/// A [`WorkItem`].
#[derive(Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
struct ItemMessage {
    step: u64,
    phase: usize,
    /// `null` in validation.
    #[tsify(type = "number | null")]
    epoch: Option<u32>,
    batch: usize,
    weights_version: u32,
}

impl From<WorkItem> for ItemMessage {
    fn from(item: WorkItem) -> Self {
        let WorkItem { step, phase, draw, batch, weights_version } = item;
        let epoch = match draw {
            Draw::Training(epoch) => Some(epoch),
            Draw::Fixed => None,
        };
        Self { step, phase, epoch, batch, weights_version }
    }
}

impl From<ItemMessage> for WorkItem {
    fn from(message: ItemMessage) -> Self {
        let ItemMessage { step, phase, epoch, batch, weights_version } = message;
        Self {
            step,
            phase,
            draw: epoch.map_or(Draw::Fixed, Draw::Training),
            batch,
            weights_version,
        }
    }
}

/// A [`ReplicaTask`], with the weights to compute it from.
#[derive(Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
struct TaskMessage {
    item: ItemMessage,
    classes: usize,
    /// The shape of a picture.
    #[tsify(type = "PictureShape")]
    picture: PictureShape,
    batch_size: usize,
    /// The first microbatch.
    start: usize,
    /// The microbatch after the last one.
    end: usize,
    #[serde(with = "preserve")]
    #[tsify(type = "Uint32Array")]
    indices: Uint32Array,
    #[serde(with = "preserve")]
    #[tsify(type = "Uint8Array")]
    labels: Uint8Array,
    #[serde(with = "preserve")]
    #[tsify(type = "Uint8Array")]
    pixels: Uint8Array,
    /// A `Float32Array` of all weights, parameter after parameter; `null` in a task to prefetch.
    #[serde(with = "preserve")]
    #[tsify(type = "Float32Array | null")]
    weights: JsValue,
}

/// A [`ReplicaOutput`].
#[derive(Serialize, Deserialize, Tsify)]
struct OutputMessage {
    item: ItemMessage,
    /// JSON, which keeps every bit of them; they are few.
    metrics: String,
    /// The first microbatch of each partial sum, and the one after its last.
    #[serde(with = "preserve")]
    #[tsify(type = "Uint32Array")]
    parts: Uint32Array,
    /// The partial sums one after another.
    #[serde(with = "preserve")]
    #[tsify(type = "Float32Array")]
    gradients: Float32Array,
}

fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, Failure> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
    Failure::state(&format!("A message between workers cannot be read: {error}. Reload the page."))
}

/// A length or an index, which JavaScript's arrays count in 32 bits.
fn index(n: usize) -> Result<u32, Failure> {
    u32::try_from(n).map_err(|_| unreadable(&format!("{n} is too large for an array")))
}

/// `values` one after another at the beginning of `buffer`, where it is a `Float32Array` that is large
/// enough for them and `more` bytes, or of a new one. With where they end.
fn pack<'a>(
    values: impl Iterator<Item = &'a Vec<f32>> + Clone,
    more: usize,
    buffer: &JsValue,
) -> Result<(Float32Array, u32), Failure> {
    let count: usize = values.clone().map(Vec::len).sum();
    let size = index(count + more.div_ceil(size_of::<f32>()))?;
    let reused = buffer.dyn_ref::<Float32Array>().filter(|found| found.length() >= size).cloned();
    let buffer = reused.unwrap_or_else(|| Float32Array::new_with_length(size));
    let mut start = 0;
    for values in values {
        let end = start + index(values.len())?;
        buffer.subarray(start, end).copy_from(values);
        start = end;
    }
    Ok((buffer, start))
}

/// Values of these sizes from `start` of `from` on, and where they end.
fn unpack(
    from: &Float32Array,
    start: u32,
    sizes: &[usize],
) -> Result<(Vec<Vec<f32>>, u32), Failure> {
    let mut start = start;
    let mut found = Vec::with_capacity(sizes.len());
    for &size in sizes {
        let end = start.checked_add(index(size)?).filter(|&end| end <= from.length());
        let end = end.ok_or_else(|| {
            unreadable(&format!("its {} values are too few for this model", from.length()))
        })?;
        found.push(from.subarray(start, end).to_vec());
        start = end;
    }
    Ok((found, start))
}

/// A task to compute from `weights`, which lie in `buffer` with the pictures where they fit.
pub(super) fn task_to_js(
    task: &ReplicaTask,
    weights: &[Vec<f32>],
    buffer: &JsValue,
) -> Result<JsValue, Failure> {
    let pixels = task.pictures.pixels();
    let (buffer, end) = pack(weights.iter(), pixels.len(), buffer)?;
    let start = buffer.byte_offset() + end * size_of::<f32>() as u32;
    let bytes =
        Uint8Array::new_with_byte_offset_and_length(&buffer.buffer(), start, index(pixels.len())?);
    bytes.copy_from(pixels);
    task_message(task, bytes, buffer.into())
}

/// A task to prefetch, without weights.
pub(super) fn prefetch_to_js(task: &ReplicaTask) -> Result<JsValue, Failure> {
    task_message(task, Uint8Array::from(task.pictures.pixels()), JsValue::NULL)
}

fn task_message(
    task: &ReplicaTask,
    pixels: Uint8Array,
    weights: JsValue,
) -> Result<JsValue, Failure> {
    let Assignment { item, batch_size, microbatches } = &task.assignment;
    to_js(&TaskMessage {
        item: (*item).into(),
        classes: task.classes,
        picture: task.pictures.shape(),
        batch_size: *batch_size,
        start: microbatches.start,
        end: microbatches.end,
        indices: Uint32Array::from(task.indices.as_slice()),
        labels: Uint8Array::from(task.pictures.labels()),
        pixels,
        weights,
    })
}

/// A task, and the `Float32Array` that its weights lie in.
pub(super) fn task_from(value: &JsValue) -> Result<(ReplicaTask, JsValue), Failure> {
    let message: TaskMessage = read(value)?;
    let assignment = Assignment {
        item: message.item.into(),
        batch_size: message.batch_size,
        microbatches: message.start..message.end,
    };
    let task = ReplicaTask {
        classes: message.classes,
        assignment,
        indices: message.indices.to_vec(),
        pictures: Pictures::from_bytes(
            message.picture,
            message.labels.to_vec(),
            message.pixels.to_vec(),
        )?,
    };
    Ok((task, message.weights))
}

/// The weights of a task, of parameters of these sizes, and their memory.
pub(super) fn weights_from(
    weights: JsValue,
    sizes: &[usize],
) -> Result<(Vec<Vec<f32>>, Float32Array), Failure> {
    let buffer: Float32Array =
        weights.dyn_into().map_err(|_| unreadable(&"its weights are no Float32Array"))?;
    Ok((unpack(&buffer, 0, sizes)?.0, buffer))
}

/// An output whose gradients lie in `buffer`, where they fit.
pub(super) fn output_to_js(output: &ReplicaOutput, buffer: &JsValue) -> Result<JsValue, Failure> {
    let bounds = output
        .partial_sums
        .iter()
        .flat_map(|sum| [sum.microbatches.start, sum.microbatches.end])
        .map(index);
    let parts = bounds.collect::<Result<Vec<u32>, Failure>>()?;
    let sums = output.partial_sums.iter().flat_map(|sum| &sum.gradients);
    let (gradients, _) = pack(sums, 0, buffer)?;
    to_js(&OutputMessage {
        item: output.item.into(),
        metrics: serde_json::to_string(&output.metrics).map_err(|error| unreadable(&error))?,
        parts: Uint32Array::from(parts.as_slice()),
        gradients,
    })
}

/// An output whose gradients are of parameters of these sizes.
pub(super) fn output_from(value: &JsValue, sizes: &[usize]) -> Result<ReplicaOutput, Failure> {
    let message: OutputMessage = read(value)?;
    let metrics = serde_json::from_str(&message.metrics).map_err(|error| unreadable(&error))?;
    let mut partial_sums = Vec::new();
    let mut at = 0;
    for &[start, end] in message.parts.to_vec().as_chunks().0 {
        let (gradients, next) = unpack(&message.gradients, at, sizes)?;
        at = next;
        partial_sums.push(PartialSum { microbatches: start as usize..end as usize, gradients });
    }
    // The run's own output has the moments of the batch.
    let item = message.item.into();
    Ok(ReplicaOutput { item, metrics, partial_sums, moments: Vec::new() })
}
