//! A training run: [`trainer::Trainer`] is a state machine that its driver advances by work items, each
//! one optimizer step or one batch of validation.
//!
//! `microbatch_loop` computes work items on the CPU, microbatch by microbatch, alone or with replicas;
//! `batch_loop` and `device_eval` compute them as whole batches on devices that queue work. Both end in
//! `record`, which counts what a work item gave, moves the run on (next batch, validation, next epoch or
//! phase, early stopping, divergence) and tells it as [`events`]. [`checkpoint`] stores a run and brings
//! it back, in the file format of [`snapshot`]. `watch` notes what a run does, and [`diagnosis`] judges
//! whether it learns. [`training_data`] is the data set with its copy on a GPU.

mod batch_loop;
pub mod checkpoint;
pub mod dataset_info;
#[cfg(feature = "gpu")]
mod device_eval;
pub mod diagnosis;
pub mod error;
pub mod events;
mod microbatch_loop;
mod queued_steps;
mod record;
pub mod snapshot;
pub mod trainer;
pub mod training_data;
mod watch;
