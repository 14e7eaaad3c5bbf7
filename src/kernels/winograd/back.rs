//! Gradients of a convolution that `winograd` does, by the transpose of each of its turns. Gradients of
//! a window of outputs are turned once, for both products: with what was seen there they give the sums
//! of the weights' gradients, with the weights those of the inputs'. The turns back are of sums over
//! all pictures for the weights, and tile by tile for the inputs, where they overlap.

use super::slopes::Slopes;
use super::turns::{Doubled, Plain, Strided, Turns};
use super::{ANY, TILES, WINDOW, apart, laid, look, multiply, rows, turned};
use crate::kernels::conv::{Block, Gradients, Sizes};
use crate::kernels::laid::Laid;
use crate::kernels::scratch::Scratch;
use crate::kernels::tile::{LANES, PIXELS, correlate};
use crate::kernels::vector::{Four, WIDTH, load, store};

/// Channels whose weights' gradients are turned back before those of the next ones.
const NEAR: usize = 4;

/// What does not change from picture to picture.
#[derive(Debug, Clone, Copy)]
struct Shape {
    channels: usize,
    filters: usize,
    /// Tiles of a row.
    tiles: usize,
    /// How the inputs lie.
    laid: Laid,
}

/// The sums of some tiles of some pictures.
struct Sums {
    shape: Shape,
    /// `[place][tile][channel]`
    seen: Scratch,
    /// `[place][tile][filter]`
    slopes: Scratch,
    /// Of the inputs' gradients, `[place][tile][channel]`.
    products: Scratch,
    /// Of the weights' gradients, over all pictures: `[place][channel][filter]`.
    weights: Vec<f32>,
    bias: Vec<f64>,
}

/// Gradients of `block` from those of its convolution's outputs.
pub(in crate::kernels) fn gradients(
    block: &Block,
    inputs: &[f32],
    weights: &[f32],
    slopes: &impl Slopes,
    wants_inputs: bool,
) -> Gradients {
    let Sizes { channels, filters, .. } = block.sizes;
    let laid = laid(block);
    let tiles = block.pooled_side() / WINDOW;
    let shape = Shape { channels, filters, tiles, laid };
    let weights = wants_inputs.then_some(weights);
    if block.doubled {
        turned_back::<Doubled, 3>(&shape, inputs, slopes, weights)
    } else if block.sizes.stride == 2 {
        turned_back::<Strided, 5>(&shape, inputs, slopes, weights)
    } else {
        turned_back::<Plain, 4>(&shape, inputs, slopes, weights)
    }
}

/// Gradients from `slopes`; those of the inputs only with `weights`.
fn turned_back<T: Turns<S>, const S: usize>(
    shape: &Shape,
    inputs: &[f32],
    slopes: &impl Slopes,
    weights: Option<&[f32]>,
) -> Gradients {
    let Shape { channels, filters, tiles, laid } = *shape;
    // Those of the convolution back: filters and channels have changed places.
    let weights =
        weights.map(|weights| turned::<T, S>(weights, (channels, 9), (filters, channels * 9)));
    let size = laid.values();
    let pictures = inputs.len() / size;
    let rows = rows(tiles);
    // As many pictures at once as have so few tiles.
    let group = (TILES / (tiles * tiles)).clamp(1, pictures.max(1));
    let most = rows * tiles * group;
    let values = |count: usize| Scratch::new(S * S * apart(most, count));
    let mut sums = Sums {
        shape: *shape,
        seen: values(channels),
        slopes: values(filters),
        products: if weights.is_some() { values(channels) } else { Scratch::new(0) },
        weights: vec![0.0; S * S * apart(channels, filters)],
        bias: vec![0.0; filters],
    };
    let mut input_gradients = Vec::with_capacity(if weights.is_some() { inputs.len() } else { 0 });
    let mut rooms = vec![laid.buffer(); group];
    let mut targets = vec![laid.buffer(); if weights.is_some() { group } else { 0 }];
    for first in (0..pictures).step_by(group) {
        let here = first..(first + group).min(pictures);
        if first > 0 {
            targets.iter_mut().for_each(|target| target.fill(0.0));
        }
        let views: Vec<&[f32]> = (inputs[first * size..].chunks_exact(size).zip(&mut rooms))
            .map(|(map, room)| laid.view(map, false, room))
            .collect();
        for y in (0..tiles).step_by(rows) {
            let count = rows.min(tiles - y) * tiles;
            let all = count * here.len();
            for ((picture, view), from) in here.clone().zip(&views).zip((0..).step_by(count)) {
                let view = (&view[y * T::STEP * laid.row()..], laid.row());
                look::<T, S>(view, tiles, (&mut sums.seen, channels), (from, count, all));
                sums.turn::<T, S>(slopes, picture, y, (from, count, all));
            }
            sums.add::<T, S>(all);
            let Some(weights) = &weights else { continue };
            let products = (&mut *sums.products, channels);
            multiply((&sums.slopes, filters), weights, products, all);
            for (target, from) in targets.iter_mut().zip((0..all).step_by(count)) {
                let target = &mut target[y * T::STEP * laid.row()..];
                sums.spread::<T, S>(target, (from, count, all));
            }
        }
        let targets = targets.iter().take(here.len());
        targets.for_each(|target| laid.append(target, &mut input_gradients));
    }
    let bias = sums.bias.iter().map(|sum| *sum as f32).collect();
    Gradients { inputs: input_gradients, weights: sums.finish::<T, S>(), bias }
}

impl Sums {
    /// Turns the gradients of `count` windows of a picture, from row `y` of tiles on; they are those from
    /// `from` on of `all`.
    #[inline(never)]
    fn turn<T: Turns<S>, const S: usize>(
        &mut self,
        slopes: &impl Slopes,
        picture: usize,
        y: usize,
        (from, count, all): (usize, usize, usize),
    ) {
        let Shape { filters, tiles, .. } = self.shape;
        let size = apart(all, filters) / WIDTH;
        let turned = self.slopes.as_chunks_mut().0;
        for tile in 0..count {
            let place = (y + tile / tiles, tile % tiles);
            for filter in (0..filters).step_by(WIDTH) {
                let at = ((from + tile) * filters + filter) / WIDTH;
                let window = slopes.window(picture, place, filter);
                T::spread(window, |u, v, sum| turned[(u * S + v) * size + at] = sum.values());
            }
        }
    }

    /// Adds the products of `all` tiles to those of the weights' gradients. They are as few as a running
    /// sum may go over.
    fn add<T: Turns<S>, const S: usize>(&mut self, all: usize) {
        let Shape { channels, filters, .. } = self.shape;
        let places = self.weights.chunks_mut(apart(channels, filters));
        let seen = self.seen.chunks(apart(all, channels));
        let slopes = self.slopes.chunks(apart(all, filters));
        for ((weights, seen), slopes) in places.zip(seen).zip(slopes) {
            match (channels, filters) {
                (32, 32) => add_place::<32, 32>(weights, (seen, 32), (slopes, 32), all),
                (32, 64) => add_place::<32, 64>(weights, (seen, 32), (slopes, 64), all),
                (64, 64) => add_place::<64, 64>(weights, (seen, 64), (slopes, 64), all),
                _ => add_place::<ANY, ANY>(weights, (seen, channels), (slopes, filters), all),
            }
        }
        // Sums of windows are in the place after the first, of row and column.
        let windows = &self.slopes[(S + 1) * apart(all, filters)..][..all * filters];
        let mut run = vec![0.0_f32; filters];
        for window in windows.chunks_exact(filters) {
            run.iter_mut().zip(window).for_each(|(sum, value)| *sum += value);
        }
        self.bias.iter_mut().zip(run).for_each(|(sum, run)| *sum += f64::from(run));
    }

    /// Turns the products of `count` tiles from `from` on of `all` back to what is seen, and adds this to
    /// `target`, from its first tile on.
    #[inline(never)]
    fn spread<T: Turns<S>, const S: usize>(
        &self,
        target: &mut [f32],
        (from, count, all): (usize, usize, usize),
    ) {
        let Shape { channels, tiles, laid, .. } = self.shape;
        let (row, size) = (laid.row() / WIDTH, apart(all, channels) / WIDTH);
        let (products, target) = (self.products.as_chunks().0, target.as_chunks_mut().0);
        let vectors = channels / WIDTH;
        for tile in 0..count {
            let start = (tile / tiles * row + tile % tiles * vectors) * T::STEP;
            for vector in 0..vectors {
                let at = (from + tile) * vectors + vector;
                T::look_back(
                    |u, v| Four::of(&products[(u * S + v) * size + at]),
                    |y, x, sum| {
                        let to = &mut target[start + y * row + x * vectors + vector];
                        *to = (Four::of(to) + sum).values();
                    },
                );
            }
        }
    }

    /// As `[filter][channel][ky][kx]`.
    fn finish<T: Turns<S>, const S: usize>(self) -> Vec<f32> {
        let Shape { channels, filters, .. } = self.shape;
        let size = apart(channels, filters);
        let mut weights = vec![0.0; filters * channels * 9];
        // Some channels at a time, whose sums of all filters stay in the nearest cache.
        for first in (0..channels).step_by(NEAR) {
            let fours = weights.chunks_exact_mut(WIDTH * channels * 9);
            for (filter, four) in (0..filters).step_by(WIDTH).zip(fours) {
                let (pair, other) = four.split_at_mut(2 * channels * 9);
                let (a, b) = pair.split_at_mut(channels * 9);
                let (c, d) = other.split_at_mut(channels * 9);
                let mut fours = [a, b, c, d].map(|filter| filter.as_chunks_mut::<9>().0);
                for channel in first..(first + NEAR).min(channels) {
                    let mut kernels = fours.each_mut().map(|kernels| &mut kernels[channel]);
                    let at = channel * filters + filter;
                    T::weigh_back(
                        |u, v| load(&self.weights[(u * S + v) * size + at..]),
                        |y, x, sum| {
                            let values = sum.values();
                            let to = kernels.iter_mut().zip(values);
                            to.for_each(|(kernel, value)| kernel[3 * y + x] = value);
                        },
                    );
                }
            }
        }
        weights
    }
}

/// Adds the products of one place, `[channel][filter]`.
#[inline(never)]
fn add_place<const C: usize, const F: usize>(
    weights: &mut [f32],
    (seen, channels): (&[f32], usize),
    (slopes, filters): (&[f32], usize),
    count: usize,
) {
    let (channels, filters) = if C == ANY { (channels, filters) } else { (C, F) };
    for filter in (0..filters).step_by(LANES) {
        for channel in (0..channels).step_by(PIXELS) {
            let sums = [[Four::default(); 2]; PIXELS];
            let (seen, slopes) = (&seen[channel..], &slopes[filter..]);
            let sums = correlate((seen, channels), (slopes, filters), count, sums);
            let rows = weights[channel * filters..].chunks_exact_mut(filters);
            for (row, [first, second]) in rows.zip(sums) {
                let to = &mut row[filter..][..LANES];
                store(load(to) + first, to);
                store(load(&to[WIDTH..]) + second, &mut to[WIDTH..]);
            }
        }
    }
}
