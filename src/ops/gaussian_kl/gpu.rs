//! The divergence of normal distributions on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::GaussianKl;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::mean;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Units that a thread adds up.
const SPAN: usize = 16;

impl Kernel<Cube, 1> for GaussianKl {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let [batch, width] = dims(&x);
        let values = batch * width / 2;
        let groups = values.div_ceil(SPAN * THREADS);
        let launch = Launch::new(wgsl!("gaussian_kl" "gaussian_kl"), &x).with("UNITS", width / 2);
        let launch = launch.with("SPAN", SPAN).reading(&[&x]).info(&[values]);
        let parts = launch.run([groups, 1, 1], [Shape::new([groups * THREADS])]);
        Output::new(mean(&one(parts), batch), vec![x])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let [batch, width] = dims(&x);
        let values = batch * width / 2;
        let launch = Launch::new(wgsl!("gaussian_kl" "gaussian_kl_grad"), &x);
        let launch = launch.with("UNITS", width / 2).reading(&[&x, &gradient]);
        let launch = launch.info(&[values, batch]);
        [Some(one(launch.by_value(values, [x.shape()])))]
    }
}
