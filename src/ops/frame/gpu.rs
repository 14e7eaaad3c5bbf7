//! Padding and cropping on the GPU.

use burn::backend::Cube;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Frame;
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Cube, 1> for Frame {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        Output::new(framed_by(self, &x), vec![x])
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let [x] = array(input.saved);
        [Some(framed_by(self.back(dims(&x)), &input.gradient))]
    }
}

fn framed_by(frame: Frame, x: &CubeTensor) -> CubeTensor {
    let ([batch, channels, h, w], [rows, columns]) = (dims(x), frame.output);
    // The kernel's numbers of 32 bits wrap around.
    let [top, left] = frame.before.map(|before| before as i32 as u32 as usize);
    let shape = Shape::new([batch, channels, rows, columns]);
    let values = shape.num_elements();
    let launch = Launch::new(wgsl!("frame" "frame"), x)
        .with("HEIGHT", h)
        .with("WIDTH", w)
        .with("OUT_H", rows)
        .with("OUT_W", columns)
        .with("BEFORE_H", top)
        .with("BEFORE_W", left)
        .reading(&[x])
        .info(&[values]);
    one(launch.by_value(values, [shape]))
}
