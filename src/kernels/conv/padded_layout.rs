//! The memory layout of one picture's map while it is convolved: `[y][x][channel]` with the
//! padding's zeros around it and each pixel's channels rounded up to whole vectors, so that a
//! kernel row is one contiguous run without bounds to check.

use crate::kernels::microkernel::padded_channels;

/// Where the values of a square map lie in a padded buffer. Strides and offsets count floats.
#[derive(Debug, Clone, Copy)]
pub(super) struct PaddedLayout {
    /// Side of the map, without padding.
    side: usize,
    channels: usize,
    /// Floats from a pixel to the next; those past the channels are zero.
    pub(super) pixel_stride: usize,
    /// Rows and columns of zeros before the map.
    pad_before: usize,
    /// Side of the buffer in pixels, with padding.
    padded_side: usize,
}

impl PaddedLayout {
    /// With whole vectors to a pixel; `padding` is before and after the map.
    pub(super) fn new(side: usize, channels: usize, padding: (usize, usize)) -> Self {
        Self::with_pixel_stride(side, channels, padding, padded_channels(channels))
    }

    /// With `pixel_stride` floats to a pixel.
    pub(super) fn with_pixel_stride(
        side: usize,
        channels: usize,
        padding: (usize, usize),
        pixel_stride: usize,
    ) -> Self {
        let padded_side = padding.0 + side + padding.1;
        Self { side, channels, pixel_stride, pad_before: padding.0, padded_side }
    }

    /// Floats from a row of the buffer to the next.
    pub(super) fn row_stride(&self) -> usize {
        self.padded_side * self.pixel_stride
    }

    /// Values of the map itself.
    pub(super) fn map_len(&self) -> usize {
        self.side * self.side * self.channels
    }

    /// Where pixel (y, x) of the map begins.
    pub(super) fn pixel_offset(&self, y: usize, x: usize) -> usize {
        self.patch_offset(self.pad_before + y, self.pad_before + x)
    }

    /// Where the patch under a kernel at (y, x) begins: the padding is part of it.
    pub(super) fn patch_offset(&self, y: usize, x: usize) -> usize {
        (y * self.padded_side + x) * self.pixel_stride
    }

    /// A buffer of zeros.
    pub(super) fn zeros(&self) -> Vec<f32> {
        vec![0.0; self.padded_side * self.row_stride()]
    }

    /// Copies the map `[y][x][channel]` out of a padded `buffer`.
    pub(super) fn unpad(&self, buffer: &[f32], map: &mut [f32]) {
        for (y, row) in map.chunks_exact_mut(self.side * self.channels).enumerate() {
            let line = &buffer[self.pixel_offset(y, 0)..][..self.side * self.pixel_stride];
            if self.pixel_stride == self.channels {
                row.copy_from_slice(line);
                continue;
            }
            let pixels =
                row.chunks_exact_mut(self.channels).zip(line.chunks_exact(self.pixel_stride));
            pixels.for_each(|(to, from)| to.copy_from_slice(&from[..self.channels]));
        }
    }

    /// Appends the same to `maps`; only where channels are whole blocks, without a gap after a
    /// pixel.
    pub(super) fn append_unpadded(&self, buffer: &[f32], maps: &mut Vec<f32>) {
        for y in 0..self.side {
            let line = &buffer[self.pixel_offset(y, 0)..][..self.side * self.pixel_stride];
            maps.extend_from_slice(line);
        }
    }

    /// `map` `[y][x][channel]` in this layout: copied into `buffer`, whose padding is zero, or as
    /// it is where the layout has no padding. With `upsample`, `map` has half the side, and each of
    /// its pixels becomes a 2x2 window.
    pub(super) fn pad<'a>(
        &self,
        map: &'a [f32],
        upsample: bool,
        buffer: &'a mut [f32],
    ) -> &'a [f32] {
        let tight = self.pixel_stride == self.channels;
        if self.padded_side == self.side && tight && !upsample {
            return map;
        }
        let scale = if upsample { 2 } else { 1 };
        let rows = map.chunks_exact(self.side / scale * self.channels);
        for (y, row) in rows.enumerate() {
            let start = self.pixel_offset(y * scale, 0);
            let line = &mut buffer[start..][..self.side * self.pixel_stride];
            if !upsample && tight {
                line.copy_from_slice(row);
                continue;
            }
            let pixels = line
                .chunks_exact_mut(self.pixel_stride * scale)
                .zip(row.chunks_exact(self.channels));
            for (to, from) in pixels {
                for to in to.chunks_exact_mut(self.pixel_stride) {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                }
            }
            if upsample {
                let next = self.pixel_offset(y * 2 + 1, 0);
                buffer.copy_within(start..start + self.side * self.pixel_stride, next);
            }
        }
        buffer
    }
}
