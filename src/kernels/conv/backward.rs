//! The backward pass of a convolution block: chooses how its gradients are summed, then goes
//! picture by picture.

use super::avg_pool_weight_grad;
use super::im2col::Lowered;
use super::input_grad::InputGrad;
use super::padded_layout::PaddedLayout;
use super::sparse_grad::{ActivePositions, SparseInputGrad, SparseWeightGrad};
use super::spec::{ConvBlock, ConvShape};
use super::upsample_conv;
use super::weight_grad::{BiasGrad, WeightGrad};
use super::winograd;
use super::winograd::output_grad::{AveragePooledGrad, MapGrad};
use crate::kernels::pool::Pool;
use crate::kernels::upsample;

/// Gradients of a block.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradients {
    /// `[picture][y][x][channel]`; empty where they were not asked for.
    pub inputs: Vec<f32>,
    /// `[filter][channel][ky][kx]`
    pub weights: Vec<f32>,
    /// `[filter]`
    pub bias: Vec<f32>,
}

/// What every backward pass needs beside the gradients of the outputs.
#[derive(Debug, Clone, Copy)]
pub(super) struct BackwardArgs<'a> {
    pub(super) block: &'a ConvBlock,
    /// `[picture][y][x][channel]`
    pub(super) inputs: &'a [f32],
    /// `[filter][channel][ky][kx]`
    pub(super) weights: &'a [f32],
    /// Whether the gradients of the inputs are asked for: the first layer's are not.
    pub(super) wants_inputs: bool,
}

impl BackwardArgs<'_> {
    /// Zeros for the gradients of the inputs, or nothing where they are not asked for.
    pub(super) fn zero_input_gradients(&self) -> Vec<f32> {
        vec![0.0; if self.wants_inputs { self.inputs.len() } else { 0 }]
    }
}

/// Gradients from those of the outputs, `gradients` `[picture][y][x][filter]`; those of the inputs
/// only if `wants_inputs`. `forward` is what [`super::forward()`] gave, outputs and argmax: the
/// outputs are read where a relu ends the block, the argmax where a pooling does.
#[must_use]
pub fn backward(
    block: &ConvBlock,
    inputs: &[f32],
    weights: &[f32],
    forward: (&[f32], &[u8]),
    gradients: &[f32],
    wants_inputs: bool,
) -> Gradients {
    let args = BackwardArgs { block, inputs, weights, wants_inputs };
    let (outputs, argmax) = forward;
    let (side, filters) = (block.output_side(), block.shape.filters);
    match block.pool {
        Some(Pool::Average) if winograd::applies(block) => {
            let output_grad = AveragePooledGrad { gradients, argmax, side, filters };
            winograd::gradient::backward(args, &output_grad)
        }
        Some(Pool::Average) if !wants_inputs && avg_pool_weight_grad::applies(block) => {
            avg_pool_weight_grad::backward(block, inputs, (gradients, argmax))
        }
        Some(pool) => backward_sparse(args, pool, (gradients, argmax)),
        None if winograd::applies(block) => {
            let outputs = block.relu.then_some(outputs);
            winograd::gradient::backward(args, &MapGrad { gradients, outputs, side, filters })
        }
        None => {
            let conv_grad = |picture: usize, conv_grad: &mut [f32]| {
                let range = picture * block.output_len()..(picture + 1) * block.output_len();
                conv_grad.copy_from_slice(&gradients[range.clone()]);
                if block.relu {
                    for (gradient, output) in conv_grad.iter_mut().zip(&outputs[range]) {
                        *gradient = if *output > 0.0 { *gradient } else { 0.0 };
                    }
                }
            };
            if upsample_conv::applies(block) {
                upsample_conv::backward(args, conv_grad)
            } else {
                backward_dense(args, conv_grad)
            }
        }
    }
}

/// Under a pooling only some positions of the convolution's output have a gradient.
fn backward_sparse(
    args: BackwardArgs<'_>,
    pool: Pool,
    (gradients, argmax): (&[f32], &[u8]),
) -> Gradients {
    let BackwardArgs { block, inputs, weights, wants_inputs } = args;
    let ConvShape { channels, filters, side, padding, .. } = block.shape;
    let (lowered, pooled_side) = (Lowered::new(block), block.output_side());
    let stride = lowered.shape.stride;
    let mut active = ActivePositions::new(pool, pooled_side, filters);
    let mut weight_grad = SparseWeightGrad::new(&lowered.shape, lowered.layout);
    let layout = PaddedLayout::new(side, channels, padding);
    let mut input_grad = SparseInputGrad::new(&block.shape, layout, weights);
    let mut buffers = lowered.buffers();
    let mut padded_grad = if wants_inputs { layout.zeros() } else { Vec::new() };
    let mut upsampled = vec![0.0; if block.upsample { side * side * channels } else { 0 }];

    let mut input_gradients = args.zero_input_gradients();
    for picture in 0..gradients.len() / block.output_len() {
        let range = |len: usize| picture * len..(picture + 1) * len;
        let output_range = range(block.output_len());
        let pooled = (&gradients[output_range.clone()], &argmax[output_range]);
        let padded = lowered.lower(&inputs[range(block.input_len())], block.upsample, &mut buffers);
        let offset = |y, x| lowered.layout.patch_offset(y * stride, x * stride);
        active.collect(pool, pooled, pooled_side, offset);
        weight_grad.add(padded, &active);
        if wants_inputs {
            padded_grad.fill(0.0);
            input_grad.add(pool, pooled, pooled_side, &mut padded_grad);
            let target = &mut input_gradients[range(block.input_len())];
            if block.upsample {
                layout.unpad(&padded_grad, &mut upsampled);
                upsample::sum_windows(&upsampled, (side, channels), target);
            } else {
                layout.unpad(&padded_grad, target);
            }
        }
    }
    let (weights, bias) = weight_grad.finish();
    Gradients { inputs: input_gradients, weights: lowered.raise_weights(weights), bias }
}

/// Every position of the convolution's output may have a gradient; `conv_grad(picture, to)` writes
/// them, `[y][x][filter]`.
fn backward_dense(args: BackwardArgs<'_>, conv_grad: impl Fn(usize, &mut [f32])) -> Gradients {
    let BackwardArgs { block, inputs, weights, wants_inputs } = args;
    let shape = &block.shape;
    let lowered = Lowered::new(block);
    let mut input_grad = wants_inputs.then(|| InputGrad::new(shape, weights));
    let side = shape.output_side();
    let layout = match &input_grad {
        Some(input_grad) => input_grad.layout,
        None => PaddedLayout::new(side, shape.filters, (0, 0)),
    };
    let mut weight_grad = WeightGrad::new(&lowered.shape, lowered.layout, layout);
    let mut bias = BiasGrad::new(shape.filters);
    let mut input_gradients = args.zero_input_gradients();
    let upsampled_len = if block.upsample { shape.side * shape.side * shape.channels } else { 0 };
    let mut upsampled = vec![0.0; upsampled_len];
    let (mut buffers, mut padded_grad) = (lowered.buffers(), layout.zeros());
    let mut gradients = vec![0.0; side * side * shape.filters];
    for picture in 0..inputs.len() / block.input_len() {
        let range = picture * block.input_len()..(picture + 1) * block.input_len();
        conv_grad(picture, &mut gradients);
        bias.add(&gradients, side);
        let gradients = layout.pad(&gradients, false, &mut padded_grad);
        let padded = lowered.lower(&inputs[range.clone()], block.upsample, &mut buffers);
        weight_grad.add(padded, gradients);
        if let Some(input_grad) = &mut input_grad {
            let target = &mut input_gradients[range];
            if block.upsample {
                input_grad.run(gradients, &mut upsampled);
                upsample::sum_windows(&upsampled, (shape.side, shape.channels), target);
            } else {
                input_grad.run(gradients, target);
            }
        }
    }
    Gradients {
        inputs: input_gradients,
        weights: lowered.raise_weights(weight_grad.finish()),
        bias: bias.finish(),
    }
}
