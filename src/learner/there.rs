//! Learning from pictures that are on the device, and scores that stay there.

use burn::tensor::Tensor;

use super::{Given, Learner, right};
use crate::batch::Batch;
use crate::config::Kind;
use crate::loss;
use crate::models::{CLASSES, Flow};
use crate::ops::whole;
use crate::phase::Phase;
use crate::uploaded::Chosen;

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

impl Learner {
    /// Pictures that are on the device, with these labels, off the autodiff device.
    pub(crate) fn given_there(&self, chosen: Chosen, labels: Vec<i32>) -> Given {
        let Chosen { clean, noisy } = chosen;
        let targets = match self.config.model.kind() {
            Kind::Classifier => {
                let batch = Batch { clean: Vec::new(), corrupted: None, labels };
                Flow::Flat(batch.one_hot(CLASSES, &self.plain_device()))
            }
            Kind::Autoencoder => Flow::Map(clean.clone()),
        };
        Given { inputs: Flow::Map(noisy.unwrap_or(clean)), targets }
    }

    /// The same on the device with autodiff.
    pub(crate) fn tracked(&self, given: Given) -> Given {
        let Given { inputs, targets } = given;
        Given { inputs: tracked(inputs), targets: tracked(targets) }
    }

    /// What [`Learner::score`] has, as numbers on the device.
    pub(crate) fn score_there(&self, phase: &Phase, given: Given) -> Score {
        let targets = given.targets.clone();
        let (loss, outputs) = self.score(phase, given);
        let likeness = match (&outputs, &targets) {
            (Flow::Map(outputs), Flow::Map(targets)) => Some([
                loss::squared_error(outputs.clone(), targets.clone()),
                whole::ssim(outputs.clone(), targets.clone()),
            ]),
            _ => None,
        };
        let (right, asked) = right(outputs, targets);
        Score { loss, right, asked, likeness }
    }
}

fn tracked(flow: Flow) -> Flow {
    match flow {
        Flow::Map(x) => Flow::Map(x.autodiff()),
        Flow::Flat(x) => Flow::Flat(x.autodiff()),
    }
}
