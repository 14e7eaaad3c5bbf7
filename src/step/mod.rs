//! One step on a batch: the batch itself, the network with its optimizer, the losses and the metrics.

pub mod batch;
#[cfg(feature = "gpu")]
mod device_batch;
pub mod loss;
pub mod metrics;
pub(crate) mod phase;
mod trace;
pub(crate) mod train_state;
