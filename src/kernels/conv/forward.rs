//! The forward pass of a convolution block: chooses the algorithm, then runs picture by picture.

use super::direct::{DirectConv, SubConv, pack_weights};
use super::im2col::{Lowered, LoweringBuffers};
use super::padded_layout::PaddedLayout;
use super::spec::{ConvBlock, ConvShape};
use super::upsample_conv;
use super::winograd::{self, WinogradForward};
use crate::kernels::pool::{self, Pool};

/// What a block computes.
#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    /// `[picture][y][x][filter]`
    pub outputs: Vec<f32>,
    /// Of a pooling, for each output the positions of its window that receive its gradient: see
    /// [`crate::kernels::pool`]. Empty without a pooling.
    pub argmax: Vec<u8>,
}

/// Computes `block` of `inputs` `[picture][y][x][channel]` with `weights`
/// `[filter][channel][ky][kx]` and `bias` `[filter]`.
#[must_use]
pub fn forward(block: &ConvBlock, inputs: &[f32], weights: &[f32], bias: &[f32]) -> Forward {
    let mut algorithm = Algorithm::new(block, weights, bias);
    let pictures = inputs.len() / block.input_len();
    let mut outputs = vec![0.0; pictures * block.output_len()];
    let argmax_len = if block.pool.is_some() { block.output_len() } else { 0 };
    let mut argmax = vec![0; pictures * argmax_len];
    let inputs = inputs.chunks_exact(block.input_len());
    for (picture, (input, output)) in
        inputs.zip(outputs.chunks_exact_mut(block.output_len())).enumerate()
    {
        algorithm.run(input, output, &mut argmax[picture * argmax_len..][..argmax_len]);
    }
    Forward { outputs, argmax }
}

/// How a block is computed, with its packed weights and its buffers for one picture.
enum Algorithm<'a> {
    Direct {
        direct: Box<Direct<'a>>,
        buffers: LoweringBuffers,
        upsample: bool,
    },
    Upsample {
        parities: Vec<SubConv<'a>>,
        layout: PaddedLayout,
        buffer: Vec<f32>,
        pooling: Option<Pooling>,
    },
    Winograd {
        winograd: Box<WinogradForward<'a>>,
        buffer: Vec<f32>,
    },
}

/// A direct convolution, of a map as it is or lowered.
struct Direct<'a> {
    conv: DirectConv<'a>,
    lowered: Lowered,
    pooling: Option<Pooling>,
}

/// The pooling that follows, and the rows of the convolution's output that wait for it.
struct Pooling {
    kind: Pool,
    relu: bool,
    rows: Vec<f32>,
    side: usize,
    filters: usize,
}

impl Pooling {
    /// With a buffer for so many rows of the convolution's output, if a pooling follows.
    fn new(block: &ConvBlock, rows: usize) -> Option<Self> {
        let (side, filters, relu) = (block.used_conv_side(), block.shape.filters, block.relu);
        let rows = || vec![0.0; rows * side * filters];
        block.pool.map(|kind| Self { kind, relu, rows: rows(), side, filters })
    }

    fn run(&self, outputs: &mut [f32], argmax: &mut [u8]) {
        let shape = (self.side, self.filters);
        pool::pool_map(self.kind, self.relu, &self.rows, shape, outputs, argmax);
    }
}

impl<'a> Algorithm<'a> {
    fn new(block: &ConvBlock, weights: &[f32], bias: &'a [f32]) -> Self {
        if winograd::applies(block) {
            let winograd = Box::new(WinogradForward::new(block, weights, bias));
            let buffer = winograd.input_layout().zeros();
            return Self::Winograd { winograd, buffer };
        }
        if upsample_conv::applies(block) {
            let parities = upsample_conv::parity_convs(block, weights, bias);
            let layout = upsample_conv::input_layout(block);
            let pooling = Pooling::new(block, block.used_conv_side());
            return Self::Upsample { parities, layout, buffer: layout.zeros(), pooling };
        }
        let lowered = Lowered::new(block);
        let filters = (weights, lowered.weights_per_filter());
        let packed = pack_weights(
            &lowered.shape,
            lowered.layout.pixel_stride,
            filters,
            |channel, ky, kx| lowered.weight_offset(channel, ky, kx),
        );
        // Rows and columns that the pooling drops are not computed; a relu before it is left to it.
        let dropped = block.shape.output_side() - block.used_conv_side();
        let relu = block.relu && block.pool.is_none();
        let side = lowered.shape.side - dropped * lowered.shape.stride;
        let shape = ConvShape { side, ..lowered.shape };
        let conv = DirectConv::new(&shape, lowered.layout, packed, bias, relu);
        let buffers = lowered.buffers();
        let direct = Box::new(Direct { conv, lowered, pooling: Pooling::new(block, 2) });
        Self::Direct { direct, buffers, upsample: block.upsample }
    }

    /// Writes a picture's outputs, and its argmax if there is a pooling.
    fn run(&mut self, input: &[f32], outputs: &mut [f32], argmax: &mut [u8]) {
        match self {
            Self::Direct { direct, buffers, upsample } => {
                let Direct { conv, lowered, pooling } = &mut **direct;
                let padded = lowered.lower(input, *upsample, buffers);
                let Some(pooling) = pooling else { return conv.run(padded, outputs) };
                // Two rows at a time are pooled before they leave the first cache.
                let row = pooling.side / 2 * pooling.filters;
                let rows = outputs.chunks_exact_mut(row).zip(argmax.chunks_exact_mut(row));
                for (y, (outputs, argmax)) in rows.enumerate() {
                    let start = lowered.layout.patch_offset(2 * y * lowered.shape.stride, 0);
                    conv.run(&padded[start..], &mut pooling.rows);
                    pooling.run(outputs, argmax);
                }
            }
            Self::Upsample { parities, layout, buffer, pooling } => {
                let padded = layout.pad(input, false, buffer);
                let run = |outputs: &mut [f32]| {
                    for SubConv { conv, input_offset, output_offset } in parities.iter() {
                        conv.run(&padded[*input_offset..], &mut outputs[*output_offset..]);
                    }
                };
                let Some(pooling) = pooling else { return run(outputs) };
                run(&mut pooling.rows);
                pooling.run(outputs, argmax);
            }
            Self::Winograd { winograd, buffer } => {
                let layout = winograd.input_layout();
                winograd.run(layout.pad(input, false, buffer), outputs, argmax);
            }
        }
    }
}
