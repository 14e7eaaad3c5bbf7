//! Gradients of weights and bias, summed over pictures.

use super::gemm::pack_rows;
use super::geometry::ConvGeometry;
use super::patches::{MOST_PIXELS, Patches};
use super::{few, grouped};
use crate::kernels::dense::sum_outer_products;
use crate::kernels::microkernel::{MR, NR, NrBlock};

/// The gradients of the weights, `[filter][channel][ky][kx]`, summed over all pictures.
#[must_use]
pub fn weight_grad(geometry: &ConvGeometry, inputs: &[f32], gradients: &[f32]) -> Vec<f32> {
    let filters = geometry.group_filters();
    let mut weights = vec![0.0; geometry.filters * geometry.patch()];
    if grouped::applies(geometry) {
        grouped::weight_grad(geometry, inputs, gradients, &mut weights);
        return weights;
    }
    if few::applies(geometry) {
        few::weight_grad(geometry, inputs, gradients, &mut weights);
        return weights;
    }
    let own = &geometry.of_group();
    let mut taken = Vec::new();
    for group in 0..geometry.groups {
        let mut sums = GroupSums::new(own, geometry.filters);
        let pictures = inputs.chunks_exact(geometry.input_len());
        for (map, gradients) in pictures.zip(gradients.chunks_exact(geometry.output_len())) {
            let map = geometry.take_group(group, map, &mut taken);
            sums.add(map, &gradients[group * filters..]);
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
/// gradient.
struct GroupSums<'a> {
    geometry: &'a ConvGeometry,
    /// From a pixel of the gradients to the next: the filters of all groups.
    filters: usize,
    patches: Patches<'a>,
    buffer: Vec<f32>,
    /// A tile of the patches as `[block of MR][pixel]`, and of the gradients as `[block of NR][pixel]`.
    rows: Vec<[f32; MR]>,
    columns: Vec<NrBlock>,
    /// Of the picture at hand, `[block of MR][block of NR]`, and over all pictures.
    picture: Vec<[NrBlock; MR]>,
    total: Vec<[NrBlock; MR]>,
}

impl<'a> GroupSums<'a> {
    fn new(geometry: &'a ConvGeometry, filters: usize) -> Self {
        let patches = Patches::new(geometry);
        let (rows, columns) = (geometry.patch(), geometry.filters);
        let blocks = vec![[[0.0; NR]; MR]; rows.div_ceil(MR) * columns.div_ceil(NR)];
        Self {
            geometry,
            filters,
            patches,
            buffer: patches.buffer(),
            rows: Vec::new(),
            columns: Vec::new(),
            picture: blocks.clone(),
            total: blocks,
        }
    }

    /// Adds a picture's part.
    fn add(&mut self, map: &[f32], gradients: &[f32]) {
        let filters = self.filters;
        let (own, patch) = (self.geometry.filters, self.geometry.patch());
        self.picture.fill([[0.0; NR]; MR]);
        for pixels in self.patches.tiles(self.geometry.pixels()) {
            let count = pixels.len();
            let given = &gradients[pixels.start * filters..];
            let patches = self.patches.of(map, pixels, &mut self.buffer);
            let mut sums = self.picture.iter_mut();
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
        let columns = self.geometry.filters.div_ceil(NR);
        self.total[k / MR * columns + filter / NR][k % MR][filter % NR]
    }
}

fn add(total: &mut [NrBlock; MR], sums: &[NrBlock; MR]) {
    let sums = sums.as_flattened();
    total.as_flattened_mut().iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
}
