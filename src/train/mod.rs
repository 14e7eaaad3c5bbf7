//! The training run: the trainer as a state machine, its events, and its snapshots.

mod batch_loop;
mod checkpoint;
#[cfg(feature = "gpu")]
pub(crate) mod device_dataset;
#[cfg(feature = "gpu")]
mod device_eval;
pub mod events;
mod microbatch_loop;
pub mod snapshot;
pub mod trainer;
pub mod training_data;
