//! What a batch tells the host beside gradients and outputs, and the two terms of a variational
//! autoencoder's loss among it: that of the reconstruction, and the divergence of its codes.

use burn::tensor::{Tensor, Transaction};
use serde::{Deserialize, Serialize};

use super::metrics::{MetricSums, exact};
use super::train_state::{Correct, TrainState};
use super::transfer::{HostTensors, TransferError};
use crate::ops;

/// What the loss of a variational autoencoder is made of: `reconstruction + kl_weight * kl`, and penalties on
/// weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LossTerms {
    /// The mean loss of the reconstructions.
    pub reconstruction: f64,
    /// The mean Kullback-Leibler divergence of a code's distribution from the standard normal one, in
    /// nats, without its weight.
    pub kl: f64,
}

/// The same, added up over pictures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermSums {
    #[serde(with = "exact")]
    reconstruction: f64,
    #[serde(with = "exact")]
    kl: f64,
}

impl TermSums {
    /// Adds the means of `pictures`.
    pub(super) fn add(&mut self, reconstruction: f32, kl: f32, pictures: usize) {
        self.reconstruction += f64::from(reconstruction) * pictures as f64;
        self.kl += f64::from(kl) * pictures as f64;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.reconstruction += other.reconstruction;
        self.kl += other.kl;
    }

    /// Their means over so many pictures.
    pub(super) fn means(&self, pictures: u64) -> LossTerms {
        let pictures = pictures as f64;
        LossTerms { reconstruction: self.reconstruction / pictures, kl: self.kl / pictures }
    }
}

/// The same of a batch on the device, each `[1]`.
#[derive(Debug, Clone)]
pub(crate) struct DeviceTerms {
    pub(crate) reconstruction: Tensor<1>,
    pub(crate) kl: Tensor<1>,
}

impl DeviceTerms {
    /// Off the autodiff device.
    pub(crate) fn inner(self) -> Self {
        Self { reconstruction: self.reconstruction.inner(), kl: self.kl.inner() }
    }
}

/// Numbers of a batch, still on the device: reading them would wait for it.
#[derive(Debug, Clone)]
pub(crate) struct DeviceMetrics {
    /// Mean loss, `[1]`: before the step, where one was taken.
    pub(crate) loss: Tensor<1>,
    /// Correct predictions; `None` where they are not counted there, or the phase's target is a code.
    pub(crate) correct: Option<Correct>,
    /// What the loss is made of, where it has two terms.
    pub(crate) terms: Option<DeviceTerms>,
}

impl DeviceMetrics {
    /// Has them read with `transfer`.
    pub(crate) fn register(&self, transfer: Transaction) -> Transaction {
        let mut transfer = transfer.register(self.loss.clone());
        if let Some(correct) = &self.correct {
            transfer = transfer.register(correct.count.clone());
        }
        if let Some(DeviceTerms { reconstruction, kl }) = &self.terms {
            transfer = transfer.register(reconstruction.clone()).register(kl.clone());
        }
        transfer
    }

    /// The metrics of a batch of `pictures`, of which the next tensors are what was registered.
    ///
    /// # Errors
    /// [`TransferError`] where a tensor is missing.
    pub(crate) fn read(
        &self,
        pictures: usize,
        tensors: &mut HostTensors,
    ) -> Result<MetricSums, TransferError> {
        let mut sums = MetricSums::default();
        sums.add_loss(tensors.scalar()?, pictures);
        if let Some(correct) = &self.correct {
            sums.add_correct(tensors.scalar()?, correct.of);
        }
        if self.terms.is_some() {
            sums.add_loss_terms(tensors.scalar()?, tensors.scalar()?, pictures);
        }
        Ok(sums)
    }
}

impl TrainState {
    /// The loss of which `reconstruction` is one term and the divergence `kl`, by its weight, the other,
    /// where the trained layers have it; and both terms.
    pub(crate) fn with_divergence(
        &self,
        reconstruction: Tensor<1>,
        kl: Option<Tensor<1>>,
    ) -> (Tensor<1>, Option<DeviceTerms>) {
        let Some((kl, weighted)) = kl.clone().zip(self.weighted_divergence(kl)) else {
            return (reconstruction, None);
        };
        let loss = ops::sum(reconstruction.clone(), weighted);
        (loss, Some(DeviceTerms { reconstruction, kl }))
    }

    /// What the divergence `kl` adds to the loss.
    pub(crate) fn weighted_divergence(&self, kl: Option<Tensor<1>>) -> Option<Tensor<1>> {
        kl.zip(self.kl_weight).map(|(kl, weight)| ops::scaled(kl, weight.into()))
    }
}
