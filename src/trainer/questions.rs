//! What can be asked of a run between pulls: drawings, probabilities, parameters. Asking changes
//! nothing in the run.

use std::ops::Range;

use burn::tensor::Transaction;
use burn::tensor::activation::softmax;

use super::{TrainError, Trainer};
use crate::batch::{Batch, Draw};
use crate::config::Kind;
use crate::learner::{read, register};
use crate::manifest::Split;
use crate::models::Flow;

/// A picture through an autoencoder, values in 0 to 1 as `[picture][channel][y][x]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconstruction {
    /// Input and its corruption.
    pub batch: Batch,
    /// What the network draws.
    pub outputs: Vec<f32>,
}

impl Trainer {
    /// Pictures as the network draws them now, through the stages trained so far.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn reconstruct(
        &self,
        split: Split,
        indices: &[u32],
    ) -> Result<Reconstruction, TrainError> {
        let batch = self.asked(Kind::Autoencoder, "redraw pictures", split, indices)?;
        let transfer = register(Transaction::default(), Some(self.answers(&batch)));
        let values = read(transfer).await.map_err(TrainError::Device)?;
        Ok(Reconstruction { batch, outputs: values.into_iter().next().unwrap_or_default() })
    }

    /// Class probabilities of pictures, `[picture][class]`.
    ///
    /// # Errors
    /// [`TrainError`] for an autoencoder, an index past the end, or a device that fails.
    pub async fn predict(&self, split: Split, indices: &[u32]) -> Result<Vec<f32>, TrainError> {
        let batch = self.asked(Kind::Classifier, "tell classes apart", split, indices)?;
        let Flow::Flat(logits) = self.answers(&batch) else { return Ok(Vec::new()) };
        let transfer = Transaction::default().register(softmax(logits, 1));
        let values = read(transfer).await.map_err(TrainError::Device)?;
        Ok(values.into_iter().next().unwrap_or_default())
    }

    /// The parameters of layers `range`, each flattened, in the order of the layers.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    ///
    /// # Panics
    /// If the model has fewer layers.
    pub async fn parameters(&self, range: Range<usize>) -> Result<Vec<Vec<f32>>, TrainError> {
        let parameters = self.learner.parameters(range).into_iter();
        let transfer = parameters.fold(Transaction::default(), Transaction::register);
        read(transfer).await.map_err(TrainError::Device)
    }

    fn answers(&self, batch: &Batch) -> Flow {
        self.learner.score(&self.phases[self.place.phase], batch).1
    }

    /// The pictures of a question, if this model answers it.
    fn asked(
        &self,
        kind: Kind,
        what: &'static str,
        split: Split,
        indices: &[u32],
    ) -> Result<Batch, TrainError> {
        if self.config.model.kind() != kind {
            return Err(TrainError::NotForModel { model: self.config.model.name(), what });
        }
        let pictures = self.data.chosen(split, indices)?;
        Ok(Batch::new(pictures, indices, &self.config, Draw::Fixed))
    }
}
