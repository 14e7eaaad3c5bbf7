//! Gradients of a convolution's output, tile by tile, computed from the block's output gradients as
//! they are read: through the relu or the average pooling, so that no map of them is written.

use crate::kernels::simd::{F32x4, LANES, load};

/// Where the gradients of a convolution's output come from.
pub(in crate::kernels::conv) trait OutputGrad {
    /// Those of four filters, from `filter` on, at the 2x2 outputs (y, x) of tile `tile` of a
    /// picture.
    fn window(&self, picture: usize, tile: (usize, usize), filter: usize) -> [[F32x4; 2]; 2];
}

/// From a block without a pooling, `[picture][y][x][filter]`.
#[derive(Debug)]
pub(in crate::kernels::conv) struct MapGrad<'a> {
    pub(in crate::kernels::conv) gradients: &'a [f32],
    /// The outputs of the relu, if there is one.
    pub(in crate::kernels::conv) outputs: Option<&'a [f32]>,
    /// Side of the map.
    pub(in crate::kernels::conv) side: usize,
    pub(in crate::kernels::conv) filters: usize,
}

/// From a block with an average pooling, `[picture][y][x][filter]`.
#[derive(Debug)]
pub(in crate::kernels::conv) struct AveragePooledGrad<'a> {
    pub(in crate::kernels::conv) gradients: &'a [f32],
    /// See [`crate::kernels::pool`].
    pub(in crate::kernels::conv) argmax: &'a [u8],
    /// Side of the pooled map.
    pub(in crate::kernels::conv) side: usize,
    pub(in crate::kernels::conv) filters: usize,
}

impl OutputGrad for MapGrad<'_> {
    #[inline(always)]
    fn window(&self, picture: usize, (y, x): (usize, usize), filter: usize) -> [[F32x4; 2]; 2] {
        let row = self.side * self.filters;
        let start = (picture * self.side + 2 * y) * row + 2 * x * self.filters + filter;
        let at = |start: usize| {
            let gradient = load(&self.gradients[start..]);
            self.outputs.map_or(gradient, |of| gradient.where_positive(load(&of[start..])))
        };
        let pair = |start: usize| [at(start), at(start + self.filters)];
        [pair(start), pair(start + row)]
    }
}

impl OutputGrad for AveragePooledGrad<'_> {
    #[inline(always)]
    fn window(&self, picture: usize, (y, x): (usize, usize), filter: usize) -> [[F32x4; 2]; 2] {
        let start = ((picture * self.side + y) * self.side + x) * self.filters + filter;
        let gradient = load(&self.gradients[start..]) * F32x4::splat(0.25);
        let argmax = self.argmax[start..].first_chunk::<LANES>().unwrap_or(&[0; LANES]);
        let at = |bit| gradient.where_bits(argmax, bit);
        [[at(1), at(2)], [at(4), at(8)]]
    }
}
