//! Work items computed as whole batches on a device that queues what it is given, such as a GPU: several
//! steps are queued before their losses are read, so that the device never waits for the host.

use burn::tensor::Transaction;

#[cfg(feature = "gpu")]
use crate::data::manifest::Split;
use crate::step::batch::{Batch, Draw};
use crate::step::prepare::DeviceBatch;
use crate::step::train_state::StepOutput;
use crate::step::transfer::read;
use crate::train::error::TrainError;
use crate::train::events::RunEvent;
use crate::train::snapshot::RunState;
use crate::train::trainer::Trainer;

/// Work items queued before they are read: without a bound, the queue and the memory of what is in it
/// would grow with the length of an advance.
const MOST_QUEUED: usize = 8;

impl Trainer {
    /// Takes up to `most` steps from batch `first` of the epoch on, and reads all their losses in one
    /// transfer; says how many steps were queued.
    pub(crate) async fn train_batches(
        &mut self,
        first: usize,
        most: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<usize, TrainError> {
        let count = most.min(MOST_QUEUED);
        // Until all of them are read, the weights are ahead of what the run has counted.
        self.queued.begin(self.progress.step);
        let mut transfer = Transaction::default();
        let mut steps: Vec<(usize, StepOutput)> = Vec::with_capacity(count);
        for index in first..first + count {
            let pictures = self.train_indices(index).len();
            let batch = self.train_batch(index);
            let output = self.train_state.train_step(&self.phases[self.progress.phase], batch);
            transfer = output.metrics.register(transfer);
            steps.push((pictures, output));
        }
        let mut tensors = read(transfer).await?;
        for (pictures, output) in steps {
            let metrics = output.metrics.read(pictures, &mut tensors)?;
            self.record_step(&metrics, output.before, events)?;
            if self.run_state == RunState::Over {
                break;
            }
        }
        self.queued.finish();
        Ok(count)
    }

    /// Evaluates up to `most` test batches from batch `first` on; says how many.
    pub(crate) async fn validate_batches(
        &mut self,
        first: usize,
        most: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<usize, TrainError> {
        #[cfg(feature = "gpu")]
        if self.on_gpu {
            let count = most.min(MOST_QUEUED);
            self.validate_on_device(first, count, events).await?;
            return Ok(count);
        }
        let indices = self.test_indices(first);
        let batch = Batch::new(&self.data.test, &indices, &self.config, Draw::Fixed);
        let metrics = self.train_state.metrics(self.phase(), &batch).await?;
        self.record_validation(first, &metrics, events)?;
        Ok(most.min(1))
    }

    /// Training batch `index` of the epoch, on the device.
    fn train_batch(&self, index: usize) -> DeviceBatch {
        let (indices, draw) = (self.train_indices(index), Draw::Training(self.epochs_begun));
        #[cfg(feature = "gpu")]
        if self.on_gpu {
            let (pictures, labels) = self.gather(Split::Train, indices, draw);
            return self.train_state.gathered_batch(self.phase(), pictures, &labels);
        }
        let batch = Batch::new(&self.data.train, indices, &self.config, draw);
        self.train_state.device_batch(self.phase(), &batch)
    }
}
