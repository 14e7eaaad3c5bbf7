//! What the operators' WGSL kernels share: how they are launched (`launch`), how their texts are written
//! out (`template`), texts that they include, and kernels that several operators use.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

#[cfg(test)]
mod checks;
pub(super) mod launch;
mod template;

use launch::{Launch, one, wgsl};

/// `gradient` where a relu let its values through, which its `outputs` tell.
pub(super) fn relu_grad(outputs: &CubeTensor, gradient: &CubeTensor) -> CubeTensor {
    let values = outputs.shape().num_elements();
    let launch = Launch::new(wgsl!("gpu" "relu_grad"), outputs);
    let launch = launch.reading(&[outputs, gradient]).info(&[values]);
    one(launch.by_value(values, [outputs.shape()]))
}

/// The sum of `parts`, divided by a number, `[1]`.
pub(super) fn mean(parts: &CubeTensor, by: usize) -> CubeTensor {
    let count = parts.shape().num_elements();
    let launch = Launch::new(wgsl!("gpu" "mean"), parts);
    one(launch.reading(&[parts]).info(&[count, by]).run([1, 1, 1], [Shape::new([1])]))
}
