//! One picture's map convolved: tiles of neighbouring pixels and filters, row by row, or without rows
//! where what each pixel sees was copied together. The same for a convolution and for the one that takes
//! its gradients back.

use super::conv::Sizes;
use super::laid::Laid;
use super::tile::{FEW, LANES, Lane, PAIR, PIXELS, Quad, Sums, dots, pair, unpair};
use super::vector::Four;

/// A step that is not known to the compiler.
const ANY: usize = 0;

/// Weights in the order in which the tiles take them, with zeros for what is past the end.
pub(super) enum Packed {
    /// `[ky][kx][channel / 4]`, of no more than four filters.
    Few(Vec<Quad>),
    /// By block of lanes, then `[ky][kx][channel]`.
    Wide(Vec<Lane>),
}

/// `weights` packed, for pixels of `step` values. `at(channel, ky, kx)` is where that of the first
/// filter lies, if there is one; those of the others follow, `apart` from each other.
pub(super) fn pack(
    sizes: &Sizes,
    step: usize,
    (weights, apart): (&[f32], usize),
    at: impl Fn(usize, usize, usize) -> Option<usize>,
) -> Packed {
    let Sizes { channels, filters, kernel, .. } = *sizes;
    let at = |channel, ky, kx| if channel < channels { at(channel, ky, kx) } else { None };
    let places = (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx)));
    if filters <= FEW {
        let mut packed: Vec<Quad> = Vec::with_capacity(kernel * kernel * step / FEW);
        for ((ky, kx), start) in
            places.flat_map(|place| (0..step).step_by(FEW).map(move |start| (place, start)))
        {
            let mut quad = [[0.0; FEW]; FEW];
            for lane in 0..FEW {
                let Some(first) = at(start + lane, ky, kx) else { continue };
                for (filter, to) in quad.iter_mut().enumerate().take(filters) {
                    to[lane] = weights[first + filter * apart];
                }
            }
            packed.push(quad);
        }
        return Packed::Few(packed);
    }
    let mut packed: Vec<Lane> =
        Vec::with_capacity(filters.div_ceil(LANES) * kernel * kernel * step);
    for block in (0..filters).step_by(LANES) {
        for (ky, kx) in places.clone() {
            for channel in 0..step {
                let mut lane = [0.0; LANES];
                if let Some(first) = at(channel, ky, kx) {
                    for (filter, to) in (block..filters).zip(&mut lane) {
                        *to = weights[first + filter * apart];
                    }
                }
                packed.push(lane);
            }
        }
    }
    Packed::Wide(packed)
}

/// A convolution that is ready to run.
pub(super) struct Product<'a> {
    sizes: Sizes,
    laid: Laid,
    weights: Packed,
    /// Nothing is added where it is empty.
    bias: &'a [f32],
    relu: bool,
    /// Of the outputs, between two pixels and between two rows.
    apart: usize,
}

/// A convolution of a map from one of its values on, and where its outputs begin.
pub(super) struct Part<'a> {
    pub(super) product: Product<'a>,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl<'a> Product<'a> {
    pub(super) fn new(
        sizes: &Sizes,
        laid: Laid,
        weights: Packed,
        bias: &'a [f32],
        relu: bool,
    ) -> Self {
        Self { sizes: *sizes, laid, weights, bias, relu, apart: 1 }
    }

    /// The same with outputs `apart` from each other, in a map of that many times the side.
    pub(super) fn apart(self, apart: usize) -> Self {
        Self { apart, ..self }
    }

    /// Convolves what `laid` describes. Gives `[y][x][filter]`.
    pub(super) fn run(&self, view: &[f32], outputs: &mut [f32]) {
        // Steps that the compiler knows: the tile is a third faster. Each is a function of its own,
        // because V8 makes little of large ones.
        let run = self.sizes.kernel * self.laid.step;
        match &self.weights {
            Packed::Few(weights) => self.few_rows(weights, view, outputs),
            Packed::Wide(weights) => match (self.step(), run) {
                (FEW, FEW) if self.apart == 1 => self.points(weights, view, outputs),
                (28, 28) if self.neighbours() => self.places::<28>(weights, view, outputs),
                (28, 28) => self.rows::<28, 28>(weights, view, outputs),
                (8, 24) => self.rows::<8, 24>(weights, view, outputs),
                (16, 48) => self.rows::<16, 48>(weights, view, outputs),
                (32, 96) => self.rows::<32, 96>(weights, view, outputs),
                (64, 192) => self.rows::<64, 192>(weights, view, outputs),
                (32, 32) => self.rows::<32, 32>(weights, view, outputs),
                (8, 16) => self.rows::<8, 16>(weights, view, outputs),
                (6, 12) => self.rows::<6, 12>(weights, view, outputs),
                (16, 32) => self.rows::<16, 32>(weights, view, outputs),
                (32, 64) => self.rows::<32, 64>(weights, view, outputs),
                _ => self.rows::<ANY, ANY>(weights, view, outputs),
            },
        }
    }

    /// Values from a pixel to the next one of the same tile.
    fn step(&self) -> usize {
        self.laid.step * self.sizes.stride
    }

    /// What the kernel's row `ky` sees from pixel `x` of row `y` on.
    #[inline(always)]
    fn line<'v>(
        &self,
        view: &'v [f32],
        (y, x): (usize, usize),
        ky: usize,
        step: usize,
    ) -> &'v [f32] {
        &view[(y * self.sizes.stride + ky) * self.laid.row() + x * step..]
    }

    #[inline(never)]
    fn rows<const STEP: usize, const RUN: usize>(
        &self,
        weights: &[Lane],
        view: &[f32],
        outputs: &mut [f32],
    ) {
        let Sizes { filters, kernel, .. } = self.sizes;
        let (step, run) =
            if STEP == ANY { (self.step(), kernel * self.laid.step) } else { (STEP, RUN) };
        let side = self.sizes.output_side();
        let row = side * filters * self.apart * self.apart;
        for (y, outputs) in outputs.chunks_mut(row).enumerate() {
            for (index, weights) in weights.chunks_exact(kernel * run).enumerate() {
                let block = index * LANES;
                let start: Lane =
                    std::array::from_fn(|lane| self.bias.get(block + lane).copied().unwrap_or(0.0));
                let tile = Tile { product: self, view, weights, step, run, start, block };
                let mut x = 0;
                while side >= PIXELS && x < side {
                    // The last tile of a row overlaps the one before it.
                    tile.sum::<PIXELS>((y, x.min(side - PIXELS)), outputs);
                    x += PIXELS;
                }
                while x < side {
                    tile.sum::<1>((y, x), outputs);
                    x += 1;
                }
            }
            if self.relu {
                // All of a row at once: the compiler makes no vectors of it pixel by pixel.
                let row = outputs.chunks_mut(filters * self.apart).take(side);
                row.for_each(|pixel| {
                    pixel.iter_mut().take(filters).for_each(|sum| *sum = relu(*sum))
                });
            }
        }
    }

    /// Whether there are whole tiles of outputs that lie beside each other, and whole lanes.
    fn neighbours(&self) -> bool {
        let (filters, side) = (self.sizes.filters, self.sizes.output_side());
        let lanes = filters.is_multiple_of(LANES) && self.bias.len() == filters;
        // Of an odd side, pooling drops the end of each row.
        let whole = self.laid.row() == side * self.step();
        lanes && whole && self.apart == 1 && side >= PIXELS
    }

    /// A convolution of one place whose inputs, `RUN` values each, and outputs lie beside each other:
    /// there are no rows.
    #[inline(never)]
    fn places<const RUN: usize>(&self, weights: &[Lane], view: &[f32], outputs: &mut [f32]) {
        let filters = self.sizes.filters;
        let count = outputs.len() / filters;
        for tile in (0..count).step_by(PIXELS) {
            let tile = tile.min(count - PIXELS);
            let seen = &view[tile * RUN..][..PIXELS * RUN];
            let outputs = &mut outputs[tile * filters..][..PIXELS * filters];
            let blocks = weights.as_chunks::<RUN>().0.iter().zip(self.bias.as_chunks().0);
            for (block, (weights, bias)) in blocks.enumerate() {
                let mut sums = [*bias; PIXELS];
                sums.multiply(seen, RUN, RUN, weights.iter().map(pair));
                let pixels = outputs.chunks_exact_mut(filters);
                for (pixel, sum) in pixels.zip(&sums) {
                    pixel[block * LANES..][..LANES].copy_from_slice(sum);
                }
            }
            if self.relu {
                outputs.iter_mut().for_each(|sum| *sum = relu(*sum));
            }
        }
    }

    /// A convolution of one place and a vector of channels: the weights stay in registers.
    #[inline(never)]
    fn points(&self, weights: &[Lane], view: &[f32], outputs: &mut [f32]) {
        let (filters, side) = (self.sizes.filters, self.sizes.output_side());
        for (y, outputs) in outputs.chunks_mut(side * filters).enumerate() {
            let line = self.line(view, (y, 0), 0, FEW).as_chunks::<FEW>().0;
            for (index, weights) in weights.as_chunks::<FEW>().0.iter().enumerate() {
                let block = index * LANES;
                let weights = weights.each_ref().map(pair);
                let start: Lane =
                    std::array::from_fn(|lane| self.bias.get(block + lane).copied().unwrap_or(0.0));
                let start = pair(&start);
                for (pixel, values) in outputs.chunks_exact_mut(filters).zip(line) {
                    let mut sums = start;
                    for (value, [first, second]) in values.iter().zip(weights) {
                        let value = Four::all(*value);
                        sums[0] = sums[0].plus_product(value, first);
                        sums[1] = sums[1].plus_product(value, second);
                    }
                    if self.relu {
                        sums = sums.map(Four::relu);
                    }
                    let sums = unpair(sums);
                    match pixel[block..].first_chunk_mut() {
                        Some(to) => *to = sums,
                        None => pixel[block..].iter_mut().zip(sums).for_each(|(to, sum)| *to = sum),
                    }
                }
            }
        }
    }

    #[inline(never)]
    fn few_rows(&self, weights: &[Quad], view: &[f32], outputs: &mut [f32]) {
        let Sizes { filters, kernel, .. } = self.sizes;
        let (step, run) = (self.step(), kernel * self.laid.step / FEW);
        let side = self.sizes.output_side();
        let row = side * filters * self.apart * self.apart;
        for (y, outputs) in outputs.chunks_mut(row).enumerate() {
            for x in (0..side).step_by(PAIR) {
                // The last pair of a row overlaps the one before it; a row of one has no pair, and
                // what stands beside it is not stored.
                let at = x.min(side.saturating_sub(PAIR));
                let beside = if side < PAIR { 0 } else { step };
                let mut sums = [[Four::default(); FEW]; PAIR];
                for (ky, weights) in weights.chunks_exact(run).enumerate() {
                    let line = self.line(view, (y, at), ky, step);
                    let quads = weights.iter().map(|quad| quad.each_ref().map(Four::of));
                    sums = dots(line, &line[beside..], quads, sums);
                }
                let pixels = outputs[at * filters * self.apart..].chunks_mut(filters * self.apart);
                for (pixel, sums) in pixels.zip(sums).take(side) {
                    let sums = Four::totals(sums).values();
                    for (filter, (to, sum)) in pixel.iter_mut().take(filters).zip(sums).enumerate()
                    {
                        let sum = sum + self.bias.get(filter).copied().unwrap_or(0.0);
                        *to = if self.relu { relu(sum) } else { sum };
                    }
                }
            }
        }
    }

    /// Writes the sums of neighbouring pixels, leaving out lanes past the last filter.
    #[inline(always)]
    fn store(&self, sums: &[f32], (x, block): (usize, usize), outputs: &mut [f32]) {
        let filters = self.sizes.filters;
        let step = filters * self.apart;
        let pixels = outputs[x * step + block..].chunks_mut(step);
        for (pixel, sum) in pixels.zip(sums.as_chunks::<LANES>().0) {
            match pixel.first_chunk_mut::<LANES>() {
                Some(to) if block + LANES <= filters => *to = *sum,
                _ => {
                    pixel.iter_mut().take(filters - block).zip(sum).for_each(|(to, sum)| *to = *sum)
                }
            }
        }
    }
}

/// The filters of a block, ready to be summed at some pixels of a row.
struct Tile<'a> {
    product: &'a Product<'a>,
    view: &'a [f32],
    weights: &'a [Lane],
    step: usize,
    run: usize,
    start: Lane,
    block: usize,
}

impl Tile<'_> {
    #[inline(always)]
    fn sum<const P: usize>(&self, (y, x): (usize, usize), outputs: &mut [f32])
    where
        [Lane; P]: Sums,
    {
        let Self { product, view, weights, step, run, start, block } = *self;
        let mut sums = [start; P];
        for (ky, weights) in weights.chunks_exact(run).enumerate() {
            let line = product.line(view, (y, x), ky, step);
            sums.multiply(line, step, run, weights.iter().map(pair));
        }
        product.store(sums.as_flattened(), (x, block), outputs);
    }
}

/// What is not a number stays so.
#[inline(always)]
fn relu(sum: f32) -> f32 {
    if sum < 0.0 { 0.0 } else { sum }
}
