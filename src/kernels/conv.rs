//! Blocks of a network, forward and backward: a two-dimensional convolution of square maps with
//! what surrounds it. Maps are `[picture][y][x][channel]`. Everything is done picture by picture,
//! so that what one part leaves is still in the cache when the next one needs it. How sums are made
//! in registers is `tile`'s.

use super::doubled;
use super::laid::Laid;
use super::product::{Part, Product, pack};
use super::resize::{self, Pool};
use super::routed::{self, Places, Spread};
use super::sums::{BiasSums, WeightSums};
use super::transposed::Transposed;
use super::unrolled::{Room, Unrolled};
use super::windows;
use super::winograd::slopes::{OfMap, OfMeans};
use super::winograd::{self, Turned};

/// The sizes of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Input channels.
    pub channels: usize,
    /// Output channels.
    pub filters: usize,
    /// Side of the kernel.
    pub kernel: usize,
    /// Step of the kernel.
    pub stride: usize,
    /// Zeros before and after each row and column.
    pub padding: (usize, usize),
    /// Side of the map that is convolved.
    pub side: usize,
}

/// A convolution and what surrounds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The convolution.
    pub sizes: Sizes,
    /// Whether each value of the input becomes a 2x2 window of the map that is convolved.
    pub doubled: bool,
    /// Whether a relu follows.
    pub relu: bool,
    /// The pooling that follows, if any.
    pub pool: Option<Pool>,
}

/// What a block gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    /// `[picture][y][x][filter]`
    pub outputs: Vec<f32>,
    /// Where there is a pooling: for each output the places of its window through which gradients
    /// flow, as bits. Empty otherwise.
    pub routes: Vec<u8>,
}

/// Gradients of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// Like the inputs; empty where it was not asked for.
    pub inputs: Vec<f32>,
    /// `[filter][channel][ky][kx]`
    pub weights: Vec<f32>,
    /// `[filter]`
    pub bias: Vec<f32>,
}

impl Sizes {
    /// Side of the convolution's map.
    #[must_use]
    pub fn output_side(&self) -> usize {
        (self.side + self.padding.0 + self.padding.1 - self.kernel) / self.stride + 1
    }
}

impl Block {
    /// A convolution alone.
    #[must_use]
    pub fn plain(sizes: Sizes) -> Self {
        Self { sizes, doubled: false, relu: false, pool: None }
    }

    /// Side of the input.
    pub(super) fn input_side(&self) -> usize {
        if self.doubled { self.sizes.side / 2 } else { self.sizes.side }
    }

    /// Side of the output.
    #[must_use]
    pub fn output_side(&self) -> usize {
        let side = self.sizes.output_side();
        if self.pool.is_some() { side / 2 } else { side }
    }

    /// Side of what is pooled, an odd last row left out; of the convolution's map where nothing is.
    pub(super) fn pooled_side(&self) -> usize {
        let side = self.sizes.output_side();
        if self.pool.is_some() { side / 2 * 2 } else { side }
    }

    pub(super) fn inputs(&self) -> usize {
        self.sizes.channels * self.input_side() * self.input_side()
    }

    pub(super) fn outputs(&self) -> usize {
        self.sizes.filters * self.output_side() * self.output_side()
    }
}

/// Convolves `inputs` `[picture][y][x][channel]` with `weights` `[filter][channel][ky][kx]`, adds
/// `bias`, and does what follows.
#[must_use]
pub fn forward(block: &Block, inputs: &[f32], weights: &[f32], bias: &[f32]) -> Forward {
    let mut way = Way::new(block, weights, bias);
    let pictures = inputs.len() / block.inputs();
    let mut outputs = vec![0.0; pictures * block.outputs()];
    let routed = if block.pool.is_some() { block.outputs() } else { 0 };
    let mut routes = vec![0; pictures * routed];
    let inputs = inputs.chunks_exact(block.inputs());
    for (picture, (input, output)) in
        inputs.zip(outputs.chunks_exact_mut(block.outputs())).enumerate()
    {
        way.run(input, output, &mut routes[picture * routed..][..routed]);
    }
    Forward { outputs, routes }
}

/// How a map is convolved, and room for a picture as it is laid there.
enum Way<'a> {
    Whole { whole: Box<Whole<'a>>, room: Room, doubled: bool },
    Halved { parts: Vec<Part<'a>>, laid: Laid, room: Vec<f32>, pooled: Option<Pooled> },
    Turned { turned: Box<Turned<'a>>, room: Vec<f32> },
}

/// A convolution that is computed as it is defined.
struct Whole<'a> {
    product: Product<'a>,
    unrolled: Unrolled,
    pooled: Option<Pooled>,
}

/// What becomes of a map, and room for as much of it as is pooled at once.
struct Pooled {
    pool: Pool,
    relu: bool,
    map: Vec<f32>,
    side: usize,
    filters: usize,
}

impl Pooled {
    /// With room for so many rows, if a pooling follows.
    fn new(block: &Block, rows: usize) -> Option<Self> {
        let (side, filters) = (block.pooled_side(), block.sizes.filters);
        let map = |_: &Pool| vec![0.0; rows * side * filters];
        let of = |pool| Self { pool, relu: block.relu, map: map(&pool), side, filters };
        block.pool.map(of)
    }

    fn run(&self, outputs: &mut [f32], routes: &mut [u8]) {
        resize::pool(self.pool, self.relu, &self.map, (self.side, self.filters), outputs, routes);
    }
}

impl<'a> Way<'a> {
    fn new(block: &Block, weights: &[f32], bias: &'a [f32]) -> Self {
        if winograd::fits(block) {
            let turned = Box::new(Turned::new(block, weights, bias));
            let room = turned.laid().buffer();
            return Self::Turned { turned, room };
        }
        if doubled::fits(block) {
            let (parts, laid) = (doubled::parts(block, weights, bias), doubled::laid(block));
            let pooled = Pooled::new(block, block.pooled_side());
            return Self::Halved { parts, laid, room: laid.buffer(), pooled };
        }
        let unrolled = Unrolled::new(block);
        let filters = (weights, unrolled.apart());
        let packed = pack(&unrolled.sizes, unrolled.laid.step, filters, |channel, ky, kx| {
            unrolled.weight(channel, ky, kx)
        });
        // What pooling drops is not computed, and the relu left to it.
        let dropped = block.sizes.output_side() - block.pooled_side();
        let relu = block.relu && block.pool.is_none();
        let sizes =
            Sizes { side: unrolled.sizes.side - dropped * unrolled.sizes.stride, ..unrolled.sizes };
        let product = Product::new(&sizes, unrolled.laid, packed, bias, relu);
        let room = unrolled.room();
        let whole = Box::new(Whole { product, unrolled, pooled: Pooled::new(block, 2) });
        Self::Whole { whole, room, doubled: block.doubled }
    }

    /// A picture's outputs, and routes if there is a pooling.
    fn run(&mut self, input: &[f32], outputs: &mut [f32], routes: &mut [u8]) {
        match self {
            Self::Whole { whole, room, doubled } => {
                let Whole { product, unrolled, pooled } = &mut **whole;
                let view = unrolled.view(input, *doubled, room);
                let Some(pooled) = pooled else { return product.run(view, outputs) };
                // Two rows are pooled before they leave the nearest cache.
                let of_row = pooled.side / 2 * pooled.filters;
                let rows = outputs.chunks_exact_mut(of_row).zip(routes.chunks_exact_mut(of_row));
                for (y, (outputs, routes)) in rows.enumerate() {
                    let from = unrolled.laid.seen_at(2 * y * unrolled.sizes.stride, 0);
                    product.run(&view[from..], &mut pooled.map);
                    pooled.run(outputs, routes);
                }
            }
            Self::Halved { parts, laid, room, pooled } => {
                let view = laid.view(input, false, room);
                let run = |outputs: &mut [f32]| {
                    for Part { product, from, to } in parts.iter() {
                        product.run(&view[*from..], &mut outputs[*to..]);
                    }
                };
                let Some(pooled) = pooled else { return run(outputs) };
                run(&mut pooled.map);
                pooled.run(outputs, routes);
            }
            Self::Turned { turned, room } => {
                let laid = turned.laid();
                turned.run(laid.view(input, false, room), outputs, routes);
            }
        }
    }
}

/// Gradients from `gradients`, those of the outputs of `forward`; those of the inputs only if
/// `wants_inputs`.
#[must_use]
pub fn backward(
    block: &Block,
    inputs: &[f32],
    weights: &[f32],
    forward: (&[f32], &[u8]),
    gradients: &[f32],
    wants_inputs: bool,
) -> Gradients {
    let (outputs, routes) = forward;
    let turned = winograd::fits(block);
    match block.pool {
        Some(Pool::Average) if turned => {
            let (half, filters) = (block.output_side(), block.sizes.filters);
            let slopes = OfMeans { gradients, routes, half, filters };
            winograd::back::gradients(block, inputs, weights, &slopes, wants_inputs)
        }
        Some(Pool::Average) if !wants_inputs && windows::fits(block) => {
            windows::backward(block, inputs, (gradients, routes))
        }
        Some(pool) => {
            backward_pooled(block, pool, inputs, weights, (gradients, routes), wants_inputs)
        }
        None if turned => {
            let (outputs, side) = (block.relu.then_some(outputs), block.sizes.output_side());
            let slopes = OfMap { gradients, outputs, side, filters: block.sizes.filters };
            winograd::back::gradients(block, inputs, weights, &slopes, wants_inputs)
        }
        None => {
            let slopes = |picture: usize, slopes: &mut [f32]| {
                let of = picture * block.outputs()..(picture + 1) * block.outputs();
                slopes.copy_from_slice(&gradients[of.clone()]);
                if block.relu {
                    for (slope, output) in slopes.iter_mut().zip(&outputs[of]) {
                        *slope = if *output > 0.0 { *slope } else { 0.0 };
                    }
                }
            };
            if doubled::fits(block) {
                doubled::backward(block, inputs, weights, slopes, wants_inputs)
            } else {
                backward_whole(block, inputs, weights, slopes, wants_inputs)
            }
        }
    }
}

/// Where only some places of the map have a gradient.
fn backward_pooled(
    block: &Block,
    pool: Pool,
    inputs: &[f32],
    weights: &[f32],
    (gradients, routes): (&[f32], &[u8]),
    wants_inputs: bool,
) -> Gradients {
    let Sizes { channels, filters, side, padding, .. } = block.sizes;
    let (unrolled, half) = (Unrolled::new(block), block.output_side());
    let mut places = Places::new(pool, half, filters);
    let mut sums = routed::Sums::new(&unrolled.sizes, unrolled.laid);
    let target = Laid::new(side, channels, padding);
    let mut spread = Spread::new(&block.sizes, target, weights);
    let mut room = unrolled.room();
    let mut slopes = if wants_inputs { target.buffer() } else { Vec::new() };
    let mut map = vec![0.0; if block.doubled { side * side * channels } else { 0 }];

    let pictures = gradients.len() / block.outputs();
    let mut input_gradients = vec![0.0; if wants_inputs { pictures * block.inputs() } else { 0 }];
    for picture in 0..pictures {
        let of = |count: usize| picture * count..(picture + 1) * count;
        let here = (&gradients[of(block.outputs())], &routes[of(block.outputs())]);
        let view = unrolled.view(&inputs[of(block.inputs())], block.doubled, &mut room);
        let stride = unrolled.sizes.stride;
        places.find(pool, here, half, |y, x| unrolled.laid.seen_at(y * stride, x * stride));
        sums.add(view, &places);
        if wants_inputs {
            slopes.fill(0.0);
            spread.add(pool, here, half, &mut slopes);
            let to = &mut input_gradients[of(block.inputs())];
            if block.doubled {
                target.take(&slopes, &mut map);
                resize::halve(&map, (side, channels), to);
            } else {
                target.take(&slopes, to);
            }
        }
    }
    let (weights, bias) = sums.finish();
    Gradients { inputs: input_gradients, weights: unrolled.weights(weights), bias }
}

/// Where every place of the map may have a gradient.
fn backward_whole(
    block: &Block,
    inputs: &[f32],
    weights: &[f32],
    gradients: impl Fn(usize, &mut [f32]),
    wants_inputs: bool,
) -> Gradients {
    let sizes = &block.sizes;
    let unrolled = Unrolled::new(block);
    let mut back = wants_inputs.then(|| Transposed::new(sizes, weights));
    let side = sizes.output_side();
    let laid =
        back.as_ref().map_or_else(|| Laid::new(side, sizes.filters, (0, 0)), |back| back.laid);
    let mut sums = WeightSums::new(&unrolled.sizes, unrolled.laid, laid);
    let mut bias = BiasSums::new(sizes.filters);
    let pictures = inputs.len() / block.inputs();
    let mut input_gradients = vec![0.0; if wants_inputs { pictures * block.inputs() } else { 0 }];
    let mut map =
        vec![0.0; if block.doubled { sizes.side * sizes.side * sizes.channels } else { 0 }];
    let (mut room, mut wide) = (unrolled.room(), laid.buffer());
    let mut slopes = vec![0.0; side * side * sizes.filters];
    for picture in 0..pictures {
        let of = |count: usize| picture * count..(picture + 1) * count;
        gradients(picture, &mut slopes);
        bias.add(&slopes, side);
        let slopes = laid.view(&slopes, false, &mut wide);
        let view = unrolled.view(&inputs[of(block.inputs())], block.doubled, &mut room);
        sums.add(view, slopes);
        if let Some(back) = &mut back {
            let target = &mut input_gradients[of(block.inputs())];
            if block.doubled {
                back.run(slopes, &mut map);
                resize::halve(&map, (sizes.side, sizes.channels), target);
            } else {
                back.run(slopes, target);
            }
        }
    }
    Gradients {
        inputs: input_gradients,
        weights: unrolled.weights(sums.finish()),
        bias: bias.finish(),
    }
}
