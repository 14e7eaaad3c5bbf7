//! A dense layer on the GPU. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Dense;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::relu_grad;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Values that a thread sums at once, side by side and below each other.
const TILE: (usize, usize) = (4, 8);
/// Inputs that a sum goes over before it is added to the others: enough threads for a large device,
/// and no digits lost.
const SPAN: usize = 64;

/// Workgroups where `across` values stand side by side, and `down` below each other.
fn groups(across: usize, down: usize) -> usize {
    (across.div_ceil(TILE.0) * down.div_ceil(TILE.1)).div_ceil(THREADS)
}

impl Kernel<Cube, 3> for Dense {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, weight, bias] = array(inputs);
        let ([rows, inputs], [_, units]) = (dims(&x), dims(&weight));
        let parts = inputs.div_ceil(SPAN);
        let summed = Launch::new(wgsl!("dense" "dense"), &x)
            .with("INPUTS", inputs)
            .with("UNITS", units)
            .with("SPAN", SPAN)
            .reading(&[&x, &weight])
            .info(&[rows])
            .run([groups(units, rows), 1, parts], [Shape::new([parts, rows, units])]);
        let launch = Launch::new(wgsl!("dense" "dense_sum"), &x)
            .with("UNITS", units)
            .with("PARTS", parts)
            .with("RELU", usize::from(self.relu))
            .reading(&[&one(summed), &bias])
            .info(&[rows * units]);
        let groups = [(rows * units).div_ceil(THREADS), 1, 1];
        let output = one(launch.run(groups, [Shape::new([rows, units])]));
        let saved = self.save(x, weight, &output);
        Output::new(output, saved)
    }

    fn backward(self, input: BackwardInput<Cube, 3>) -> InputGrads<Cube, 3> {
        let BackwardInput { saved, gradient, .. } = input;
        let ([x, weight], output) = self.saved(saved);
        let ([rows, inputs], [_, units]) = (dims(&x), dims(&weight));
        let gradient = match output {
            Some(output) => relu_grad(&output, &gradient),
            None => gradient,
        };
        let launch = |source| {
            Launch::new(source, &x).with("INPUTS", inputs).with("UNITS", units).info(&[rows])
        };
        let by_inputs = launch(wgsl!("dense" "dense_input_grad"))
            .reading(&[&gradient, &weight])
            .run([groups(inputs, rows), 1, 1], [x.shape()]);
        let [weights, bias] = launch(wgsl!("dense" "dense_weight_grad"))
            .reading(&[&x, &gradient])
            .run_in_one([groups(units, inputs), 1, 1], [weight.shape(), Shape::new([units])]);
        [Some(one(by_inputs)), Some(weights), Some(bias)]
    }
}
