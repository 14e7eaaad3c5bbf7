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

    /// A map as it comes: nothing around it or between its pixels.
    pub(super) fn tight(side: usize, channels: usize) -> Self {
        Self { side, channels, step: channels, before: 0, wide: side }
    }

    /// Values of a row of the buffer.
    pub(super) fn row(&self) -> usize {
        self.wide * self.step
    }

    /// Where a pixel begins.
    pub(super) fn at(&self, y: usize, x: usize) -> usize {
        ((self.before + y) * self.wide + self.before + x) * self.step
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

    /// The pixels of `buffer` that are not around the map, every `apart`th of them.
    pub(super) fn pixels<'a>(&self, buffer: &'a mut [f32], apart: usize) -> Pixels<'a> {
        Pixels { laid: *self, buffer, apart }
    }
}

/// Pixels to be written, `apart` from each other.
pub(super) struct Pixels<'a> {
    laid: Laid,
    buffer: &'a mut [f32],
    apart: usize,
}

impl Pixels<'_> {
    /// The first `channels` values of a pixel.
    #[inline]
    pub(super) fn pixel(&mut self, y: usize, x: usize, channels: usize) -> &mut [f32] {
        let start = self.laid.at(y * self.apart, x * self.apart);
        &mut self.buffer[start..][..channels]
    }

    /// Writes a map `[y][x][channel]`, each value as `value` makes it from its own and its
    /// counterpart in `beside`.
    #[inline]
    pub(super) fn write(
        &mut self,
        (map, beside): (&[f32], &[f32]),
        (side, channels): (usize, usize),
        value: impl Fn(f32, f32) -> f32,
    ) {
        let together = self.apart == 1 && self.laid.step == channels;
        let run = if together { side * channels } else { channels };
        for (index, (from, beside)) in
            map.chunks_exact(run).zip(beside.chunks_exact(run)).enumerate()
        {
            let (y, x) = if together { (index, 0) } else { (index / side, index % side) };
            let to = self.pixel(y, x, run);
            for (to, (from, beside)) in to.iter_mut().zip(from.iter().zip(beside)) {
                *to = value(*from, *beside);
            }
        }
    }
}
