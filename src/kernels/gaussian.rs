//! Normal distributions whose variances are independent, as rows of `n` means and then the logarithms of
//! `n` variances: samples of them, and how far they are from the standard normal distribution.

use super::math::exp;

/// A row's means, and its variances' logarithms.
fn halves(row: &[f32]) -> impl Iterator<Item = (f32, f32)> {
    let (means, logarithms) = row.split_at(row.len() / 2);
    means.iter().copied().zip(logarithms.iter().copied())
}

/// `mean + exp(logarithm / 2) * noise` (Kingma and Welling 2014), `[row][n]`, of `noise` `[row][n]`.
#[must_use]
pub fn sample(rows: &[f32], noise: &[f32], n: usize) -> Vec<f32> {
    let of_rows = rows.chunks_exact(2 * n).flat_map(halves);
    let sample =
        |((mean, logarithm), noise): ((f32, f32), &f32)| mean + exp(0.5 * logarithm) * noise;
    of_rows.zip(noise).map(sample).collect()
}

/// The gradients of the rows from those of the samples, `[row][n]`.
#[must_use]
pub fn sample_backward(rows: &[f32], noise: &[f32], gradients: &[f32], n: usize) -> Vec<f32> {
    let mut found = Vec::with_capacity(rows.len());
    for ((row, noise), gradients) in
        rows.chunks_exact(2 * n).zip(noise.chunks_exact(n)).zip(gradients.chunks_exact(n))
    {
        found.extend(gradients);
        let each = row[n..].iter().zip(noise).zip(gradients);
        let slope = |((logarithm, noise), gradient): ((&f32, &f32), &f32)| {
            0.5 * exp(0.5 * logarithm) * noise * gradient
        };
        found.extend(each.map(slope));
    }
    found
}

/// The mean over rows of the Kullback-Leibler divergence from the standard normal distribution,
/// `-1/2 * sum(1 + logarithm - mean^2 - exp(logarithm))`, summed in 64 bits.
#[must_use]
pub fn kl_divergence(rows: &[f32], n: usize) -> f32 {
    let term = |(mean, logarithm): (f32, f32)| {
        let (mean, wide) = (f64::from(mean), f64::from(logarithm));
        mean * mean + f64::from(exp(logarithm)) - 1.0 - wide
    };
    let total: f64 = rows.chunks_exact(2 * n).flat_map(halves).map(term).sum();
    (0.5 * total / (rows.len() / (2 * n)) as f64) as f32
}

/// Its gradient by the rows times `factor`.
#[must_use]
pub fn kl_divergence_backward(rows: &[f32], n: usize, factor: f32) -> Vec<f32> {
    let factor = factor / (rows.len() / (2 * n)) as f32;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows.chunks_exact(2 * n) {
        let (means, logarithms) = row.split_at(n);
        found.extend(means.iter().map(|mean| factor * mean));
        found.extend(logarithms.iter().map(|logarithm| 0.5 * factor * (exp(*logarithm) - 1.0)));
    }
    found
}
