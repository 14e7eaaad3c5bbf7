//! Units of work on whole batches, on a device that works behind our back: it is given several before
//! what they gave is awaited. A GPU has the pictures, and compares what it draws with them itself.

use burn::tensor::Transaction;

#[cfg(feature = "gpu")]
use crate::data::manifest::Split;
use crate::parallel::replica;
use crate::step::batch::{Batch, Draw};
use crate::step::train_state::{DeviceBatch, StepOutput, read};
use crate::train::events::RunEvent;
use crate::train::snapshot::State;
use crate::train::trainer::{TrainError, Trainer};

/// Units that a device is given before they are awaited: without a bound its queue, and the memory of
/// what is in it, would grow as long as a pull is.
const MOST_QUEUED: usize = 8;

impl Trainer {
    /// Takes up to `most` steps from batch `first` of the epoch, then reads all their losses back in
    /// one transfer; says how many were asked of the device.
    pub(crate) async fn take_steps(
        &mut self,
        first: usize,
        most: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<usize, TrainError> {
        let steps = most.min(MOST_QUEUED);
        let mut transfer = Transaction::default();
        let mut taken: Vec<(usize, StepOutput)> = Vec::with_capacity(steps);
        for index in first..first + steps {
            let given = self.batch(self.indices(index));
            let learned = self.learner.learn(&self.phases[self.place.phase], given);
            transfer = transfer.register(learned.loss.clone());
            if let Some((right, _)) = &learned.right {
                transfer = transfer.register(right.clone());
            }
            taken.push((self.indices(index).len(), learned));
        }
        let mut values = read(transfer).await.map_err(TrainError::Device)?.into_iter();
        for (pictures, learned) in taken {
            let asked = learned.right.map(|(_, asked)| asked);
            let tally = replica::loss_and_correct(pictures, asked, &mut values);
            self.take_note(&tally, learned.before, events);
            if self.state == State::Over {
                break;
            }
        }
        Ok(steps)
    }

    /// Scores up to `most` test batches from batch `first` on; says how many.
    pub(crate) async fn validate_whole(
        &mut self,
        first: usize,
        most: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<usize, TrainError> {
        #[cfg(feature = "gpu")]
        if self.uploads {
            let count = most.min(MOST_QUEUED);
            self.validate_there(first, count, events).await?;
            return Ok(count);
        }
        let indices = self.test_indices(first);
        let batch = Batch::new(&self.data.test, &indices, &self.config, Draw::Fixed);
        let phase = &self.phases[self.place.phase];
        let tally = replica::score(&self.learner, phase, &batch).await?;
        self.score_note(first, &tally, events);
        Ok(most.min(1))
    }

    /// The training pictures `indices` on the device.
    fn batch(&self, indices: &[u32]) -> DeviceBatch {
        let (phase, draw) = (&self.phases[self.place.phase], Draw::Training(self.epochs));
        #[cfg(feature = "gpu")]
        if self.uploads {
            let (chosen, labels) = self.uploaded(Split::Train, indices, draw);
            return self.learner.given_there(phase, chosen, &labels);
        }
        let batch = Batch::new(&self.data.train, indices, &self.config, draw);
        self.learner.given(phase, &batch)
    }
}
