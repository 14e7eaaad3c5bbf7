//! Structural similarity (SSIM) of two pictures, as `tf.image.ssim` computes it: statistics under a
//! Gaussian window that slides over each channel. The GPU's kernel uses the same constants.

use crate::data::pictures::{CHANNELS, SIDE};

/// Side of the Gaussian window of SSIM (Wang et al. 2004).
pub(crate) const WINDOW: usize = 11;
/// Standard deviation of the window, in pixels (the same).
const SIGMA: f64 = 1.5;
/// `(K1 L)^2` with `K1 = 0.01` and a range `L` of 1 (the same).
pub(crate) const C1: f64 = 1e-4;
/// `(K2 L)^2` with `K2 = 0.03` (the same).
pub(crate) const C2: f64 = 9e-4;
/// Windows along a side that lie wholly inside a picture.
pub(crate) const INSIDE: usize = SIDE - WINDOW + 1;

/// The one-dimensional Gaussian window, whose weights add up to 1.
pub(crate) fn window() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let mut weights: [f64; WINDOW] = std::array::from_fn(|i| {
        let x = (i as f64 - middle) / SIGMA;
        libm::exp(-x * x / 2.0)
    });
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    weights
}

/// What is averaged over a window: both values, the sum of their squares, their product.
type Fields = [f64; 4];

/// The weighted sum of `WINDOW` fields from index `start` on, `step` apart.
#[inline(always)]
fn weighted(fields: &[Fields], start: usize, step: usize, window: &[f64; WINDOW]) -> Fields {
    let mut sums = [0.0; 4];
    for (k, weight) in window.iter().enumerate() {
        let fields = &fields[start + k * step];
        (0..4).for_each(|field| sums[field] += weight * fields[field]);
    }
    sums
}

/// Gaussian means over every window of a plane `[SIDE, SIDE]`, `[INSIDE, INSIDE]`: the window is
/// separable, so that two one-dimensional passes do.
fn blur(plane: &[Fields], window: &[f64; WINDOW]) -> Vec<Fields> {
    let start = |i: usize| i / INSIDE * SIDE + i % INSIDE;
    let rows: Vec<_> = (0..SIDE * INSIDE).map(|i| weighted(plane, start(i), 1, window)).collect();
    (0..INSIDE * INSIDE).map(|i| weighted(&rows, i, INSIDE, window)).collect()
}

/// Structural similarity of two pictures `[y][x][channel]` in 0 to 1: the mean over windows and
/// channels, 1 for equal pictures.
#[must_use]
pub(crate) fn ssim(a: &[f32], b: &[f32]) -> f64 {
    let window = window();
    let mut total = 0.0;
    let pixels = a.as_chunks::<CHANNELS>().0.iter().zip(b.as_chunks::<CHANNELS>().0);
    for channel in 0..CHANNELS {
        let fields = pixels.clone().map(|(a, b)| {
            let (a, b) = (f64::from(a[channel]), f64::from(b[channel]));
            [a, b, a * a + b * b, a * b]
        });
        for [ma, mb, squares, products] in blur(&fields.collect::<Vec<_>>(), &window) {
            let means = ma * ma + mb * mb;
            let luminance = (2.0 * ma * mb + C1) / (means + C1);
            let covariance = products - ma * mb;
            total += luminance * (2.0 * covariance + C2) / (squares - means + C2);
        }
    }
    total / (CHANNELS * INSIDE * INSIDE) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::PICTURE_BYTES;
    use crate::data::rng::{Purpose, Rng};

    fn noise(seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, Purpose::Noise, 0);
        (0..PICTURE_BYTES).map(|_| rng.unit()).collect()
    }

    /// SSIM written as its definition: every window, every pixel, two-dimensional weights.
    fn slow_ssim(a: &[f32], b: &[f32]) -> f64 {
        let g = window();
        let mut total = 0.0;
        for channel in 0..CHANNELS {
            for top in 0..INSIDE {
                for left in 0..INSIDE {
                    let each = |f: &dyn Fn(f64, f64) -> f64| {
                        let mut sum = 0.0;
                        for y in 0..WINDOW {
                            for x in 0..WINDOW {
                                let i = ((top + y) * SIDE + left + x) * CHANNELS + channel;
                                sum += g[y] * g[x] * f(f64::from(a[i]), f64::from(b[i]));
                            }
                        }
                        sum
                    };
                    let (ma, mb) = (each(&|a, _| a), each(&|_, b| b));
                    let va = each(&|a, _| (a - ma) * (a - ma));
                    let vb = each(&|_, b| (b - mb) * (b - mb));
                    let cov = each(&|a, b| (a - ma) * (b - mb));
                    total += (2.0 * ma * mb + C1) * (2.0 * cov + C2)
                        / ((ma * ma + mb * mb + C1) * (va + vb + C2));
                }
            }
        }
        total / (CHANNELS * INSIDE * INSIDE) as f64
    }

    #[test]
    fn ssim_follows_its_definition() {
        let (a, mut b) = (noise(1), noise(2));
        b.iter_mut().zip(&a).for_each(|(b, a)| *b = 0.3 * *b + 0.7 * a);
        let fast = ssim(&a, &b);
        assert!((fast - slow_ssim(&a, &b)).abs() < 1e-9, "{fast}");
        assert!(fast > 0.5 && fast < 0.99, "{fast}");
    }
}
