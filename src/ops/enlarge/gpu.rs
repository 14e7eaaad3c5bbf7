//! Maps enlarged on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Enlarge;
use crate::kernels::enlarge::Interpolation;
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Enlarge {
    /// With the sizes of maps `[_, _, h, w]`.
    fn on<'a>(self, launch: Launch<'a>, [_, _, h, w]: [usize; 4]) -> Launch<'a> {
        launch
            .with("HEIGHT", h)
            .with("WIDTH", w)
            .with("SIZE_H", self.factor[0])
            .with("SIZE_W", self.factor[1])
            .with("BILINEAR", usize::from(self.kind == Interpolation::Bilinear))
    }
}

impl Kernel<Cube, 1> for Enlarge {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let shape = Shape::new(self.output(dims(&x)));
        let values = shape.num_elements();
        let launch = Launch::new(wgsl!("enlarge" "enlarge"), &x).reading(&[&x]).info(&[values]);
        let output = one(self.on(launch, dims(&x)).by_value(values, [shape]));
        Output::new(output, vec![x])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("enlarge" "enlarge_input_grad"), &x);
        let launch = launch.reading(&[&gradient]).info(&[values]);
        [Some(one(self.on(launch, dims(&x)).by_value(values, [x.shape()])))]
    }
}
