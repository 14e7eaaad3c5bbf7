//! Activation functions on the GPU.

use burn::backend::{Cube, TensorMetadata};
use burn_cubecl::tensor::CubeTensor;

use super::{ActivationKind, Pointwise};
use crate::ops::gpu::launch::{Launch, one, wgsl};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// A launch for this function of a value, by its number in the text.
fn of(launch: Launch<'_>, function: Pointwise) -> Launch<'_> {
    let number = match function {
        Pointwise::Relu => 0,
        Pointwise::LeakyRelu { .. } => 1,
        Pointwise::Elu => 2,
        Pointwise::Gelu => 3,
        Pointwise::Silu => 4,
        Pointwise::Tanh => 5,
        Pointwise::Sigmoid => 6,
    };
    let launch = launch.with("FUNCTION", number);
    match function {
        Pointwise::LeakyRelu { negative_slope } => launch.with("SLOPE", negative_slope),
        _ => launch,
    }
}

/// A launch for rows of the second dimension, and how many there are.
fn by_row<'a>(launch: Launch<'a>, x: &CubeTensor) -> (Launch<'a>, usize) {
    let shape = x.shape();
    let rows = shape.num_elements() / shape[1];
    let launch = launch.with("CHANNELS", shape[1]).with("AREA", rows / shape[0]);
    (launch.info(&[rows]), rows)
}

impl Kernel<Cube, 1> for ActivationKind {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x] = array(inputs);
        let (shape, values) = (x.shape(), x.shape().num_elements());
        let output = match self {
            Self::Pointwise(function) => {
                let launch = of(Launch::new(wgsl!("activation" "activation"), &x), function);
                one(launch.reading(&[&x]).info(&[values]).by_value(values, [shape]))
            }
            Self::Softmax => {
                let launch = Launch::new(wgsl!("activation" "softmax"), &x).reading(&[&x]);
                let (launch, rows) = by_row(launch, &x);
                one(launch.by_value(rows, [shape]))
            }
        };
        let saved = self.save(x, output.clone());
        Output::new(output, saved)
    }

    fn backward(self, input: BackwardInput<Cube, 1>) -> InputGrads<Cube, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [saved] = array(saved);
        let (shape, values) = (saved.shape(), saved.shape().num_elements());
        let found = match self {
            Self::Pointwise(function) => {
                let launch = Launch::new(wgsl!("activation" "activation_grad"), &saved);
                let launch = of(launch, function).reading(&[&saved, &gradient]);
                launch.info(&[values]).by_value(values, [shape])
            }
            Self::Softmax => {
                let launch = Launch::new(wgsl!("activation" "softmax_grad"), &saved);
                let (launch, rows) = by_row(launch.reading(&[&saved, &gradient]), &saved);
                launch.by_value(rows, [shape])
            }
        };
        [Some(one(found))]
    }
}
