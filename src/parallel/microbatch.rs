//! Microbatches: how the pictures of a batch are split between workers, and in which order the gradients
//! of the microbatches are added. The order is a fixed binary tree, as in a tree all-reduce, because the
//! sum of floating-point numbers depends on it: whoever computes a microbatch, the bits are the same.

use std::ops::Range;

use super::error::ParallelError;

/// Pictures of a microbatch. Few, so that a small batch keeps several workers busy and the activations
/// of a microbatch stay in the cache.
pub const PICTURES: usize = 8;

/// Gradients of the parameters that have one, in the parameters' order, flattened.
pub type Gradients = Vec<Vec<f32>>;

/// The sum of the gradients of neighbouring microbatches: a node of the tree over a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialSum {
    /// Which microbatches were added.
    pub microbatches: Range<usize>,
    /// Their sum.
    pub gradients: Gradients,
}

/// Microbatches of a batch.
#[must_use]
pub fn count(batch_size: usize) -> usize {
    batch_size.div_ceil(PICTURES)
}

/// The pictures of microbatch `index` of a batch.
#[must_use]
pub fn pictures_of(index: usize, batch_size: usize) -> Range<usize> {
    let start = |index: usize| index.saturating_mul(PICTURES).min(batch_size);
    start(index)..start(index.saturating_add(1))
}

/// Which of `count` microbatches worker `worker` of `workers` computes. The first worker has at least
/// one.
#[must_use]
pub fn assigned_to(worker: usize, workers: usize, count: usize) -> Range<usize> {
    // Rounded up: where there are fewer microbatches than workers, the last workers have none.
    let bound = |worker: usize| (worker * count).div_ceil(workers);
    bound(worker)..bound(worker + 1)
}

/// Where a node's microbatches are cut in two: the first half is the largest power of two that leaves
/// something for the second.
fn middle(node: &Range<usize>) -> usize {
    node.start + node.len().next_power_of_two() / 2
}

/// Adds partial sums as they come, as soon as the tree has both halves of a node. Nothing is copied:
/// the second half is added to the first in its memory.
#[derive(Debug)]
pub struct TreeReducer {
    /// Microbatches of the whole batch.
    count: usize,
    /// The fewest nodes of the tree that cover what has come, in order.
    nodes: Vec<PartialSum>,
}

impl TreeReducer {
    /// For a batch of `count` microbatches, none of which has come.
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { count, nodes: Vec::new() }
    }

    /// Takes a sum of microbatches after all those that have come.
    ///
    /// # Errors
    /// [`ParallelError::Gradients`] where it is of other parameters than the one before it.
    pub fn add(&mut self, sum: PartialSum) -> Result<(), ParallelError> {
        let mut last = sum;
        let count = self.count;
        while let Some(mut first) =
            self.nodes.pop_if(|first| are_halves(count, &first.microbatches, &last.microbatches))
        {
            add(&mut first.gradients, &last.gradients)?;
            first.microbatches.end = last.microbatches.end;
            last = first;
        }
        self.nodes.push(last);
        Ok(())
    }

    /// The partial sums so far, in order.
    #[must_use]
    pub fn partial_sums(self) -> Vec<PartialSum> {
        self.nodes
    }

    /// The gradients of the whole batch.
    ///
    /// # Errors
    /// [`ParallelError::Microbatches`] where a microbatch is missing, or there twice.
    pub fn finish(mut self) -> Result<Gradients, ParallelError> {
        let whole = 0..self.count;
        match self.nodes.pop_if(|node| node.microbatches == whole) {
            Some(node) => Ok(node.gradients),
            None => {
                let found = self.nodes.into_iter().flat_map(|node| node.microbatches);
                // Cut off, because a node may claim any range.
                let found = found.take(self.count + 1).collect();
                Err(ParallelError::Microbatches { found, expected: self.count })
            }
        }
    }
}

/// Whether `first` and `second` are the two halves of a node in the tree over `count` microbatches.
fn are_halves(count: usize, first: &Range<usize>, second: &Range<usize>) -> bool {
    let mut node = 0..count;
    while node.len() > 1 {
        let middle = middle(&node);
        if first.end == middle {
            return first.start == node.start && *second == (middle..node.end);
        }
        node = if first.end < middle { node.start..middle } else { middle..node.end };
    }
    false
}

/// Adds `more` to `sum`.
fn add(sum: &mut Gradients, more: &Gradients) -> Result<(), ParallelError> {
    let sizes = |gradients: &Gradients| gradients.iter().map(Vec::len).collect::<Vec<_>>();
    let (expected, found) = (sizes(sum), sizes(more));
    if expected != found {
        return Err(ParallelError::Gradients { found, expected });
    }
    for (sum, more) in sum.iter_mut().zip(more) {
        sum.iter_mut().zip(more).for_each(|(sum, value)| *sum += value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gradients whose sum depends on the order in which they are added, of two parameters.
    fn of_one(index: usize) -> PartialSum {
        let gradients =
            vec![vec![1.0 / (index as f32 + 3.0), 1e7 / (index as f32 + 1.0)], vec![-0.1]];
        PartialSum { microbatches: index..index + 1, gradients }
    }

    /// The output of a worker.
    fn of_worker(count: usize, assigned: Range<usize>) -> Vec<PartialSum> {
        let mut sums = TreeReducer::new(count);
        assigned.for_each(|index| sums.add(of_one(index)).expect("the same parameters"));
        sums.partial_sums()
    }

    fn by_workers(count: usize, workers: usize) -> Vec<u32> {
        let mut sums = TreeReducer::new(count);
        for worker in 0..workers {
            for sum in of_worker(count, assigned_to(worker, workers, count)) {
                sums.add(sum).expect("the same parameters");
            }
        }
        let whole = sums.finish().expect("every microbatch");
        whole.concat().iter().map(|value| value.to_bits()).collect()
    }

    /// By the definition of the tree.
    fn slow(node: Range<usize>) -> Vec<f32> {
        if node.len() == 1 {
            return of_one(node.start).gradients.concat();
        }
        let (first, second) = (node.start..middle(&node), middle(&node)..node.end);
        slow(first).iter().zip(slow(second)).map(|(a, b)| a + b).collect()
    }

    #[test]
    fn the_sum_is_the_same_whoever_computes_the_microbatches() {
        for count in 1..20 {
            let alone: Vec<u32> = slow(0..count).iter().map(|value| value.to_bits()).collect();
            for workers in 1..9 {
                assert_eq!(
                    by_workers(count, workers),
                    alone,
                    "{count} microbatches, {workers} workers"
                );
            }
        }
    }

    #[test]
    fn workers_cover_all_microbatches_once_and_the_first_has_some() {
        for count in 1..20 {
            for workers in 1..9 {
                let all: Vec<usize> =
                    (0..workers).flat_map(|worker| assigned_to(worker, workers, count)).collect();
                assert_eq!(all, (0..count).collect::<Vec<_>>());
                assert!(!assigned_to(0, workers, count).is_empty());
            }
        }
    }

    #[test]
    fn two_workers_send_one_sum_each_where_the_batch_is_a_power_of_two() {
        let sent = |count, assigned| -> Vec<Range<usize>> {
            of_worker(count, assigned).into_iter().map(|sum| sum.microbatches).collect()
        };
        assert_eq!(sent(4, 2..4), vec![2..4]);
        assert_eq!(sent(16, 0..8), vec![0..8]);
        assert_eq!(sent(5, 3..5), vec![3..4, 4..5]);
    }

    #[test]
    fn a_missing_microbatch_gives_no_sum() {
        let mut missing = TreeReducer::new(3);
        assert_eq!(missing.add(of_one(0)).and_then(|()| missing.add(of_one(2))), Ok(()));
        let error = missing.finish().expect_err("the second is missing").to_string();
        assert!(error.contains("have the microbatches [0, 2], but the batch has 3"), "{error}");
        assert!(TreeReducer::new(3).finish().is_err());
        let mut twice = TreeReducer::new(2);
        assert_eq!(twice.add(of_one(0)).and_then(|()| twice.add(of_one(0))), Ok(()));
        assert!(twice.finish().is_err());
    }

    #[test]
    fn sums_of_other_parameters_are_refused() {
        let mut sums = TreeReducer::new(2);
        assert_eq!(sums.add(of_one(0)), Ok(()));
        let other = PartialSum { gradients: vec![vec![1.0, 2.0, 3.0]], ..of_one(1) };
        assert!(matches!(sums.add(other), Err(ParallelError::Gradients { .. })));
    }

    #[test]
    fn the_last_microbatch_may_be_small() {
        assert_eq!((count(13), pictures_of(0, 13), pictures_of(1, 13)), (2, 0..8, 8..13));
        assert_eq!(count(0), 0);
    }
}
