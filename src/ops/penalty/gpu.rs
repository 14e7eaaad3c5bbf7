//! Penalties on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Penalty;
use crate::ops::gpu::launch::{Launch, THREADS, one, wgsl};
use crate::ops::gpu::mean;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Weights that a thread adds up.
const SPAN: usize = 64;

impl Kernel<Cube, 1> for Penalty {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [weights] = array(inputs);
        let values = weights.shape().num_elements();
        let groups = values.div_ceil(SPAN * THREADS);
        let launch = Launch::new(wgsl!("penalty" "penalty"), &weights).with("SPAN", SPAN);
        let launch = launch.reading(&[&weights]).info(&[values]);
        let launch = launch.info_bits(self.l1).info_bits(self.l2);
        let parts = launch.run([groups, 1, 1], [Shape::new([groups * THREADS])]);
        Output::new(mean(&one(parts), 1), vec![weights])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [weights] = array(saved);
        let values = weights.shape().num_elements();
        let launch = Launch::new(wgsl!("penalty" "penalty_grad"), &weights);
        let launch = launch.reading(&[&weights, &gradient]).info(&[values]);
        let launch = launch.info_bits(self.l1).info_bits(self.l2);
        [Some(one(launch.by_value(values, [weights.shape()])))]
    }
}
