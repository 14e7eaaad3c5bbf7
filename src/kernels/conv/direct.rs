//! Direct convolution of one picture, by register tiles of neighbouring pixels and filters, row by
//! row. A 1x1 convolution, which is also what im2col makes, needs no rows and runs as one matrix
//! product. The same code computes convolutions and, with rotated weights, their input gradients.

use super::padded_layout::PaddedLayout;
use super::spec::ConvShape;
use crate::kernels::microkernel::{
    Accumulators, MR, NARROW, NARROW_MR, NR, NarrowBlock, NrBlock, accumulate_dots, from_vectors,
    to_vectors,
};
use crate::kernels::simd::F32x4;

/// A stride that is not a constant.
const ANY: usize = 0;

/// Weights in the order in which the microkernels read them, with zeros past the last channel or
/// filter.
pub(super) enum PackedWeights {
    /// For at most four filters: `[ky][kx][channel / 4]` blocks of `[filter][4 channels]`.
    Narrow(Vec<NarrowBlock>),
    /// `[block of NR filters][ky][kx][channel]`
    Wide(Vec<NrBlock>),
}

/// Packs `weights` for inputs of `pixel_stride` floats a pixel. `offset(channel, ky, kx)` is where
/// the first filter's weight lies, if there is one; those of the other filters follow,
/// `filter_stride` apart.
pub(super) fn pack_weights(
    shape: &ConvShape,
    pixel_stride: usize,
    (weights, filter_stride): (&[f32], usize),
    offset: impl Fn(usize, usize, usize) -> Option<usize>,
) -> PackedWeights {
    let ConvShape { channels, filters, kernel, .. } = *shape;
    let offset = |channel, ky, kx| if channel < channels { offset(channel, ky, kx) } else { None };
    let positions = (0..kernel).flat_map(|ky| (0..kernel).map(move |kx| (ky, kx)));
    if filters <= NARROW {
        let mut packed: Vec<NarrowBlock> =
            Vec::with_capacity(kernel * kernel * pixel_stride / NARROW);
        for ((ky, kx), start) in
            positions.flat_map(|at| (0..pixel_stride).step_by(NARROW).map(move |start| (at, start)))
        {
            let mut block = [[0.0; NARROW]; NARROW];
            for lane in 0..NARROW {
                let Some(first) = offset(start + lane, ky, kx) else { continue };
                for (filter, to) in block.iter_mut().enumerate().take(filters) {
                    to[lane] = weights[first + filter * filter_stride];
                }
            }
            packed.push(block);
        }
        return PackedWeights::Narrow(packed);
    }
    let mut packed: Vec<NrBlock> =
        Vec::with_capacity(filters.div_ceil(NR) * kernel * kernel * pixel_stride);
    for first_filter in (0..filters).step_by(NR) {
        for (ky, kx) in positions.clone() {
            for channel in 0..pixel_stride {
                let mut row = [0.0; NR];
                if let Some(first) = offset(channel, ky, kx) {
                    for (filter, to) in (first_filter..filters).zip(&mut row) {
                        *to = weights[first + filter * filter_stride];
                    }
                }
                packed.push(row);
            }
        }
    }
    PackedWeights::Wide(packed)
}

/// A convolution with its weights packed.
pub(super) struct DirectConv<'a> {
    shape: ConvShape,
    layout: PaddedLayout,
    weights: PackedWeights,
    /// `[filter]`, or empty for none.
    bias: &'a [f32],
    relu: bool,
    /// Outputs are written to every so many pixels and rows of a larger map.
    output_stride: usize,
}

/// One of several convolutions that together fill a map: where it begins to read and to write, in
/// floats.
pub(super) struct SubConv<'a> {
    pub(super) conv: DirectConv<'a>,
    pub(super) input_offset: usize,
    pub(super) output_offset: usize,
}

impl<'a> DirectConv<'a> {
    pub(super) fn new(
        shape: &ConvShape,
        layout: PaddedLayout,
        weights: PackedWeights,
        bias: &'a [f32],
        relu: bool,
    ) -> Self {
        Self { shape: *shape, layout, weights, bias, relu, output_stride: 1 }
    }

    /// The same, writing to every so many pixels and rows of a map of so many times the side.
    pub(super) fn with_output_stride(self, output_stride: usize) -> Self {
        Self { output_stride, ..self }
    }

    /// Convolves a padded map of its layout. Writes `[y][x][filter]`.
    pub(super) fn run(&self, padded: &[f32], outputs: &mut [f32]) {
        // Strides as constants, those of the presets: the loop is a third faster. Each is a
        // function of its own, because V8 optimises large ones badly.
        let run = self.shape.kernel * self.layout.pixel_stride;
        match &self.weights {
            PackedWeights::Narrow(weights) => self.narrow_rows(weights, padded, outputs),
            PackedWeights::Wide(weights) => match (self.step(), run) {
                (NARROW, NARROW) if self.output_stride == 1 => {
                    self.pointwise_vector(weights, padded, outputs)
                }
                (28, 28) if self.is_gemm() => self.pointwise_gemm::<28>(weights, padded, outputs),
                (28, 28) => self.rows::<28, 28>(weights, padded, outputs),
                (8, 24) => self.rows::<8, 24>(weights, padded, outputs),
                (16, 48) => self.rows::<16, 48>(weights, padded, outputs),
                (32, 96) => self.rows::<32, 96>(weights, padded, outputs),
                (64, 192) => self.rows::<64, 192>(weights, padded, outputs),
                (32, 32) => self.rows::<32, 32>(weights, padded, outputs),
                (8, 16) => self.rows::<8, 16>(weights, padded, outputs),
                (6, 12) => self.rows::<6, 12>(weights, padded, outputs),
                (16, 32) => self.rows::<16, 32>(weights, padded, outputs),
                (32, 64) => self.rows::<32, 64>(weights, padded, outputs),
                _ => self.rows::<ANY, ANY>(weights, padded, outputs),
            },
        }
    }

    /// Floats from the patch of an output pixel to that of the next.
    fn step(&self) -> usize {
        self.layout.pixel_stride * self.shape.stride
    }

    /// The input under the kernel's row `ky`, from output pixel (y, x) on.
    #[inline(always)]
    fn input_row<'v>(
        &self,
        padded: &'v [f32],
        (y, x): (usize, usize),
        ky: usize,
        step: usize,
    ) -> &'v [f32] {
        &padded[(y * self.shape.stride + ky) * self.layout.row_stride() + x * step..]
    }

    /// The general case, row by row, by the wide microkernel: `STEP` floats from a patch to the
    /// next, `RUN` floats of a patch's row.
    #[inline(never)]
    fn rows<const STEP: usize, const RUN: usize>(
        &self,
        weights: &[NrBlock],
        padded: &[f32],
        outputs: &mut [f32],
    ) {
        let ConvShape { filters, kernel, .. } = self.shape;
        let (step, run) = if STEP == ANY {
            (self.step(), kernel * self.layout.pixel_stride)
        } else {
            (STEP, RUN)
        };
        let side = self.shape.output_side();
        let row = side * filters * self.output_stride * self.output_stride;
        for (y, outputs) in outputs.chunks_mut(row).enumerate() {
            for (index, weights) in weights.chunks_exact(kernel * run).enumerate() {
                let block = index * NR;
                let start = self.bias_block(block);
                let tile = Tile { conv: self, padded, weights, step, run, start, block };
                let mut x = 0;
                while side >= MR && x < side {
                    // The last tile of a row overlaps the one before it.
                    tile.compute::<MR>((y, x.min(side - MR)), outputs);
                    x += MR;
                }
                while x < side {
                    tile.compute::<1>((y, x), outputs);
                    x += 1;
                }
            }
            if self.relu {
                // A whole row at once: pixel by pixel the compiler does not vectorise it.
                let row = outputs.chunks_mut(filters * self.output_stride).take(side);
                row.for_each(|pixel| {
                    pixel.iter_mut().take(filters).for_each(|sum| *sum = relu(*sum))
                });
            }
        }
    }

    /// The bias of a block of filters from `first` on, zeros past the end or without one.
    #[inline(always)]
    fn bias_block(&self, first: usize) -> NrBlock {
        std::array::from_fn(|n| self.bias.get(first + n).copied().unwrap_or(0.0))
    }

    /// Whether a 1x1 convolution is one matrix product: whole blocks of filters, inputs and outputs
    /// without gaps.
    fn is_gemm(&self) -> bool {
        let (filters, side) = (self.shape.filters, self.shape.output_side());
        let whole_blocks = filters.is_multiple_of(NR) && self.bias.len() == filters;
        // Where a pooling drops the end of odd rows, there are gaps.
        let no_gaps = self.layout.row_stride() == side * self.step();
        whole_blocks && no_gaps && self.output_stride == 1 && side >= MR
    }

    /// A 1x1 convolution as a matrix product of pixels, `RUN` channels each, and filters.
    #[inline(never)]
    fn pointwise_gemm<const RUN: usize>(
        &self,
        weights: &[NrBlock],
        padded: &[f32],
        outputs: &mut [f32],
    ) {
        let filters = self.shape.filters;
        let count = outputs.len() / filters;
        for tile in (0..count).step_by(MR) {
            let tile = tile.min(count - MR);
            let inputs = &padded[tile * RUN..][..MR * RUN];
            let outputs = &mut outputs[tile * filters..][..MR * filters];
            let blocks = weights.as_chunks::<RUN>().0.iter().zip(self.bias.as_chunks().0);
            for (block, (weights, bias)) in blocks.enumerate() {
                let mut sums = [*bias; MR];
                sums.accumulate(inputs, RUN, RUN, weights.iter().map(to_vectors));
                let pixels = outputs.chunks_exact_mut(filters);
                for (pixel, sum) in pixels.zip(&sums) {
                    pixel[block * NR..][..NR].copy_from_slice(sum);
                }
            }
            if self.relu {
                outputs.iter_mut().for_each(|sum| *sum = relu(*sum));
            }
        }
    }

    /// A 1x1 convolution of four channels: the weights of a block stay in registers.
    #[inline(never)]
    fn pointwise_vector(&self, weights: &[NrBlock], padded: &[f32], outputs: &mut [f32]) {
        let (filters, side) = (self.shape.filters, self.shape.output_side());
        for (y, outputs) in outputs.chunks_mut(side * filters).enumerate() {
            let input_row = self.input_row(padded, (y, 0), 0, NARROW).as_chunks::<NARROW>().0;
            for (index, weights) in weights.as_chunks::<NARROW>().0.iter().enumerate() {
                let block = index * NR;
                let weights = weights.each_ref().map(to_vectors);
                let start = to_vectors(&self.bias_block(block));
                for (pixel, values) in outputs.chunks_exact_mut(filters).zip(input_row) {
                    let mut sums = start;
                    for (value, [first, second]) in values.iter().zip(weights) {
                        let value = F32x4::splat(*value);
                        sums[0] = sums[0].mul_acc(value, first);
                        sums[1] = sums[1].mul_acc(value, second);
                    }
                    if self.relu {
                        sums = sums.map(F32x4::relu);
                    }
                    let sums = from_vectors(sums);
                    match pixel[block..].first_chunk_mut() {
                        Some(to) => *to = sums,
                        None => pixel[block..].iter_mut().zip(sums).for_each(|(to, sum)| *to = sum),
                    }
                }
            }
        }
    }

    /// At most four filters, by the narrow microkernel, pairs of pixels at a time.
    #[inline(never)]
    fn narrow_rows(&self, weights: &[NarrowBlock], padded: &[f32], outputs: &mut [f32]) {
        let ConvShape { filters, kernel, .. } = self.shape;
        let (step, run) = (self.step(), kernel * self.layout.pixel_stride / NARROW);
        let side = self.shape.output_side();
        let row = side * filters * self.output_stride * self.output_stride;
        for (y, outputs) in outputs.chunks_mut(row).enumerate() {
            for x in (0..side).step_by(NARROW_MR) {
                // The last pair of pixels of a row overlaps the one before it. A row of one pixel
                // is computed as a pair of that pixel twice, and stored once.
                let at = x.min(side.saturating_sub(NARROW_MR));
                let beside = if side < NARROW_MR { 0 } else { step };
                let mut sums = [[F32x4::default(); NARROW]; NARROW_MR];
                for (ky, weights) in weights.chunks_exact(run).enumerate() {
                    let input_row = self.input_row(padded, (y, at), ky, step);
                    let blocks =
                        weights.iter().map(|block| block.each_ref().map(F32x4::from_array));
                    sums = accumulate_dots(input_row, &input_row[beside..], blocks, sums);
                }
                let pixels = outputs[at * filters * self.output_stride..]
                    .chunks_mut(filters * self.output_stride);
                for (pixel, sums) in pixels.zip(sums).take(side) {
                    let sums = F32x4::horizontal_sums(sums).to_array();
                    for (filter, (to, sum)) in pixel.iter_mut().take(filters).zip(sums).enumerate()
                    {
                        let sum = sum + self.bias.get(filter).copied().unwrap_or(0.0);
                        *to = if self.relu { relu(sum) } else { sum };
                    }
                }
            }
        }
    }

    /// Writes the sums of neighbouring pixels, without those past the last filter.
    #[inline(always)]
    fn store(&self, sums: &[f32], (x, block): (usize, usize), outputs: &mut [f32]) {
        let filters = self.shape.filters;
        let step = filters * self.output_stride;
        let pixels = outputs[x * step + block..].chunks_mut(step);
        for (pixel, sum) in pixels.zip(sums.as_chunks::<NR>().0) {
            match pixel.first_chunk_mut::<NR>() {
                Some(to) if block + NR <= filters => *to = *sum,
                _ => {
                    pixel.iter_mut().take(filters - block).zip(sum).for_each(|(to, sum)| *to = *sum)
                }
            }
        }
    }
}

/// A block of filters, ready to be computed at some pixels of a row.
struct Tile<'a> {
    conv: &'a DirectConv<'a>,
    padded: &'a [f32],
    weights: &'a [NrBlock],
    step: usize,
    run: usize,
    start: NrBlock,
    block: usize,
}

impl Tile<'_> {
    #[inline(always)]
    fn compute<const P: usize>(&self, (y, x): (usize, usize), outputs: &mut [f32])
    where
        [NrBlock; P]: Accumulators,
    {
        let Self { conv, padded, weights, step, run, start, block } = *self;
        let mut sums = [start; P];
        for (ky, weights) in weights.chunks_exact(run).enumerate() {
            let input_row = conv.input_row(padded, (y, x), ky, step);
            sums.accumulate(input_row, step, run, weights.iter().map(to_vectors));
        }
        conv.store(sums.as_flattened(), (x, block), outputs);
    }
}

/// `max(x, 0)`, but a NaN stays a NaN.
#[inline(always)]
fn relu(sum: f32) -> f32 {
    if sum < 0.0 { 0.0 } else { sum }
}
