//! The sigmoid on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn_cubecl::tensor::CubeTensor;

use super::Sigmoid;
use crate::ops::gpu::launch::{Launch, one, wgsl};
use crate::ops::operator::{Kernel, Output, array};

impl Kernel<Cube, 1> for Sigmoid {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("sigmoid" "sigmoid"), &x).reading(&[&x]).info(&[values]);
        let output = one(launch.by_value(values, [x.shape()]));
        Output::new(output.clone(), vec![output])
    }
}
