//! im2col of a tile of output pixels: what lies under the kernel at each, copied together.

use std::ops::Range;

use super::geometry::ConvGeometry;
use crate::kernels::microkernel::NR;

/// The most pixels of a tile: what a running sum takes of a weight's gradient before it is added to
/// the total.
pub(super) const MOST_PIXELS: usize = 64;
/// The values that a tile's patches should not exceed, so that they stay in the second cache.
const TILE_VALUES: usize = 1 << 15;

/// Values, 512 bytes, of which no patch's distance to the next is a multiple.
const ALIAS: usize = 128;

/// How the patches of a convolution of one group lie: `[pixel][ky][kx][channel]`, each patch filled up with zeros to
/// whole blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patches<'a> {
    geometry: &'a ConvGeometry,
    /// Values from a patch to the next.
    pub(super) step: usize,
}

impl<'a> Patches<'a> {
    pub(super) fn new(geometry: &'a ConvGeometry) -> Self {
        if geometry.is_pointwise() {
            return Self { geometry, step: geometry.channels };
        }
        // Neighbours a multiple of a large power of two apart would push each other out of the cache.
        let step = geometry.patch().next_multiple_of(NR);
        let step = if step.is_multiple_of(ALIAS) { step + 2 * NR } else { step };
        Self { geometry, step }
    }

    /// Output pixels, tile by tile.
    pub(super) fn tiles(&self, pixels: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let most = (TILE_VALUES / self.step / 4 * 4).clamp(4, MOST_PIXELS);
        (0..pixels).step_by(most).map(move |first| first..(first + most).min(pixels))
    }

    /// A buffer for the patches of a tile. What fills them up is zero, and stays so.
    pub(super) fn buffer(&self) -> Vec<f32> {
        vec![0.0; self.step * MOST_PIXELS.min((TILE_VALUES / self.step).max(4))]
    }

    /// The patches of some pixels, and from one to the next: where they lie in a picture's `map`
    /// `[y][x][channel]`, or copied together.
    pub(super) fn of<'m>(
        &self,
        map: &'m [f32],
        pixels: Range<usize>,
        buffer: &'m mut [f32],
    ) -> (&'m [f32], usize) {
        if self.geometry.is_pointwise() {
            return (&map[pixels.start * self.step..], self.step);
        }
        self.gather(map, pixels, buffer);
        (buffer, self.step)
    }

    /// Copies the patches of some pixels out of a picture's `map` `[y][x][channel]`.
    fn gather(&self, map: &[f32], pixels: Range<usize>, patches: &mut [f32]) {
        let width = self.geometry.output[1];
        let mut next = pixels.start;
        let mut patches = patches.chunks_exact_mut(self.step);
        while next < pixels.end {
            // A row, or what there is of it: before, inside and after those whose taps are all inside.
            let (y, x) = (next / width, next % width);
            let end = width.min(x + pixels.end - next);
            let inside = self.whole_columns();
            let (first, last) = (inside.start.clamp(x, end), inside.end.clamp(x, end));
            let last = last.max(first);
            for patch in patches.by_ref().take(first - x) {
                self.gather_one(map, next, patch);
                next += 1;
            }
            if last > first {
                let row = patches.by_ref().take(last - first);
                self.gather_row(map, y, first, row);
                next += last - first;
            }
            for patch in patches.by_ref().take(end - last) {
                self.gather_one(map, next, patch);
                next += 1;
            }
        }
    }

    /// The columns of the output under which all columns of the kernel are inside of the map.
    fn whole_columns(&self) -> Range<usize> {
        let ConvGeometry { map, kernel, stride, dilation, before, .. } = *self.geometry;
        let (stride, before) = (stride[1] as isize, before[1]);
        let reach = ((kernel[1] - 1) * dilation[1]) as isize;
        let first = (before + stride - 1).div_euclid(stride).max(0);
        let end = (map[1] as isize - 1 - reach + before).div_euclid(stride) + 1;
        first as usize..end.max(first) as usize
    }

    /// The patch of one pixel.
    fn gather_one(&self, map: &[f32], pixel: usize, patch: &mut [f32]) {
        let patch = &mut patch[..self.geometry.patch()];
        self.runs(pixel, |run| match run {
            Run::Outside(to) => patch[to].fill(0.0),
            Run::Inside { to, from } => copy(&map[from..from + to.len()], &mut patch[to]),
        });
    }

    /// The patches of neighbours from pixel (`y`, `x`) on, row by row of the kernel.
    fn gather_row<'p>(
        &self,
        map: &[f32],
        y: usize,
        x: usize,
        patches: impl Iterator<Item = &'p mut [f32]>,
    ) {
        let ConvGeometry { channels, map: size, kernel, stride, dilation, before, .. } =
            *self.geometry;
        let (rows, top) = self.geometry.inside(0, y);
        let column = ((x * stride[1]) as isize - before[1]) as usize;
        let line = kernel[1] * channels;
        // What is copied at once: a row of the kernel, if it has all channels without gaps.
        let (runs, run, gap) = if dilation[1] == 1 {
            (1, line, 0)
        } else {
            (kernel[1], channels, dilation[1] * channels)
        };
        for (index, patch) in patches.enumerate() {
            let at = column + index * stride[1];
            for (ky, to) in patch.chunks_exact_mut(line).take(kernel[0]).enumerate() {
                if !rows.contains(&ky) {
                    to.fill(0.0);
                    continue;
                }
                let row = top + (ky - rows.start) * dilation[0];
                let from = (row * size[1] + at) * channels;
                for (kx, to) in to.chunks_exact_mut(run).take(runs).enumerate() {
                    let from = from + kx * gap;
                    copy(&map[from..from + run], to);
                }
            }
        }
    }

    /// Calls `visit` with the runs of a pixel's patch, in order.
    #[inline(always)]
    fn runs(&self, pixel: usize, mut visit: impl FnMut(Run)) {
        let geometry = self.geometry;
        let ConvGeometry { channels, map, kernel, dilation, output, .. } = *geometry;
        let (rows, top) = geometry.inside(0, pixel / output[1]);
        let (columns, left) = geometry.inside(1, pixel % output[1]);
        let line = kernel[1] * channels;
        if rows.start > 0 {
            visit(Run::Outside(0..rows.start * line));
        }
        for (index, ky) in rows.clone().enumerate() {
            let (to, row) = (ky * line, top + index * dilation[0]);
            let from = (row * map[1] + left) * channels;
            if columns.start > 0 {
                visit(Run::Outside(to..to + columns.start * channels));
            }
            if columns.is_empty() {
                // Nothing of the line is in the map.
            } else if dilation[1] == 1 {
                visit(Run::Inside {
                    to: to + columns.start * channels..to + columns.end * channels,
                    from,
                });
            } else {
                for (index, kx) in columns.clone().enumerate() {
                    let to = to + kx * channels;
                    let from = from + index * dilation[1] * channels;
                    visit(Run::Inside { to: to..to + channels, from });
                }
            }
            if columns.end < kernel[1] {
                visit(Run::Outside(to + columns.end * channels..to + line));
            }
        }
        if rows.end < kernel[0] {
            visit(Run::Outside(rows.end * line..kernel[0] * line));
        }
    }
}

/// Copies a few values, for which a call of memcpy takes longer, or many.
#[inline(always)]
pub(super) fn copy(from: &[f32], to: &mut [f32]) {
    if from.len() >= 8 * NR {
        return to.copy_from_slice(from);
    }
    let (blocks, rest) = from.as_chunks::<4>();
    let (to_blocks, to_rest) = to.as_chunks_mut::<4>();
    to_blocks.iter_mut().zip(blocks).for_each(|(to, from)| *to = *from);
    to_rest.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
}

/// A part of a patch.
enum Run {
    /// What no value of the map lies under.
    Outside(Range<usize>),
    /// What lies in the map from `from` on.
    Inside { to: Range<usize>, from: usize },
}
