//! Samples of normal distributions on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn_cubecl::tensor::CubeTensor;

use super::Reparameterize;
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Cube, 1> for Reparameterize {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, noise] = array(inputs);
        let (shape, [_, n]) = (noise.shape(), dims(&noise));
        let launch = Launch::new(wgsl!("reparameterize" "reparameterize"), &x).with("UNITS", n);
        let launch = launch.reading(&[&x, &noise]).info(&[shape.num_elements()]);
        let sample = one(launch.by_value(shape.num_elements(), [shape]));
        Output::new(sample, vec![x, noise])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x, noise] = array(saved);
        let (values, [_, n]) = (noise.shape().num_elements(), dims(&noise));
        let launch =
            Launch::new(wgsl!("reparameterize" "reparameterize_grad"), &x).with("UNITS", n);
        let launch = launch.reading(&[&x, &noise, &gradient]).info(&[values]);
        [Some(one(launch.by_value(values, [x.shape()])))]
    }
}
