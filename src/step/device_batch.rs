//! Learning from pictures that are on the device, and scores that stay there.

use burn::tensor::Tensor;

use super::loss;
use super::train_state::{DeviceBatch, TrainState};
use crate::nn::Activation;
use crate::ops;
use crate::ops::whole;
use crate::spec::Kind;
use crate::step::batch::one_hot;
use crate::step::phase::Phase;
use crate::train::device_dataset::GatheredBatch;

/// What a batch of validation gives, still on the device.
pub(crate) struct Score {
    /// Mean loss.
    pub(crate) loss: Tensor<1>,
    /// How many answers are right.
    pub(crate) right: Tensor<1>,
    /// Of how many.
    pub(crate) asked: usize,
    /// Mean squared error and mean structural similarity, of pictures.
    pub(crate) likeness: Option<[Tensor<1>; 2]>,
}

impl TrainState {
    /// What [`TrainState::given`] has, of pictures with these labels.
    pub(crate) fn given_there(
        &self,
        phase: &Phase,
        chosen: GatheredBatch,
        labels: &[i32],
    ) -> DeviceBatch {
        let streams = chosen.streams.clone();
        let (inputs, targets) = self.both(chosen, labels);
        self.given_of(phase, streams, inputs, || targets)
    }

    /// What [`TrainState::score`] has, as numbers on the device.
    pub(crate) fn score_there(
        &self,
        phase: &Phase,
        chosen: GatheredBatch,
        labels: &[i32],
    ) -> Score {
        let (inputs, targets) = self.both(chosen, labels);
        let (loss, outputs) = self.score_of(phase, inputs, targets.clone());
        let (right, asked, likeness) = match (outputs, targets) {
            (Activation::Flat(outputs), Activation::Flat(targets)) => {
                let [rows, _] = outputs.dims();
                (ops::right(outputs, targets), rows, None)
            }
            (Activation::Map(outputs), Activation::Map(targets)) => {
                let [pictures, _, h, w] = outputs.dims();
                let error = loss::squared_error(outputs.clone(), targets.clone());
                let ssim = whole::ssim(outputs.clone(), targets.clone());
                (ops::right(outputs, targets), pictures * h * w, Some([error, ssim]))
            }
            (outputs, targets) => unreachable!("{outputs:?}, {targets:?}: a kind says which"),
        };
        Score { loss, right, asked, likeness }
    }

    /// What the network sees and what it should answer, off the autodiff device.
    fn both(&self, chosen: GatheredBatch, labels: &[i32]) -> (Activation, Activation) {
        let GatheredBatch { clean, noisy, .. } = chosen;
        let targets = match self.kind {
            Kind::Classifier => {
                Activation::Flat(one_hot(labels, self.classes, &self.plain_device()))
            }
            Kind::Autoencoder => Activation::Map(clean.clone()),
        };
        (Activation::Map(noisy.unwrap_or(clean)), targets)
    }
}
