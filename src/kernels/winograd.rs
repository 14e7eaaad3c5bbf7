//! A 3x3 convolution of step 1 by four multiplications instead of nine: F(2x2, 3x3) of Lavin and Gray
//! 2015 ("Fast Algorithms for Convolutional Neural Networks", section 4.1), after Winograd. What the
//! kernel sees at a 2x2 window of outputs, a tile of 4x4 pixels, is turned into sixteen sums, and so
//! are the weights; these are multiplied place by place, and the products turned back. The sums are
//! of few values, so that hardly a digit is lost.

use super::conv::Sizes;
use super::laid::Laid;
use super::tile::{LANES, Lane, PIXELS, Sums, pair, unpair};
use super::vector::{Four, WIDTH};

/// Places of a tile.
const PLACES: usize = 16;

/// Pixels from a tile to the next one: the side of the outputs' window.
const STEP: usize = 2;

/// Tiles whose sums stay in the cache until their products are turned back.
const TILES: usize = 48;

/// Channels from which on there is enough to multiply for what the turning costs.
const ENOUGH: usize = 16;

/// A number of channels that is not known to the compiler.
const ANY: usize = 0;

/// A convolution that is ready to run.
pub(super) struct Winograd<'a> {
    sizes: Sizes,
    laid: Laid,
    /// `[place][block of lanes][channel]`
    weights: Vec<Lane>,
    /// Nothing is added where it is empty.
    bias: &'a [f32],
    /// Of some rows of tiles, `[place][tile][channel]`.
    seen: Vec<f32>,
    /// `[place][tile][filter]`
    products: Vec<f32>,
}

/// Whether a convolution is done so.
pub(super) fn fits(sizes: &Sizes) -> bool {
    let Sizes { channels, filters, kernel, stride, .. } = *sizes;
    let side = sizes.output_side();
    let enough = |count: usize| count >= ENOUGH && count.is_multiple_of(LANES);
    (kernel, stride) == (3, 1)
        && enough(channels)
        && enough(filters)
        && side.is_multiple_of(STEP)
        && side >= 2 * STEP
}

/// The sums of a column or row of what is seen.
#[inline(always)]
fn turn([a, b, c, d]: [Four; 4]) -> [Four; 4] {
    [a - c, b + c, c - b, b - d]
}

/// Those of a column or row of weights.
#[inline(always)]
fn turn_weights([a, b, c]: [Four; 3]) -> [Four; 4] {
    let half = Four::all(0.5);
    let (outer, inner) = ((a + c) * half, b * half);
    [a, outer + inner, outer - inner, c]
}

/// Two outputs of a column or row of products.
#[inline(always)]
fn turn_back([a, b, c, d]: [Four; 4]) -> [Four; 2] {
    [a + b + c, b - c - d]
}

/// Rows become columns. Written out: as a loop it goes by way of the stack.
#[inline(always)]
fn flip<const N: usize>([a, b, c, d]: [[Four; N]; 4]) -> [[Four; 4]; N] {
    std::array::from_fn(|i| [a[i], b[i], c[i], d[i]])
}

impl<'a> Winograd<'a> {
    /// `packed` are the weights by block of lanes, then `[ky][kx][channel]`.
    pub(super) fn new(sizes: &Sizes, laid: Laid, packed: &[Lane], bias: &'a [f32]) -> Self {
        let Sizes { channels, filters, .. } = *sizes;
        let blocks = filters / LANES;
        let mut weights = vec![[0.0; LANES]; PLACES * blocks * channels];
        for (block, packed) in packed.chunks_exact(9 * channels).enumerate() {
            for channel in 0..channels {
                let lane = |place: usize| pair(&packed[place * channels + channel]);
                let [first, second] = [0, 1].map(|half| {
                    let column = |kx| {
                        let [a, b, c] = [lane(kx), lane(3 + kx), lane(6 + kx)];
                        turn_weights([a[half], b[half], c[half]])
                    };
                    let [a, b, c] = [column(0), column(1), column(2)];
                    [0, 1, 2, 3].map(|u| turn_weights([a[u], b[u], c[u]]))
                });
                for place in 0..PLACES {
                    let (u, v) = (place / 4, place % 4);
                    weights[(place * blocks + block) * channels + channel] =
                        unpair([first[u][v], second[u][v]]);
                }
            }
        }
        let tiles = sizes.output_side() / STEP;
        let most = tiles * Self::rows(tiles) * PLACES;
        let (seen, products) = (vec![0.0; most * channels], vec![0.0; most * filters]);
        Self { sizes: *sizes, laid, weights, bias, seen, products }
    }

    /// Rows of so many tiles that are done at once.
    fn rows(tiles: usize) -> usize {
        (TILES / tiles).clamp(1, tiles)
    }

    /// Convolves what `laid` describes. Gives `[y][x][filter]`.
    pub(super) fn run(&mut self, view: &[f32], outputs: &mut [f32]) {
        let tiles = self.sizes.output_side() / STEP;
        let rows = Self::rows(tiles);
        let of_rows = rows * STEP * tiles * STEP * self.sizes.filters;
        for (index, outputs) in outputs.chunks_mut(of_rows).enumerate() {
            let first = index * rows;
            let count = rows.min(tiles - first) * tiles;
            let view = &view[first * STEP * self.laid.row()..];
            // Numbers that the compiler knows: see `product`.
            match self.sizes.channels {
                32 => self.strip::<32>(view, tiles, count),
                64 => self.strip::<64>(view, tiles, count),
                _ => self.strip::<ANY>(view, tiles, count),
            }
            self.collect(tiles, count, outputs);
        }
    }

    fn strip<const C: usize>(&mut self, view: &[f32], tiles: usize, count: usize) {
        self.look::<C>(view, tiles, count);
        self.multiply::<C>(count);
    }

    /// Turns what is seen at the first `count` tiles.
    #[inline(never)]
    fn look<const C: usize>(&mut self, view: &[f32], tiles: usize, count: usize) {
        let channels = if C == ANY { self.sizes.channels } else { C };
        let (row, size) = (self.laid.row(), count * channels);
        for tile in 0..count {
            let start = tile / tiles * STEP * row + tile % tiles * STEP * channels;
            let lines: [&[f32]; 4] =
                std::array::from_fn(|y| &view[start + y * row..][..4 * channels]);
            for channel in (0..channels).step_by(WIDTH) {
                let pixel = |y: usize, x: usize| load(&lines[y][x * channels + channel..]);
                let column = |x| turn([pixel(0, x), pixel(1, x), pixel(2, x), pixel(3, x)]);
                let [a, b, c, d] = flip([column(0), column(1), column(2), column(3)]);
                let at = tile * channels + channel;
                let mut put = |u: usize, [a, b, c, d]: [Four; 4]| {
                    let to = &mut self.seen[u * 4 * size..][..4 * size];
                    store(a, &mut to[at..]);
                    store(b, &mut to[size + at..]);
                    store(c, &mut to[2 * size + at..]);
                    store(d, &mut to[3 * size + at..]);
                };
                put(0, turn(a));
                put(1, turn(b));
                put(2, turn(c));
                put(3, turn(d));
            }
        }
    }

    /// Multiplies what is seen at `count` tiles with the weights, place by place.
    #[inline(never)]
    fn multiply<const C: usize>(&mut self, count: usize) {
        let channels = if C == ANY { self.sizes.channels } else { C };
        let filters = self.sizes.filters;
        let places = self.weights.chunks_exact(filters / LANES * channels);
        let seen = self.seen.chunks_exact(count * channels);
        let products = self.products.chunks_exact_mut(count * filters);
        for ((weights, seen), products) in places.zip(seen).zip(products) {
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
    }

    /// Turns the products of the first `count` tiles back to outputs.
    #[inline(never)]
    fn collect(&self, tiles: usize, count: usize, outputs: &mut [f32]) {
        let filters = self.sizes.filters;
        let (row, size) = (tiles * STEP * filters, count * filters);
        for tile in 0..count {
            let start = tile / tiles * STEP * row + tile % tiles * STEP * filters;
            for filter in (0..filters).step_by(WIDTH) {
                let at = tile * filters + filter;
                let product = |place: usize| load(&self.products[place * size + at..]);
                let column =
                    |v| turn_back([product(v), product(4 + v), product(8 + v), product(12 + v)]);
                let [top, bottom] = flip([column(0), column(1), column(2), column(3)]);
                let bias = self.bias.get(filter..).map_or_else(Four::default, load);
                let mut put = |start: usize, [left, right]: [Four; 2]| {
                    let to = &mut outputs[start..][..2 * filters];
                    store(left + bias, &mut to[filter..]);
                    store(right + bias, &mut to[filters + filter..]);
                };
                put(start, turn_back(top));
                put(start + row, turn_back(bottom));
            }
        }
    }
}

/// The first vector of `values`.
#[inline(always)]
fn load(values: &[f32]) -> Four {
    values.first_chunk().map_or_else(Four::default, Four::of)
}

/// Puts a vector at the beginning of `values`.
#[inline(always)]
fn store(vector: Four, values: &mut [f32]) {
    if let Some(to) = values.first_chunk_mut() {
        *to = vector.values();
    }
}
