//! Reducing the outputs of all workers to the metrics and the gradients of the whole batch. Every worker
//! then has the same: the run's own takes the step, the others are sent the new weights.

use burn::tensor::{Tensor, TensorData};

use super::error::ParallelError;
use super::microbatch::{self, PartialSum, TreeReducer};
use super::replica::ReplicaOutput;
use super::work_item::WorkItem;
use crate::ops;
use crate::step::metrics::MetricSums;
use crate::step::phase::Phase;
use crate::step::train_state::TrainState;

/// The metrics of the whole batch.
///
/// # Errors
/// [`ParallelError`] where an output is of another work item than `item`, or the outputs are not of all
/// microbatches, once each.
pub(crate) fn metrics(
    item: WorkItem,
    batch_size: usize,
    outputs: &[ReplicaOutput],
) -> Result<MetricSums, ParallelError> {
    if let Some(stale) = outputs.iter().find(|output| output.item != item) {
        return Err(ParallelError::Stale { found: stale.item, expected: item });
    }
    let mut all: Vec<_> = outputs.iter().flat_map(|output| &output.metrics).collect();
    all.sort_by_key(|(index, _)| *index);
    let expected = microbatch::count(batch_size);
    if !all.iter().map(|(index, _)| *index).eq(0..expected) {
        let found = all.iter().map(|(index, _)| *index).collect();
        return Err(ParallelError::Microbatches { found, expected });
    }
    let mut sum = MetricSums::default();
    all.into_iter().for_each(|(_, one)| sum.merge(one));
    let (found, expected) = (sum.pictures(), batch_size as u64);
    if found == expected { Ok(sum) } else { Err(ParallelError::Pictures { found, expected }) }
}

/// The gradients of the whole batch, by the index of their parameter.
///
/// # Errors
/// [`ParallelError`] where the outputs are not of all microbatches, or of other parameters.
pub(crate) fn gradients(
    state: &TrainState,
    phase: &Phase,
    batch_size: usize,
    outputs: Vec<ReplicaOutput>,
) -> Result<Vec<Option<Tensor<1>>>, ParallelError> {
    let mut sums: Vec<PartialSum> =
        outputs.into_iter().flat_map(|output| output.partial_sums).collect();
    sums.sort_by_key(|sum| sum.microbatches.start);
    let mut reducer = TreeReducer::new(microbatch::count(batch_size));
    sums.into_iter().try_for_each(|sum| reducer.add(sum))?;
    let gradients = reducer.finish()?;
    let sizes = state.gradient_sizes(phase);
    let found: Vec<usize> = gradients.iter().map(Vec::len).collect();
    if !sizes.iter().copied().flatten().eq(found.iter().copied()) {
        let expected = sizes.into_iter().flatten().collect();
        return Err(ParallelError::Gradients { found, expected });
    }
    let device = state.plain_device();
    let mut gradients = gradients.into_iter();
    let gradient = |size: Option<usize>| {
        // A parameter that does not learn has no size, and no gradient.
        let size = size?;
        let data = TensorData::new(gradients.next()?, [size]);
        Some(ops::from_data(data, &device))
    };
    Ok(sizes.into_iter().map(gradient).collect())
}
