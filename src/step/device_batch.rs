//! Training and evaluation on batches that were gathered on the device, which keeps what they compute
//! there: a validation then reads a few numbers back instead of all outputs.

use burn::tensor::Tensor;

use super::loss;
use super::loss_terms::DeviceMetrics;
use super::prepare::{DeviceBatch, Labels};
use super::train_state::{Correct, TrainState};
use crate::kernels::ssim::inside;
use crate::nn::Activation;
use crate::ops;
use crate::spec::Kind;
use crate::step::device_dataset::GatheredBatch;
use crate::step::phase::Phase;

/// What the evaluation of a batch gives, still on the device.
pub(crate) struct Evaluation {
    /// The loss, and correct predictions.
    pub(crate) metrics: DeviceMetrics,
    /// The logits of a classifier, `[batch * classes]`.
    pub(crate) logits: Option<Tensor<1>>,
    /// Of reconstructions.
    pub(crate) similarity: Option<Similarity>,
}

/// How alike reconstructions and their targets are.
pub(crate) struct Similarity {
    /// Mean squared error, `[1]`.
    pub(crate) error: Tensor<1>,
    /// Mean structural similarity, `[1]`, where its window fits into the pictures.
    pub(crate) ssim: Option<Tensor<1>>,
}

impl TrainState {
    /// [`TrainState::device_batch`] of pictures with these labels that are on the device.
    pub(crate) fn gathered_batch(
        &self,
        phase: &Phase,
        pictures: GatheredBatch,
        labels: &[i32],
    ) -> DeviceBatch {
        let (streams, mixes) = (pictures.streams.clone(), pictures.mixes.clone());
        let (inputs, targets) = self.inputs_and_targets(pictures, labels);
        let prepared = self.prepare_batch(phase, streams, inputs, || targets);
        let labels = Labels { own: labels, mixes: mixes.as_deref() };
        prepared.weighted(self.sample_weights(labels, &self.plain_device()))
    }

    /// [`TrainState::evaluate`] with metrics, all of it on the device.
    pub(crate) fn evaluate_gathered(
        &self,
        phase: &Phase,
        pictures: GatheredBatch,
        labels: &[i32],
    ) -> Evaluation {
        let (inputs, targets) = self.inputs_and_targets(pictures, labels);
        let (metrics, outputs) = self.evaluate_on_device(phase, inputs, targets.clone());
        let (count, of, similarity, logits) = match (outputs, targets) {
            (Activation::Flat(outputs), Activation::Flat(targets)) => {
                let [rows, classes] = outputs.dims();
                let logits = outputs.clone().reshape([rows * classes]);
                (ops::correct(outputs, targets), rows, None, Some(logits))
            }
            (Activation::Map(outputs), Activation::Map(targets)) => {
                let [pictures, _, h, w] = outputs.dims();
                let error = loss::squared_error(outputs.clone(), targets.clone());
                let ssim = inside([h, w]).map(|_| ops::ssim(outputs.clone(), targets.clone()));
                let similarity = Some(Similarity { error, ssim });
                let count = ops::correct(outputs, targets);
                (count, pictures * h * w, similarity, None)
            }
            (outputs, targets) => unreachable!("{outputs:?}, {targets:?}: a kind says which"),
        };
        let metrics = DeviceMetrics { correct: Some(Correct { count, of }), ..metrics };
        Evaluation { metrics, similarity, logits }
    }

    /// Inputs and targets off the autodiff device.
    fn inputs_and_targets(
        &self,
        pictures: GatheredBatch,
        labels: &[i32],
    ) -> (Activation, Activation) {
        let GatheredBatch { clean, noisy, mixes, .. } = pictures;
        let labels = Labels { own: labels, mixes: mixes.as_deref() };
        let targets = match self.kind {
            Kind::Classifier => self.class_targets(labels, &self.plain_device()),
            Kind::Autoencoder => Activation::Map(clean.clone()),
        };
        (Activation::Map(noisy.unwrap_or(clean)), targets)
    }
}
