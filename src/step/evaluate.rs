//! From a batch to its metrics on the host: loss, accuracy and, for reconstructions, mean squared
//! error and SSIM.

use burn::tensor::Transaction;

use super::batch::Batch;
use super::metrics::MetricSums;
use super::phase::Phase;
use super::train_state::TrainState;
use super::transfer::{HostTensors, TransferError, read};
use crate::nn::Activation;

impl TrainState {
    /// The metrics of `batch` in this phase, as at inference.
    ///
    /// # Errors
    /// [`TransferError`] where the device fails.
    pub(crate) async fn metrics(
        &self,
        phase: &Phase,
        batch: &Batch,
    ) -> Result<MetricSums, TransferError> {
        let (loss, outputs) = self.evaluate(phase, batch);
        let transfer = Transaction::default().register(loss).register(outputs.clone().rows());
        let mut tensors = read(transfer).await?;
        let mut sums = MetricSums::default();
        sums.add_loss(tensors.scalar()?, batch.len());
        let values = tensors.tensor()?;
        match outputs {
            Activation::Flat(_) => {
                sums.add_logits(&values, &batch.labels);
                sums.add_classes(&values, &batch.labels, self.config.top_k(self.classes));
            }
            Activation::Map(_) => {
                sums.add_pixels(&values, &batch.clean, batch.shape);
                sums.add_reconstructions(&values, &batch.clean, batch.shape);
            }
        }
        Ok(sums)
    }
}

/// The metrics of a training step on `pictures`, of which the next tensors are the mean loss and, where
/// `predictions` were counted, how many of them are correct.
///
/// # Errors
/// [`TransferError`] where a tensor is missing.
pub(crate) fn loss_and_correct(
    pictures: usize,
    predictions: Option<usize>,
    tensors: &mut HostTensors,
) -> Result<MetricSums, TransferError> {
    let mut sums = MetricSums::default();
    sums.add_loss(tensors.scalar()?, pictures);
    if let Some(predictions) = predictions {
        sums.add_correct(tensors.scalar()?, predictions);
    }
    Ok(sums)
}
