//! Matrix products of a tile of rows with packed weights, by the microkernels.

use crate::kernels::microkernel::{
    Accumulators, MR, NARROW, NARROW_MR, NR, NarrowBlock, NrBlock, accumulate_dots, to_vectors,
};
use crate::kernels::simd::F32x4;

/// Values of a row that are multiplied before the next block's are: the weights for them stay in the
/// first cache while all rows pass.
const K_BLOCK: usize = 512;

/// A matrix of `count` rows and so many columns, in the order in which the microkernels read it.
pub(super) struct PackedMatrix {
    columns: usize,
    count: usize,
    blocks: Blocks,
}

enum Blocks {
    /// For at most four columns, where the lanes of the others would be empty:
    /// `[row / 4][column][row % 4]`.
    Narrow(Vec<NarrowBlock>),
    /// `[block of NR columns][row]`
    Wide(Vec<NrBlock>),
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
        let blocks = if columns <= NARROW && count.is_multiple_of(NARROW) {
            let block = |first: usize| {
                std::array::from_fn(|column| {
                    std::array::from_fn(|lane| value(first + lane, column))
                })
            };
            Blocks::Narrow((0..count).step_by(NARROW).map(block).collect())
        } else {
            let row =
                |first: usize, row: usize| std::array::from_fn(|lane| value(row, first + lane));
            let blocks = (0..columns).step_by(NR);
            Blocks::Wide(blocks.flat_map(|first| (0..count).map(move |k| row(first, k))).collect())
        };
        Self { columns, count, blocks }
    }

    /// Writes `start[n] + sum over k of values[row][k] * matrix[k][n]` for each row. Rows of `values`
    /// are `step` apart, those of `outputs` `out_step`. `start` may be empty, for zeros.
    pub(super) fn multiply(
        &self,
        (values, step): (&[f32], usize),
        rows: usize,
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        match &self.blocks {
            Blocks::Narrow(blocks) => {
                self.narrow(blocks, (values, step), rows, start, (outputs, out_step));
            }
            Blocks::Wide(blocks) => {
                self.wide(blocks, (values, step), rows, start, (outputs, out_step));
            }
        }
    }

    #[inline(never)]
    fn wide(
        &self,
        blocks: &[NrBlock],
        (values, step): (&[f32], usize),
        rows: usize,
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        for k in (0..self.count).step_by(K_BLOCK) {
            let run = K_BLOCK.min(self.count - k);
            for (index, block) in blocks.chunks_exact(self.count).enumerate() {
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

    /// The same of rows that lie in a few `lines`, each `run` of a row's values one after the other: the
    /// first of a line is multiplied with row `line.0` of the matrix. What no line has counts as zero.
    pub(super) fn multiply_lines(
        &self,
        lines: &[(usize, &[f32])],
        (run, step): (usize, usize),
        rows: usize,
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        match &self.blocks {
            Blocks::Narrow(blocks) => {
                for row in (0..rows).step_by(NARROW_MR) {
                    let second = (row + 1).min(rows - 1);
                    let mut sums = [[F32x4::default(); NARROW]; NARROW_MR];
                    for (k, line) in lines {
                        let [a, b] = [row, second].map(|row| &line[row * step..][..run]);
                        let weights = blocks[k / NARROW..][..run / NARROW].iter();
                        let weights = weights.map(|block| block.each_ref().map(F32x4::from_array));
                        sums = accumulate_dots(a, b, weights, sums);
                    }
                    self.store_narrow([row, second], sums, start, (&mut *outputs, out_step));
                }
            }
            Blocks::Wide(blocks) => {
                for (index, block) in blocks.chunks_exact(self.count).enumerate() {
                    let first = index * NR;
                    let tile = LinesTile {
                        lines,
                        weights: block,
                        run,
                        step,
                        out_step,
                        width: NR.min(self.columns - first),
                        start: std::array::from_fn(|lane| {
                            start.get(first + lane).copied().unwrap_or(0.0)
                        }),
                    };
                    let mut row = 0;
                    while row < rows {
                        let to = &mut outputs[row * out_step + first..];
                        if rows - row >= MR {
                            tile.compute::<MR>(row, to);
                            row += MR;
                        } else {
                            tile.compute::<1>(row, to);
                            row += 1;
                        }
                    }
                }
            }
        }
    }

    /// Whether rows that lie in `lines` of `run` values each are multiplied faster than copied ones. Many
    /// columns are not, unless there is one line: each is begun anew for every block.
    pub(super) fn takes_lines(&self, lines: usize, run: usize) -> bool {
        match self.blocks {
            Blocks::Wide(_) => lines == 1,
            Blocks::Narrow(_) => run.is_multiple_of(NARROW),
        }
    }

    #[inline(never)]
    fn narrow(
        &self,
        blocks: &[NarrowBlock],
        (values, step): (&[f32], usize),
        rows: usize,
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        for row in (0..rows).step_by(NARROW_MR) {
            // An odd last row is computed twice.
            let second = (row + 1).min(rows - 1);
            let [a, b] = [row, second].map(|row| &values[row * step..][..self.count]);
            let weights = blocks.iter().map(|block| block.each_ref().map(F32x4::from_array));
            let sums = accumulate_dots(a, b, weights, [[F32x4::default(); NARROW]; NARROW_MR]);
            self.store_narrow([row, second], sums, start, (&mut *outputs, out_step));
        }
    }

    /// Writes the sums of two rows, with what they begin with.
    #[inline(always)]
    fn store_narrow(
        &self,
        rows: [usize; NARROW_MR],
        sums: [[F32x4; NARROW]; NARROW_MR],
        start: &[f32],
        (outputs, out_step): (&mut [f32], usize),
    ) {
        for (row, sums) in rows.into_iter().zip(sums) {
            let sums = F32x4::horizontal_sums(sums).to_array();
            let to = &mut outputs[row * out_step..][..self.columns];
            for (column, (to, sum)) in to.iter_mut().zip(sums).enumerate() {
                *to = start.get(column).map_or(sum, |start| sum + start);
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

/// A block of columns, ready to be multiplied with rows that lie in lines.
struct LinesTile<'a> {
    lines: &'a [(usize, &'a [f32])],
    weights: &'a [NrBlock],
    run: usize,
    step: usize,
    out_step: usize,
    width: usize,
    start: NrBlock,
}

impl LinesTile<'_> {
    #[inline(always)]
    fn compute<const P: usize>(&self, row: usize, outputs: &mut [f32])
    where
        [NrBlock; P]: Accumulators,
    {
        let Self { lines, weights, run, step, out_step, width, start } = *self;
        let mut sums = [start; P];
        for (k, line) in lines {
            let weights = weights[*k..*k + run].iter().map(to_vectors);
            sums.accumulate(&line[row * step..], step, run, weights);
        }
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
