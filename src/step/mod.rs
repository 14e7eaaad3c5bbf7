//! One step on a batch: what goes in, what is computed, what comes out.
//!
//! A [`batch::Batch`] is made on the host from pictures, or gathered on a GPU from a copy of the data
//! set there (`device_dataset`). `train_state` holds the network with its optimizer and does the
//! forward pass, the loss and accuracy, the backward pass and the update; [`loss`] has the losses as
//! functions of logits, [`loss_terms`] the two of a variational autoencoder. [`metrics`] adds up what batches
//! give, `phase` says which layers learn, `augment` draws how training pictures are varied, `trace` takes one
//! step apart layer by layer, and [`transfer`] reads tensors back to the host.

pub(crate) mod augment;
pub(crate) mod autodiff;
pub mod batch;
#[cfg(feature = "gpu")]
pub(crate) mod device_batch;
#[cfg(feature = "gpu")]
pub(crate) mod device_dataset;
pub(crate) mod evaluate;
pub mod loss;
pub mod loss_terms;
pub mod metrics;
pub(crate) mod penalty;
pub(crate) mod phase;
pub(crate) mod prepare;
mod trace;
pub(crate) mod train_state;
pub mod transfer;
