//! im2col for colour pictures: copies the patch under the kernel at each output pixel together,
//! which turns the convolution into a matrix product (a 1x1 convolution of more channels). With
//! three channels no row under a kernel is a whole number of vectors, so that it pays there; any
//! other convolution is left as it is, and [`Lowered`] only says how its map is padded.

use super::padded_layout::PaddedLayout;
use super::spec::{ConvBlock, ConvShape};
use crate::kernels::microkernel::{NARROW, RGB_CHANNELS};

/// A block's convolution as the direct kernels compute it.
pub(super) struct Lowered {
    /// Its shape, that of a 1x1 convolution after im2col.
    pub(super) shape: ConvShape,
    /// The layout of what it reads.
    pub(super) layout: PaddedLayout,
    /// The shape and padded layout before im2col, where there is one.
    original: Option<(ConvShape, PaddedLayout)>,
}

/// Buffers for one picture: the padded map, and the patches if there is an im2col.
pub(super) struct LoweringBuffers {
    padded: Vec<f32>,
    /// `[output pixel][patch]`
    patches: Vec<f32>,
}

impl Lowered {
    pub(super) fn new(block: &ConvBlock) -> Self {
        let shape = block.shape;
        let ConvShape { channels, filters, kernel, padding, side, .. } = shape;
        // Few filters go through the narrow microkernel, whose lanes lie along padded channels.
        if channels != RGB_CHANNELS || filters <= NARROW {
            return Self {
                shape,
                layout: PaddedLayout::new(side, channels, padding),
                original: None,
            };
        }
        // Three channels without a gap: with a fourth, a quarter of the products would be with
        // zeros.
        let layout = PaddedLayout::with_pixel_stride(side, channels, padding, channels);
        if (kernel * channels).is_multiple_of(NARROW) {
            return Self { shape, layout, original: None };
        }
        let patch = (kernel * kernel * channels).next_multiple_of(NARROW);
        let side = shape.output_side();
        let padding = (0, 0);
        Self {
            shape: ConvShape { channels: patch, filters, kernel: 1, stride: 1, padding, side },
            layout: PaddedLayout::with_pixel_stride(side, patch, padding, patch),
            original: Some((shape, layout)),
        }
    }

    pub(super) fn buffers(&self) -> LoweringBuffers {
        let (padded, patches) = match &self.original {
            None => (self.layout.zeros(), Vec::new()),
            Some((_, layout)) => (layout.zeros(), self.layout.zeros()),
        };
        LoweringBuffers { padded, patches }
    }

    /// The same with a one behind each patch, if there is room for it: the weight of that column is
    /// the bias, so that its gradient is summed with the others.
    pub(super) fn buffers_with_ones_column(&self) -> LoweringBuffers {
        let mut buffers = self.buffers();
        if let Some((shape, _)) = &self.original {
            let patch_len = shape.kernel * shape.kernel * shape.channels;
            let patches = buffers.patches.chunks_exact_mut(self.layout.pixel_stride);
            patches.filter_map(|patch| patch.get_mut(patch_len)).for_each(|after| *after = 1.0);
        }
        buffers
    }

    /// A picture's `map` as the convolution reads it: padded (see [`PaddedLayout::pad`]), or its
    /// patches.
    pub(super) fn lower<'a>(
        &self,
        map: &'a [f32],
        upsample: bool,
        buffers: &'a mut LoweringBuffers,
    ) -> &'a [f32] {
        let LoweringBuffers { padded, patches } = buffers;
        let Some((shape, layout)) = &self.original else {
            return self.layout.pad(map, upsample, padded);
        };
        let padded = layout.pad(map, upsample, padded);
        // A constant length: what is copied is too short for a call of memcpy.
        match shape.kernel {
            3 => self.im2col::<{ 3 * RGB_CHANNELS }>(shape, *layout, padded, patches),
            _ => self.im2col::<RGB_CHANNELS>(shape, *layout, padded, patches),
        }
        patches
    }

    /// Copies the patch of each output pixel, `N` values at a time: the same ones of all pixels of
    /// a row, then the next, so that offsets are computed once a row.
    fn im2col<const N: usize>(
        &self,
        shape: &ConvShape,
        layout: PaddedLayout,
        padded: &[f32],
        patches: &mut [f32],
    ) {
        let (run, across) =
            (shape.kernel * layout.pixel_stride, shape.stride * layout.pixel_stride);
        let rows = patches.chunks_exact_mut(self.shape.side * self.layout.pixel_stride);
        for (y, row) in rows.enumerate() {
            for (ky, part) in (0..shape.kernel * run / N).map(|i| (i * N / run, i * N % run)) {
                let line = &padded[layout.patch_offset(y * shape.stride + ky, 0) + part..];
                let sources = line.windows(N).step_by(across);
                for (patch, from) in row.chunks_exact_mut(self.layout.pixel_stride).zip(sources) {
                    let to = patch[ky * run + part..].first_chunk_mut::<N>();
                    if let Some((to, from)) = to.zip(from.first_chunk()) {
                        *to = *from;
                    }
                }
            }
        }
    }

    /// Where, within a filter `[channel][ky][kx]` of the block, the weight of the lowered
    /// convolution's `channel`, `ky` and `kx` lies; `None` for the values that fill a patch up.
    pub(super) fn weight_offset(&self, channel: usize, ky: usize, kx: usize) -> Option<usize> {
        let offset = |shape: &ConvShape, channel, (ky, kx)| {
            (channel * shape.kernel + ky) * shape.kernel + kx
        };
        let Some((shape, _)) = &self.original else {
            return Some(offset(&self.shape, channel, (ky, kx)));
        };
        let (pixel, channel) = (channel / shape.channels, channel % shape.channels);
        let (ky, kx) = (pixel / shape.kernel, pixel % shape.kernel);
        (ky < shape.kernel).then(|| offset(shape, channel, (ky, kx)))
    }

    /// Weights of a filter of the block.
    pub(super) fn weights_per_filter(&self) -> usize {
        let ConvShape { channels, kernel, .. } =
            self.original.map_or(self.shape, |(shape, _)| shape);
        channels * kernel * kernel
    }

    /// Weight gradients of the lowered convolution as those of the block,
    /// `[filter][channel][ky][kx]`.
    pub(super) fn raise_weights(&self, lowered: Vec<f32>) -> Vec<f32> {
        let Some((shape, _)) = &self.original else { return lowered };
        let mut weights = vec![0.0; shape.filters * self.weights_per_filter()];
        for (i, gradient) in lowered.iter().enumerate() {
            let (filter, channel) = (i / self.shape.channels, i % self.shape.channels);
            if let Some(offset) = self.weight_offset(channel, 0, 0) {
                weights[filter * self.weights_per_filter() + offset] = *gradient;
            }
        }
        weights
    }
}
