//! What can be asked of a run between pulls: drawings, probabilities, parameters. Asking changes
//! nothing in the run.

use burn::tensor::Transaction;
use burn::tensor::activation::softmax;

use crate::data::dataset::Source;
use crate::nn::{Activation, Parameter};
use crate::parallel::replica::scalar;
use crate::spec::Kind;
use crate::step::batch::{Batch, Draw};
use crate::step::train_state::{read, read_all};
use crate::train::trainer::{TrainError, Trainer};

/// A picture through an autoencoder, values in 0 to 1 as `[picture][y][x][channel]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconstruction {
    /// Input and its corruption.
    pub batch: Batch,
    /// What the network draws.
    pub outputs: Vec<f32>,
}

/// Where a step would go.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    /// Mean loss of the pictures.
    pub loss: f32,
    /// Its gradients, in the order of the layers.
    pub gradients: Vec<Parameter>,
}

impl Trainer {
    /// Pictures as the network draws them now, through the stages trained so far.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn reconstruct(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Reconstruction, TrainError> {
        let batch = self.asked(Kind::Autoencoder, "redraw pictures", source.into(), indices)?;
        let transfer = Transaction::default().register(self.answers(&batch).rows());
        let values = read(transfer).await.map_err(TrainError::Device)?;
        Ok(Reconstruction { batch, outputs: values.into_iter().next().unwrap_or_default() })
    }

    /// Class probabilities of pictures, `[picture][class]`.
    ///
    /// # Errors
    /// [`TrainError`] for an autoencoder, an index past the end, or a device that fails.
    pub async fn predict(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Vec<f32>, TrainError> {
        let batch = self.asked(Kind::Classifier, "tell classes apart", source.into(), indices)?;
        let Activation::Flat(logits) = self.answers(&batch) else { return Ok(Vec::new()) };
        let transfer = Transaction::default().register(softmax(logits, 1));
        let values = read(transfer).await.map_err(TrainError::Device)?;
        Ok(values.into_iter().next().unwrap_or_default())
    }

    /// All parameters of the network, in the order of its layers.
    ///
    /// # Errors
    /// [`TrainError::Device`] where the device fails.
    pub async fn parameters(&self) -> Result<Vec<Parameter>, TrainError> {
        let parameters = self.learner.net().parameters();
        Ok(read_all(Transaction::default(), parameters).await.map_err(TrainError::Device)?.1)
    }

    /// The mean loss and the gradients that a step on these pictures would have now; the step is
    /// not taken. Parameters that do not learn in this phase have none. Noise is that of
    /// validation.
    ///
    /// # Errors
    /// [`TrainError`] for an index past the end, or a device that fails.
    pub async fn gradients(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Slope, TrainError> {
        let batch = self.shown(source.into(), indices)?;
        let (loss, gradients) = self.learner.gradients(&self.phases[self.place.phase], &batch);
        let transfer = Transaction::default().register(loss);
        let (values, gradients) =
            read_all(transfer, gradients).await.map_err(TrainError::Device)?;
        Ok(Slope { loss: scalar(values.into_iter().next()), gradients })
    }

    fn answers(&self, batch: &Batch) -> Activation {
        self.learner.score(&self.phases[self.place.phase], batch).1
    }

    /// The pictures of a question, if this model answers it.
    pub(crate) fn asked(
        &self,
        kind: Kind,
        what: &'static str,
        source: Source<'_>,
        indices: &[u32],
    ) -> Result<Batch, TrainError> {
        if self.model.kind != kind {
            return Err(TrainError::NotForModel { model: self.model.name.clone(), what });
        }
        self.shown(source, indices)
    }

    /// Pictures as they are shown: with the noise of validation.
    pub(crate) fn shown(&self, source: Source<'_>, indices: &[u32]) -> Result<Batch, TrainError> {
        let pictures = self.data.chosen(source, indices)?;
        Ok(Batch::new(pictures, indices, &self.config, Draw::Fixed))
    }
}
