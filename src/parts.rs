//! How the pictures of a step are cut into parts, and in which order what the parts give is added
//! up: always the same, whoever computed which part. Knows no tensor and no worker.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Pictures of a part. Few, so that a small batch keeps several workers busy and a part's maps stay
/// in the cache.
pub const PICTURES: usize = 8;

/// The sum of the gradients of neighbouring parts: a node of a binary tree over all parts of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    /// Of which parts.
    pub parts: Range<usize>,
    /// The gradients of all parameters that have one, one after another.
    pub gradients: Vec<f32>,
}

/// Parts of a step on `pictures`.
#[must_use]
pub fn count(pictures: usize) -> usize {
    pictures.div_ceil(PICTURES)
}

/// The pictures of part `part` of a step on `pictures`.
#[must_use]
pub fn pictures_of(part: usize, pictures: usize) -> Range<usize> {
    (part * PICTURES).min(pictures)..((part + 1) * PICTURES).min(pictures)
}

/// Which of `parts` parts worker `worker` of `workers` computes. The first one has at least one.
#[must_use]
pub fn share(parts: usize, workers: usize, worker: usize) -> Range<usize> {
    // Rounded up: where there are fewer parts than workers, the last ones have none.
    let bound = |worker: usize| (worker * parts).div_ceil(workers);
    bound(worker)..bound(worker + 1)
}

/// Where the parts of a node are cut in two: the first half is the largest power of two that leaves
/// something for the second.
fn middle(node: &Range<usize>) -> usize {
    node.start + node.len().next_power_of_two() / 2
}

/// The fewest nodes of the tree over `parts` parts that make up `share`, in order.
#[must_use]
pub fn nodes(parts: usize, share: &Range<usize>) -> Vec<Range<usize>> {
    fn cover(node: Range<usize>, share: &Range<usize>, found: &mut Vec<Range<usize>>) {
        if node.is_empty() || node.end <= share.start || share.end <= node.start {
            return;
        }
        if share.start <= node.start && node.end <= share.end {
            found.push(node);
            return;
        }
        let middle = middle(&node);
        cover(node.start..middle, share, found);
        cover(middle..node.end, share, found);
    }
    let mut found = Vec::new();
    cover(0..parts, share, &mut found);
    found
}

/// The gradients of `node`, of those of its halves down to where `known` has them.
///
/// `None` where a part is missing, or one has other parameters than the others.
pub fn sum(
    node: Range<usize>,
    known: &mut impl FnMut(&Range<usize>) -> Option<Vec<f32>>,
) -> Option<Vec<f32>> {
    if let Some(gradients) = known(&node) {
        return Some(gradients);
    }
    if node.len() < 2 {
        return None;
    }
    let middle = middle(&node);
    let mut first = sum(node.start..middle, known)?;
    let second = sum(middle..node.end, known)?;
    if first.len() != second.len() {
        return None;
    }
    first.iter_mut().zip(&second).for_each(|(sum, value)| *sum += value);
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gradients whose sum depends on the order in which they are added.
    fn of_part(part: usize) -> Vec<f32> {
        vec![1.0 / (part as f32 + 3.0), 1e7 / (part as f32 + 1.0), -0.1]
    }

    fn by_workers(parts: usize, workers: usize) -> Vec<u32> {
        let mut sums: Vec<Sum> = (0..workers)
            .flat_map(|worker| nodes(parts, &share(parts, workers, worker)))
            .map(|node| {
                let mut leaf = |node: &Range<usize>| (node.len() == 1).then(|| of_part(node.start));
                let gradients = sum(node.clone(), &mut leaf).expect("every part");
                Sum { parts: node, gradients }
            })
            .collect();
        let mut known = |node: &Range<usize>| {
            let at = sums.iter().position(|sum| sum.parts == *node)?;
            Some(sums.swap_remove(at).gradients)
        };
        let all = sum(0..parts, &mut known).expect("every node");
        assert!(sums.is_empty(), "{} nodes were not needed", sums.len());
        all.iter().map(|value| value.to_bits()).collect()
    }

    #[test]
    fn the_sum_is_the_same_whoever_computes_the_parts() {
        for parts in 1..20 {
            let alone = by_workers(parts, 1);
            for workers in 2..9 {
                assert_eq!(by_workers(parts, workers), alone, "{parts} parts, {workers} workers");
            }
        }
    }

    #[test]
    fn shares_cover_all_parts_once_and_the_first_worker_has_some() {
        for parts in 1..20 {
            for workers in 1..9 {
                let shares: Vec<usize> =
                    (0..workers).flat_map(|worker| share(parts, workers, worker)).collect();
                assert_eq!(shares, (0..parts).collect::<Vec<_>>());
                assert!(!share(parts, workers, 0).is_empty());
            }
        }
    }

    #[test]
    fn two_workers_send_one_sum_each_where_the_batch_is_a_power_of_two() {
        assert_eq!(nodes(4, &(2..4)), vec![2..4]);
        assert_eq!(nodes(16, &(0..8)), vec![0..8]);
        assert_eq!(nodes(5, &(3..5)), vec![3..4, 4..5]);
    }

    #[test]
    fn a_missing_part_gives_no_sum() {
        let mut known = |node: &Range<usize>| (*node == (0..2)).then(|| vec![1.0]);
        assert_eq!(sum(0..3, &mut known), None);
        let mut uneven = |node: &Range<usize>| (node.len() == 1).then(|| vec![1.0; node.start + 1]);
        assert_eq!(sum(0..2, &mut uneven), None);
    }

    #[test]
    fn the_last_part_may_be_small() {
        assert_eq!((count(13), pictures_of(0, 13), pictures_of(1, 13)), (2, 0..8, 8..13));
        assert_eq!(count(0), 0);
    }
}
