//! Losses and correct answers on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{Correct, Loss, LossAndCorrect, LossKind};
use crate::kernels::loss::CLIP;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::mean;
use crate::ops::operator::{Kernel, Output, array};

/// Values that a thread compares with their targets.
const SPAN: usize = 16;

impl Kernel<Cube, 1> for Loss {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [inputs, targets] = array(inputs);
        let shape = inputs.shape();
        let values = shape.num_elements();
        let by_value = |kind: usize| {
            let groups = values.div_ceil(SPAN * THREADS);
            let launch = Launch::new(wgsl!("loss" "loss"), &inputs)
                .with("SPAN", SPAN)
                .with("KIND", kind)
                .with("CLIP", CLIP)
                .reading(&[&inputs, &targets])
                .info(&[values]);
            let parts = Shape::new([groups * THREADS]);
            (launch.run([groups, 1, 1], [shape.clone(), parts]), values)
        };
        let ([gradients, parts], count) = match self.0 {
            LossKind::CrossEntropy => {
                let [rows, classes] = dims(&inputs);
                let launch = Launch::new(wgsl!("loss" "cross_entropy"), &inputs)
                    .with("CLASSES", classes)
                    .reading(&[&inputs, &targets])
                    .info(&[rows]);
                (launch.by_value(rows, [shape.clone(), Shape::new([rows])]), rows)
            }
            LossKind::BinaryCrossEntropy => by_value(1),
            LossKind::ClippedBinaryCrossEntropy => by_value(2),
            LossKind::SquaredError => by_value(3),
        };
        Output::new(mean(&parts, count), vec![gradients])
    }
}

impl Kernel<Cube, 1> for LossAndCorrect {}

impl Kernel<Cube, 0> for Correct {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [outputs, targets] = array(inputs);
        let shape = outputs.shape();
        let choices = shape[1];
        let positions = shape.num_elements() / choices;
        let groups = positions.div_ceil(SPAN * THREADS);
        let parts = Launch::new(wgsl!("loss" "correct"), &outputs)
            .with("SPAN", SPAN)
            .with("CHOICES", choices)
            .with("AREA", positions / shape[0])
            .reading(&[&outputs, &targets])
            .info(&[positions])
            .run([groups, 1, 1], [Shape::new([groups * THREADS])]);
        Output::new(mean(&one(parts), 1), Vec::new())
    }
}
