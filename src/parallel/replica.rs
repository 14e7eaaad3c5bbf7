//! A replica of the model that computes microbatches for a run elsewhere. It has the run's settings and
//! the weights that it was sent last; the data, the optimizer and the position in the epoch stay with
//! the run's trainer.

use std::ops::Range;

use burn::tensor::{Device, Transaction};

use super::error::ParallelError;
use super::microbatch::{self, Gradients, PartialSum, TreeReducer};
use super::prefetch::{PrefetchKey, Prefetched};
use super::sync_batch_norm::{MicrobatchGradients, SyncBatchNorm};
use super::work_item::{Assignment, WorkItem};
use crate::data::pictures::{PictureShape, Pictures};
use crate::spec::RunConfig;
use crate::step::augment::Augmenter;
use crate::step::batch::{Batch, Draw};
use crate::step::metrics::MetricSums;
use crate::step::phase::{Phase, phases};
use crate::step::prepare::DeviceBatch;
use crate::step::train_state::{LayerMoments, TrainState};
use crate::step::transfer::read;

/// What a replica is asked to compute: some microbatches of a work item.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaTask {
    /// Classes of the run's data.
    pub classes: usize,
    /// Which microbatches.
    pub assignment: Assignment,
    /// The pictures of these, by their index in the data set, which seeds their noise and augmentation;
    /// and, where pictures are mixed, after all of them those that are mixed into them, in the same order.
    pub indices: Vec<u32>,
    /// Labels and pixels of these.
    pub pictures: Pictures,
}

/// What a replica gives for its microbatches.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicaOutput {
    /// Of which they are.
    pub item: WorkItem,
    /// Metrics by microbatch, in order.
    pub metrics: Vec<(usize, MetricSums)>,
    /// Gradients of the mean loss of the whole batch, added as far as these microbatches allow, in
    /// order; none of a validation.
    pub partial_sums: Vec<PartialSum>,
    /// Mean and variance of the whole batch, by the layer that normalises with them.
    pub moments: Vec<LayerMoments>,
}

/// A worker's part of a work item on its way. Synchronised batch normalisation makes it stop at each
/// normalisation, until the workers have told each other their statistics.
#[derive(Debug)]
pub struct ReplicaWork(Work);

#[derive(Debug)]
enum Work {
    Synchronising { norm: Box<SyncBatchNorm>, assignment: Assignment },
    Done(ReplicaOutput),
}

impl ReplicaWork {
    /// The statistics of this worker's microbatches that all workers need next; `None` once its output
    /// is ready.
    #[must_use]
    pub fn partial_sums(&self) -> Option<&[f64]> {
        match &self.0 {
            Work::Synchronising { norm, .. } => norm.partial_sums(),
            Work::Done(_) => None,
        }
    }

    /// Goes on with the statistics of all workers, one after another in the order of their microbatches.
    ///
    /// # Errors
    /// [`ParallelError::Statistics`], and nothing changes, where they are not as many as all
    /// microbatches have; [`ParallelError::Transfer`] where the device fails.
    pub async fn resume(&mut self, partial_sums: &[f64]) -> Result<(), ParallelError> {
        match &mut self.0 {
            Work::Synchronising { norm, .. } => norm.resume(partial_sums).await,
            Work::Done(_) => {
                Err(ParallelError::Statistics { found: partial_sums.len(), expected: 0 })
            }
        }
    }

    /// The output.
    ///
    /// # Errors
    /// [`ParallelError::Unfinished`] where statistics of other workers are still needed.
    pub fn finish(self) -> Result<ReplicaOutput, ParallelError> {
        let (norm, assignment) = match self.0 {
            Work::Done(output) => return Ok(output),
            Work::Synchronising { norm, assignment } => (norm, assignment),
        };
        let (microbatches, moments) = norm.finish().ok_or(ParallelError::Unfinished)?;
        let mut output = OutputBuilder::new(&assignment);
        for MicrobatchGradients { index, metrics, gradients } in microbatches {
            output.add(index, metrics, Some(gradients))?;
        }
        Ok(ReplicaOutput { moments, ..output.finish() })
    }
}

/// An output that grows by one microbatch after another.
struct OutputBuilder {
    item: WorkItem,
    metrics: Vec<(usize, MetricSums)>,
    reducer: TreeReducer,
}

impl OutputBuilder {
    fn new(assignment: &Assignment) -> Self {
        let reducer = TreeReducer::new(microbatch::count(assignment.batch_size));
        Self { item: assignment.item, metrics: Vec::new(), reducer }
    }

    fn add(
        &mut self,
        index: usize,
        metrics: MetricSums,
        gradients: Option<Gradients>,
    ) -> Result<(), ParallelError> {
        self.metrics.push((index, metrics));
        gradients.map_or(Ok(()), |gradients| {
            self.reducer.add(PartialSum { microbatches: index..index + 1, gradients })
        })
    }

    fn finish(self) -> ReplicaOutput {
        let Self { item, metrics, reducer } = self;
        ReplicaOutput { item, metrics, partial_sums: reducer.partial_sums(), moments: Vec::new() }
    }
}

/// Computes the assigned microbatches up to the first statistics that other workers must tell. `batch`
/// makes pictures by their position in the whole batch; `prefetched` has the first microbatches, as far
/// as they were computed before.
///
/// # Errors
/// [`ParallelError`] where the device fails.
pub(crate) async fn compute(
    state: &TrainState,
    phase: &Phase,
    assignment: &Assignment,
    batch: impl Fn(Range<usize>) -> Batch,
    prefetched: Vec<DeviceBatch>,
) -> Result<ReplicaWork, ParallelError> {
    let validates = assignment.item.draw == Draw::Fixed;
    if !validates && let Some(norm) = SyncBatchNorm::begin(state, phase, assignment, &batch).await?
    {
        let assignment = assignment.clone();
        return Ok(ReplicaWork(Work::Synchronising { norm: Box::new(norm), assignment }));
    }
    let mut output = OutputBuilder::new(assignment);
    let mut prefetched = prefetched.into_iter();
    for index in assignment.microbatches.clone() {
        let batch = || batch(microbatch::pictures_of(index, assignment.batch_size));
        if validates {
            output.add(index, state.metrics(phase, &batch()).await?, None)?;
        } else {
            let microbatch =
                prefetched.next().unwrap_or_else(|| state.device_batch(phase, &batch()));
            let (metrics, gradients) =
                train_microbatch(state, phase, microbatch, assignment.batch_size).await?;
            output.add(index, metrics, Some(gradients))?;
        }
    }
    Ok(ReplicaWork(Work::Done(output.finish())))
}

/// Metrics of a microbatch, and its gradients, on the host.
async fn train_microbatch(
    state: &TrainState,
    phase: &Phase,
    microbatch: DeviceBatch,
    batch_size: usize,
) -> Result<(MetricSums, Gradients), ParallelError> {
    let pictures = microbatch.pictures;
    let output = state.microbatch(phase, microbatch, batch_size);
    let mut transfer = output.metrics.register(Transaction::default());
    for gradient in output.gradients.into_iter().flatten() {
        transfer = transfer.register(gradient);
    }
    let mut tensors = read(transfer).await?;
    Ok((output.metrics.read(pictures, &mut tensors)?, tensors.rest()))
}

/// Computes microbatches for a run that is elsewhere.
#[derive(Debug)]
pub struct Replica {
    config: RunConfig,
    picture: PictureShape,
    phases: Vec<Phase>,
    state: TrainState,
    prefetched: Option<Prefetched>,
}

impl Replica {
    /// For a run of `config` on data of pictures of this shape and `classes` classes, on `device`.
    ///
    /// # Errors
    /// [`ParallelError::Config`] where the settings are wrong.
    pub fn new(
        config: RunConfig,
        picture: PictureShape,
        classes: usize,
        device: &Device,
    ) -> Result<Self, ParallelError> {
        let model = config.model(picture, classes)?;
        let state = TrainState::new(&config, &model, device);
        Ok(Self { phases: phases(&model), picture, state, config, prefetched: None })
    }

    /// How many weights every parameter of the run has.
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        self.state.sizes()
    }

    /// Sets the weights of every parameter, as the run's trainer gave them.
    ///
    /// # Errors
    /// [`ParallelError::Weights`], and none is set, where they are not as many as this model has.
    pub fn set_weights(&mut self, weights: Vec<Vec<f32>>) -> Result<(), ParallelError> {
        let found = weights.iter().map(Vec::len).sum();
        let expected = self.sizes().into_iter().sum();
        self.state.set_weights(weights).ok_or(ParallelError::Weights { found, expected })
    }

    /// Computes the microbatches of `task`, up to the first statistics that other workers must tell.
    ///
    /// # Errors
    /// [`ParallelError`] where the task is not one of this model, or the device fails.
    pub async fn compute(&self, task: &ReplicaTask) -> Result<ReplicaWork, ParallelError> {
        let phase = self.phase_of(task)?;
        let key = task.prefetch_key();
        let prefetched = self.prefetched.as_ref().map_or_else(Vec::new, |found| found.get(&key));
        let batch = |positions| task.batch(&self.config, positions);
        compute(&self.state, phase, &task.assignment, batch, prefetched).await
    }

    /// Computes of a later `task` what does not depend on the trained weights.
    ///
    /// # Errors
    /// [`ParallelError::Task`] where the task is not one of this model.
    pub fn prefetch(&mut self, task: &ReplicaTask) -> Result<(), ParallelError> {
        let phase = self.phase_of(task)?;
        let batch = |positions| task.batch(&self.config, positions);
        let prefetched = Prefetched::new(&self.state, phase, task.prefetch_key(), batch);
        self.prefetched = Some(prefetched);
        Ok(())
    }

    /// The phase of a task that has the pictures of its microbatches.
    fn phase_of(&self, task: &ReplicaTask) -> Result<&Phase, ParallelError> {
        let Assignment { item, batch_size, ref microbatches } = task.assignment;
        let mixes = Augmenter::of(&self.config, item.draw).is_some_and(|all| all.mixes());
        let expected = task.positions().len() * if mixes { 2 } else { 1 };
        let whole = microbatches.end <= microbatch::count(batch_size)
            && expected > 0
            && task.indices.len() == expected
            && task.pictures.len() == expected
            && task.pictures.shape() == self.picture;
        self.phases.get(item.phase).filter(|_| whole).ok_or_else(|| ParallelError::Task {
            microbatches: microbatches.clone(),
            batch_size,
            phase: item.phase,
            indices: task.indices.len(),
            pictures: task.pictures.len(),
            phases: self.phases.len(),
        })
    }
}

impl ReplicaTask {
    fn prefetch_key(&self) -> PrefetchKey {
        PrefetchKey { assignment: self.assignment.clone(), indices: self.indices.clone() }
    }

    /// Where its pictures are in the whole batch.
    fn positions(&self) -> Range<usize> {
        let Assignment { batch_size, ref microbatches, .. } = self.assignment;
        let start = |index| microbatch::pictures_of(index, batch_size).start;
        start(microbatches.start)..start(microbatches.end)
    }

    /// The pictures at these positions of the whole batch.
    fn batch(&self, config: &RunConfig, positions: Range<usize>) -> Batch {
        let (first, count) = (self.positions().start, self.positions().len());
        let sample = |row: usize| {
            let found = self.pictures.get(row);
            let (label, pixels) = found.expect("a task is checked before it is computed");
            (self.indices[row], label, pixels)
        };
        let rows = (positions.start - first..positions.end - first).map(|row| {
            let partner = row + count;
            (sample(row), (partner < self.pictures.len()).then(|| sample(partner)))
        });
        Batch::from_rows(self.pictures.shape(), rows, config, self.assignment.item.draw)
    }
}
