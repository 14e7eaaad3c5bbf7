//! Losses and correct answers on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{Correct, Loss, LossAndCorrect, LossKind, parts};
use crate::kernels::loss::CLIP;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::mean;
use crate::ops::operator::{Kernel, Output, array};

/// Values that a thread compares with their targets.
const SPAN: usize = 16;

impl Kernel<Cube, 1> for Loss {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let (inputs, targets, weights) = parts(inputs);
        let shape = inputs.shape();
        let values = shape.num_elements();
        let by_value = |kind: usize, constant: (&'static str, f32)| {
            let groups = values.div_ceil(SPAN * THREADS);
            let launch = Launch::new(wgsl!("loss" "loss"), &inputs)
                .with("SPAN", SPAN)
                .with("KIND", kind)
                .with(constant.0, constant.1)
                .reading(&[&inputs, &targets])
                .info(&[values]);
            let parts = Shape::new([groups * THREADS]);
            (launch.run([groups, 1, 1], [shape.clone(), parts]), values)
        };
        let by_row = |source| {
            let [rows, classes] = dims(&inputs);
            let mut launch = Launch::new(source, &inputs)
                .with("CLASSES", classes)
                .with("WEIGHTED", usize::from(weights.is_some()))
                .reading(&[&inputs, &targets]);
            if let Some(weights) = &weights {
                launch = launch.reading(&[weights]);
            }
            let launch = launch.info(&[rows]);
            (launch.by_value(rows, [shape.clone(), Shape::new([rows])]), rows)
        };
        let clip = ("CLIP", CLIP);
        let ([gradients, parts], count) = match self.0 {
            LossKind::CrossEntropy => by_row(wgsl!("loss" "cross_entropy")),
            LossKind::CategoricalHinge => by_row(wgsl!("loss" "hinge")),
            LossKind::BinaryCrossEntropy => by_value(1, clip),
            LossKind::ClippedBinaryCrossEntropy => by_value(2, clip),
            LossKind::SquaredError => by_value(3, clip),
            LossKind::AbsoluteError => by_value(4, clip),
            LossKind::Huber(delta) => by_value(5, ("DELTA", delta)),
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
