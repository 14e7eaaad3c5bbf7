//! Questions about pictures: reconstructions, class probabilities, gradients.

use burn::tensor::Transaction;

use crate::data::dataset::Source;
use crate::nn::{Activation, Parameter};
use crate::ops::{self, ActivationKind};
use crate::spec::Kind;
use crate::step::batch::{Batch, Draw};
use crate::step::transfer::{read_tensor, read_with_parameters};
use crate::train::error::TrainError;
use crate::train::trainer::Trainer;

/// Pictures through an autoencoder, values in 0 to 1 as `[picture][y][x][channel]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconstruction {
    /// The inputs, clean and with noise.
    pub batch: Batch,
    /// The outputs.
    pub outputs: Vec<f32>,
}

/// The loss on some pictures and its gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// Mean loss of the pictures.
    pub loss: f32,
    /// The loss's gradient with respect to each parameter, in the order of the layers.
    pub gradients: Vec<Parameter>,
}

impl Trainer {
    /// Pictures as the autoencoder reconstructs them now, through the stages trained so far.
    ///
    /// # Errors
    /// [`TrainError`] for a classifier, an index past the end, or a device that fails.
    pub async fn reconstruct(
        &self,
        source: impl Into<Source<'_>>,
        indices: &[u32],
    ) -> Result<Reconstruction, TrainError> {
        let what = "redraw pictures";
        let batch = self.batch_for(Kind::Autoencoder, what, source.into(), indices)?;
        let outputs = read_tensor(self.outputs(&batch).rows()).await?;
        Ok(Reconstruction { batch, outputs })
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
        let what = "tell classes apart";
        let batch = self.batch_for(Kind::Classifier, what, source.into(), indices)?;
        match self.outputs(&batch) {
            Activation::Flat(logits) => {
                Ok(read_tensor(ops::activation(logits, ActivationKind::Softmax)).await?)
            }
            Activation::Map(_) => Err(self.not_for_model(what)),
        }
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
    ) -> Result<Gradients, TrainError> {
        let batch = self.fixed_batch(source.into(), indices)?;
        let (loss, gradients) = self.train_state.gradients(self.phase(), &batch);
        let transfer = Transaction::default().register(loss);
        let (mut tensors, gradients) = read_with_parameters(transfer, gradients).await?;
        Ok(Gradients { loss: tensors.scalar()?, gradients })
    }

    fn outputs(&self, batch: &Batch) -> Activation {
        self.train_state.evaluate(self.phase(), batch).1
    }

    /// The pictures of a question that only models of one kind answer.
    pub(super) fn batch_for(
        &self,
        kind: Kind,
        what: &'static str,
        source: Source<'_>,
        indices: &[u32],
    ) -> Result<Batch, TrainError> {
        if self.model.kind != kind {
            return Err(self.not_for_model(what));
        }
        self.fixed_batch(source, indices)
    }

    pub(super) fn not_for_model(&self, what: &'static str) -> TrainError {
        TrainError::NotForModel { model: self.model.name.clone(), what }
    }

    /// Pictures with the noise of validation, which is always the same.
    pub(super) fn fixed_batch(
        &self,
        source: Source<'_>,
        indices: &[u32],
    ) -> Result<Batch, TrainError> {
        self.queued.check()?;
        let pictures = self.data.chosen(source, indices)?;
        Ok(Batch::new(pictures, indices, &self.config, Draw::Fixed))
    }
}
