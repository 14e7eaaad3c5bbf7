//! A 3x3 convolution of step 1 by fewer multiplications: by Winograd's four instead of nine, or, where
//! each value of a map became a 2x2 window, by nine instead of sixteen. What the kernel sees at a 2x2
//! window of outputs, a tile, is turned into sums, and so are the weights; these are multiplied place by
//! place, and the products turned back, a window at once, so that a pooling needs no map. The sums are of
//! few values, so that hardly a digit is lost. How they are made is `turns`', what becomes of a window is
//! `resize`'s; gradients are `back`'s.

use super::conv::{Block, Sizes};
use super::doubled;
use super::laid::Laid;
use super::resize::{self, Largest, Mean, Pool, Window};
use super::scratch::Scratch;
use super::tile::{LANES, Lane, PIXELS, Sums, pair};
use super::vector::{Four, WIDTH, load, store};
use turns::{Doubled, Plain, Strided, Turns};

pub(super) mod back;
pub(super) mod slopes;
pub(super) mod turns;

/// Side of the outputs' window.
const WINDOW: usize = 2;

/// Tiles whose sums stay in the cache until their products are turned back.
const TILES: usize = 64;

/// Values between the sums of two places: by a power of two alone, all places of a tile would want the
/// same lines of the cache.
const APART: usize = 16;

/// Channels from which on there is enough to multiply for what the turning costs.
const ENOUGH: usize = 16;

/// A number of channels that is not known to the compiler.
const ANY: usize = 0;

/// A way of convolving, ready to run.
pub(super) struct Winograd<'a, T, const S: usize> {
    turns: std::marker::PhantomData<T>,
    channels: usize,
    filters: usize,
    /// Tiles of a row.
    tiles: usize,
    laid: Laid,
    /// `[place][block of lanes][channel]`
    weights: Scratch,
    /// Nothing is added where it is empty.
    bias: &'a [f32],
    relu: bool,
    pool: Option<Pool>,
    /// Of some rows of tiles, `[place][tile][channel]`.
    seen: Scratch,
    /// `[place][tile][filter]`
    products: Scratch,
}

/// Whether a block's convolution is done so.
pub(super) fn fits(block: &Block) -> bool {
    let Sizes { channels, filters, kernel, stride, .. } = block.sizes;
    let side = block.pooled_side();
    let known = if block.doubled { doubled::fits(block) } else { stride <= 2 };
    known
        && kernel == 3
        && enough(channels)
        && enough(filters)
        && side.is_multiple_of(WINDOW)
        && side >= 2 * WINDOW
}

fn enough(count: usize) -> bool {
    count >= ENOUGH && count.is_multiple_of(LANES)
}

/// A block's convolution, ready to run.
pub(super) enum Turned<'a> {
    Plain(Winograd<'a, Plain, 4>),
    Strided(Winograd<'a, Strided, 5>),
    Doubled(Winograd<'a, Doubled, 3>),
}

impl<'a> Turned<'a> {
    /// Of a block that [`fits`].
    pub(super) fn new(block: &Block, weights: &[f32], bias: &'a [f32]) -> Self {
        if block.doubled {
            Self::Doubled(Winograd::new(block, weights, bias))
        } else if block.sizes.stride == 2 {
            Self::Strided(Winograd::new(block, weights, bias))
        } else {
            Self::Plain(Winograd::new(block, weights, bias))
        }
    }

    /// How a picture lies.
    pub(super) fn laid(&self) -> Laid {
        match self {
            Self::Plain(Winograd { laid, .. }) => *laid,
            Self::Strided(Winograd { laid, .. }) => *laid,
            Self::Doubled(Winograd { laid, .. }) => *laid,
        }
    }

    /// What a block gives, from what `laid` describes: `[y][x][filter]`.
    pub(super) fn run(&mut self, view: &[f32], outputs: &mut [f32], routes: &mut [u8]) {
        match self {
            Self::Plain(winograd) => winograd.run(view, outputs, routes),
            Self::Strided(winograd) => winograd.run(view, outputs, routes),
            Self::Doubled(winograd) => winograd.run(view, outputs, routes),
        }
    }
}

/// How the inputs of a block lie.
fn laid(block: &Block) -> Laid {
    Laid::new(block.input_side(), block.sizes.channels, block.sizes.padding)
}

/// The sums of weights, `[place][block of lanes][channel]`. `outputs` and `channels` are how many there
/// are of each, and how far from each other their weights lie.
fn turned<T: Turns<S>, const S: usize>(
    weights: &[f32],
    outputs: (usize, usize),
    channels: (usize, usize),
) -> Scratch {
    let size = apart(channels.0, outputs.0);
    let mut scratch = Scratch::new(S * S * size);
    let turned = &mut *scratch;
    for block in (0..outputs.0).step_by(LANES) {
        for channel in 0..channels.0 {
            let to = &mut turned[block * channels.0 + channel * LANES..];
            for half in [0, WIDTH] {
                let kernel = |lane: usize| -> &[f32; 9] {
                    let start = (block + half + lane) * outputs.1 + channel * channels.1;
                    weights[start..].first_chunk().unwrap_or(&[0.0; 9])
                };
                let (a, b, c, d) = (kernel(0), kernel(1), kernel(2), kernel(3));
                T::weigh(
                    |y, x| {
                        let place = 3 * y + x;
                        Four::of(&[a[place], b[place], c[place], d[place]])
                    },
                    |u, v, sum| store(sum, &mut to[(u * S + v) * size + half..]),
                );
            }
        }
    }
    scratch
}

/// Rows of so many tiles that are done at once.
fn rows(tiles: usize) -> usize {
    (TILES / tiles).clamp(1, tiles)
}

impl<'a, T: Turns<S>, const S: usize> Winograd<'a, T, S> {
    fn new(block: &Block, weights: &[f32], bias: &'a [f32]) -> Self {
        let Sizes { channels, filters, .. } = block.sizes;
        let (laid, tiles) = (laid(block), block.pooled_side() / WINDOW);
        let room = |count: usize| Scratch::new(S * S * apart(tiles * rows(tiles), count));
        Self {
            turns: std::marker::PhantomData,
            channels,
            filters,
            tiles,
            laid,
            weights: turned::<T, S>(weights, (filters, channels * 9), (channels, 9)),
            bias,
            relu: block.relu,
            pool: block.pool,
            seen: room(channels),
            products: room(filters),
        }
    }

    fn run(&mut self, view: &[f32], outputs: &mut [f32], routes: &mut [u8]) {
        let Self { channels, filters, tiles, .. } = *self;
        for first in (0..tiles).step_by(rows(tiles)) {
            let count = rows(tiles).min(tiles - first) * tiles;
            let view = (&view[first * T::STEP * self.laid.row()..], self.laid.row());
            look::<T, S>(view, tiles, (&mut self.seen, channels), (0, count, count));
            let products = (&mut *self.products, filters);
            multiply((&self.seen, channels), &self.weights, products, count);
            // A tile's outputs are a window of the pooling.
            let from = first * tiles * filters;
            match (self.pool, self.relu) {
                (None, _) => self.collect(count, &mut outputs[from * WINDOW * WINDOW..]),
                (Some(pool), relu) => {
                    let to = (&mut outputs[from..], &mut routes[from..]);
                    match (pool, relu) {
                        (Pool::Max, false) => self.pool::<Largest<false>>(count, to),
                        (Pool::Max, true) => self.pool::<Largest<true>>(count, to),
                        (Pool::Average, false) => self.pool::<Mean<false>>(count, to),
                        (Pool::Average, true) => self.pool::<Mean<true>>(count, to),
                    }
                }
            }
        }
    }

    /// Turns the products of the first `count` tiles back to outputs that are pooled at once.
    #[inline(never)]
    fn pool<W: Window>(&self, count: usize, (outputs, routes): (&mut [f32], &mut [u8])) {
        let filters = self.filters;
        let size = apart(count, filters) / WIDTH;
        let products = self.products.as_chunks().0;
        let outputs = outputs.chunks_exact_mut(filters).zip(routes.chunks_exact_mut(filters));
        for (tile, (outputs, routes)) in outputs.take(count).enumerate() {
            for filter in (0..filters).step_by(WIDTH) {
                let at = (tile * filters + filter) / WIDTH;
                let [[a, b], [c, d]] =
                    T::collect(|u, v| Four::of(&products[(u * S + v) * size + at]));
                let bias = self.bias.get(filter..).map_or_else(Four::default, load);
                let window = [a + bias, b + bias, c + bias, d + bias];
                resize::put::<W>(window, &mut outputs[filter..], &mut routes[filter..]);
            }
        }
    }

    /// Turns the products of the first `count` tiles back to outputs.
    #[inline(never)]
    fn collect(&self, count: usize, outputs: &mut [f32]) {
        let Self { filters, tiles, .. } = *self;
        let (row, size) = (tiles * WINDOW * filters, apart(count, filters) / WIDTH);
        let products = self.products.as_chunks().0;
        for tile in 0..count {
            let start = tile / tiles * WINDOW * row + tile % tiles * WINDOW * filters;
            for filter in (0..filters).step_by(WIDTH) {
                let at = (tile * filters + filter) / WIDTH;
                let [top, bottom] = T::collect(|u, v| Four::of(&products[(u * S + v) * size + at]));
                let bias = self.bias.get(filter..).map_or_else(Four::default, load);
                let mut put = |start: usize, [left, right]: [Four; 2]| {
                    let to = &mut outputs[start..][..2 * filters];
                    let done = |sum: Four| {
                        let sum = sum + bias;
                        if self.relu { sum.relu() } else { sum }
                    };
                    store(done(left), &mut to[filter..]);
                    store(done(right), &mut to[filters + filter..]);
                };
                put(start, top);
                put(start + row, bottom);
            }
        }
    }
}

/// From a place to the next one, where so many tiles have so many values.
fn apart(tiles: usize, values: usize) -> usize {
    tiles * values + APART
}

/// Turns what is seen at `count` tiles of a view with rows of `row` values. In `seen`, that for `all`
/// tiles has `channels` for each, they are the tiles from `from` on.
fn look<T: Turns<S>, const S: usize>(
    view: (&[f32], usize),
    tiles: usize,
    (seen, channels): (&mut [f32], usize),
    which: (usize, usize, usize),
) {
    let seen = (seen.as_chunks_mut().0, channels / WIDTH);
    match channels {
        32 => look_at::<T, S, 8>(view, tiles, seen, which),
        64 => look_at::<T, S, 16>(view, tiles, seen, which),
        _ => look_at::<T, S, ANY>(view, tiles, seen, which),
    }
}

/// The same in vectors, of which the compiler may know how many a pixel has: fewer indices are checked.
#[inline(never)]
fn look_at<T: Turns<S>, const S: usize, const V: usize>(
    (view, row): (&[f32], usize),
    tiles: usize,
    (seen, vectors): (&mut [[f32; WIDTH]], usize),
    (from, count, all): (usize, usize, usize),
) {
    let vectors = if V == ANY { vectors } else { V };
    let size = apart(all, vectors * WIDTH) / WIDTH;
    for tile in 0..count {
        let start = (tile / tiles * row + tile % tiles * vectors * WIDTH) * T::STEP;
        let lines: [&[[f32; WIDTH]]; S] =
            std::array::from_fn(|y| &view[start + y * row..].as_chunks().0[..S * vectors]);
        for vector in 0..vectors {
            let at = (from + tile) * vectors + vector;
            T::look(
                |y, x| Four::of(&lines[y][x * vectors + vector]),
                |u, v, sum| seen[(u * S + v) * size + at] = sum.values(),
            );
        }
    }
}

/// Multiplies what is seen at `count` tiles with the weights, place by place.
fn multiply(
    (seen, channels): (&[f32], usize),
    weights: &[f32],
    (products, filters): (&mut [f32], usize),
    count: usize,
) {
    let places = weights.as_chunks::<LANES>().0.chunks(apart(channels, filters) / LANES);
    let of_places = seen.chunks(apart(count, channels));
    let of_places = of_places.zip(products.chunks_mut(apart(count, filters)));
    for (weights, (seen, products)) in places.zip(of_places) {
        // Numbers that the compiler knows: see `product`.
        match channels {
            32 => multiply_place::<32>(seen, channels, weights, products, filters, count),
            64 => multiply_place::<64>(seen, channels, weights, products, filters, count),
            _ => multiply_place::<ANY>(seen, channels, weights, products, filters, count),
        }
    }
}

#[inline(never)]
fn multiply_place<const C: usize>(
    seen: &[f32],
    channels: usize,
    weights: &[Lane],
    products: &mut [f32],
    filters: usize,
    count: usize,
) {
    let channels = if C == ANY { channels } else { C };
    for tile in (0..count).step_by(PIXELS) {
        // The last tiles overlap those before them.
        let tile = tile.min(count - PIXELS);
        for (block, weights) in weights.chunks_exact(channels).enumerate() {
            let mut sums = [[0.0; LANES]; PIXELS];
            let seen = &seen[tile * channels..];
            sums.multiply(seen, channels, channels, weights.iter().map(pair));
            let pixels = products[tile * filters..].chunks_exact_mut(filters);
            for (pixel, sum) in pixels.zip(&sums) {
                pixel[block * LANES..][..LANES].copy_from_slice(sum);
            }
        }
    }
}
