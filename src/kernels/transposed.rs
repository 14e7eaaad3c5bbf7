//! From the gradients of a convolution's outputs to those of its inputs: a convolution with the kernel
//! turned round. Where the step is more than 1, inputs of each residue of row and column see places of
//! the kernel of their own, so that for each there is a convolution with fewer weights and none with
//! zeros between the gradients.

use super::conv::Sizes;
use super::laid::Laid;
use super::product::{Part, Product, pack};
use super::tile::padded;

/// A convolution back, ready to run.
pub(super) struct Transposed {
    parts: Vec<Part<'static>>,
    /// How the outputs' gradients lie.
    pub(super) laid: Laid,
    /// Values of a row of the inputs.
    row: usize,
    /// Values of a row of what is written: the step divides its side.
    wide: usize,
    /// What is written, where that is more than the inputs.
    room: Vec<f32>,
}

impl Transposed {
    /// `weights` are those of [`super::conv`].
    pub(super) fn new(sizes: &Sizes, weights: &[f32]) -> Self {
        let Sizes { channels, filters, kernel, stride, padding: (before, _), side } = *sizes;
        let (width, area) = (padded(filters), kernel * kernel);
        // Inputs of a residue are so many; the kernel places that they see, at most so many.
        let (count, most) = (side.div_ceil(stride), kernel.div_ceil(stride));
        let last = (count * stride - 1 + before) / stride + 1;
        let zeros = (most - 1, last.saturating_sub(sizes.output_side()));
        let laid = Laid::new(sizes.output_side(), filters, zeros);
        let part = |(a, b): (usize, usize)| {
            // With the zeros before it, input `first` is the first of residue `a`.
            let first = |residue: usize| (residue + stride * before - before) % stride;
            let places = |residue: usize| (kernel.saturating_sub(residue)).div_ceil(stride);
            let see = places(a).max(places(b)).max(1);
            let sizes = Sizes {
                channels: width,
                filters: channels,
                kernel: see,
                stride: 1,
                padding: (0, 0),
                side: count + see - 1,
            };
            let packed = pack(&sizes, width, (weights, area), |filter, ky, kx| {
                let at = |residue: usize, place: usize| residue + stride * (see - 1 - place);
                let (ky, kx) = (at(a, ky), at(b, kx));
                let there = filter < filters && ky < kernel && kx < kernel;
                there.then(|| filter * channels * area + ky * kernel + kx)
            });
            let from = |residue: usize| (first(residue) + before) / stride + most - see;
            Part {
                product: Product::new(&sizes, laid, packed, &[], false).apart(stride),
                from: laid.seen_at(from(a), from(b)),
                to: (first(a) * count * stride + first(b)) * channels,
            }
        };
        let residues = (0..stride * stride).map(|i| (i / stride, i % stride));
        let (row, wide) = (side * channels, count * stride * channels);
        let room = vec![0.0; if wide == row { 0 } else { wide * count * stride }];
        Self { parts: residues.map(part).collect(), laid, row, wide, room }
    }

    /// Writes the gradients `[y][x][channel]` of a map, of what `laid` describes.
    pub(super) fn run(&mut self, view: &[f32], inputs: &mut [f32]) {
        let whole = self.wide == self.row;
        let map = if whole { &mut *inputs } else { &mut self.room };
        for Part { product, from, to } in &self.parts {
            product.run(&view[*from..], &mut map[*to..]);
        }
        if !whole {
            let rows = inputs.chunks_exact_mut(self.row).zip(self.room.chunks_exact(self.wide));
            rows.for_each(|(to, from)| to.copy_from_slice(&from[..self.row]));
        }
    }
}
