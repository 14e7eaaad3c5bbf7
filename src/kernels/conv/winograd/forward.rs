//! The forward pass of a Winograd convolution of one picture.

use super::batched_gemm::multiply;
use super::input_transform::transform_inputs;
use super::kernel_transform::transform_kernels;
use super::output_transform::{Products, transform_and_pool, transform_outputs};
use super::transforms::{F2x3, F2x3Strided, F2x3Upsampled, Transforms};
use super::{OUTPUT_TILE, TileRange, element_matrices, input_layout, rows_per_batch};
use crate::kernels::conv::padded_layout::PaddedLayout;
use crate::kernels::conv::spec::{ConvBlock, ConvShape};
use crate::kernels::pool::{AveragePool, MaxPool, Pool};
use crate::kernels::workspace::Workspace;

/// A block's convolution with its kernels transformed.
pub(in crate::kernels::conv) enum WinogradForward<'a> {
    Plain(Winograd<'a, F2x3, 4>),
    Strided(Winograd<'a, F2x3Strided, 5>),
    Upsampled(Winograd<'a, F2x3Upsampled, 3>),
}

impl<'a> WinogradForward<'a> {
    /// Of a block to which [`super::applies`] is true.
    pub(in crate::kernels::conv) fn new(
        block: &ConvBlock,
        weights: &[f32],
        bias: &'a [f32],
    ) -> Self {
        if block.upsample {
            Self::Upsampled(Winograd::new(block, weights, bias))
        } else if block.shape.stride == 2 {
            Self::Strided(Winograd::new(block, weights, bias))
        } else {
            Self::Plain(Winograd::new(block, weights, bias))
        }
    }

    /// The layout of the picture that it reads.
    pub(in crate::kernels::conv) fn input_layout(&self) -> PaddedLayout {
        match self {
            Self::Plain(Winograd { layout, .. }) => *layout,
            Self::Strided(Winograd { layout, .. }) => *layout,
            Self::Upsampled(Winograd { layout, .. }) => *layout,
        }
    }

    /// Writes the block's outputs `[y][x][filter]`, and their argmax if there is a pooling.
    pub(in crate::kernels::conv) fn run(
        &mut self,
        padded: &[f32],
        outputs: &mut [f32],
        argmax: &mut [u8],
    ) {
        match self {
            Self::Plain(winograd) => winograd.run(padded, outputs, argmax),
            Self::Strided(winograd) => winograd.run(padded, outputs, argmax),
            Self::Upsampled(winograd) => winograd.run(padded, outputs, argmax),
        }
    }
}

/// The same by one set of transforms.
pub(in crate::kernels::conv) struct Winograd<'a, T, const S: usize> {
    transforms: std::marker::PhantomData<T>,
    channels: usize,
    filters: usize,
    tiles_per_row: usize,
    layout: PaddedLayout,
    /// U, `[element][block of NR filters][channel]`
    kernels: Workspace,
    /// `[filter]`, or empty for none.
    bias: &'a [f32],
    relu: bool,
    pool: Option<Pool>,
    /// V of a batch, `[element][tile][channel]`
    inputs: Workspace,
    /// M of a batch, `[element][tile][filter]`
    products: Workspace,
}

impl<'a, T: Transforms<S>, const S: usize> Winograd<'a, T, S> {
    fn new(block: &ConvBlock, weights: &[f32], bias: &'a [f32]) -> Self {
        let ConvShape { channels, filters, .. } = block.shape;
        let tiles_per_row = block.used_conv_side() / OUTPUT_TILE;
        let batch = tiles_per_row * rows_per_batch(tiles_per_row);
        Self {
            transforms: std::marker::PhantomData,
            channels,
            filters,
            tiles_per_row,
            layout: input_layout(block),
            kernels: transform_kernels::<T, S>(weights, (filters, channels * 9), (channels, 9)),
            bias,
            relu: block.relu,
            pool: block.pool,
            inputs: element_matrices::<S>(batch, channels),
            products: element_matrices::<S>(batch, filters),
        }
    }

    fn run(&mut self, padded: &[f32], outputs: &mut [f32], argmax: &mut [u8]) {
        let Self { channels, filters, tiles_per_row, .. } = *self;
        let rows = rows_per_batch(tiles_per_row);
        for first in (0..tiles_per_row).step_by(rows) {
            let count = rows.min(tiles_per_row - first) * tiles_per_row;
            let row_stride = self.layout.row_stride();
            let map = (&padded[first * T::INPUT_STEP * row_stride..], row_stride);
            let tiles = TileRange { from: 0, count, batch: count };
            transform_inputs::<T, S>(map, tiles_per_row, (&mut self.inputs, channels), tiles);
            let products = (&mut *self.products, filters);
            multiply((&self.inputs, channels), &self.kernels, products, count);
            self.finish_batch(first * tiles_per_row, count, outputs, argmax);
        }
    }

    /// Transforms the products of `count` tiles, from tile `first` of the picture on.
    fn finish_batch(&self, first: usize, count: usize, outputs: &mut [f32], argmax: &mut [u8]) {
        let Self { filters, tiles_per_row, bias, relu, .. } = *self;
        let products = Products { values: &self.products, tiles: count, filters };
        let from = first * filters;
        let Some(pool) = self.pool else {
            let outputs = &mut outputs[from * OUTPUT_TILE * OUTPUT_TILE..];
            return transform_outputs::<T, S>(products, tiles_per_row, (bias, relu), outputs);
        };
        let to = (&mut outputs[from..], &mut argmax[from..]);
        match (pool, relu) {
            (Pool::Max, false) => transform_and_pool::<T, MaxPool<false>, S>(products, bias, to),
            (Pool::Max, true) => transform_and_pool::<T, MaxPool<true>, S>(products, bias, to),
            (Pool::Average, false) => {
                transform_and_pool::<T, AveragePool<false>, S>(products, bias, to);
            }
            (Pool::Average, true) => {
                transform_and_pool::<T, AveragePool<true>, S>(products, bias, to);
            }
        }
    }
}
