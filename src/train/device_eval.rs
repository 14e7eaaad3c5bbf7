//! Validation on a GPU: batches are gathered from the copy of the data set there and compared with the
//! outputs there, so that a whole validation reads back a few numbers.

use burn::tensor::Transaction;

use crate::data::manifest::Split;
use crate::step::batch::Draw;
use crate::step::device_batch::Similarity;
use crate::step::device_dataset::{DeviceDataset, GatheredBatch};
use crate::step::transfer::read;
use crate::train::error::TrainError;
use crate::train::events::RunEvent;
use crate::train::snapshot::RunState;
use crate::train::trainer::Trainer;

impl Trainer {
    /// Evaluates `count` test batches from batch `first` on, and reads all their metrics in one
    /// transfer.
    pub(crate) async fn validate_on_device(
        &mut self,
        first: usize,
        count: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let mut transfer = Transaction::default();
        let mut evaluations = Vec::with_capacity(count);
        for index in first..first + count {
            let indices = self.test_indices(index);
            let (pictures, labels) = self.gather(Split::Test, &indices, Draw::Fixed);
            let found = self.train_state.evaluate_gathered(self.phase(), pictures, &labels);
            transfer = found.metrics.register(transfer);
            if let Some(Similarity { error, ssim }) = &found.similarity {
                transfer = transfer.register(error.clone());
                transfer = ssim.iter().fold(transfer, |all, ssim| all.register(ssim.clone()));
            }
            if let Some(logits) = &found.logits {
                transfer = transfer.register(logits.clone());
            }
            evaluations.push((index, indices.len(), found, labels));
        }
        let mut tensors = read(transfer).await?;
        for (index, pictures, found, labels) in evaluations {
            let mut metrics = found.metrics.read(pictures, &mut tensors)?;
            if let Some(Similarity { ssim, .. }) = found.similarity {
                let error = tensors.scalar()?;
                let ssim = ssim.map(|_| tensors.scalar()).transpose()?;
                metrics.add_similarity(error, ssim, pictures, self.data.shape());
            }
            if found.logits.is_some() {
                let top_k = self.config.top_k(self.model.classes());
                metrics.add_classes(&tensors.tensor()?, &labels, top_k);
            }
            self.record_validation(index, &metrics, events)?;
            if self.run_state == RunState::Over {
                break;
            }
        }
        Ok(())
    }

    /// Pictures of a split on the device, and their labels.
    pub(crate) fn gather(
        &self,
        split: Split,
        indices: &[u32],
        draw: Draw,
    ) -> (GatheredBatch, Vec<i32>) {
        let (pictures, device) = (self.data.split(split), self.train_state.plain_device());
        let batch = if DeviceDataset::fits(pictures.shape(), pictures.len()) {
            self.data.on_device(split, &device).gather(pictures, indices, &self.config, draw)
        } else {
            DeviceDataset::upload_batch(pictures, indices, &self.config, draw, &device)
        };
        let labels = pictures.labels();
        (batch, indices.iter().map(|&index| i32::from(labels[index as usize])).collect())
    }
}
