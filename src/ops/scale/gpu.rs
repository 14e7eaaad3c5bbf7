//! A tensor times a number on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn_cubecl::tensor::CubeTensor;

use super::Scale;
use crate::ops::gpu::launch::{Launch, one, wgsl};
use crate::ops::operator::{Kernel, Output, array};

impl Kernel<Cube, 0> for Scale {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, factor] = array(inputs);
        let values = x.shape().num_elements();
        let launch =
            Launch::new(wgsl!("scale" "scale"), &x).reading(&[&x, &factor]).info(&[values]);
        Output::new(one(launch.by_value(values, [x.shape()])), Vec::new())
    }
}
