//! A dense layer on the GPU. Chooses sizes and shapes.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::Dense;
use crate::ops::gpu::launch::{Launch, THREADS, dims, one, wgsl};
use crate::ops::gpu::relu_grad;
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// Rows and columns of the values that a thread sums at once.
const TILE: (usize, usize) = (8, 4);
/// Inputs that a sum goes over before it is added to the others: enough threads for a large device,
/// and no digits lost.
const SPAN: usize = 64;

/// A launch that is `per_tile` of a matrix of so many rows and columns, given the rows of the batch; and its
/// workgroups.
fn per_tile(
    launch: Launch<'_>,
    (rows, columns): (usize, usize),
    batch: usize,
) -> (Launch<'_>, usize) {
    let tiles = rows.div_ceil(TILE.0) * columns.div_ceil(TILE.1);
    (launch.with("COLUMNS", columns).info(&[tiles, batch]), tiles.div_ceil(THREADS))
}

impl Kernel<Cube, 3> for Dense {
    fn forward(self, inputs: Vec<CubeTensor>) -> Output<Cube> {
        let [x, weight, bias] = array(inputs);
        let ([rows, inputs], [_, units]) = (dims(&x), dims(&weight));
        let parts = inputs.div_ceil(SPAN);
        let launch = Launch::new(wgsl!("dense" "dense"), &x)
            .with("INPUTS", inputs)
            .with("UNITS", units)
            .with("SPAN", SPAN)
            .reading(&[&x, &weight]);
        let (launch, groups) = per_tile(launch, (rows, units), rows);
        let summed = launch.run([groups, 1, parts], [Shape::new([parts, rows, units])]);
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
        let launch = |source, reading: [&CubeTensor; 2], tiled| {
            let launch = Launch::new(source, &x).with("INPUTS", inputs).with("UNITS", units);
            per_tile(launch.reading(&reading), tiled, rows)
        };
        let source = wgsl!("dense" "dense_input_grad");
        let (by_inputs, groups) = launch(source, [&gradient, &weight], (rows, inputs));
        let by_inputs = one(by_inputs.run([groups, 1, 1], [x.shape()]));
        let source = wgsl!("dense" "dense_weight_grad");
        let (by_weights, groups) = launch(source, [&x, &gradient], (inputs, units));
        let shapes = [weight.shape(), Shape::new([units])];
        let [weights, bias] = by_weights.run_in_one([groups, 1, 1], shapes);
        [Some(by_inputs), Some(weights), Some(bias)]
    }
}
