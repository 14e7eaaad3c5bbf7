//! Matrix products of a tile of rows with packed weights, by the microkernels.

use crate::kernels::microkernel::{Accumulators, MR, NR, NrBlock, to_vectors};

/// Values of a row that are multiplied before the next block's are: the weights for them stay in the
/// first cache while all rows pass.
const K_BLOCK: usize = 512;

/// A matrix of `count` rows and so many columns, in the order in which the microkernel reads it.
pub(super) struct PackedMatrix {
    columns: usize,
    count: usize,
    /// `[block of NR columns][row]`
    blocks: Vec<NrBlock>,
}

impl PackedMatrix {
    /// The matrix of `value(row, column)`. `count` may be more than there are rows; a row past the
    /// last is zero.
    pub(super) fn new(
        (rows, count): (usize, usize),
        columns: usize,
        value: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let value = |row, column| {
            if row < rows && column < columns { value(row, column) } else { 0.0 }
        };
        let row = |first: usize, row: usize| std::array::from_fn(|lane| value(row, first + lane));
        let blocks = (0..columns).step_by(NR);
        let blocks = blocks.flat_map(|first| (0..count).map(move |k| row(first, k))).collect();
        Self { columns, count, blocks }
    }

    /// Writes `start[n] + sum over k of values[row][k] * matrix[k][n]` for each row. Rows of `values`
    /// are `step` apart, those of `outputs` `out_step`. `start` may be empty, for zeros.
    #[inline(never)]
    pub(super) fn multiply(
        &self,
        (values, step): (&[f32], usize),
        rows: usize,
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        for k in (0..self.count).step_by(K_BLOCK) {
            let run = K_BLOCK.min(self.count - k);
            for (index, block) in self.blocks.chunks_exact(self.count).enumerate() {
                let first = index * NR;
                let width = NR.min(self.columns - first);
                let weights = &block[k..k + run];
                let tile = Tile {
                    weights,
                    step,
                    out_step,
                    width,
                    first: (k == 0).then(|| {
                        std::array::from_fn(|lane| start.get(first + lane).copied().unwrap_or(0.0))
                    }),
                };
                let mut row = 0;
                while row < rows {
                    let from = &values[row * step + k..];
                    let to = &mut outputs[row * out_step + first..];
                    if rows - row >= MR {
                        tile.compute::<MR>(from, to);
                        row += MR;
                    } else {
                        tile.compute::<1>(from, to);
                        row += 1;
                    }
                }
            }
        }
    }
}

/// A block of columns, ready to be multiplied with some rows.
struct Tile<'a> {
    weights: &'a [NrBlock],
    step: usize,
    out_step: usize,
    /// Columns that there are.
    width: usize,
    /// What the sums begin with; `None` if they go on.
    first: Option<NrBlock>,
}

impl Tile<'_> {
    #[inline(always)]
    fn compute<const P: usize>(&self, values: &[f32], outputs: &mut [f32])
    where
        [NrBlock; P]: Accumulators,
    {
        let Self { weights, step, out_step, width, first } = *self;
        let mut sums: [NrBlock; P] = match first {
            Some(start) => [start; P],
            None => std::array::from_fn(|p| load(&outputs[p * out_step..], width)),
        };
        sums.accumulate(values, step, weights.len(), weights.iter().map(to_vectors));
        store(&sums, width, (outputs, out_step));
    }
}

/// Writes a block of columns of some rows.
#[inline(always)]
fn store(sums: &[NrBlock], width: usize, (outputs, out_step): (&mut [f32], usize)) {
    for (p, sum) in sums.iter().enumerate() {
        let to = &mut outputs[p * out_step..];
        match to.first_chunk_mut::<NR>() {
            Some(to) if width == NR => *to = *sum,
            _ => to.iter_mut().zip(sum).take(width).for_each(|(to, sum)| *to = *sum),
        }
    }
}

/// The first `width` values, and zeros.
#[inline(always)]
fn load(values: &[f32], width: usize) -> NrBlock {
    match values.first_chunk::<NR>() {
        Some(values) if width == NR => *values,
        _ => std::array::from_fn(|lane| if lane < width { values[lane] } else { 0.0 }),
    }
}

/// Rows, `step` apart, as `[block of N of their `width` columns][row]`; zeros past the last column.
pub(super) fn pack_rows<const N: usize>(
    (values, step): (&[f32], usize),
    rows: usize,
    width: usize,
    packed: &mut Vec<[f32; N]>,
) {
    packed.clear();
    for first in (0..width).step_by(N) {
        let count = N.min(width - first);
        packed.extend((0..rows).map(|row| {
            let values = &values[row * step + first..];
            match values.first_chunk::<N>() {
                Some(values) if count == N => *values,
                _ => std::array::from_fn(|lane| if lane < count { values[lane] } else { 0.0 }),
            }
        }));
    }
}
