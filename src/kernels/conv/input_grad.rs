//! Input gradients of a convolution (a transposed convolution): a direct convolution of the output
//! gradients with the kernel rotated by 180 degrees. With a stride s, inputs of each residue of row
//! and column modulo s meet kernel positions of their own; each residue is one convolution with
//! fewer weights, instead of one with zeros inserted between the gradients.

use super::direct::{DirectConv, SubConv, pack_weights};
use super::padded_layout::PaddedLayout;
use super::spec::ConvShape;
use crate::kernels::microkernel::padded_channels;

/// The convolution that gives input gradients, with its weights packed.
pub(super) struct InputGrad {
    /// One for each residue.
    residues: Vec<SubConv<'static>>,
    /// The layout of the output gradients that it reads.
    pub(super) layout: PaddedLayout,
    /// Values of a row of the input map.
    row: usize,
    /// Values of a row of what is written, whose side is a multiple of the stride.
    written_row: usize,
    /// What is written, where that is more than the input map.
    buffer: Vec<f32>,
}

impl InputGrad {
    /// Of a convolution with `weights` `[filter][channel][ky][kx]`.
    pub(super) fn new(shape: &ConvShape, weights: &[f32]) -> Self {
        let ConvShape { channels, filters, kernel, stride, padding: (before, _), side } = *shape;
        let (width, area) = (padded_channels(filters), kernel * kernel);
        // Inputs of a residue, and the most kernel positions that they meet, in one direction.
        let (count, most) = (side.div_ceil(stride), kernel.div_ceil(stride));
        let last = (count * stride - 1 + before) / stride + 1;
        let padding = (most - 1, last.saturating_sub(shape.output_side()));
        let layout = PaddedLayout::new(shape.output_side(), filters, padding);
        let residue_conv = |(a, b): (usize, usize)| {
            // The first input whose padded coordinate has this residue.
            let first = |residue: usize| (residue + stride * before - before) % stride;
            let positions = |residue: usize| (kernel.saturating_sub(residue)).div_ceil(stride);
            let size = positions(a).max(positions(b)).max(1);
            let shape = ConvShape {
                channels: width,
                filters: channels,
                kernel: size,
                stride: 1,
                padding: (0, 0),
                side: count + size - 1,
            };
            let packed = pack_weights(&shape, width, (weights, area), |filter, ky, kx| {
                let rotated = |residue: usize, k: usize| residue + stride * (size - 1 - k);
                let (ky, kx) = (rotated(a, ky), rotated(b, kx));
                let inside = filter < filters && ky < kernel && kx < kernel;
                inside.then(|| filter * channels * area + ky * kernel + kx)
            });
            let start = |residue: usize| (first(residue) + before) / stride + most - size;
            SubConv {
                conv: DirectConv::new(&shape, layout, packed, &[], false)
                    .with_output_stride(stride),
                input_offset: layout.patch_offset(start(a), start(b)),
                output_offset: (first(a) * count * stride + first(b)) * channels,
            }
        };
        let residues = (0..stride * stride).map(|i| residue_conv((i / stride, i % stride)));
        let (row, written_row) = (side * channels, count * stride * channels);
        let extra = if written_row == row { 0 } else { written_row * count * stride };
        Self { residues: residues.collect(), layout, row, written_row, buffer: vec![0.0; extra] }
    }

    /// Writes the gradients `[y][x][channel]` of a map from the padded output gradients.
    pub(super) fn run(&mut self, padded_grad: &[f32], inputs: &mut [f32]) {
        let exact = self.written_row == self.row;
        let map = if exact { &mut *inputs } else { &mut self.buffer };
        for SubConv { conv, input_offset, output_offset } in &self.residues {
            conv.run(&padded_grad[*input_offset..], &mut map[*output_offset..]);
        }
        if !exact {
            let written = self.buffer.chunks_exact(self.written_row);
            let rows = inputs.chunks_exact_mut(self.row).zip(written);
            rows.for_each(|(to, from)| to.copy_from_slice(&from[..self.row]));
        }
    }
}
