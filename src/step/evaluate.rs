//! From a batch to its metrics on the host: loss, accuracy and, for reconstructions, mean squared
//! error and SSIM.

use burn::tensor::Transaction;

use super::batch::Batch;
use super::metrics::MetricSums;
use super::phase::Phase;
use super::train_state::TrainState;
use super::transfer::{TransferError, read};
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
        let (metrics, outputs) = self.evaluate(phase, batch);
        let transfer = metrics.register(Transaction::default()).register(outputs.clone().rows());
        let mut tensors = read(transfer).await?;
        let mut sums = metrics.read(batch.len(), &mut tensors)?;
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
