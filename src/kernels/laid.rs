//! How one picture's map lies in memory while it is convolved: `[y][x][channel]` with zeros around
//! it, a whole number of vectors to a pixel. Only copies; computes nothing.

use super::tile::padded;

/// A map's place in a buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Laid {
    /// Side of the map.
    side: usize,
    channels: usize,
    /// Values of a pixel; those past the channels are zero.
    pub(super) step: usize,
    /// Zeros before each row and column.
    before: usize,
    /// Pixels of a row, with zeros around.
    wide: usize,
}

impl Laid {
    /// With whole vectors to a pixel.
    pub(super) fn new(side: usize, channels: usize, padding: (usize, usize)) -> Self {
        Self::with_step(side, channels, padding, padded(channels))
    }

    /// With `step` values to a pixel.
    pub(super) fn with_step(
        side: usize,
        channels: usize,
        padding: (usize, usize),
        step: usize,
    ) -> Self {
        Self { side, channels, step, before: padding.0, wide: padding.0 + side + padding.1 }
    }

    /// Values of a row of the buffer.
    pub(super) fn row(&self) -> usize {
        self.wide * self.step
    }

    /// Values of the map itself.
    pub(super) fn values(&self) -> usize {
        self.side * self.side * self.channels
    }

    /// Where a pixel begins.
    pub(super) fn at(&self, y: usize, x: usize) -> usize {
        ((self.before + y) * self.wide + self.before + x) * self.step
    }

    /// Where the kernel at a pixel begins.
    pub(super) fn seen_at(&self, y: usize, x: usize) -> usize {
        (y * self.wide + x) * self.step
    }

    /// The map out of `buffer`, without what is around and between.
    pub(super) fn take(&self, buffer: &[f32], map: &mut [f32]) {
        for (y, row) in map.chunks_exact_mut(self.side * self.channels).enumerate() {
            let line = &buffer[self.at(y, 0)..][..self.side * self.step];
            if self.step == self.channels {
                row.copy_from_slice(line);
                continue;
            }
            let pixels = row.chunks_exact_mut(self.channels).zip(line.chunks_exact(self.step));
            pixels.for_each(|(to, from)| to.copy_from_slice(&from[..self.channels]));
        }
    }

    /// Adds the same to `maps`. For maps whose channels are whole lanes.
    pub(super) fn append(&self, buffer: &[f32], maps: &mut Vec<f32>) {
        for y in 0..self.side {
            maps.extend_from_slice(&buffer[self.at(y, 0)..][..self.side * self.step]);
        }
    }

    /// Zeros.
    pub(super) fn buffer(&self) -> Vec<f32> {
        vec![0.0; self.wide * self.row()]
    }

    /// `map` `[y][x][channel]` laid out, in `buffer` unless it lies so already. `doubled`: each
    /// value becomes a 2x2 window, and `map` has half the side.
    pub(super) fn view<'a>(
        &self,
        map: &'a [f32],
        doubled: bool,
        buffer: &'a mut [f32],
    ) -> &'a [f32] {
        if self.wide == self.side && self.step == self.channels && !doubled {
            return map;
        }
        let times = if doubled { 2 } else { 1 };
        let rows = map.chunks_exact(self.side / times * self.channels);
        for (y, row) in rows.enumerate() {
            let start = self.at(y * times, 0);
            let line = &mut buffer[start..][..self.side * self.step];
            if !doubled && self.step == self.channels {
                line.copy_from_slice(row);
                continue;
            }
            let pixels =
                line.chunks_exact_mut(self.step * times).zip(row.chunks_exact(self.channels));
            for (to, from) in pixels {
                for to in to.chunks_exact_mut(self.step) {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
            }
            if doubled {
                let next = self.at(y * 2 + 1, 0);
                buffer.copy_within(start..start + self.side * self.step, next);
            }
        }
        buffer
    }
}
