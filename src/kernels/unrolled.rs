//! A convolution as it is computed. Of a picture's three colours no row that a kernel sees is a whole
//! number of vectors: what it sees at each pixel is copied together, and the convolution is one of a
//! single place and more channels. All others stay what they are.

use super::conv::{Block, Sizes};
use super::laid::Laid;
use super::tile::{COLOURS, FEW};

/// What is convolved, and how it lies.
pub(super) struct Unrolled {
    pub(super) sizes: Sizes,
    pub(super) laid: Laid,
    /// The convolution before what it sees was copied together, if it was.
    rolled: Option<(Sizes, Laid)>,
}

/// Room for a picture laid out, and for what is copied together from it.
pub(super) struct Room(Vec<f32>, Vec<f32>);

impl Unrolled {
    pub(super) fn new(block: &Block) -> Self {
        let sizes = block.sizes;
        let Sizes { channels, filters, kernel, padding, side, .. } = sizes;
        // The channels of a picture as they are: with a fourth, a quarter of the products would be
        // with zeros. Where filters are few, the lanes are those of the channels.
        if channels != COLOURS || filters <= FEW {
            return Self { sizes, laid: Laid::new(side, channels, padding), rolled: None };
        }
        let laid = Laid::with_step(side, channels, padding, channels);
        if (kernel * channels).is_multiple_of(FEW) {
            return Self { sizes, laid, rolled: None };
        }
        let values = (kernel * kernel * channels).next_multiple_of(FEW);
        let side = sizes.output_side();
        let seen = Sizes { channels: values, filters, kernel: 1, stride: 1, padding: (0, 0), side };
        let rolled = Some((sizes, laid));
        Self { sizes: seen, laid: Laid::with_step(side, values, (0, 0), values), rolled }
    }

    pub(super) fn room(&self) -> Room {
        match &self.rolled {
            None => Room(self.laid.buffer(), Vec::new()),
            Some((_, laid)) => Room(laid.buffer(), self.laid.buffer()),
        }
    }

    /// The same, with a one after what is copied together at each pixel, if there is room for it.
    pub(super) fn room_with_ones(&self) -> Room {
        let mut room = self.room();
        if let Some((sizes, _)) = &self.rolled {
            let seen = sizes.kernel * sizes.kernel * sizes.channels;
            let patches = room.1.chunks_exact_mut(self.laid.step);
            patches.filter_map(|patch| patch.get_mut(seen)).for_each(|after| *after = 1.0);
        }
        room
    }

    /// A picture as it is convolved. See [`Laid::view`].
    pub(super) fn view<'a>(&self, map: &'a [f32], doubled: bool, room: &'a mut Room) -> &'a [f32] {
        let Room(buffer, patches) = room;
        let Some((sizes, laid)) = &self.rolled else {
            return self.laid.view(map, doubled, buffer);
        };
        let view = laid.view(map, doubled, buffer);
        // A length that the compiler knows: what is copied is too short for a call.
        match sizes.kernel {
            3 => self.copy::<{ 3 * COLOURS }>(sizes, *laid, view, patches),
            _ => self.copy::<COLOURS>(sizes, *laid, view, patches),
        }
        patches
    }

    /// Copies what the kernel sees at each pixel, `N` values at a time: the same ones of all pixels of a
    /// row, then the next ones, so that there is nothing to find out at each.
    fn copy<const N: usize>(&self, sizes: &Sizes, laid: Laid, view: &[f32], patches: &mut [f32]) {
        let (run, across) = (sizes.kernel * laid.step, sizes.stride * laid.step);
        let rows = patches.chunks_exact_mut(self.sizes.side * self.laid.step);
        for (y, row) in rows.enumerate() {
            for (ky, part) in (0..sizes.kernel * run / N).map(|i| (i * N / run, i * N % run)) {
                let line = &view[laid.seen_at(y * sizes.stride + ky, 0) + part..];
                let seen = line.windows(N).step_by(across);
                for (patch, seen) in row.chunks_exact_mut(self.laid.step).zip(seen) {
                    let to = patch[ky * run + part..].first_chunk_mut::<N>();
                    if let Some((to, seen)) = to.zip(seen.first_chunk()) {
                        *to = *seen;
                    }
                }
            }
        }
    }

    /// Where the weight of the first filter that is called so here lies among those of `block`, if it
    /// is one of them.
    pub(super) fn weight(&self, channel: usize, ky: usize, kx: usize) -> Option<usize> {
        let place =
            |sizes: &Sizes, channel, (ky, kx)| (channel * sizes.kernel + ky) * sizes.kernel + kx;
        let Some((sizes, _)) = &self.rolled else {
            return Some(place(&self.sizes, channel, (ky, kx)));
        };
        let (pixel, channel) = (channel / sizes.channels, channel % sizes.channels);
        let (ky, kx) = (pixel / sizes.kernel, pixel % sizes.kernel);
        (ky < sizes.kernel).then(|| place(sizes, channel, (ky, kx)))
    }

    /// Weights of a filter.
    pub(super) fn apart(&self) -> usize {
        let Sizes { channels, kernel, .. } = self.rolled.map_or(self.sizes, |(sizes, _)| sizes);
        channels * kernel * kernel
    }

    /// Gradients of the weights as those of `block` lie, from `sums` as they lie here.
    pub(super) fn weights(&self, sums: Vec<f32>) -> Vec<f32> {
        let Some((sizes, _)) = &self.rolled else { return sums };
        let mut weights = vec![0.0; sizes.filters * sizes.channels * sizes.kernel * sizes.kernel];
        for (i, sum) in sums.iter().enumerate() {
            let (filter, channel) = (i / self.sizes.channels, i % self.sizes.channels);
            if let Some(place) = self.weight(channel, 0, 0) {
                weights[filter * self.apart() + place] = *sum;
            }
        }
        weights
    }
}
