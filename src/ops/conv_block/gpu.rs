//! Blocks on the GPU. Those of side 3 and step 1, which all models are mostly made of, have kernels that
//! do everything at once; others are a convolution and operators around it. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::ConvBlockAttrs;
use crate::kernels::pool::Pool;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::relu_grad;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Operator, Output, array};

/// Filters, or channels, that a thread sums at once.
const LANES: usize = 4;
/// Rows of a tile, the outputs of a thread.
const ROWS: usize = 2;
/// Columns of a tile. The more there are, the more often what is read of the weights is used; the last
/// tile of a row should not reach far past its end.
const COLUMNS: [usize; 3] = [8, 6, 4];
/// Rows and columns of the tiles of `upsample_conv_input_grad` and of convolutions of other sides and steps,
/// which read more for each.
const TILE: (usize, usize) = (2, 4);
/// Rows and columns of the inputs whose 2x2 windows a thread of `upsample_conv` sums.
const UPSAMPLE_TILE: (usize, usize) = (2, 2);
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
    attrs: ConvBlockAttrs,
    /// Side of the input.
    side: usize,
    /// Side of the convolution's map.
    map: usize,
}

impl Sizes {
    fn new(x: &CubeTensor, weight: &CubeTensor, attrs: ConvBlockAttrs) -> Self {
        let [batch, channels, side, _] = dims(x);
        let [filters, _, kernel, _] = dims(weight);
        let (stride, (before, after)) = (attrs.stride, attrs.padding);
        let larger = if attrs.upsample { 2 * side } else { side };
        let map = (larger + before + after - kernel) / stride + 1;
        Self { batch, channels, filters, kernel, attrs, side, map }
    }

    /// Whether there are kernels that do everything at once.
    fn fused(&self) -> bool {
        let ConvBlockAttrs { stride, padding, upsample, pool, .. } = self.attrs;
        let bordered = padding == (1, 1);
        let fits =
            if upsample { bordered && pool.is_none() } else { bordered || padding == (0, 0) };
        (self.kernel, stride) == (3, 1) && fits
    }

    /// Whether it is a convolution with nothing but a relu around it.
    fn plain(&self) -> bool {
        !self.attrs.upsample && self.attrs.pool.is_none()
    }

    /// Whether the tiles of `conv_block_input_grad` begin at multiples of the step.
    fn tiles(&self) -> bool {
        ROWS.is_multiple_of(self.attrs.stride)
    }

    /// Side of what the block gives.
    fn out(&self) -> usize {
        if self.attrs.pool.is_some() { self.map / 2 } else { self.map }
    }

    fn on<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        let pool = match self.attrs.pool {
            None => 0_usize,
            Some(Pool::Max) => 1,
            Some(Pool::Average) => 2,
        };
        launch
            .with("CHANNELS", self.channels)
            .with("FILTERS", self.filters)
            .with("KERNEL", self.kernel)
            .with("STRIDE", self.attrs.stride)
            .with("BEFORE", self.attrs.padding.0)
            .with("PADDED", usize::from(self.attrs.padding != (0, 0)))
            .with(if self.attrs.upsample { "LOW" } else { "SIDE" }, self.side)
            .with("OUT", self.out())
            .with("POOL", pool)
            .with("RELU", usize::from(self.attrs.relu))
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
        self.tiled(launch, (side, maps), (ROWS, columns), shapes)
    }

    /// Launches a kernel that is `per_tile`, of `maps` maps of a side for each picture.
    fn tiled<const N: usize>(
        &self,
        launch: Launch<'_>,
        (side, maps): (usize, usize),
        (rows, columns): (usize, usize),
        shapes: [Shape; N],
    ) -> [CubeTensor; N] {
        let (down, across) = (side.div_ceil(rows), side.div_ceil(columns));
        let tiles = self.batch * down * across;
        let launch = launch.with("MAPS", maps).with("COLUMNS", columns).info(&[tiles]);
        let launch = launch.with("DOWN", down).with("ACROSS", across);
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
        Launch::new(wgsl!("gpu" "sum_parts"), &summed)
            .reading(&[&summed])
            .info(&[parts, count, self.filters])
            .run_in_one(
                [(count + self.filters).div_ceil(THREADS), 1, 1],
                [Shape::new([self.filters, channels, kernel, kernel]), Shape::new([self.filters])],
            )
    }
}

impl Kernel<Cube, 3> for ConvBlockAttrs {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, weight, bias] = array(inputs);
        let sizes = Sizes::new(&x, &weight, self);
        if !sizes.fused() && !sizes.plain() {
            return Operator::forward::<Cube>(self, vec![x, weight, bias]);
        }
        let (output, active) = forward(&sizes, [&x, &weight, &bias]);
        Output::new(output, [x, weight, bias].into_iter().chain(active).collect())
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { mut saved, gradient, wanted } = input;
        let sizes = Sizes::new(&saved[0], &saved[1], self);
        if !sizes.fused() && !sizes.plain() {
            return Operator::backward::<Cube>(self, BackwardInput { saved, gradient, wanted });
        }
        let mask = saved.pop_if(|_| self.pool.is_some());
        let gradient = match saved.pop_if(|_| self.relu && self.pool.is_none()) {
            Some(output) => relu_grad(&output, &gradient),
            None => gradient,
        };
        let [x, weight, bias] = array(saved);
        if sizes.tiles() {
            backward(&sizes, [&x, &weight], mask.as_ref(), &gradient, wanted[0])
        } else {
            self.conv_backward::<Cube>([x, weight, bias], gradient, wanted[0])
        }
    }
}

/// What the block gives, and what tells where its gradients flow: a mask of each window where it is
/// pooled, the output where there is a relu alone.
fn forward(sizes: &Sizes, [x, weight, bias]: [&CubeTensor; 3]) -> (CubeTensor, Option<CubeTensor>) {
    let (attrs, out) = (sizes.attrs, sizes.out());
    let source = if attrs.upsample {
        wgsl!("conv_block" "upsample_conv")
    } else {
        wgsl!("conv_block" "conv_block")
    };
    let launch = sizes.on(Launch::new(source, x)).reading(&[x, weight, bias]);
    let shape = Shape::new([sizes.batch, sizes.filters, out, out]);
    if attrs.pool.is_some() {
        // Bits, in a tensor that nothing is computed with.
        let masks = Shape::new([sizes.batch, sizes.filters.div_ceil(LANES), out, out]);
        let [output, masks] = sizes.strips(launch, (2 * out, sizes.filters), [shape, masks]);
        return (output, Some(masks));
    }
    let output = one(if attrs.upsample {
        sizes.tiled(launch, (sizes.side, sizes.filters), UPSAMPLE_TILE, [shape])
    } else if sizes.fused() {
        sizes.strips(launch, (out, sizes.filters), [shape])
    } else {
        sizes.tiled(launch, (out, sizes.filters), TILE, [shape])
    });
    let active = attrs.relu.then(|| output.clone());
    (output, active)
}

fn backward(
    sizes: &Sizes,
    [x, weight]: [&CubeTensor; 2],
    mask: Option<&CubeTensor>,
    gradient: &CubeTensor,
    wants_inputs: bool,
) -> [Option<CubeTensor>; 3] {
    let Sizes { channels, filters, side, .. } = *sizes;
    let upsample = sizes.attrs.upsample;
    let mask = mask.as_slice();
    let inputs = wants_inputs.then(|| {
        let source = if upsample {
            wgsl!("conv_block" "upsample_conv_input_grad")
        } else {
            wgsl!("conv_block" "conv_block_input_grad")
        };
        let launch = sizes.on(Launch::new(source, x)).reading(&[gradient, weight]).reading(mask);
        one(if upsample {
            sizes.tiled(launch, (side, channels), TILE, [x.shape()])
        } else {
            sizes.strips(launch, (side, channels), [x.shape()])
        })
    });
    // Of a picture, the rows that are shared out to the parts of the sums; and the threads of a part.
    let (source, rows, threads) = if upsample {
        let source = wgsl!("conv_block" "upsample_conv_weight_grad");
        (source, side, filters * channels.div_ceil(LANES))
    } else if sizes.fused() {
        let source = wgsl!("conv_block" "conv_block_weight_grad");
        (source, sizes.out(), channels * filters.div_ceil(LANES))
    } else {
        (wgsl!("conv_block" "conv_weight_grad"), 1, channels * filters.div_ceil(LANES))
    };
    let launch = sizes.on(Launch::new(source, x)).reading(&[x, gradient]).reading(mask);
    let [weights, bias] = sizes.summed(launch, sizes.batch * rows, threads);
    [inputs, Some(weights), Some(bias)]
}
