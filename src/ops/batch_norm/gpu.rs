//! Batch normalisation on the GPU. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{BatchNorm, Moments};
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Parts of a plane: neighbouring threads read neighbouring values.
const SEGMENTS: usize = 16;
/// The most piles that pictures are dealt to: enough threads for a large device, few parts to add up.
const PILES: usize = 32;

/// Sizes of what is normalised, as its kernels' constants.
struct Sizes {
    batch: usize,
    channels: usize,
    area: usize,
}

impl Sizes {
    fn new(x: &CubeTensor) -> Self {
        let [batch, channels, h, w] = dims(x);
        Self { batch, channels, area: h * w }
    }

    fn on<'a>(&self, launch: Launch<'a>) -> Launch<'a> {
        launch.with("CHANNELS", self.channels).with("AREA", self.area)
    }

    fn segments(&self) -> usize {
        SEGMENTS.min(self.area)
    }

    fn piles(&self) -> usize {
        PILES.min(self.batch)
    }

    /// Launches a kernel that leaves two numbers for each part of each channel.
    fn parts(&self, launch: Launch<'_>) -> CubeTensor {
        let (segments, piles) = (self.segments(), self.piles());
        let launch = self.on(launch).with("SEGMENTS", segments).info(&[self.batch, piles]);
        let groups = [(self.channels * segments).div_ceil(THREADS), piles, 1];
        one(launch.run(groups, [Shape::new([piles * segments, 2, self.channels])]))
    }
}

impl Kernel<Cube, 0> for Moments {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let sizes = Sizes::new(&x);
        let launch = Launch::new(wgsl!("batch_norm" "moments_parts"), &x);
        let parts = sizes.parts(launch.reading(&[&x]));
        let launch = sizes.on(Launch::new(wgsl!("batch_norm" "moments"), &x));
        let launch = launch.reading(&[&parts]).with("SEGMENTS", sizes.segments());
        let launch = launch.info(&[sizes.batch, sizes.piles()]);
        let shape = Shape::new([2, sizes.channels]);
        Output::new(one(launch.run([sizes.channels, 1, 1], [shape])), Vec::new())
    }
}

impl Kernel<Cube, 3> for BatchNorm {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, gamma, beta, moments] = array(inputs);
        let values = x.shape().num_elements();
        let launch = Sizes::new(&x)
            .on(Launch::new(wgsl!("batch_norm" "normalize"), &x))
            .with("EPSILON", self.epsilon as f32)
            .reading(&[&x, &moments, &gamma, &beta])
            .info(&[values]);
        let output = one(launch.by_value(values, [x.shape()]));
        Output::new(output, vec![x, moments, gamma])
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, moments, gamma] = array(saved);
        let sizes = Sizes::new(&x);
        let launch = Launch::new(wgsl!("batch_norm" "normalize_weight_grad"), &x)
            .with("EPSILON", self.epsilon as f32);
        let parts = sizes.parts(launch.reading(&[&x, &moments, &gradient]));
        let shape = || Shape::new([sizes.channels]);
        let [by_gamma, by_beta] = Launch::new(wgsl!("gpu" "sum_parts"), &x)
            .reading(&[&parts])
            .info(&[sizes.piles() * sizes.segments(), sizes.channels, sizes.channels])
            .run_in_one([(2 * sizes.channels).div_ceil(THREADS), 1, 1], [shape(), shape()]);
        let values = x.shape().num_elements();
        let inputs = sizes
            .on(Launch::new(wgsl!("batch_norm" "normalize_input_grad"), &x))
            .with("EPSILON", self.epsilon as f32)
            .with("BY_MOMENTS", usize::from(self.by_moments))
            .reading(&[&x, &moments, &gamma, &gradient, &by_gamma, &by_beta])
            .info(&[values])
            .by_value(values, [x.shape()]);
        [Some(one(inputs)), Some(by_gamma), Some(by_beta)]
    }
}
