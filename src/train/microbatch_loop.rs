//! Work items computed microbatch by microbatch, as the CPU does: alone, or by the trainer and replicas
//! together. Nothing in the run changes until all outputs of a work item are reduced.

use std::ops::Range;

use crate::data::pictures::Pictures;
use crate::parallel::all_reduce;
use crate::parallel::error::ParallelError;
use crate::parallel::microbatch;
use crate::parallel::prefetch::{self, PrefetchKey, Prefetched};
use crate::parallel::replica::{self, ReplicaOutput, ReplicaTask, ReplicaWork};
use crate::parallel::work_item::{Assignment, WorkItem};
use crate::step::augment::Augmenter;
use crate::step::batch::{Batch, Draw};
use crate::train::error::TrainError;
use crate::train::events::RunEvent;
use crate::train::snapshot::RunState;
use crate::train::trainer::Trainer;

/// A work item of the run, and the pictures of its batch.
struct PlannedItem<'a> {
    item: WorkItem,
    pictures: &'a Pictures,
    /// Of the batch.
    indices: Vec<u32>,
}

impl PlannedItem<'_> {
    /// The microbatches of one of `workers`.
    fn assigned_to(&self, worker: usize, workers: usize) -> Assignment {
        let batch_size = self.indices.len();
        let count = microbatch::count(batch_size);
        let microbatches = microbatch::assigned_to(worker, workers.min(count).max(1), count);
        Assignment { item: self.item, batch_size, microbatches }
    }

    /// What the trainer itself, worker 0 of `workers`, prefetches.
    fn local_key(&self, workers: usize) -> PrefetchKey {
        PrefetchKey { assignment: self.assigned_to(0, workers), indices: self.indices.clone() }
    }
}

impl Trainer {
    /// The next work item, where it can be computed by microbatches.
    fn next_item(&self) -> Option<PlannedItem<'_>> {
        let (batch, draw, pictures, indices) = match self.run_state {
            RunState::Training(batch) => {
                // Epochs are counted from the run's first, so that each phase sees noise of its own.
                let draw = Draw::Training(self.epochs_begun);
                (batch, draw, &self.data.train, self.train_indices(batch).to_vec())
            }
            RunState::Validating(batch) => {
                (batch, Draw::Fixed, &self.data.test, self.test_indices(batch))
            }
            RunState::Begin | RunState::Over => return None,
        };
        let item = self.work_item(self.progress.step, batch, draw);
        self.by_microbatches.then_some(PlannedItem { item, pictures, indices })
    }

    fn work_item(&self, step: u64, batch: usize, draw: Draw) -> WorkItem {
        let (phase, weights_version) = (self.progress.phase, self.weights_version);
        WorkItem { step, phase, draw, batch, weights_version }
    }

    /// The step after the next work item, if that is a step of the same epoch and prefetching it is
    /// worth while.
    fn item_to_prefetch(&self) -> Option<PlannedItem<'_>> {
        let RunState::Training(batch) = self.run_state else { return None };
        let indices = self.train_indices(batch + 1).to_vec();
        let worthwhile = self.by_microbatches
            && !indices.is_empty()
            && prefetch::is_worthwhile(&self.config, &self.train_state, self.phase());
        let draw = Draw::Training(self.epochs_begun);
        let item = self.work_item(self.progress.step + 1, batch + 1, draw);
        worthwhile.then_some(PlannedItem { item, pictures: &self.data.train, indices })
    }

    /// Computes the next work item alone.
    pub(crate) async fn compute_work_item(
        &mut self,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let mut work = self.compute_local(1).await?;
        while let Some(sums) = work.partial_sums().map(<[f64]>::to_vec) {
            work.resume(&sums).await?;
        }
        events.extend(self.reduce(vec![work.finish()?])?);
        Ok(())
    }

    /// Whether several workers can compute a work item together: not on a GPU.
    #[must_use]
    pub fn is_data_parallel(&self) -> bool {
        self.by_microbatches
    }

    /// The tasks of the replicas for the next work item, which `workers` compute together, the trainer
    /// being the first. Fewer than `workers - 1` where the batch has fewer microbatches; `None` where
    /// the work item cannot be shared. The run does not change.
    #[must_use]
    pub fn scatter(&self, workers: usize) -> Option<Vec<ReplicaTask>> {
        Some(self.tasks(&self.next_item()?, workers))
    }

    /// The tasks of the replicas for the step after the next work item, of which they can compute what
    /// does not depend on the trained weights once they are done with the next one. `None` where that
    /// is not worth a message.
    #[must_use]
    pub fn scatter_prefetch(&self, workers: usize) -> Option<Vec<ReplicaTask>> {
        Some(self.tasks(&self.item_to_prefetch()?, workers))
    }

    /// The same for the trainer's own microbatches.
    pub fn prefetch(&mut self, workers: usize) {
        self.prefetched = self.item_to_prefetch().map(|planned| {
            let batch = |range: Range<usize>| self.batch_of(&planned, range);
            let key = planned.local_key(workers);
            Prefetched::new(&self.train_state, self.phase(), key, batch)
        });
    }

    fn tasks(&self, planned: &PlannedItem<'_>, workers: usize) -> Vec<ReplicaTask> {
        // More workers than microbatches have nothing to do.
        let workers = workers.min(microbatch::count(planned.indices.len()));
        let tasks = (1..workers).map(|worker| {
            let assignment = planned.assigned_to(worker, workers);
            let positions = assignment
                .microbatches
                .clone()
                .flat_map(|index| microbatch::pictures_of(index, assignment.batch_size));
            let mut indices: Vec<u32> =
                positions.map(|position| planned.indices[position]).collect();
            if let Some(augmenter) = Augmenter::of(&self.config, planned.item.draw) {
                let partner = |&index| augmenter.partner(index, planned.pictures.len());
                indices.extend(indices.iter().filter_map(partner).collect::<Vec<_>>());
            }
            let (classes, pictures) = (self.model.classes(), planned.pictures.chosen(&indices));
            ReplicaTask { classes, assignment, pictures, indices }
        });
        tasks.filter(|task| !task.indices.is_empty()).collect()
    }

    /// Pictures `range` of a planned batch.
    fn batch_of(&self, planned: &PlannedItem<'_>, range: Range<usize>) -> Batch {
        let PlannedItem { item, pictures, indices } = planned;
        Batch::new(pictures, &indices[range], &self.config, item.draw)
    }

    /// The weights that the next work item begins with, of every parameter, for replicas.
    ///
    /// # Errors
    /// [`TrainError`] where the device fails, or has failed in the middle of steps.
    pub async fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        self.queued.check()?;
        Ok(self.train_state.weights().await?)
    }

    /// How many values the gradient of every parameter has that learns now.
    #[must_use]
    pub fn gradient_sizes(&self) -> Vec<usize> {
        self.train_state.gradient_sizes(self.phase()).into_iter().flatten().collect()
    }

    /// Computes the trainer's own microbatches of the next work item, which `workers` compute together,
    /// up to the first statistics that the others must tell. The run does not change.
    ///
    /// # Errors
    /// [`ParallelError::NoWorkItem`] where [`Trainer::scatter`] gives nothing; [`TrainError::Device`]
    /// where the device fails.
    pub async fn compute_local(&self, workers: usize) -> Result<ReplicaWork, TrainError> {
        self.queued.check()?;
        let planned = self.next_item().ok_or(ParallelError::NoWorkItem)?;
        let key = planned.local_key(workers);
        let prefetched = self.prefetched.as_ref().map_or_else(Vec::new, |found| found.get(&key));
        let batch = |range: Range<usize>| self.batch_of(&planned, range);
        let (state, assignment) = (&self.train_state, &key.assignment);
        Ok(replica::compute(state, self.phase(), assignment, batch, prefetched).await?)
    }

    /// Reduces the outputs of all workers (all-reduce), takes the step or counts the validation, and
    /// says what happened.
    ///
    /// # Errors
    /// [`TrainError::Parallel`], and nothing has changed, where the outputs are stale, or not those of
    /// all microbatches, once each. The work item can still be computed alone, by
    /// [`Trainer::advance`], with the same result.
    pub fn reduce(&mut self, outputs: Vec<ReplicaOutput>) -> Result<Vec<RunEvent>, TrainError> {
        self.queued.check()?;
        let planned = self.next_item().ok_or(ParallelError::NoWorkItem)?;
        let (item, batch_size) = (planned.item, planned.indices.len());
        let metrics = all_reduce::metrics(item, batch_size, &outputs)?;
        let mut events = Vec::new();
        if item.draw == Draw::Fixed {
            self.record_validation(item.batch, &metrics, &mut events)?;
        } else {
            // Without batch normalisation there are no moments; with it, every output that has been in
            // this module has the same.
            let moments = outputs.iter().map(|output| &output.moments).find(|one| !one.is_empty());
            let moments = moments.map_or_else(Vec::new, Clone::clone);
            let (state, phase) = (&self.train_state, self.phase());
            let gradients = all_reduce::gradients(state, phase, batch_size, outputs)?;
            let phase = &self.phases[self.progress.phase];
            let before = self.train_state.apply_gradients(phase, gradients, &moments);
            self.record_step(&metrics, before, &mut events)?;
        }
        Ok(events)
    }
}
