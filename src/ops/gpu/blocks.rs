//! Blocks on the GPU: a convolution with what surrounds it. Those of side 3 and step 1, which all
//! models are mostly made of, have kernels that do everything at once; others are a convolution and
//! burn's operations around it. Chooses sizes and shapes; how a kernel is launched is in `launch`.

use burn::backend::ops::ConvOptions;
use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Launch, THREADS, wgsl};
use super::{dims, masked, one};
use crate::kernels::pool::Pool;
use crate::ops::{ConvBlockAttrs, ConvBlockOutput, Gradients, composed};

/// Filters, or channels, that a thread sums at once.
const LANES: usize = 4;
/// Rows of a tile, the outputs of a thread.
const ROWS: usize = 2;
/// Columns of a tile. The more there are, the more often what is read of the weights is used; the last
/// tile of a row should not reach far past its end.
const COLUMNS: [usize; 3] = [8, 6, 4];
/// Rows and columns of the tiles of `doubled_inputs` and `conv`, which read more for each.
const TILE: (usize, usize) = (2, 4);
/// Rows and columns of the inputs whose 2x2 windows a thread of `doubled` sums.
const DOUBLED_TILE: (usize, usize) = (2, 2);
/// Threads that weights' gradients are spread over where there are not so many weights: what keeps a
/// large device busy.
const SPREAD: usize = 16_384;
/// The most parts that these are summed in; each is a copy of all weights.
const PARTS: usize = 256;

/// Sizes of a block, as its kernels' constants.
struct Sizes {
    batch: usize,
    channels: usize,
    filters: usize,
    kernel: usize,
    around: ConvBlockAttrs,
    /// Side of the input.
    side: usize,
    /// Side of the convolution's map.
    map: usize,
}

impl Sizes {
    fn new(x: &CubeTensor, weight: &CubeTensor, around: ConvBlockAttrs) -> Self {
        let [batch, channels, side, _] = dims(x);
        let [filters, _, kernel, _] = dims(weight);
        let (stride, (before, after)) = (around.stride, around.padding);
        let larger = if around.doubled { 2 * side } else { side };
        let map = (larger + before + after - kernel) / stride + 1;
        Self { batch, channels, filters, kernel, around, side, map }
    }

    /// Whether there are kernels that do everything at once.
    fn fused(&self) -> bool {
        let ConvBlockAttrs { stride, padding, doubled, pool, .. } = self.around;
        let bordered = padding == (1, 1);
        let fits = if doubled { bordered && pool.is_none() } else { bordered || padding == (0, 0) };
        (self.kernel, stride) == (3, 1) && fits
    }

    /// Whether it is a convolution of another side or step with nothing but a relu around it.
    fn alone(&self) -> bool {
        let ConvBlockAttrs { doubled, pool, .. } = self.around;
        !doubled && pool.is_none() && !self.fused() && self.tiles()
    }

    /// Whether the tiles of `conv_inputs` begin at multiples of the step.
    fn tiles(&self) -> bool {
        ROWS.is_multiple_of(self.around.stride)
    }

    /// Side of what the block gives.
    fn out(&self) -> usize {
        if self.around.pool.is_some() { self.map / 2 } else { self.map }
    }

    fn on<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        let pool = match self.around.pool {
            None => 0_usize,
            Some(Pool::Max) => 1,
            Some(Pool::Average) => 2,
        };
        launch
            .with("CHANNELS", self.channels)
            .with("FILTERS", self.filters)
            .with("BEFORE", self.around.padding.0)
            .with(if self.around.doubled { "LOW" } else { "SIDE" }, self.side)
            .with("OUT", self.out())
            .with("POOL", pool)
            .with("RELU", usize::from(self.around.relu))
    }

    /// Launches a kernel whose threads have tiles of [`ROWS`] by some of [`COLUMNS`].
    fn strips<const N: usize>(
        &self,
        launch: Launch<'_>,
        (side, maps): (usize, usize),
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        let reached = |columns: &usize| side.next_multiple_of(*columns);
        let columns = COLUMNS.into_iter().min_by_key(reached).unwrap_or(TILE.1);
        self.tiled(launch.with("COLUMNS", columns), (side, maps), (ROWS, columns), shapes)
    }

    /// Launches a kernel whose threads have tiles of a side, of `maps` maps of each picture.
    fn tiled<const N: usize>(
        &self,
        launch: Launch<'_>,
        (side, maps): (usize, usize),
        (down, across): (usize, usize),
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        let (down, across) = (side.div_ceil(down), side.div_ceil(across));
        let tiles = self.batch * down * across;
        let launch = launch.with("DOWN", down).with("ACROSS", across).info(&[tiles]);
        launch.run([tiles.div_ceil(THREADS), maps.div_ceil(LANES), 1], shapes)
    }

    /// Launches a kernel that sums gradients of weights over `rows` in parts by so many threads each,
    /// and adds the parts up: gradients of weights and bias.
    fn summed(&self, launch: Launch<'_>, rows: usize, threads: usize) -> [CubeTensor; 2] {
        let parts = SPREAD.div_ceil(threads).clamp(1, PARTS).min(rows);
        let count = self.filters * self.channels * self.kernel * self.kernel;
        let groups = [threads.div_ceil(THREADS), 1, parts];
        let shape = Shape::new([parts, count + self.filters]);
        let summed = one(launch.info(&[rows, parts]).run(groups, [shape]));
        let (channels, kernel) = (self.channels, self.kernel);
        Launch::new(wgsl!("sum_parts"), &summed)
            .reading(&[&summed])
            .info(&[parts, count, self.filters])
            .run_in_one(
                [(count + self.filters).div_ceil(THREADS), 1, 1],
                [Shape::new([self.filters, channels, kernel, kernel]), Shape::new([self.filters])],
            )
    }
}

pub(super) fn forward(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    around: ConvBlockAttrs,
) -> ConvBlockOutput<Cube> {
    let sizes = Sizes::new(&x, &weight, around);
    if sizes.alone() {
        let output = plain_forward(&sizes, &x, &weight, &bias);
        let kept = if around.relu { vec![output.clone()] } else { Vec::new() };
        return ConvBlockOutput { output, kept };
    }
    if !sizes.fused() {
        return composed::block(x, weight, bias, around);
    }
    let out = sizes.out();
    let source = if around.doubled { wgsl!("doubled") } else { wgsl!("block") };
    let launch = sizes.on(Launch::new(source, &x)).reading(&[&x, &weight, &bias]);
    let shape = Shape::new([sizes.batch, sizes.filters, out, out]);
    if around.pool.is_some() {
        // Bits, in a tensor that nothing is computed with.
        let routes = Shape::new([sizes.batch, sizes.filters.div_ceil(LANES), out, out]);
        let [output, routes] = sizes.strips(launch, (2 * out, sizes.filters), [shape, routes]);
        return ConvBlockOutput { output, kept: vec![routes] };
    }
    let output = one(if around.doubled {
        sizes.tiled(launch, (sizes.side, sizes.filters), DOUBLED_TILE, [shape])
    } else {
        sizes.strips(launch, (out, sizes.filters), [shape])
    });
    let kept = if around.relu { vec![output.clone()] } else { Vec::new() };
    ConvBlockOutput { output, kept }
}

pub(super) fn backward(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    kept: Vec<CubeTensor>,
    gradient: CubeTensor,
    around: ConvBlockAttrs,
    wants_inputs: bool,
) -> Gradients<Cube> {
    let sizes = Sizes::new(&x, &weight, around);
    if sizes.alone() {
        let gradient = kept.first().map_or_else(|| gradient.clone(), |y| masked(y, &gradient));
        return plain_backward(&sizes, &x, &weight, &gradient, wants_inputs);
    }
    if !sizes.fused() {
        return composed::block_backward(x, weight, bias, kept, gradient, around, wants_inputs);
    }
    // Routes of a pooling; outputs of a relu alone, which lets some gradients through.
    let mut routes = kept;
    let gradient = match routes.pop_if(|_| around.pool.is_none()) {
        Some(outputs) => masked(&outputs, &gradient),
        None => gradient,
    };
    let (by_inputs, by_weights) = if around.doubled {
        (wgsl!("doubled_inputs"), wgsl!("doubled_weights"))
    } else {
        (wgsl!("block_inputs"), wgsl!("block_weights"))
    };
    let inputs = wants_inputs.then(|| {
        let launch = sizes.on(Launch::new(by_inputs, &x)).reading(&[&gradient, &weight]);
        let launch = launch.reading(&routes.iter().collect::<Vec<_>>());
        let maps = (sizes.side, sizes.channels);
        one(if around.doubled {
            sizes.tiled(launch, maps, TILE, [x.shape()])
        } else {
            sizes.strips(launch, maps, [x.shape()])
        })
    });
    let launch = sizes.on(Launch::new(by_weights, &x)).reading(&[&x, &gradient]);
    let launch = launch.reading(&routes.iter().collect::<Vec<_>>());
    let (rows, threads) = if around.doubled {
        (sizes.side, sizes.filters * sizes.channels.div_ceil(LANES))
    } else {
        (sizes.out(), sizes.channels * sizes.filters.div_ceil(LANES))
    };
    let [weights, bias] = sizes.summed(launch, sizes.batch * rows, threads);
    Gradients { inputs, weights, bias }
}

/// Of any side and step, with nothing around it.
fn plain(x: &CubeTensor, weight: &CubeTensor, options: &ConvOptions<2>) -> Sizes {
    let (stride, padding) = (options.stride[0], options.padding[0]);
    let around = ConvBlockAttrs { stride, padding, doubled: false, relu: false, pool: None };
    Sizes::new(x, weight, around)
}

fn plain_on<'a>(sizes: &Sizes, launch: Launch<'a>) -> Launch<'a> {
    sizes.on(launch).with("KERNEL", sizes.kernel).with("STRIDE", sizes.around.stride)
}

fn plain_forward(
    sizes: &Sizes,
    x: &CubeTensor,
    weight: &CubeTensor,
    bias: &CubeTensor,
) -> CubeTensor {
    let shape = Shape::new([sizes.batch, sizes.filters, sizes.map, sizes.map]);
    let launch = plain_on(sizes, Launch::new(wgsl!("conv"), x)).reading(&[x, weight, bias]);
    let launch = launch.with("COLUMNS", TILE.1);
    one(sizes.tiled(launch, (sizes.map, sizes.filters), TILE, [shape]))
}

fn plain_backward(
    sizes: &Sizes,
    x: &CubeTensor,
    weight: &CubeTensor,
    gradient: &CubeTensor,
    wants_inputs: bool,
) -> Gradients<Cube> {
    let inputs = wants_inputs.then(|| {
        let launch = plain_on(sizes, Launch::new(wgsl!("conv_inputs"), x));
        let launch = launch.reading(&[gradient, weight]);
        one(sizes.strips(launch, (sizes.side, sizes.channels), [x.shape()]))
    });
    let launch = plain_on(sizes, Launch::new(wgsl!("conv_weights"), x)).reading(&[x, gradient]);
    let threads = sizes.channels * sizes.filters.div_ceil(LANES);
    let [weights, bias] = sizes.summed(launch, sizes.batch, threads);
    Gradients { inputs, weights, bias }
}

pub(super) fn conv(
    x: &CubeTensor,
    weight: &CubeTensor,
    bias: &CubeTensor,
    options: &ConvOptions<2>,
) -> CubeTensor {
    plain_forward(&plain(x, weight, options), x, weight, bias)
}

pub(super) fn conv_backward(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    gradient: CubeTensor,
    options: ConvOptions<2>,
    wants_inputs: bool,
) -> Gradients<Cube> {
    let sizes = plain(&x, &weight, &options);
    if !sizes.tiles() {
        return composed::conv_backward(x, weight, bias, gradient, options, wants_inputs);
    }
    plain_backward(&sizes, &x, &weight, &gradient, wants_inputs)
}
