//! The units of work of a run, steps and batches of validation, part by part, alone or with helpers (in
//! `whole`, as a whole). Which pictures are next is known here; what comes after an epoch's last unit is
//! not.

use std::ops::Range;

use crate::data::pictures::Pictures;
use crate::nn::Net;
use crate::parallel::microbatch;
use crate::parallel::replica::{
    self, PrefetchKey, Prefetched, ReplicaOutput, ReplicaTask, ReplicaWork,
};
use crate::step::batch::{Batch, Draw};
use crate::step::metrics::MetricSums;
use crate::train::events::RunEvent;
use crate::train::snapshot::State;
use crate::train::trainer::{TrainError, Trainer, VALIDATION_BATCH};

impl Trainer {
    /// The unit of work that is next.
    fn next(&self) -> Option<Next<'_>> {
        match self.state {
            State::Training(index) => Some(Next {
                pictures: &self.data.train,
                indices: self.indices(index).to_vec(),
                // Epochs are counted from the run's first, so that each phase sees noise of its own.
                draw: Draw::Training(self.epochs),
            }),
            State::Validating(index) => Some(Next {
                pictures: &self.data.test,
                indices: self.test_indices(index),
                draw: Draw::Fixed,
            }),
            State::Begin | State::Over => None,
        }
    }

    /// The step after the next unit of work, if that is a step of the same epoch and there is something
    /// to compute of it ahead.
    fn after_next(&self) -> Option<Next<'_>> {
        let State::Training(index) = self.state else { return None };
        let phase = &self.phases[self.place.phase];
        let pays = self.by_microbatches && replica::pays(&self.config, &self.learner, phase);
        let indices = self.indices(index + 1).to_vec();
        let draw = Draw::Training(self.epochs);
        (pays && !indices.is_empty()).then_some(Next { pictures: &self.data.train, indices, draw })
    }

    /// Does the next unit of work part by part.
    pub(crate) async fn take_parts(
        &mut self,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let mut work = self.share(1).await?;
        while let Some(sums) = work.sums().map(<[f64]>::to_vec) {
            if !work.resume(&sums).await? {
                break;
            }
        }
        // Shares of one's own fit together.
        events.extend(self.reduce(work.share().into_iter().collect()).unwrap_or_default());
        Ok(())
    }

    /// Whether several workers can share its work: not on a GPU.
    #[must_use]
    pub fn is_data_parallel(&self) -> bool {
        self.by_microbatches
    }

    /// What helpers are asked for in the next unit of work, which `workers` share, this one being the
    /// first; `None` where it cannot be shared. Nothing moves.
    #[must_use]
    pub fn scatter(&self, workers: usize) -> Option<Vec<ReplicaTask>> {
        Some(self.dealt(self.next().filter(|_| self.by_microbatches)?, workers))
    }

    /// What helpers will be asked for in the unit of work after the next one: they can compute of it
    /// what does not depend on the weights that learn, after their share of the next one. `None` where
    /// that is not worth a message.
    #[must_use]
    pub fn scatter_prefetch(&self, workers: usize) -> Option<Vec<ReplicaTask>> {
        Some(self.dealt(self.after_next()?, workers))
    }

    /// The same for this worker's own share of it, after its share of the next unit.
    pub fn prepare(&mut self, workers: usize) {
        let phase = &self.phases[self.place.phase];
        self.ahead = self.after_next().map(|Next { pictures, indices, draw }| {
            let of = self.named(&indices, draw, workers);
            let batch =
                |range: Range<usize>| Batch::new(pictures, &indices[range], &self.config, draw);
            Prefetched::new(&self.learner, phase, of, batch)
        });
    }

    /// The own share of a unit of work that `workers` share.
    fn named(&self, indices: &[u32], draw: Draw, workers: usize) -> PrefetchKey {
        let all = indices.len();
        let parts = microbatch::share(microbatch::count(all), workers.max(1), 0);
        let (phase, weights, indices) = (self.place.phase, self.given, indices.to_vec());
        PrefetchKey { phase, draw, weights, all, parts, indices }
    }

    fn dealt(&self, next: Next<'_>, workers: usize) -> Vec<ReplicaTask> {
        let Next { pictures, indices, draw } = next;
        let tasks = (1..workers.max(1)).map(|worker| {
            let parts = microbatch::share(microbatch::count(indices.len()), workers, worker);
            let mine = parts.clone().flat_map(|part| microbatch::pictures_of(part, indices.len()));
            let mine: Vec<u32> = mine.map(|at| indices[at]).collect();
            ReplicaTask {
                classes: self.model.classes(),
                phase: self.place.phase,
                draw,
                weights: self.given,
                all: indices.len(),
                parts,
                pictures: pictures.chosen(&mine),
                indices: mine,
            }
        });
        tasks.filter(|task| !task.parts.is_empty()).collect()
    }

    /// The weights that the next unit of work begins with, of every parameter, for helpers.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        self.learner.weights().await.map_err(TrainError::Device)
    }

    /// How many values the gradients of a share have, of every parameter that learns now.
    #[must_use]
    pub fn learns(&self) -> Vec<usize> {
        self.learner.learns(&self.phases[self.place.phase]).into_iter().flatten().collect()
    }

    /// The share of the next unit of work that is left to this worker where `workers` share it, up to
    /// its first sums. Nothing moves; empty where [`Trainer::deal`] gives nothing.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn share(&self, workers: usize) -> Result<ReplicaWork, TrainError> {
        let Some(Next { pictures, indices, draw }) = self.next().filter(|_| self.by_microbatches)
        else {
            return Ok(ReplicaWork::default());
        };
        let of = self.named(&indices, draw, workers);
        let ahead = self.ahead.as_ref().map(|ahead| ahead.taken(&of)).unwrap_or_default();
        let batch = |range: Range<usize>| Batch::new(pictures, &indices[range], &self.config, draw);
        let phase = &self.phases[self.place.phase];
        replica::compute(&self.learner, phase, draw, of.all, &of.parts, batch, ahead).await
    }

    /// Does the unit of work that `shares` make up, and says what happened. `None`, and nothing
    /// done, where they are not all the parts of the next unit, once each: then it can still be done
    /// alone, by [`Trainer::advance`], with the same result.
    pub fn reduce(&mut self, shares: Vec<ReplicaOutput>) -> Option<Vec<RunEvent>> {
        let all = self.next()?.indices.len();
        let phase = &self.phases[self.place.phase];
        let tally = replica::tally(all, &shares)?;
        let mut events = Vec::new();
        if let State::Validating(index) = self.state {
            self.score_note(index, &tally, &mut events);
        } else {
            // Every worker that tells them has the same.
            let moments = shares.iter().map(|share| share.moments.clone());
            let moments = moments.reduce(|found, more| if found.is_empty() { more } else { found });
            let gradients = replica::gradients(&self.learner, phase, all, shares)?;
            let before = self.learner.update(gradients, &moments.unwrap_or_default());
            self.take_note(&tally, before, &mut events);
        }
        Some(events)
    }

    /// Tells a step that was taken from the weights `before`, and moves the run's place.
    pub(crate) fn take_note(
        &mut self,
        tally: &MetricSums,
        before: Net,
        events: &mut Vec<RunEvent>,
    ) {
        let State::Training(done) = self.state else { return };
        let loss = tally.loss().unwrap_or(f64::NAN) as f32;
        if !loss.is_finite() {
            self.diverge("loss", loss, events);
            return;
        }
        self.good = before;
        self.place.step += 1;
        self.training.merge(tally);
        let batches = self.data.train.len().div_ceil(self.config.batch_size);
        self.state =
            if done + 1 == batches { State::Validating(0) } else { State::Training(done + 1) };
        events.push(RunEvent::Step {
            place: self.place,
            loss: f64::from(loss),
            accuracy: tally.accuracy(),
            pictures: usize::try_from(tally.pictures()).unwrap_or(usize::MAX),
        });
    }

    /// Tells the score of test batch `index`; after the last one, ends the epoch.
    pub(crate) fn score_note(
        &mut self,
        index: usize,
        tally: &MetricSums,
        events: &mut Vec<RunEvent>,
    ) {
        let loss = tally.loss().unwrap_or(f64::NAN) as f32;
        if !loss.is_finite() {
            self.diverge("validation loss", loss, events);
            return;
        }
        self.validation.merge(tally);
        let (done, total) = (index + 1, self.validation_batches());
        events.push(RunEvent::Validating { place: self.place, done, total });
        if done < total {
            self.state = State::Validating(done);
        } else {
            self.end_epoch(events);
        }
    }

    /// The pictures of batch `index` of the epoch; none after the last one.
    pub(crate) fn indices(&self, index: usize) -> &[u32] {
        let size = self.config.batch_size;
        let [start, end] = [index, index + 1].map(|at| (at * size).min(self.order.len()));
        &self.order[start..end]
    }

    /// The pictures of batch `index` of a validation.
    pub(crate) fn test_indices(&self, index: usize) -> Vec<u32> {
        let count = self.data.test.len();
        let range = index * VALIDATION_BATCH..((index + 1) * VALIDATION_BATCH).min(count);
        range.filter_map(|index| u32::try_from(index).ok()).collect()
    }
}

/// The pictures of a unit of work, and how they are corrupted.
struct Next<'a> {
    pictures: &'a Pictures,
    indices: Vec<u32>,
    draw: Draw,
}
