//! Structural similarity (SSIM) of two pictures, as `tf.image.ssim` computes it: statistics under a
//! Gaussian window that slides over each channel. The GPU's kernel uses the same constants.

use crate::data::caveats::SSIM_WINDOW;
use crate::data::pictures::PictureShape;

/// Side of the Gaussian window of SSIM (Wang et al. 2004).
pub(crate) const WINDOW: usize = SSIM_WINDOW;
/// Standard deviation of the window, in pixels (the same).
const SIGMA: f64 = 1.5;
/// `(K1 L)^2` with `K1 = 0.01` and a range `L` of 1 (the same).
pub(crate) const C1: f64 = 1e-4;
/// `(K2 L)^2` with `K2 = 0.03` (the same).
pub(crate) const C2: f64 = 9e-4;

/// Windows, down and across, that lie wholly inside a picture; `None` where there are none.
#[must_use]
pub(crate) fn inside([height, width]: [usize; 2]) -> Option<[usize; 2]> {
    (height >= WINDOW && width >= WINDOW).then(|| [height - WINDOW + 1, width - WINDOW + 1])
}

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

/// Gaussian means over every window of a plane `[height, width]`, `[down, across]`: the window is
/// separable, so that two one-dimensional passes do.
fn blur(
    plane: &[Fields],
    [height, width]: [usize; 2],
    [down, across]: [usize; 2],
    window: &[f64; WINDOW],
) -> Vec<Fields> {
    let start = |i: usize| i / across * width + i % across;
    let rows: Vec<_> = (0..height * across).map(|i| weighted(plane, start(i), 1, window)).collect();
    (0..down * across).map(|i| weighted(&rows, i, across, window)).collect()
}

/// Structural similarity of two pictures `[y][x][channel]` in 0 to 1: the mean over windows and
/// channels, 1 for equal pictures. `None` for pictures that are smaller than the window.
#[must_use]
pub(crate) fn ssim(a: &[f32], b: &[f32], shape: PictureShape) -> Option<f64> {
    let [height, width, channels] = shape.dims();
    let [down, across] = inside([height, width])?;
    let window = window();
    let mut total = 0.0;
    for channel in 0..channels {
        let pixels = a.chunks_exact(channels).zip(b.chunks_exact(channels));
        let fields = pixels.map(|(a, b)| {
            let (a, b) = (f64::from(a[channel]), f64::from(b[channel]));
            [a, b, a * a + b * b, a * b]
        });
        let fields = fields.collect::<Vec<_>>();
        for [ma, mb, squares, products] in blur(&fields, [height, width], [down, across], &window) {
            let means = ma * ma + mb * mb;
            let luminance = (2.0 * ma * mb + C1) / (means + C1);
            let covariance = products - ma * mb;
            total += luminance * (2.0 * covariance + C2) / (squares - means + C2);
        }
    }
    Some(total / (channels * down * across) as f64)
}
