//! The operators on burn's GPU backend, by the WGSL kernels in `gpu/`. Chooses sizes and shapes;
//! how a kernel is launched is in `gpu/launch.rs`.

use burn::backend::Cube;
use burn::backend::TensorMetadata;
use burn::backend::ops::ConvOptions;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{Gradients, Kernels, LossKind, LossValue, Resize, Updated, composed};
use crate::kernels::adam::{EPSILON, FIRST_RATE, SECOND_RATE};
use crate::kernels::loss::CLIP;

mod launch;

use launch::{Launch, THREADS, wgsl};

/// A thread of the convolutions has four neighbours of four maps.
const TILE: usize = 4;
/// Pictures are added up in at most so many parts: enough threads for a large device, and a
/// buffer that stays small at any batch.
const PARTS: usize = 32;
/// Values that a workgroup of a loss compares.
const COMPARED: usize = 1024;

fn dims<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    let shape = tensor.shape();
    std::array::from_fn(|dim| shape[dim])
}

fn one<T>([one]: [T; 1]) -> T {
    one
}

/// Sizes of a convolution, as its kernels' constants.
struct Sizes {
    batch: usize,
    channels: usize,
    filters: usize,
    kernel: usize,
    stride: usize,
    before: usize,
    side: usize,
    out: usize,
}

impl Sizes {
    fn new(x: &CubeTensor, weight: &CubeTensor, options: &ConvOptions<2>) -> Self {
        let [batch, channels, side, _] = dims(x);
        let [filters, _, kernel, _] = dims(weight);
        let (stride, (before, after)) = (options.stride[0], options.padding[0]);
        let out = (side + before + after - kernel) / stride + 1;
        Self { batch, channels, filters, kernel, stride, before, side, out }
    }

    fn on<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        launch
            .with("CHANNELS", self.channels)
            .with("FILTERS", self.filters)
            .with("KERNEL", self.kernel)
            .with("STRIDE", self.stride)
            .with("BEFORE", self.before)
            .with("SIDE", self.side)
            .with("OUT", self.out)
    }

    /// Workgroups of a kernel that tiles `maps` maps of `side` rows for each picture.
    fn groups(&self, maps: usize, side: usize) -> [usize; 3] {
        let threads = maps.div_ceil(TILE) * side * side.div_ceil(TILE);
        [threads.div_ceil(THREADS), 1, self.batch]
    }
}

/// Sum of each channel of `x`, which is `[pictures, channels, area]`.
fn channel_sums(x: &CubeTensor, pictures: usize, channels: usize, area: usize) -> CubeTensor {
    let launch = Launch::new(wgsl!(tree "channel_sums"), x)
        .with("CHANNELS", channels)
        .with("AREA", area)
        .reading(&[x])
        .info(&[pictures]);
    one(launch.run([channels, 1, 1], [Shape::new([channels])]))
}

impl Kernels for Cube {
    fn conv(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        options: ConvOptions<2>,
    ) -> CubeTensor {
        let sizes = Sizes::new(&x, &weight, &options);
        let shape = Shape::new([sizes.batch, sizes.filters, sizes.out, sizes.out]);
        let launch = sizes.on(Launch::new(wgsl!("conv"), &x)).reading(&[&x, &weight, &bias]);
        one(launch.run(sizes.groups(sizes.filters, sizes.out), [shape]))
    }

    fn conv_backward(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        gradient: CubeTensor,
        options: ConvOptions<2>,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        let sizes = Sizes::new(&x, &weight, &options);
        if sizes.kernel != 3 {
            // No model has another.
            return composed::conv_backward(x, weight, bias, gradient, options, wants_inputs);
        }
        let inputs = wants_inputs.then(|| {
            let launch = sizes.on(Launch::new(wgsl!("conv_inputs"), &x));
            let groups = sizes.groups(sizes.channels, sizes.side);
            one(launch.reading(&[&gradient, &weight]).run(groups, [x.shape()]))
        });
        let (shape, parts) = (weight.shape(), sizes.batch.min(PARTS));
        let count = shape.num_elements();
        let threads = sizes.channels * sizes.filters.div_ceil(TILE);
        let summed = sizes
            .on(Launch::new(wgsl!("conv_weights"), &x))
            .reading(&[&x, &gradient])
            .info(&[sizes.batch, parts])
            .run([threads.div_ceil(THREADS), 1, parts], [Shape::new([parts, count])]);
        let weights = Launch::new(wgsl!("sum_parts"), &x)
            .with("COUNT", count)
            .reading(&[&summed[0]])
            .info(&[parts])
            .run([count.div_ceil(THREADS), 1, 1], [shape]);
        let bias = channel_sums(&gradient, sizes.batch, sizes.filters, sizes.out * sizes.out);
        Gradients { inputs, weights: one(weights), bias }
    }

    fn dense(x: CubeTensor, weight: CubeTensor, bias: CubeTensor) -> CubeTensor {
        let ([rows, inputs], [_, units]) = (dims(&x), dims(&weight));
        let launch = Launch::new(wgsl!("dense"), &x)
            .with("INPUTS", inputs)
            .with("UNITS", units)
            .reading(&[&x, &weight, &bias]);
        one(launch.run([units.div_ceil(THREADS), rows, 1], [Shape::new([rows, units])]))
    }

    fn dense_backward(x: CubeTensor, weight: CubeTensor, gradient: CubeTensor) -> Gradients<Self> {
        let ([rows, inputs], [_, units]) = (dims(&x), dims(&weight));
        let launch = |source| Launch::new(source, &x).with("INPUTS", inputs).with("UNITS", units);
        let by_inputs = launch(wgsl!("dense_inputs"))
            .reading(&[&gradient, &weight])
            .run([inputs.div_ceil(THREADS), rows, 1], [x.shape()]);
        let by_weights = launch(wgsl!("dense_weights"))
            .reading(&[&x, &gradient])
            .info(&[rows])
            .run([units.div_ceil(THREADS), inputs, 1], [weight.shape()]);
        Gradients {
            inputs: Some(one(by_inputs)),
            weights: one(by_weights),
            bias: channel_sums(&gradient, rows, units, 1),
        }
    }

    fn loss_value(inputs: CubeTensor, targets: CubeTensor, kind: LossKind) -> LossValue<Self> {
        let shape = inputs.shape();
        let values = shape.num_elements();
        let (found, count) = match kind {
            LossKind::CrossEntropy => {
                let [rows, classes] = dims(&inputs);
                let launch = Launch::new(wgsl!("cross_entropy"), &inputs)
                    .with("CLASSES", classes)
                    .reading(&[&inputs, &targets])
                    .info(&[rows]);
                (launch.by_value(rows, [shape, Shape::new([rows])]), rows)
            }
            LossKind::BinaryCrossEntropy
            | LossKind::ClippedBinaryCrossEntropy
            | LossKind::SquaredError => {
                let groups = values.div_ceil(COMPARED);
                let launch = Launch::new(wgsl!(tree "loss"), &inputs)
                    .with("KIND", kind as usize)
                    .with("CLIP", CLIP)
                    .reading(&[&inputs, &targets])
                    .info(&[values]);
                (launch.run([groups, 1, 1], [shape, Shape::new([groups])]), values)
            }
        };
        let [gradients, parts] = found;
        let mean = Launch::new(wgsl!(tree "mean"), &inputs)
            .reading(&[&parts])
            .info(&[parts.shape().num_elements(), count])
            .run([1, 1, 1], [Shape::new([1])]);
        LossValue { mean: one(mean), gradients }
    }

    fn resize(x: CubeTensor, kind: Resize) -> CubeTensor {
        let [batch, channels, side, _] = dims(&x);
        let out = kind.output_side(side);
        let shape = Shape::new([batch, channels, out, out]);
        let values = shape.num_elements();
        let launch = Launch::new(wgsl!("resize"), &x)
            .with("KIND", kind as usize)
            .with("SIDE", side)
            .with("OUT", out)
            .reading(&[&x])
            .info(&[values]);
        one(launch.by_value(values, [shape]))
    }

    fn resize_backward(x: CubeTensor, gradient: CubeTensor, kind: Resize) -> CubeTensor {
        let [_, _, side, _] = dims(&x);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("resize_inputs"), &x)
            .with("KIND", kind as usize)
            .with("SIDE", side)
            .with("OUT", kind.output_side(side))
            .reading(&[&x, &gradient])
            .info(&[values]);
        one(launch.by_value(values, [x.shape()]))
    }

    fn moments(x: CubeTensor) -> CubeTensor {
        let [batch, channels, h, w] = dims(&x);
        let launch = Launch::new(wgsl!(tree "moments"), &x)
            .with("CHANNELS", channels)
            .with("AREA", h * w)
            .reading(&[&x])
            .info(&[batch]);
        one(launch.run([channels, 1, 1], [Shape::new([2, channels])]))
    }

    fn normalize(
        x: CubeTensor,
        moments: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        epsilon: f64,
    ) -> CubeTensor {
        let [_, channels, h, w] = dims(&x);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("normalize"), &x)
            .with("CHANNELS", channels)
            .with("AREA", h * w)
            .with("EPSILON", epsilon as f32)
            .reading(&[&x, &moments, &gamma, &beta])
            .info(&[values]);
        one(launch.by_value(values, [x.shape()]))
    }

    fn normalize_backward(
        x: CubeTensor,
        moments: CubeTensor,
        gamma: CubeTensor,
        gradient: CubeTensor,
        epsilon: f64,
        by_moments: bool,
    ) -> Gradients<Self> {
        let [batch, channels, h, w] = dims(&x);
        let launch = |source| {
            Launch::new(source, &x)
                .with("CHANNELS", channels)
                .with("AREA", h * w)
                .with("EPSILON", epsilon as f32)
        };
        let shape = Shape::new([channels]);
        let [weights, bias] = launch(wgsl!(tree "normalize_weights"))
            .reading(&[&x, &moments, &gradient])
            .info(&[batch])
            .run([channels, 1, 1], [shape.clone(), shape]);
        let values = x.shape().num_elements();
        let inputs = launch(wgsl!("normalize_inputs"))
            .with("BY_MOMENTS", usize::from(by_moments))
            .reading(&[&x, &moments, &gamma, &gradient, &weights, &bias])
            .info(&[values])
            .by_value(values, [x.shape()]);
        Gradients { inputs: Some(one(inputs)), weights, bias }
    }

    fn adam(
        value: CubeTensor,
        gradient: CubeTensor,
        first: CubeTensor,
        second: CubeTensor,
        size: f32,
    ) -> Updated<Self> {
        let shape = value.shape();
        let values = shape.num_elements();
        let [value, first, second] = Launch::new(wgsl!("adam"), &value)
            .with("FIRST_RATE", FIRST_RATE)
            .with("SECOND_RATE", SECOND_RATE)
            .with("EPSILON", EPSILON)
            .reading(&[&value, &gradient, &first, &second])
            .info(&[values])
            .info_bits(size)
            .by_value(values, [shape.clone(), shape.clone(), shape]);
        Updated { value, first, second }
    }
}
