//! Data-parallel training: one step computed by several workers, with the bits of the step computed by
//! one.
//!
//! A batch is cut into microbatches of [`microbatch::PICTURES`] pictures. The trainer scatters a
//! [`replica::ReplicaTask`] to each [`replica::Replica`], which has a copy of the weights and answers
//! with a [`replica::ReplicaOutput`]: metrics and partial sums of gradients. `all_reduce` adds those in
//! a fixed binary tree ([`microbatch::TreeReducer`]), so that the result does not depend on who computed
//! what. Batch normalisation needs statistics of the whole batch in the middle of a step:
//! `sync_batch_norm` stops at each normalisation and exchanges them. `prefetch` computes ahead what does
//! not depend on the weights. Tasks and outputs name their [`work_item::WorkItem`], so that a stale one
//! is refused.

pub(crate) mod all_reduce;
pub mod error;
mod host_map;
#[cfg(test)]
mod layer_tests;
pub mod microbatch;
pub(crate) mod prefetch;
pub mod replica;
mod sync_batch_norm;
pub mod work_item;
