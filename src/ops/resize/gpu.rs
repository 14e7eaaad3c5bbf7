//! Pooling and upsampling on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Resize;
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Resize {
    /// As the kernels' constant.
    fn kind(self) -> usize {
        match self {
            Self::MaxPool => 0,
            Self::AveragePool => 1,
            Self::UpSample => 2,
        }
    }

    /// With the sizes of maps of `side`.
    fn on(self, launch: Launch<'_>, side: usize) -> Launch<'_> {
        launch.with("KIND", self.kind()).with("SIDE", side).with("OUT", self.output_side(side))
    }
}

impl Kernel<Cube, 1> for Resize {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let [batch, channels, side, _] = dims(&x);
        let out = self.output_side(side);
        let shape = Shape::new([batch, channels, out, out]);
        let values = shape.num_elements();
        let launch = Launch::new(wgsl!("resize" "resize"), &x);
        let launch = self.on(launch, side).reading(&[&x]).info(&[values]);
        let output = one(launch.by_value(values, [shape]));
        Output::new(output, vec![x])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let [_, _, side, _] = dims(&x);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("resize" "resize_input_grad"), &x);
        let launch = self.on(launch, side).reading(&[&x, &gradient]).info(&[values]);
        [Some(one(launch.by_value(values, [x.shape()])))]
    }
}
