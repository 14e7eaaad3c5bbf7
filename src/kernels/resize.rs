//! Maps of half or twice the side: 2x2 pooling and upsampling, forward and backward. Maps are
//! `[y][x][channel]`, whose pictures they are is not known here. Pooling drops an odd last row or
//! column.

use super::vector::{Bits, Four, WIDTH, load, store};

/// What a 2x2 window becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// Its largest value.
    Max,
    /// Its mean.
    Average,
}

/// The bits of a route: the places of a window, row by row.
const PLACES: [u8; 4] = [1, 2, 4, 8];

/// Pools one map of a side and of so many channels. `routes` has for each output the places
/// through which gradients flow: that of the first of the largest values, as in TensorFlow, or
/// all of them. `relu`: of the map's values by a relu, which lets none through where it gives zero.
pub(super) fn pool(
    pool: Pool,
    relu: bool,
    map: &[f32],
    (side, channels): (usize, usize),
    outputs: &mut [f32],
    routes: &mut [u8],
) {
    match (pool, relu) {
        (Pool::Max, false) => pool_rows::<Largest<false>>(map, (side, channels), outputs, routes),
        (Pool::Max, true) => pool_rows::<Largest<true>>(map, (side, channels), outputs, routes),
        (Pool::Average, false) => pool_rows::<Mean<false>>(map, (side, channels), outputs, routes),
        (Pool::Average, true) => pool_rows::<Mean<true>>(map, (side, channels), outputs, routes),
    }
}

#[inline(never)]
fn pool_rows<W: Window>(
    map: &[f32],
    (side, channels): (usize, usize),
    outputs: &mut [f32],
    routes: &mut [u8],
) {
    let half = side / 2;
    let rows = map.chunks_exact(2 * side * channels).zip(outputs.chunks_exact_mut(half * channels));
    for ((rows, outputs), routes) in rows.zip(routes.chunks_exact_mut(half * channels)) {
        let (top, bottom) = rows.split_at(side * channels);
        let windows = top.chunks_exact(2 * channels).zip(bottom.chunks_exact(2 * channels));
        let outputs = outputs.chunks_exact_mut(channels).zip(routes.chunks_exact_mut(channels));
        for ((top, bottom), (output, route)) in windows.zip(outputs) {
            let ((a, b), (c, d)) = (top.split_at(channels), bottom.split_at(channels));
            let whole = channels / WIDTH * WIDTH;
            for i in (0..whole).step_by(WIDTH) {
                let window = [load(&a[i..]), load(&b[i..]), load(&c[i..]), load(&d[i..])];
                put::<W>(window, &mut output[i..], &mut route[i..]);
            }
            for i in whole..channels {
                let (value, places) = W::pool([a[i], b[i], c[i], d[i]].map(Four::all));
                (output[i], route[i]) = (value.values()[0], places.bytes()[0]);
            }
        }
    }
}

/// Writes what windows become at the beginning of `outputs` and `routes`.
#[inline(always)]
pub(super) fn put<W: Window>(window: [Four; 4], outputs: &mut [f32], routes: &mut [u8]) {
    let (value, places) = W::pool(window);
    store(value, outputs);
    if let Some(to) = routes.first_chunk_mut() {
        *to = places.bytes();
    }
}

/// What becomes of windows.
pub(super) trait Window {
    /// The outputs and routes of windows, whose places come row by row.
    fn pool(window: [Four; 4]) -> (Four, Bits);
}

/// The largest value and its place, after a relu if it is so. What is not a number is larger than any.
pub(super) struct Largest<const RELU: bool>;

/// The mean, and the places that count, after a relu if it is so.
pub(super) struct Mean<const RELU: bool>;

impl<const RELU: bool> Window for Largest<RELU> {
    #[inline(always)]
    fn pool([a, b, c, d]: [Four; 4]) -> (Four, Bits) {
        // The first, unless the second is larger: where it is at most the first, or this is not a number.
        let larger = |(a, a_place): (Four, Bits), (b, b_place): (Four, Bits)| {
            let stays = b.at_most(a).with(Bits::all(u32::MAX).without(a.at_most(a)));
            (Four::of_bits(stays.choose(a.bits(), b.bits())), stays.choose(a_place, b_place))
        };
        let [one, two, three, four] = PLACES.map(|place| Bits::all(place.into()));
        let (value, place) = larger(larger((a, one), (b, two)), larger((c, three), (d, four)));
        if !RELU {
            return (value, place);
        }
        let none = value.at_most(Four::default());
        (Four::of_bits(value.bits().without(none)), place.without(none))
    }
}

impl<const RELU: bool> Window for Mean<RELU> {
    #[inline(always)]
    fn pool(window: [Four; 4]) -> (Four, Bits) {
        let mut route = Bits::all(0);
        for (value, place) in window.into_iter().zip(PLACES) {
            let place = Bits::all(place.into());
            let counts = if RELU { place.without(value.at_most(Four::default())) } else { place };
            route = route.with(counts);
        }
        let [a, b, c, d] = if RELU { window.map(Four::relu) } else { window };
        (((a + b) + (c + d)) * Four::all(0.25), route)
    }
}

/// Writes the gradients of [`pool`]'s map of a side and of so many channels, from those of its
/// outputs.
fn unpool(
    pool: Pool,
    gradients: &[f32],
    routes: &[u8],
    (side, channels): (usize, usize),
    map: &mut [f32],
) {
    let (half, share) = (side / 2, if pool == Pool::Average { 0.25 } else { 1.0 });
    let windows = gradients.chunks_exact(channels).zip(routes.chunks_exact(channels));
    for (index, (gradient, route)) in windows.enumerate() {
        let (y, x) = (index / half * 2, index % half * 2);
        for (place, bit) in PLACES.into_iter().enumerate() {
            let start = ((y + place / 2) * side + x + place % 2) * channels;
            let pixel = &mut map[start..][..channels];
            for (to, (gradient, route)) in pixel.iter_mut().zip(gradient.iter().zip(route)) {
                *to = if route & bit == 0 { 0.0 } else { gradient * share };
            }
        }
    }
}

/// The sum of each 2x2 window of a map of a side and of so many channels.
pub(super) fn halve(map: &[f32], (side, channels): (usize, usize), outputs: &mut [f32]) {
    let rows = map.chunks_exact(2 * side * channels);
    for (rows, outputs) in rows.zip(outputs.chunks_exact_mut(side / 2 * channels)) {
        let (top, bottom) = rows.split_at(side * channels);
        let windows = top.chunks_exact(2 * channels).zip(bottom.chunks_exact(2 * channels));
        for ((top, bottom), output) in windows.zip(outputs.chunks_exact_mut(channels)) {
            for (i, output) in output.iter_mut().enumerate() {
                *output = (top[i] + top[channels + i]) + (bottom[i] + bottom[channels + i]);
            }
        }
    }
}

/// Pooling of maps `[picture][y][x][channel]`: the outputs and their routes.
#[must_use]
pub fn pooled(kind: Pool, inputs: &[f32], (side, channels): (usize, usize)) -> (Vec<f32>, Vec<u8>) {
    let (area, half) = (side * side * channels, side / 2 * (side / 2) * channels);
    let mut outputs = vec![0.0; inputs.len() / area * half];
    let mut routes = vec![0; outputs.len()];
    let given = inputs.chunks_exact(area).zip(outputs.chunks_exact_mut(half.max(1)));
    for ((map, outputs), routes) in given.zip(routes.chunks_exact_mut(half.max(1))) {
        pool(kind, false, map, (side, channels), outputs, routes);
    }
    (outputs, routes)
}

/// Gradients of [`pooled`] by its inputs.
#[must_use]
pub fn pooled_backward(
    kind: Pool,
    inputs: &[f32],
    (side, channels): (usize, usize),
    gradients: &[f32],
) -> Vec<f32> {
    let (_, routes) = pooled(kind, inputs, (side, channels));
    let half = side / 2;
    let mut outputs = vec![0.0; inputs.len()];
    let maps = outputs.chunks_exact_mut(side * side * channels);
    let size = (half * half * channels).max(1);
    let given = gradients.chunks_exact(size).zip(routes.chunks_exact(size));
    for (map, (gradients, routes)) in maps.zip(given) {
        unpool(kind, gradients, routes, (side, channels), map);
    }
    outputs
}

/// Each value four times: maps `[picture][y][x][channel]` of twice the side.
#[must_use]
pub fn upsampled(inputs: &[f32], (side, channels): (usize, usize)) -> Vec<f32> {
    let mut outputs = Vec::with_capacity(inputs.len() * 4);
    for row in inputs.chunks_exact(side * channels) {
        let start = outputs.len();
        for pixel in row.chunks_exact(channels) {
            outputs.extend_from_slice(pixel);
            outputs.extend_from_slice(pixel);
        }
        outputs.extend_from_within(start..);
    }
    outputs
}

/// Gradients of [`upsampled`] by its inputs, maps of `side`.
#[must_use]
pub fn upsampled_backward(gradients: &[f32], (side, channels): (usize, usize)) -> Vec<f32> {
    let area = side * side * channels;
    let mut outputs = vec![0.0; gradients.len() / 4];
    let maps = gradients.chunks_exact(4 * area).zip(outputs.chunks_exact_mut(area));
    for (map, outputs) in maps {
        halve(map, (2 * side, channels), outputs);
    }
    outputs
}
