//! Memory that a kernel needs while it runs, kept for the next one: new memory would be filled with zeros
//! first, and what is computed here takes little longer than that. Knows nothing of what is put there.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    /// What is not in use: no more pieces than were ever in use at once.
    static KEPT: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Values that may be any until they are written.
#[derive(Debug)]
pub(super) struct Scratch {
    values: Vec<f32>,
    count: usize,
}

impl Scratch {
    pub(super) fn new(count: usize) -> Self {
        let mut values = KEPT.with_borrow_mut(|kept| {
            // The smallest that is large enough, or the largest.
            let large = |at: &usize| kept[*at].len() >= count;
            let fit = (0..kept.len()).filter(large).min_by_key(|at| kept[*at].len());
            let at = fit.or_else(|| (0..kept.len()).max_by_key(|at| kept[*at].len()));
            at.map(|at| kept.swap_remove(at)).unwrap_or_default()
        });
        if values.len() < count {
            // Zeros from the allocator, without what was there.
            values = vec![0.0; count];
        }
        Self { values, count }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        KEPT.with_borrow_mut(|kept| kept.push(values));
    }
}

impl Deref for Scratch {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[..self.count]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[..self.count]
    }
}
