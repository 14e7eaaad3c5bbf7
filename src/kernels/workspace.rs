//! Workspaces: memory that a kernel needs only while it runs, kept per thread for the next kernel.
//! A fresh allocation would be zeroed first, which takes nearly as long as the sums computed in it.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

thread_local! {
    /// Buffers not in use now; never more than were once in use at the same time.
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of floats with arbitrary contents, given back when dropped.
#[derive(Debug)]
pub(super) struct Workspace {
    buffer: Vec<f32>,
    len: usize,
}

impl Workspace {
    /// Of `len` floats. They hold whatever the last user left: write before you read.
    pub(super) fn new(len: usize) -> Self {
        let mut buffer = FREE.with_borrow_mut(|free| {
            // The smallest that is large enough, or the largest, which is then replaced.
            let fits = |at: &usize| free[*at].len() >= len;
            let best = (0..free.len()).filter(fits).min_by_key(|at| free[*at].len());
            let at = best.or_else(|| (0..free.len()).max_by_key(|at| free[*at].len()));
            at.map_or_else(Vec::new, |at| free.swap_remove(at))
        });
        if buffer.len() < len {
            // The allocator hands out zeroed pages; growing the old buffer would copy its contents.
            buffer = vec![0.0; len];
        }
        Self { buffer, len }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        FREE.with_borrow_mut(|free| free.push(buffer));
    }
}

impl Deref for Workspace {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.buffer[..self.len]
    }
}

impl DerefMut for Workspace {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.buffer[..self.len]
    }
}
