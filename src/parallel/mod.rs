//! A step shared by several workers: how a batch is cut into microbatches and in which order their
//! gradients are added, what a replica computes, and synchronised batch normalisation.

pub mod microbatch;
mod prefetch;
pub mod replica;
mod sync_batch_norm;
