//! Gradients of weights and bias, summed over pictures.

use super::gemm::pack_rows;
use super::geometry::ConvGeometry;
use super::grouped;
use super::patches::{MOST_PIXELS, Patches};
use crate::kernels::dense::sum_outer_products;
use crate::kernels::microkernel::{MR, NR, NrBlock, accumulate_outer, from_vectors};
use crate::kernels::simd::F32x4;

/// The gradients of the weights, `[filter][channel][ky][kx]`, summed over all pictures.
#[must_use]
pub fn weight_grad(geometry: &ConvGeometry, inputs: &[f32], gradients: &[f32]) -> Vec<f32> {
    let filters = geometry.group_filters();
    let mut weights = vec![0.0; geometry.filters * geometry.patch()];
    if grouped::applies(geometry) {
        grouped::weight_grad(geometry, inputs, gradients, &mut weights);
        return weights;
    }
    for group in 0..geometry.groups {
        let mut sums = GroupSums::new(geometry, group);
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
            sums.add(map, gradients);
        }
        for (filter, k) in
            (0..filters).flat_map(|filter| (0..geometry.patch()).map(move |k| (filter, k)))
        {
            weights[geometry.weight_at(group * filters + filter, k)] = sums.total(filter, k);
        }
    }
    weights
}

/// The sum of each channel over all pictures and pixels: the gradient of a bias.
#[must_use]
pub fn channel_sums(values: &[f32], channels: usize, pixels: usize) -> Vec<f32> {
    let mut total = vec![0.0_f64; channels];
    let mut sums = vec![0.0_f32; channels];
    for map in values.chunks(pixels * channels) {
        // Short running sums: a long one would lose digits.
        for run in map.chunks(MOST_PIXELS * channels) {
            sums.fill(0.0);
            for pixel in run.chunks_exact(channels) {
                sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
            }
            total.iter_mut().zip(&sums).for_each(|(total, sum)| *total += f64::from(*sum));
        }
    }
    total.into_iter().map(|sum| sum as f32).collect()
}

/// Gradients of a group's weights: each is the sum of the products of a patch's value and a filter's
/// gradient. The side with at most four filters takes the lanes that would be empty otherwise.
struct GroupSums<'a> {
    geometry: &'a ConvGeometry,
    group: usize,
    patches: Patches<'a>,
    buffer: Vec<f32>,
    /// A tile of the patches, or of the gradients, as `[block of MR][pixel]`.
    rows: Vec<[f32; MR]>,
    /// A tile of the gradients as `[block of NR][pixel]`; patches are read where they lie.
    columns: Vec<NrBlock>,
    /// Of the picture at hand, `[block of MR][block of NR]`, and over all pictures.
    picture: Vec<[NrBlock; MR]>,
    total: Vec<[NrBlock; MR]>,
}

impl<'a> GroupSums<'a> {
    fn new(geometry: &'a ConvGeometry, group: usize) -> Self {
        let patches = Patches::new(geometry, group);
        let (rows, columns) = Self::sides(geometry);
        let blocks = vec![[[0.0; NR]; MR]; rows.div_ceil(MR) * columns.div_ceil(NR)];
        Self {
            geometry,
            group,
            patches,
            buffer: patches.buffer(),
            rows: Vec::new(),
            columns: Vec::new(),
            picture: blocks.clone(),
            total: blocks,
        }
    }

    /// Whether patches are the columns, and not the rows.
    fn turned(geometry: &ConvGeometry) -> bool {
        geometry.group_filters() <= MR
    }

    fn sides(geometry: &ConvGeometry) -> (usize, usize) {
        let (filters, patch) = (geometry.group_filters(), geometry.patch());
        if Self::turned(geometry) { (filters, patch) } else { (patch, filters) }
    }

    /// Adds a picture's part.
    fn add(&mut self, map: &[f32], gradients: &[f32]) {
        let ConvGeometry { filters, .. } = *self.geometry;
        let (own, patch) = (self.geometry.group_filters(), self.geometry.patch());
        self.picture.fill([[0.0; NR]; MR]);
        for pixels in self.patches.tiles(0..self.geometry.pixels()) {
            let count = pixels.len();
            let given = &gradients[pixels.start * filters + self.group * own..];
            self.patches.gather(map, pixels, &mut self.buffer);
            let mut sums = self.picture.iter_mut();
            let patches = (self.buffer.as_slice(), self.patches.step);
            if Self::turned(self.geometry) {
                pack_rows((given, filters), count, own, &mut self.rows);
                let rows = (self.rows.as_flattened(), MR);
                for (first, sums) in (0..patch).step_by(NR).zip(sums) {
                    add(sums, &outer(rows, (&self.buffer[first..], patches.1), count));
                }
                continue;
            }
            pack_rows(patches, count, patch, &mut self.rows);
            pack_rows((given, filters), count, own, &mut self.columns);
            for rows in self.rows.chunks_exact(count) {
                for (columns, sums) in self.columns.chunks_exact(count).zip(&mut sums) {
                    add(sums, &sum_outer_products(rows, columns));
                }
            }
        }
        self.total.iter_mut().zip(&self.picture).for_each(|(total, sums)| add(total, sums));
    }

    /// The gradient of a filter of the group by value `k` of a patch.
    fn total(&self, filter: usize, k: usize) -> f32 {
        let (_, columns) = Self::sides(self.geometry);
        let (row, column) = if Self::turned(self.geometry) { (filter, k) } else { (k, filter) };
        self.total[row / MR * columns.div_ceil(NR) + column / NR][row % MR][column % NR]
    }
}

fn add(total: &mut [NrBlock; MR], sums: &[NrBlock; MR]) {
    let sums = sums.as_flattened();
    total.as_flattened_mut().iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
}

/// The sums over pixels of the outer products of `MR` values and `NR`, of which those of a pixel are so many
/// apart from those of the next.
#[inline(never)]
fn outer(rows: (&[f32], usize), columns: (&[f32], usize), pixels: usize) -> [NrBlock; MR] {
    accumulate_outer(rows, columns, pixels, [[F32x4::default(); 2]; MR]).map(from_vectors)
}
