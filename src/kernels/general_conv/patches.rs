//! im2col of a tile of output pixels: what lies under the kernel at each, copied together.

use std::ops::Range;

use super::geometry::ConvGeometry;
use crate::kernels::microkernel::NR;

/// The most pixels of a tile: what a running sum takes of a weight's gradient before it is added to
/// the total.
pub(super) const MOST_PIXELS: usize = 64;
/// The values that a tile's patches should not exceed, so that they stay in the second cache.
const TILE_VALUES: usize = 1 << 15;

/// How the patches of one group lie: `[pixel][ky][kx][channel]`, each patch filled up with zeros to
/// whole blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patches<'a> {
    geometry: &'a ConvGeometry,
    group: usize,
    /// Values from a patch to the next.
    pub(super) step: usize,
}

impl<'a> Patches<'a> {
    pub(super) fn new(geometry: &'a ConvGeometry, group: usize) -> Self {
        Self { geometry, group, step: geometry.patch().next_multiple_of(NR) }
    }

    /// The output pixels, tile by tile.
    pub(super) fn tiles(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let pixels = self.geometry.pixels();
        let most = (TILE_VALUES / self.step / 4 * 4).clamp(4, MOST_PIXELS);
        (0..pixels).step_by(most).map(move |first| first..(first + most).min(pixels))
    }

    /// A buffer for the patches of a tile. What fills them up is zero, and stays so.
    pub(super) fn buffer(&self) -> Vec<f32> {
        vec![0.0; self.step * MOST_PIXELS.min((TILE_VALUES / self.step).max(4))]
    }

    /// Copies the patches of some pixels out of a picture's `map` `[y][x][channel]`.
    pub(super) fn gather(&self, map: &[f32], pixels: Range<usize>, patches: &mut [f32]) {
        let count = self.geometry.group_channels();
        for (pixel, patch) in pixels.zip(patches.chunks_exact_mut(self.step)) {
            let patch = &mut patch[..self.geometry.patch()];
            self.runs(pixel, |run| match run {
                Run::Outside(to) => patch[to].fill(0.0),
                Run::Inside { to, from } => {
                    let len = to.len();
                    let (to, from) = (&mut patch[to], &map[from..from + len]);
                    if count < 2 * NR && len < 2 * NR {
                        // Too short for a call of memcpy.
                        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                    } else {
                        to.copy_from_slice(from);
                    }
                }
            });
        }
    }

    /// Calls `visit` with the runs of a pixel's patch, in order.
    #[inline(always)]
    fn runs(&self, pixel: usize, mut visit: impl FnMut(Run)) {
        let geometry = self.geometry;
        let ConvGeometry { channels, map, kernel, dilation, output, .. } = *geometry;
        let count = geometry.group_channels();
        let (rows, top) = geometry.inside(0, pixel / output[1]);
        let (columns, left) = geometry.inside(1, pixel % output[1]);
        let line = kernel[1] * count;
        if rows.start > 0 {
            visit(Run::Outside(0..rows.start * line));
        }
        for (index, ky) in rows.clone().enumerate() {
            let (to, row) = (ky * line, top + index * dilation[0]);
            let from = (row * map[1] + left) * channels + self.group * count;
            if columns.start > 0 {
                visit(Run::Outside(to..to + columns.start * count));
            }
            if columns.is_empty() {
                // Nothing of the line is in the map.
            } else if dilation[1] == 1 && count == channels {
                visit(Run::Inside {
                    to: to + columns.start * count..to + columns.end * count,
                    from,
                });
            } else {
                for (index, kx) in columns.clone().enumerate() {
                    let to = to + kx * count;
                    let from = from + index * dilation[1] * channels;
                    visit(Run::Inside { to: to..to + count, from });
                }
            }
            if columns.end < kernel[1] {
                visit(Run::Outside(to + columns.end * count..to + line));
            }
        }
        if rows.end < kernel[0] {
            visit(Run::Outside(rows.end * line..kernel[0] * line));
        }
    }
}

/// A part of a patch.
enum Run {
    /// What no value of the map lies under.
    Outside(Range<usize>),
    /// What lies in the map from `from` on.
    Inside { to: Range<usize>, from: usize },
}
