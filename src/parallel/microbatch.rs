//! How the pictures of a step are cut into parts, and in which order what the parts give is added
//! up: always the same, whoever computed which part. Knows no tensor and no worker.

use std::ops::Range;

/// Pictures of a part. Few, so that a small batch keeps several workers busy and a part's maps stay
/// in the cache.
pub const PICTURES: usize = 8;

/// Gradients of the parameters that have one, in the parameters' order.
pub type Gradients = Vec<Vec<f32>>;

/// The sum of the gradients of neighbouring parts: a node of a binary tree over all parts of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct PartialSum {
    /// Of which parts.
    pub parts: Range<usize>,
    /// Added up.
    pub gradients: Gradients,
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

/// Sums of a step as they come, those of neighbouring parts added up as far as the tree lets them.
/// Nothing is copied: one of two is added to the other where it lies.
#[derive(Debug)]
pub struct TreeReducer {
    /// Of the whole step.
    parts: usize,
    /// In order, the fewest nodes of the tree that make up what has come.
    found: Vec<PartialSum>,
}

impl TreeReducer {
    /// None yet, of a step of `parts` parts.
    #[must_use]
    pub fn new(parts: usize) -> Self {
        Self { parts, found: Vec::new() }
    }

    /// Takes a sum of parts after all those that have come. `None` where it is of other parameters
    /// than the one before it.
    pub fn add(&mut self, sum: PartialSum) -> Option<()> {
        self.found.push(sum);
        while let [.., first, second] = self.found.as_slice() {
            if !self.are_halves(&first.parts, &second.parts) {
                break;
            }
            let second = self.found.pop()?;
            let first = self.found.last_mut()?;
            add(&mut first.gradients, &second.gradients)?;
            first.parts.end = second.parts.end;
        }
        Some(())
    }

    /// The sums so far.
    #[must_use]
    pub fn found(self) -> Vec<PartialSum> {
        self.found
    }

    /// The gradients of the whole step; `None` where a part is missing.
    #[must_use]
    pub fn whole(mut self) -> Option<Gradients> {
        let whole = self.found.pop()?;
        (whole.parts == (0..self.parts)).then_some(whole.gradients)
    }

    /// Whether `first` and `second` are the two halves of a node.
    fn are_halves(&self, first: &Range<usize>, second: &Range<usize>) -> bool {
        let mut node = 0..self.parts;
        while node.len() > 1 {
            let middle = middle(&node);
            if first.end == middle {
                return first.start == node.start && *second == (middle..node.end);
            }
            node = if first.end < middle { node.start..middle } else { middle..node.end };
        }
        false
    }
}

/// Adds `more` to `sum`; `None` where they are not of the same parameters.
fn add(sum: &mut Gradients, more: &Gradients) -> Option<()> {
    let sizes = |gradients: &Gradients| gradients.iter().map(Vec::len).collect::<Vec<_>>();
    if sizes(sum) != sizes(more) {
        return None;
    }
    for (sum, more) in sum.iter_mut().zip(more) {
        sum.iter_mut().zip(more).for_each(|(sum, value)| *sum += value);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gradients whose sum depends on the order in which they are added, of two parameters.
    fn of_part(part: usize) -> PartialSum {
        let gradients =
            vec![vec![1.0 / (part as f32 + 3.0), 1e7 / (part as f32 + 1.0)], vec![-0.1]];
        PartialSum { parts: part..part + 1, gradients }
    }

    /// What a worker gives.
    fn of_share(parts: usize, share: Range<usize>) -> Vec<PartialSum> {
        let mut sums = TreeReducer::new(parts);
        share.for_each(|part| sums.add(of_part(part)).expect("the same parameters"));
        sums.found()
    }

    fn by_workers(parts: usize, workers: usize) -> Vec<u32> {
        let mut sums = TreeReducer::new(parts);
        for worker in 0..workers {
            for sum in of_share(parts, share(parts, workers, worker)) {
                sums.add(sum).expect("the same parameters");
            }
        }
        let whole = sums.whole().expect("every part");
        whole.concat().iter().map(|value| value.to_bits()).collect()
    }

    /// By the definition of the tree.
    fn slow(node: Range<usize>) -> Vec<f32> {
        if node.len() == 1 {
            return of_part(node.start).gradients.concat();
        }
        let (first, second) = (node.start..middle(&node), middle(&node)..node.end);
        slow(first).iter().zip(slow(second)).map(|(a, b)| a + b).collect()
    }

    #[test]
    fn the_sum_is_the_same_whoever_computes_the_parts() {
        for parts in 1..20 {
            let alone: Vec<u32> = slow(0..parts).iter().map(|value| value.to_bits()).collect();
            for workers in 1..9 {
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
        let sent = |parts, share| -> Vec<Range<usize>> {
            of_share(parts, share).into_iter().map(|sum| sum.parts).collect()
        };
        assert_eq!(sent(4, 2..4), vec![2..4]);
        assert_eq!(sent(16, 0..8), vec![0..8]);
        assert_eq!(sent(5, 3..5), vec![3..4, 4..5]);
    }

    #[test]
    fn a_missing_part_gives_no_sum() {
        let mut missing = TreeReducer::new(3);
        assert_eq!(missing.add(of_part(0)).and_then(|()| missing.add(of_part(2))), Some(()));
        assert_eq!(missing.whole(), None);
        assert_eq!(TreeReducer::new(3).whole(), None);
        let mut twice = TreeReducer::new(2);
        assert_eq!(twice.add(of_part(0)).and_then(|()| twice.add(of_part(0))), Some(()));
        assert_eq!(twice.whole(), None);
    }

    #[test]
    fn sums_of_other_parameters_are_refused() {
        let mut sums = TreeReducer::new(2);
        assert_eq!(sums.add(of_part(0)), Some(()));
        let other = PartialSum { gradients: vec![vec![1.0, 2.0, 3.0]], ..of_part(1) };
        assert_eq!(sums.add(other), None);
    }

    #[test]
    fn the_last_part_may_be_small() {
        assert_eq!((count(13), pictures_of(0, 13), pictures_of(1, 13)), (2, 0..8, 8..13));
        assert_eq!(count(0), 0);
    }
}
