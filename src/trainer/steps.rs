//! The steps of a run: whole batches on a device that works behind our back, or part by part, alone
//! or with helpers. Which pictures are next is known here; what comes after an epoch's last step is not.

use burn::tensor::Transaction;

use super::{TrainError, Trainer, scalar};
use crate::batch::{Batch, Draw};
use crate::events::RunEvent;
use crate::learner::{Learned, read, register};
use crate::metrics::Tally;
use crate::models::{Flow, Net};
use crate::parts;
use crate::pictures::Pictures;
use crate::shares::{self, Share, Task};
use crate::snapshot::State;

/// Steps that a device is given before their losses are awaited. A GPU works behind our back: without
/// a bound its queue, and the memory of what is in it, would grow as long as a pull is.
const MOST_QUEUED: usize = 8;

impl Trainer {
    /// Takes up to `most` steps from batch `first` of the epoch; says how many were asked of the
    /// device.
    pub(super) async fn take_steps(
        &mut self,
        first: usize,
        most: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<usize, TrainError> {
        if self.by_parts {
            let shares = vec![self.share(1).await?];
            // Shares of one's own fit together.
            events.extend(self.settle(shares).unwrap_or_default());
            return Ok(1);
        }
        let steps = most.min(MOST_QUEUED);
        self.take_whole(first, steps, events).await?;
        Ok(steps)
    }

    /// Takes `steps` steps on whole batches, then reads all their losses back in one transfer.
    async fn take_whole(
        &mut self,
        first: usize,
        steps: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let phase = &self.phases[self.place.phase];
        let mut transfer = Transaction::default();
        let mut taken: Vec<(Batch, Learned)> = Vec::with_capacity(steps);
        for index in first..first + steps {
            let batch = self.training_batch(index);
            let learned = self.learner.learn(phase, &batch);
            transfer = register(transfer.register(learned.loss.clone()), learned.outputs.clone());
            taken.push((batch, learned));
        }
        let mut values = read(transfer).await.map_err(TrainError::Device)?.into_iter();
        for (batch, learned) in taken {
            let mut tally = Tally::default();
            tally.add_loss(scalar(values.next()), batch.len());
            if let Some(outputs) = learned.outputs {
                let values = values.next().unwrap_or_default();
                match outputs {
                    Flow::Flat(_) => tally.add_logits(&values, &batch.labels),
                    Flow::Map(_) => tally.add_pixels(&values, &batch.clean),
                }
            }
            self.take_note(&tally, learned.before, events);
            if self.state == State::Over {
                break;
            }
        }
        Ok(())
    }

    /// What helpers are asked for in the next step, which `workers` share, this one being the first;
    /// `None` where the next unit of work is not a step, or cannot be shared. Nothing moves.
    #[must_use]
    pub fn deal(&self, workers: usize) -> Option<Vec<Task>> {
        let State::Training(index) = self.state else { return None };
        if !self.by_parts {
            return None;
        }
        let indices = self.indices(index);
        let tasks = (1..workers.max(1)).map(|worker| {
            let parts = parts::share(parts::count(indices.len()), workers, worker);
            let mine = parts.clone().flat_map(|part| parts::pictures_of(part, indices.len()));
            let indices_of: Vec<u32> = mine.map(|at| indices[at]).collect();
            let mut pictures = Pictures::with_capacity(indices_of.len());
            for &index in &indices_of {
                if let Some((label, pixels)) = self.data.train.get(index as usize) {
                    pictures.push(label, pixels);
                }
            }
            Task {
                phase: self.place.phase,
                epoch: self.epochs,
                all: indices.len(),
                parts,
                indices: indices_of,
                pictures,
            }
        });
        Some(tasks.filter(|task| !task.parts.is_empty()).collect())
    }

    /// The weights that the next step begins with, for helpers.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn weights(&self) -> Result<Vec<f32>, TrainError> {
        self.learner.flat().await.map_err(TrainError::Device)
    }

    /// The share of the next step that is left to this worker where `workers` share it. Nothing
    /// moves; empty where [`Trainer::deal`] gives nothing.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn share(&self, workers: usize) -> Result<Share, TrainError> {
        let State::Training(index) = self.state else { return Ok(Share::default()) };
        let indices = self.indices(index);
        let parts = parts::share(parts::count(indices.len()), workers.max(1), 0);
        let batch = |range: std::ops::Range<usize>| {
            let draw = Draw::Training(self.epochs);
            Batch::new(&self.data.train, &indices[range], &self.config, draw)
        };
        let phase = &self.phases[self.place.phase];
        shares::compute(&self.learner, phase, indices.len(), &parts, batch).await
    }

    /// Takes the step that `shares` make up, and says what happened. `None`, and no step, where
    /// they are not all the parts of the next step, once each: then it can still be taken alone, by
    /// [`Trainer::advance`], with the same result.
    pub fn settle(&mut self, shares: Vec<Share>) -> Option<Vec<RunEvent>> {
        let State::Training(index) = self.state else { return None };
        let all = self.indices(index).len();
        let phase = &self.phases[self.place.phase];
        let (tally, gradients) = shares::gathered(&self.learner, phase, all, shares)?;
        let before = self.learner.update(gradients);
        let mut events = Vec::new();
        self.take_note(&tally, before, &mut events);
        Some(events)
    }

    /// Tells a step that was taken from the weights `before`, and moves the run's place.
    fn take_note(&mut self, tally: &Tally, before: Net, events: &mut Vec<RunEvent>) {
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

    /// The pictures of batch `index` of the epoch.
    fn indices(&self, index: usize) -> &[u32] {
        let size = self.config.batch_size;
        let end = ((index + 1) * size).min(self.order.len());
        &self.order[index * size..end]
    }

    /// Batch `index` of the epoch.
    fn training_batch(&self, index: usize) -> Batch {
        // Epochs are counted from the run's first, so that each phase sees noise of its own.
        let draw = Draw::Training(self.epochs);
        Batch::new(&self.data.train, self.indices(index), &self.config, draw)
    }
}
