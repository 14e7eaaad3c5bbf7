//! What a convolution in general is: sizes of maps and kernel, and where the kernel meets the map.

use std::ops::Range;

/// Sizes of a 2-D convolution, `[height, width]` each where there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvGeometry {
    /// Input channels.
    pub channels: usize,
    /// Output channels.
    pub filters: usize,
    /// Groups that channels and filters fall into, in order: filters meet the channels of their own.
    pub groups: usize,
    /// The map that is convolved.
    pub map: [usize; 2],
    /// The map that comes out.
    pub output: [usize; 2],
    /// The kernel.
    pub kernel: [usize; 2],
    /// From an output to the next, in pixels of the input.
    pub stride: [usize; 2],
    /// From a tap of the kernel to the next, in pixels of the input.
    pub dilation: [usize; 2],
    /// Zeros above and to the left of the map; if negative, rows and columns that are passed over. As
    /// many follow it as the outputs reach.
    pub before: [isize; 2],
}

impl ConvGeometry {
    /// Channels of a group.
    #[must_use]
    pub fn group_channels(&self) -> usize {
        self.channels / self.groups
    }

    /// Filters of a group.
    #[must_use]
    pub fn group_filters(&self) -> usize {
        self.filters / self.groups
    }

    /// What a group is by itself.
    pub(super) fn of_group(&self) -> Self {
        let (channels, filters) = (self.group_channels(), self.group_filters());
        Self { channels, filters, groups: 1, ..*self }
    }

    /// The map of a group's channels: `map`, if there is one group, or copied together.
    pub(super) fn take_group<'m>(
        &self,
        group: usize,
        map: &'m [f32],
        taken: &'m mut Vec<f32>,
    ) -> &'m [f32] {
        if self.groups == 1 {
            return map;
        }
        let own = self.group_channels();
        taken.clear();
        for pixel in map.chunks_exact(self.channels) {
            taken.extend_from_slice(&pixel[group * own..][..own]);
        }
        taken
    }

    /// Weights of a filter.
    #[must_use]
    pub fn patch(&self) -> usize {
        self.taps() * self.group_channels()
    }

    /// Positions of the kernel.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// Values of a picture's input.
    #[must_use]
    pub fn input_len(&self) -> usize {
        self.map[0] * self.map[1] * self.channels
    }

    /// Values of a picture's output.
    #[must_use]
    pub fn output_len(&self) -> usize {
        self.pixels() * self.filters
    }

    /// Pixels of the output.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// Pixels from the first to the last that the outputs reach, padding and all, in one direction.
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        (self.output[axis] - 1) * self.stride[axis]
            + (self.kernel[axis] - 1) * self.dilation[axis]
            + 1
    }

    /// The taps that meet the map from output `at` on, in one direction, and the place in the map
    /// of the first of them.
    pub(super) fn inside(&self, axis: usize, at: usize) -> (Range<usize>, usize) {
        // Sizes are far from where a number of this type ends.
        let (dilation, kernel) = (self.dilation[axis] as isize, self.kernel[axis] as isize);
        let start = (at * self.stride[axis]) as isize - self.before[axis];
        let taps_before = |place: isize| {
            let taps = (place - start + dilation - 1).div_euclid(dilation);
            taps.clamp(0, kernel) as usize
        };
        let (first, end) = (taps_before(0), taps_before(self.map[axis] as isize));
        (first..end, (start + first as isize * dilation).max(0) as usize)
    }

    /// What the outputs reach of the map, row by row: how many pixels of a row, and where the first of them
    /// lies in the map and in a map of the whole [`ConvGeometry::extent`], with the padding around it.
    pub(super) fn overlap(&self) -> (usize, impl Iterator<Item = [usize; 2]> + use<>) {
        let [height, width] = self.map;
        let [rows, columns] = [0, 1].map(|axis| self.extent(axis));
        // Where the map's first pixel lies, or how many of its pixels lie before.
        let [top, left] = self.before.map(|zeros| zeros.max(0) as usize);
        let [above, aside] = self.before.map(|zeros| zeros.min(0).unsigned_abs());
        let seen = width.saturating_sub(aside).min(columns.saturating_sub(left));
        let lines = height.saturating_sub(above).min(rows.saturating_sub(top));
        let lines = if seen == 0 { 0 } else { lines };
        let places = move |y: usize| [(y + above) * width + aside, (y + top) * columns + left];
        (seen, (0..lines).map(places))
    }

    /// Whether each output is made of the pixel of the input in its own place.
    pub(super) fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1]
            && self.stride == [1, 1]
            && self.before == [0, 0]
            && self.output == self.map
    }

    /// Where a filter's weight for a channel of its group and a tap lies in
    /// `[filter][channel][ky][kx]`.
    pub(super) fn weight(&self, filter: usize, channel: usize, tap: usize) -> usize {
        (filter * self.group_channels() + channel) * self.taps() + tap
    }

    /// Where the weight of a filter lies that value `k` of a patch `[ky][kx][channel]` is multiplied
    /// with.
    pub(super) fn weight_at(&self, filter: usize, k: usize) -> usize {
        let channels = self.group_channels();
        self.weight(filter, k % channels, k / channels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taps_outside_of_the_map_are_left_out() {
        let geometry = ConvGeometry {
            channels: 1,
            filters: 1,
            groups: 1,
            map: [4, 4],
            output: [3, 3],
            kernel: [3, 3],
            stride: [2, 2],
            dilation: [2, 2],
            before: [3, 3],
        };
        // Rows -3, -1, 1; then -1, 1, 3; then 1, 3, 5.
        assert_eq!(geometry.inside(0, 0), (2..3, 1));
        assert_eq!(geometry.inside(0, 1), (1..3, 1));
        assert_eq!(geometry.inside(0, 2), (0..2, 1));
        let far = ConvGeometry { before: [9, -9], ..geometry };
        assert!(far.inside(0, 0).0.is_empty());
        assert!(far.inside(1, 0).0.is_empty());
    }
}
