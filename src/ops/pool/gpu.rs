//! Pooling in general on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::PoolAttrs;
use crate::kernels::pool::Pool;
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl PoolAttrs {
    /// With the sizes of maps `[_, _, h, w]` and their windows.
    fn on<'a>(self, launch: Launch<'a>, [_, _, h, w]: [usize; 4]) -> Launch<'a> {
        let kind = match self.kind {
            Pool::Max => 0_usize,
            Pool::Average => 1,
        };
        launch
            .with("KIND", kind)
            .with("HEIGHT", h)
            .with("WIDTH", w)
            .with("OUT_H", self.output[0])
            .with("OUT_W", self.output[1])
            .with("SIZE_H", self.size[0])
            .with("SIZE_W", self.size[1])
            .with("STRIDE_H", self.stride[0])
            .with("STRIDE_W", self.stride[1])
            .with("BEFORE_H", self.before[0])
            .with("BEFORE_W", self.before[1])
    }
}

impl Kernel<Cube, 1> for PoolAttrs {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let shape @ [batch, channels, _, _] = dims(&x);
        let [h, w] = self.output;
        let pooled = || Shape::new([batch, channels, h, w]);
        let values = batch * channels * h * w;
        let launch = Launch::new(wgsl!("pool" "pool"), &x).reading(&[&x]).info(&[values]);
        let launch = self.on(launch, shape);
        match self.kind {
            Pool::Average => Output::new(one(launch.by_value(values, [pooled()])), vec![x]),
            Pool::Max => {
                // Whole numbers, in a tensor that nothing is computed with.
                let [output, places] = launch.by_value(values, [pooled(), pooled()]);
                Output::new(output, vec![x, places])
            }
        }
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { mut saved, gradient, .. } = input;
        let places = saved.pop_if(|_| self.kind == Pool::Max);
        let [x] = array(saved);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!("pool" "pool_input_grad"), &x);
        let launch =
            launch.reading(places.as_ref().as_slice()).reading(&[&gradient]).info(&[values]);
        [Some(one(self.on(launch, dims(&x)).by_value(values, [x.shape()])))]
    }
}
