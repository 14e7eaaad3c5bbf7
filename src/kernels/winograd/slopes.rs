//! Gradients of a convolution's map, window by window: read from those of what follows it where they lie,
//! so that the map of gradients is never made. Knows no convolution.

use crate::kernels::vector::{Four, WIDTH, load};

/// Gradients of the outputs of a convolution.
pub(in crate::kernels) trait Slopes {
    /// Of a vector of filters, from `filter` on, in a 2x2 window of outputs of a picture.
    fn window(&self, picture: usize, at: (usize, usize), filter: usize) -> [[Four; 2]; 2];
}

/// Those of a map that nothing pools.
#[derive(Debug)]
pub(in crate::kernels) struct OfMap<'a> {
    pub(in crate::kernels) gradients: &'a [f32],
    /// Those of a relu, if one follows.
    pub(in crate::kernels) outputs: Option<&'a [f32]>,
    pub(in crate::kernels) side: usize,
    pub(in crate::kernels) filters: usize,
}

/// Those of a map of whose windows the means are taken, after a relu if one follows.
#[derive(Debug)]
pub(in crate::kernels) struct OfMeans<'a> {
    pub(in crate::kernels) gradients: &'a [f32],
    /// See [`crate::kernels::resize`].
    pub(in crate::kernels) routes: &'a [u8],
    /// Side of the pooled map.
    pub(in crate::kernels) half: usize,
    pub(in crate::kernels) filters: usize,
}

impl Slopes for OfMap<'_> {
    #[inline(always)]
    fn window(&self, picture: usize, (y, x): (usize, usize), filter: usize) -> [[Four; 2]; 2] {
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

impl Slopes for OfMeans<'_> {
    #[inline(always)]
    fn window(&self, picture: usize, (y, x): (usize, usize), filter: usize) -> [[Four; 2]; 2] {
        let start = ((picture * self.half + y) * self.half + x) * self.filters + filter;
        let gradient = load(&self.gradients[start..]) * Four::all(0.25);
        let routes = self.routes[start..].first_chunk::<WIDTH>().unwrap_or(&[0; WIDTH]);
        let at = |bit| gradient.where_bits(routes, bit);
        [[at(1), at(2)], [at(4), at(8)]]
    }
}
