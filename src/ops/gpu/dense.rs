//! Dense layers on the GPU. Chooses sizes and shapes; how a kernel is launched is in `launch`.

use burn::backend::{Cube, TensorMetadata};
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Launch, THREADS, wgsl};
use super::{dims, masked, one};
use crate::ops::Gradients;

/// Values that a thread sums at once, side by side and below each other.
const TILE: (usize, usize) = (4, 8);
/// Inputs that a sum goes over before it is added to the others: enough threads for a large device,
/// and no digits lost.
const SPAN: usize = 64;

/// Workgroups where `across` values stand side by side, and `down` below each other.
fn groups(across: usize, down: usize) -> usize {
    (across.div_ceil(TILE.0) * down.div_ceil(TILE.1)).div_ceil(THREADS)
}

pub(super) fn forward(
    x: &CubeTensor,
    weight: &CubeTensor,
    bias: &CubeTensor,
    relu: bool,
) -> CubeTensor {
    let ([rows, inputs], [_, units]) = (dims(x), dims(weight));
    let parts = inputs.div_ceil(SPAN);
    let summed = Launch::new(wgsl!("dense"), x)
        .with("INPUTS", inputs)
        .with("UNITS", units)
        .with("SPAN", SPAN)
        .reading(&[x, weight])
        .info(&[rows])
        .run([groups(units, rows), 1, parts], [Shape::new([parts, rows, units])]);
    let launch = Launch::new(wgsl!("dense_sum"), x)
        .with("UNITS", units)
        .with("PARTS", parts)
        .with("RELU", usize::from(relu))
        .reading(&[&one(summed), bias])
        .info(&[rows * units]);
    one(launch.run([(rows * units).div_ceil(THREADS), 1, 1], [Shape::new([rows, units])]))
}

/// Where there is a relu, `output` is what the layer gave.
pub(super) fn backward(
    x: &CubeTensor,
    weight: &CubeTensor,
    output: Option<&CubeTensor>,
    gradient: CubeTensor,
) -> Gradients<Cube> {
    let ([rows, inputs], [_, units]) = (dims(x), dims(weight));
    let gradient = output.map_or_else(|| gradient.clone(), |output| masked(output, &gradient));
    let launch =
        |source| Launch::new(source, x).with("INPUTS", inputs).with("UNITS", units).info(&[rows]);
    let by_inputs = launch(wgsl!("dense_inputs"))
        .reading(&[&gradient, weight])
        .run([groups(inputs, rows), 1, 1], [x.shape()]);
    let [weights, bias] = launch(wgsl!("dense_weights"))
        .reading(&[x, &gradient])
        .run_in_one([groups(units, inputs), 1, 1], [weight.shape(), Shape::new([units])]);
    Gradients { inputs: Some(one(by_inputs)), weights, bias }
}
