//! Convolutions in general on the GPU. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{Conv, ConvTranspose};
use crate::kernels::general_conv::ConvGeometry;
use crate::ops::gpu::launch::{Launch, THREADS, by_threads, dims, one, wgsl};
use crate::ops::gpu::relu_grad;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Filters, channels, pixels of a row or taps that a thread sums at once.
const LANES: usize = 4;
/// Threads that weights' gradients are spread over where there are not so many weights: what keeps a
/// large device busy.
const SPREAD: usize = 16_384;
/// The most parts that these are summed in; each is a copy of all weights.
const PARTS: usize = 256;

impl Kernel<Cube, 3> for Conv {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, weight, bias] = array(inputs);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let output = convolved(&geometry, [&x, &weight], Some(&bias), self.0.relu);
        finished(output, [x, weight], self.0.relu)
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradient) = opened(saved, gradient, self.0.relu);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let by_inputs = wanted[0].then(|| input_grad(&geometry, [&gradient, &weight], None, false));
        let by_weight = weight_grad(&geometry, [&x, &gradient], &weight);
        [by_inputs, Some(by_weight), Some(channel_sums(&gradient))]
    }
}

impl Kernel<Cube, 3> for ConvTranspose {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, weight, bias] = array(inputs);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let output = input_grad(&geometry, [&x, &weight], Some(&bias), self.0.relu);
        finished(output, [x, weight], self.0.relu)
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradient) = opened(saved, gradient, self.0.relu);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let by_inputs = wanted[0].then(|| convolved(&geometry, [&gradient, &weight], None, false));
        let by_weight = weight_grad(&geometry, [&gradient, &x], &weight);
        [by_inputs, Some(by_weight), Some(channel_sums(&gradient))]
    }
}

/// An output with what its gradients are made from: a relu's need the output, too.
fn finished(output: CubeTensor, inputs: [CubeTensor; 2], relu: bool) -> Output<Cube> {
    let active = relu.then(|| output.clone());
    Output::new(output, inputs.into_iter().chain(active).collect())
}

/// What was saved, and the gradient of the sums before a relu.
fn opened(
    mut saved: Vec<CubeTensor>,
    gradient: CubeTensor,
    relu: bool,
) -> ([CubeTensor; 2], CubeTensor) {
    let gradient = match saved.pop_if(|_| relu) {
        Some(active) => relu_grad(&active, &gradient),
        None => gradient,
    };
    (array(saved), gradient)
}

/// With the sizes of a convolution, and whether four `lanes` of its `own` filters or channels are always
/// of one group.
fn on<'a>(geometry: &ConvGeometry, launch: Launch<'a>, own: usize) -> Launch<'a> {
    let shared = geometry.groups == 1 || own.is_multiple_of(LANES);
    launch
        .with("CHANNELS", geometry.channels)
        .with("FILTERS", geometry.filters)
        .with("OWN_CHANNELS", geometry.group_channels())
        .with("OWN_FILTERS", geometry.group_filters())
        .with("HEIGHT", geometry.map[0])
        .with("WIDTH", geometry.map[1])
        .with("OUT_H", geometry.output[0])
        .with("OUT_W", geometry.output[1])
        .with("KERNEL_H", geometry.kernel[0])
        .with("KERNEL_W", geometry.kernel[1])
        .with("STRIDE_H", geometry.stride[0])
        .with("STRIDE_W", geometry.stride[1])
        .with("DILATION_H", geometry.dilation[0])
        .with("DILATION_W", geometry.dilation[1])
        .with("BEFORE_H", geometry.before[0].unsigned_abs())
        .with("BEFORE_W", geometry.before[1].unsigned_abs())
        .with("SHARED", usize::from(shared))
}

/// Launches a kernel that has a thread for each of `tiles` tiles and each four of `maps`.
fn tiled(launch: Launch<'_>, tiles: usize, maps: usize, shape: Shape) -> CubeTensor {
    let [across, rows, _] = by_threads(tiles);
    one(launch.info(&[tiles]).run([across, maps.div_ceil(LANES), rows], [shape]))
}

/// The convolution of `x`, with `bias` if there is one.
fn convolved(
    geometry: &ConvGeometry,
    [x, weight]: [&CubeTensor; 2],
    bias: Option<&CubeTensor>,
    relu: bool,
) -> CubeTensor {
    let ([batch, ..], [h, w]) = (dims::<4>(x), geometry.output);
    let launch = Launch::new(wgsl!("conv" "conv"), x).reading(&[x, weight]);
    let launch = with(launch, bias, relu);
    let shape = Shape::new([batch, geometry.filters, h, w]);
    let launch = on(geometry, launch, geometry.group_filters());
    tiled(launch, batch * h * w.div_ceil(LANES), geometry.filters, shape)
}

/// The gradient by the inputs, which is also the transposed convolution of `gradient`.
fn input_grad(
    geometry: &ConvGeometry,
    [gradient, weight]: [&CubeTensor; 2],
    bias: Option<&CubeTensor>,
    relu: bool,
) -> CubeTensor {
    let ([batch, ..], [h, w], [_, across]) = (dims::<4>(gradient), geometry.map, geometry.stride);
    let source = wgsl!("conv" "conv_input_grad");
    let launch = with(Launch::new(source, gradient).reading(&[gradient, weight]), bias, relu);
    let shape = Shape::new([batch, geometry.channels, h, w]);
    let tiles = batch * h * across * w.div_ceil(across).div_ceil(LANES);
    let launch = on(geometry, launch, geometry.group_channels());
    tiled(launch, tiles, geometry.channels, shape)
}

/// With a bias, if there is one, and a relu.
fn with<'a>(launch: Launch<'a>, bias: Option<&CubeTensor>, relu: bool) -> Launch<'a> {
    launch
        .reading(bias.as_slice())
        .with("BIAS", usize::from(bias.is_some()))
        .with("RELU", usize::from(relu))
}

/// The gradient by the weights, of the shape of `weight`.
fn weight_grad(
    geometry: &ConvGeometry,
    [x, gradient]: [&CubeTensor; 2],
    weight: &CubeTensor,
) -> CubeTensor {
    let [batch, ..] = dims::<4>(x);
    let (rows, count) = (batch * geometry.output[0], weight.shape().num_elements());
    let taps = geometry.kernel[0] * geometry.kernel[1].div_ceil(LANES);
    let threads = geometry.filters.div_ceil(LANES) * geometry.group_channels() * taps;
    let parts = SPREAD.div_ceil(threads).clamp(1, PARTS).min(rows);
    let [across, down, _] = by_threads(threads);
    let launch = Launch::new(wgsl!("conv" "conv_weight_parts"), x).reading(&[x, gradient]);
    let launch = on(geometry, launch, geometry.group_filters()).info(&[rows, parts]);
    if parts == 1 {
        return one(launch.run([across, down, 1], [weight.shape()]));
    }
    let summed = one(launch.run([across, down, parts], [Shape::new([parts, count])]));
    // As a kernel that sums a bias, too, of which there is none here.
    let [weights, _] = Launch::new(wgsl!("gpu" "sum_parts"), &summed)
        .reading(&[&summed])
        .info(&[parts, count, 0])
        .run_in_one([count.div_ceil(THREADS), 1, 1], [weight.shape(), Shape::new([1])]);
    weights
}

/// The gradient by the bias.
fn channel_sums(gradient: &CubeTensor) -> CubeTensor {
    let [batch, channels, h, w] = dims(gradient);
    let launch = Launch::new(wgsl!("conv" "channel_sums"), gradient)
        .reading(&[gradient])
        .with("CHANNELS", channels)
        .with("HEIGHT", h)
        .with("WIDTH", w)
        .info(&[batch]);
    one(launch.run([channels, 1, 1], [Shape::new([channels])]))
}
