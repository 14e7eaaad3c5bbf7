//! What a run on a GPU does there beside learning: its pictures are uploaded once, and what it draws is
//! compared with them where it is, so that a validation reads a few numbers back.

use burn::tensor::Transaction;

use crate::data::manifest::Split;
use crate::parallel::replica::scalar;
use crate::step::batch::Draw;
use crate::step::metrics::MetricSums;
use crate::step::train_state::read;
use crate::train::device_dataset::{DeviceDataset, GatheredBatch};
use crate::train::events::RunEvent;
use crate::train::snapshot::State;
use crate::train::trainer::{TrainError, Trainer};

impl Trainer {
    /// Scores `count` test batches from batch `first` on, and reads what they gave in one transfer.
    pub(crate) async fn validate_there(
        &mut self,
        first: usize,
        count: usize,
        events: &mut Vec<RunEvent>,
    ) -> Result<(), TrainError> {
        let mut transfer = Transaction::default();
        let mut scored = Vec::with_capacity(count);
        for index in first..first + count {
            let indices = self.test_indices(index);
            let (chosen, labels) = self.uploaded(Split::Test, &indices, Draw::Fixed);
            let score = self.learner.score_there(&self.phases[self.place.phase], chosen, &labels);
            transfer = transfer.register(score.loss.clone()).register(score.right.clone());
            for likeness in score.likeness.iter().flatten() {
                transfer = transfer.register(likeness.clone());
            }
            scored.push((index, indices.len(), score));
        }
        let mut values = read(transfer).await.map_err(TrainError::Device)?.into_iter();
        for (index, pictures, score) in scored {
            let mut tally = MetricSums::default();
            tally.add_loss(scalar(values.next()), pictures);
            tally.add_right(scalar(values.next()), score.asked);
            if score.likeness.is_some() {
                let (error, ssim) = (scalar(values.next()), scalar(values.next()));
                tally.add_likeness(error, ssim, pictures);
            }
            self.score_note(index, &tally, events);
            if self.state == State::Over {
                break;
            }
        }
        Ok(())
    }

    /// Pictures of a split on the device, and their labels.
    pub(crate) fn uploaded(
        &self,
        split: Split,
        indices: &[u32],
        draw: Draw,
    ) -> (GatheredBatch, Vec<i32>) {
        let (pictures, device) = (self.data.split(split), self.learner.plain_device());
        let chosen = if DeviceDataset::fits(pictures.len()) {
            self.data.on_device(split, &device).batch(indices, &self.config, draw)
        } else {
            DeviceDataset::once(pictures, indices, &self.config, draw, &device)
        };
        let labels = pictures.labels();
        let label = |&index: &u32| labels.get(index as usize).map(|&label| i32::from(label));
        (chosen, indices.iter().filter_map(label).collect())
    }
}
