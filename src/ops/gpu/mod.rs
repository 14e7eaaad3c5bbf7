//! The operators on burn's GPU backend, by the WGSL kernels in `gpu/`. Chooses sizes and shapes, of
//! convolutions in `gpu/blocks`, of dense layers in `gpu/dense`, of batch normalisation in `gpu/norm`,
//! of the optimizer in `gpu/adam`, of batches in `gpu/pictures`; how a kernel is launched is in
//! `gpu/launch`, and how its text is written out in `gpu/unroll`.

use burn::backend::Cube;
use burn::backend::TensorMetadata;
use burn::backend::ops::ConvOptions;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::{
    ConvBlockAttrs, ConvBlockOutput, Gradients, Kernels, LossKind, LossValue, Moved, Moving, Resize,
};
use crate::kernels::loss::CLIP;

mod adam;
mod blocks;
mod dense;
mod launch;
mod norm;
pub(super) mod pictures;
#[cfg(test)]
mod texts;
mod unroll;

use launch::{Launch, THREADS, wgsl};

/// Values that a thread compares with what they should be.
const SPAN: usize = 16;

fn dims<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    let shape = tensor.shape();
    std::array::from_fn(|dim| shape[dim])
}

fn one<T>([one]: [T; 1]) -> T {
    one
}

/// `gradient` where a relu let its values through, which its `outputs` tell.
fn masked(outputs: &CubeTensor, gradient: &CubeTensor) -> CubeTensor {
    let values = outputs.shape().num_elements();
    let launch = Launch::new(wgsl!(each "masked"), outputs).reading(&[outputs, gradient]);
    one(launch.info(&[values]).by_value(values, [outputs.shape()]))
}

/// The sum of `parts`, divided by a number.
fn mean(parts: &CubeTensor, by: usize) -> CubeTensor {
    let count = parts.shape().num_elements();
    let launch = Launch::new(wgsl!(tree "mean"), parts).reading(&[parts]).info(&[count, by]);
    one(launch.run([1, 1, 1], [Shape::new([1])]))
}

impl Kernels for Cube {
    fn block(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        around: ConvBlockAttrs,
    ) -> ConvBlockOutput<Self> {
        blocks::forward(x, weight, bias, around)
    }

    fn block_backward(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        kept: Vec<CubeTensor>,
        gradient: CubeTensor,
        around: ConvBlockAttrs,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        blocks::backward(x, weight, bias, kept, gradient, around, wants_inputs)
    }

    fn conv(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        options: ConvOptions<2>,
    ) -> CubeTensor {
        blocks::conv(&x, &weight, &bias, &options)
    }

    fn conv_backward(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        gradient: CubeTensor,
        options: ConvOptions<2>,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        blocks::conv_backward(x, weight, bias, gradient, options, wants_inputs)
    }

    fn dense(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, relu: bool) -> CubeTensor {
        dense::forward(&x, &weight, &bias, relu)
    }

    fn dense_backward(
        x: CubeTensor,
        weight: CubeTensor,
        output: Option<CubeTensor>,
        gradient: CubeTensor,
    ) -> Gradients<Self> {
        dense::backward(&x, &weight, output.as_ref(), gradient)
    }

    fn loss_value(inputs: CubeTensor, targets: CubeTensor, kind: LossKind) -> LossValue<Self> {
        let shape = inputs.shape();
        let values = shape.num_elements();
        let (found, count) = match kind {
            LossKind::CrossEntropy => {
                let [rows, classes] = dims(&inputs);
                let launch = Launch::new(wgsl!("cross_entropy"), &inputs)
                    .with("CLASSES", classes)
                    .reading(&[&inputs, &targets])
                    .info(&[rows]);
                (launch.by_value(rows, [shape, Shape::new([rows])]), rows)
            }
            LossKind::BinaryCrossEntropy
            | LossKind::ClippedBinaryCrossEntropy
            | LossKind::SquaredError => {
                let groups = values.div_ceil(SPAN * THREADS);
                let launch = Launch::new(wgsl!("loss"), &inputs)
                    .with("SPAN", SPAN)
                    .with("KIND", kind as usize)
                    .with("CLIP", CLIP)
                    .reading(&[&inputs, &targets])
                    .info(&[values]);
                (launch.run([groups, 1, 1], [shape, Shape::new([groups * THREADS])]), values)
            }
        };
        let [gradients, parts] = found;
        LossValue { mean: mean(&parts, count), gradients }
    }

    fn right(outputs: CubeTensor, targets: CubeTensor) -> CubeTensor {
        let shape = outputs.shape();
        let choices = shape[1];
        let places = shape.num_elements() / choices;
        let groups = places.div_ceil(SPAN * THREADS);
        let parts = Launch::new(wgsl!("right"), &outputs)
            .with("SPAN", SPAN)
            .with("CHOICES", choices)
            .with("AREA", places / shape[0])
            .reading(&[&outputs, &targets])
            .info(&[places])
            .run([groups, 1, 1], [Shape::new([groups * THREADS])]);
        mean(&one(parts), 1)
    }

    fn scale(x: CubeTensor, factor: CubeTensor) -> CubeTensor {
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!(each "scale"), &x).reading(&[&x, &factor]).info(&[values]);
        one(launch.by_value(values, [x.shape()]))
    }

    fn squash(x: CubeTensor) -> CubeTensor {
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!(each "sigmoid"), &x).reading(&[&x]).info(&[values]);
        one(launch.by_value(values, [x.shape()]))
    }

    fn resize(x: CubeTensor, kind: Resize) -> CubeTensor {
        let [batch, channels, side, _] = dims(&x);
        let out = kind.output_side(side);
        let shape = Shape::new([batch, channels, out, out]);
        let values = shape.num_elements();
        let launch = Launch::new(wgsl!(each "resize"), &x)
            .with("KIND", kind as usize)
            .with("SIDE", side)
            .with("OUT", out)
            .reading(&[&x])
            .info(&[values]);
        one(launch.by_value(values, [shape]))
    }

    fn resize_backward(x: CubeTensor, gradient: CubeTensor, kind: Resize) -> CubeTensor {
        let [_, _, side, _] = dims(&x);
        let values = x.shape().num_elements();
        let launch = Launch::new(wgsl!(each "resize_inputs"), &x)
            .with("KIND", kind as usize)
            .with("SIDE", side)
            .with("OUT", kind.output_side(side))
            .reading(&[&x, &gradient])
            .info(&[values]);
        one(launch.by_value(values, [x.shape()]))
    }

    fn moments(x: CubeTensor) -> CubeTensor {
        norm::moments(&x)
    }

    fn normalize(
        x: CubeTensor,
        moments: CubeTensor,
        gamma: CubeTensor,
        beta: CubeTensor,
        epsilon: f64,
    ) -> CubeTensor {
        norm::normalize(&x, &moments, &gamma, &beta, epsilon)
    }

    fn normalize_backward(
        x: CubeTensor,
        moments: CubeTensor,
        gamma: CubeTensor,
        gradient: CubeTensor,
        epsilon: f64,
        by_moments: bool,
    ) -> Gradients<Self> {
        norm::backward(&x, &moments, &gamma, &gradient, epsilon, by_moments)
    }

    fn adam(parameters: Vec<Moving<CubeTensor>>, size: f32) -> Vec<Moved<CubeTensor>> {
        adam::step(&parameters, size)
    }
}
