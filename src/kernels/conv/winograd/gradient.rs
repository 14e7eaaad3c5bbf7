//! The backward pass of a Winograd convolution, by the transpose of each transform. A tile's output
//! gradients are transformed once, for two products: with the transformed inputs they give the
//! gradients of the transformed kernels, with the transformed kernels those of the transformed
//! inputs. The former are summed over all pictures and transformed once; the latter tile by tile,
//! added where tiles overlap.

use super::batched_gemm::{add_kernel_gradients, multiply};
use super::input_transform::{add_input_gradients, transform_inputs};
use super::kernel_transform::{transform_kernels, weight_gradients};
use super::output_grad::OutputGrad;
use super::output_transform::transform_output_gradients;
use super::transforms::{F2x3, F2x3Strided, F2x3Upsampled, Transforms};
use super::{
    BATCH, OUTPUT_TILE, TileRange, element_matrices, element_stride, input_layout, rows_per_batch,
};
use crate::kernels::conv::backward::{BackwardArgs, Gradients};
use crate::kernels::conv::spec::ConvShape;
use crate::kernels::workspace::Workspace;

/// Gradients from those of the convolution's output.
pub(in crate::kernels::conv) fn backward(
    args: BackwardArgs<'_>,
    output_grad: &impl OutputGrad,
) -> Gradients {
    if args.block.upsample {
        backward_by::<F2x3Upsampled, 3>(args, output_grad)
    } else if args.block.shape.stride == 2 {
        backward_by::<F2x3Strided, 5>(args, output_grad)
    } else {
        backward_by::<F2x3, 4>(args, output_grad)
    }
}

/// The same by one set of transforms.
fn backward_by<T: Transforms<S>, const S: usize>(
    BackwardArgs { block, inputs, weights, wants_inputs }: BackwardArgs<'_>,
    output_grad: &impl OutputGrad,
) -> Gradients {
    let ConvShape { channels, filters, .. } = block.shape;
    let layout = input_layout(block);
    let tiles_per_row = block.used_conv_side() / OUTPUT_TILE;
    // For input gradients, filters and channels change places.
    let kernels = wants_inputs
        .then(|| transform_kernels::<T, S>(weights, (channels, 9), (filters, channels * 9)));
    let (size, row_stride) = (layout.map_len(), layout.row_stride());
    let pictures = inputs.len() / size;
    let rows = rows_per_batch(tiles_per_row);
    // Of small maps several pictures make a batch.
    let group = (BATCH / (tiles_per_row * tiles_per_row)).clamp(1, pictures.max(1));
    let mut batch =
        Batch::new::<S>((channels, filters), rows * tiles_per_row * group, wants_inputs);
    let mut input_gradients = Vec::with_capacity(if wants_inputs { inputs.len() } else { 0 });
    let mut buffers = vec![layout.zeros(); group];
    let mut targets = vec![layout.zeros(); if wants_inputs { group } else { 0 }];
    for first in (0..pictures).step_by(group) {
        let here = first..(first + group).min(pictures);
        if first > 0 {
            targets.iter_mut().for_each(|target| target.fill(0.0));
        }
        let maps: Vec<&[f32]> = (inputs[first * size..].chunks_exact(size).zip(&mut buffers))
            .map(|(map, buffer)| layout.pad(map, false, buffer))
            .collect();
        for y in (0..tiles_per_row).step_by(rows) {
            let count = rows.min(tiles_per_row - y) * tiles_per_row;
            let all = count * here.len();
            let start = y * T::INPUT_STEP * row_stride;
            for ((picture, map), from) in here.clone().zip(&maps).zip((0..).step_by(count)) {
                let tiles = TileRange { from, count, batch: all };
                let v = (&mut *batch.inputs, channels);
                transform_inputs::<T, S>((&map[start..], row_stride), tiles_per_row, v, tiles);
                let at = (picture, y, tiles_per_row);
                let transformed = (&mut *batch.output_grad, filters);
                transform_output_gradients::<T, S>(output_grad, at, transformed, tiles);
            }
            batch.add_parameters::<S>(all);
            let Some(kernels) = &kernels else { continue };
            let v_grad = (&mut *batch.input_grad, channels);
            multiply((&batch.output_grad, filters), kernels, v_grad, all);
            for (target, from) in targets.iter_mut().zip((0..all).step_by(count)) {
                let tiles = TileRange { from, count, batch: all };
                let target = (&mut target[start..], row_stride);
                let v_grad = (&*batch.input_grad, channels);
                add_input_gradients::<T, S>(v_grad, target, tiles_per_row, tiles);
            }
        }
        let targets = targets.iter().take(here.len());
        targets.for_each(|target| layout.append_unpadded(target, &mut input_gradients));
    }
    let bias = batch.bias.iter().map(|sum| *sum as f32).collect();
    let weights = weight_gradients::<T, S>(&batch.kernel_grad, channels, filters);
    Gradients { inputs: input_gradients, weights, bias }
}

/// The transformed matrices of a batch of tiles, and the sums over all batches.
struct Batch {
    channels: usize,
    filters: usize,
    /// V, `[element][tile][channel]`
    inputs: Workspace,
    /// The transformed output gradients, `[element][tile][filter]`.
    output_grad: Workspace,
    /// The gradients of V, `[element][tile][channel]`; empty where none are asked for.
    input_grad: Workspace,
    /// The gradients of U over all batches, `[element][channel][filter]`.
    kernel_grad: Vec<f32>,
    /// The gradients of the bias over all batches, `[filter]`.
    bias: Vec<f64>,
}

impl Batch {
    fn new<const S: usize>(
        (channels, filters): (usize, usize),
        tiles: usize,
        wants_inputs: bool,
    ) -> Self {
        let matrices = |columns| element_matrices::<S>(tiles, columns);
        Self {
            channels,
            filters,
            inputs: matrices(channels),
            output_grad: matrices(filters),
            input_grad: if wants_inputs { matrices(channels) } else { Workspace::new(0) },
            kernel_grad: vec![0.0; S * S * element_stride(channels, filters)],
            bias: vec![0.0; filters],
        }
    }

    /// Adds what `tiles` tiles give to the gradients of kernels and bias.
    fn add_parameters<const S: usize>(&mut self, tiles: usize) {
        let Self { channels, filters, .. } = *self;
        let inputs = (&*self.inputs, channels);
        let gradients = (&*self.output_grad, filters);
        add_kernel_gradients(&mut self.kernel_grad, inputs, gradients, tiles);
        // Element (1, 1) of the transformed gradients is the sum of a tile's four: row 1 of A is
        // (1, 1) in all transforms.
        let start = (S + 1) * element_stride(tiles, filters);
        let window_sums = &self.output_grad[start..][..tiles * filters];
        let mut run = vec![0.0_f32; filters];
        for window in window_sums.chunks_exact(filters) {
            run.iter_mut().zip(window).for_each(|(sum, value)| *sum += value);
        }
        self.bias.iter_mut().zip(run).for_each(|(sum, run)| *sum += f64::from(run));
    }
}
