//! Batch normalisation on the GPU. Chooses sizes and shapes; how a kernel is launched is in `launch`.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Launch, THREADS, wgsl};
use super::{dims, one};
use crate::ops::Gradients;

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

pub(super) fn moments(x: &CubeTensor) -> CubeTensor {
    let sizes = Sizes::new(x);
    let parts = sizes.parts(Launch::new(wgsl!("moments_parts"), x).reading(&[x]));
    let launch = sizes.on(Launch::new(wgsl!(tree "moments"), x)).reading(&[&parts]);
    let launch = launch.with("SEGMENTS", sizes.segments()).info(&[sizes.batch, sizes.piles()]);
    one(launch.run([sizes.channels, 1, 1], [Shape::new([2, sizes.channels])]))
}

pub(super) fn normalize(
    x: &CubeTensor,
    moments: &CubeTensor,
    gamma: &CubeTensor,
    beta: &CubeTensor,
    epsilon: f64,
) -> CubeTensor {
    let values = x.shape().num_elements();
    let launch = Sizes::new(x)
        .on(Launch::new(wgsl!(each "normalize"), x))
        .with("EPSILON", epsilon as f32)
        .reading(&[x, moments, gamma, beta])
        .info(&[values]);
    one(launch.by_value(values, [x.shape()]))
}

pub(super) fn backward(
    x: &CubeTensor,
    moments: &CubeTensor,
    gamma: &CubeTensor,
    gradient: &CubeTensor,
    epsilon: f64,
    by_moments: bool,
) -> Gradients<Cube> {
    let sizes = Sizes::new(x);
    let launch = Launch::new(wgsl!("normalize_weights"), x).with("EPSILON", epsilon as f32);
    let parts = sizes.parts(launch.reading(&[x, moments, gradient]));
    let shape = || Shape::new([sizes.channels]);
    let [weights, bias] = Launch::new(wgsl!("sum_parts"), x)
        .reading(&[&parts])
        .info(&[sizes.piles() * sizes.segments(), sizes.channels, sizes.channels])
        .run_in_one([(2 * sizes.channels).div_ceil(THREADS), 1, 1], [shape(), shape()]);
    let values = x.shape().num_elements();
    let inputs = sizes
        .on(Launch::new(wgsl!(each "normalize_inputs"), x))
        .with("EPSILON", epsilon as f32)
        .with("BY_MOMENTS", usize::from(by_moments))
        .reading(&[x, moments, gamma, gradient, &weights, &bias])
        .info(&[values])
        .by_value(values, [x.shape()]);
    Gradients { inputs: Some(one(inputs)), weights, bias }
}
