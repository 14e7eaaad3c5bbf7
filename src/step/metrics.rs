//! How good outputs are, as sums over pictures that can be merged; means are methods. Works on
//! host values; knows no tensor.

use serde::{Deserialize, Serialize};

use crate::data::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use crate::ops::ssim::{C1, C2, INSIDE, WINDOW, window};

/// Sums over the pictures seen so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricSums {
    pictures: u64,
    #[serde(with = "exact")]
    loss: f64,
    /// Right answers, among `asked`.
    hits: u64,
    /// Pictures for a classifier, pixels for an autoencoder.
    asked: u64,
    #[serde(with = "exact")]
    squared_error: f64,
    #[serde(with = "exact")]
    ssim: f64,
    drawn: u64,
}

/// Numbers by their bits, because JSON has no infinity and a sum may become one.
pub(crate) mod exact {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.to_bits())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        u64::deserialize(from).map(f64::from_bits)
    }
}

impl MetricSums {
    /// Adds a batch of `pictures` with mean loss `loss`.
    pub fn add_loss(&mut self, loss: f32, pictures: usize) {
        self.pictures += pictures as u64;
        self.loss += f64::from(loss) * pictures as f64;
    }

    /// Adds `right` answers, counted on the device, of `asked`.
    pub fn add_right(&mut self, right: f32, asked: usize) {
        self.asked += asked as u64;
        // A cast saturates, and what is not a number is none.
        self.hits += (right as u64).min(asked as u64);
    }

    /// Adds logits, `labels.len()` rows of the same length, against the labels.
    pub fn add_logits(&mut self, logits: &[f32], labels: &[i32]) {
        if labels.is_empty() {
            return;
        }
        for (row, &label) in logits.chunks_exact(logits.len() / labels.len()).zip(labels) {
            self.asked += 1;
            self.hits += u64::from(usize::try_from(label) == Ok(largest(row.iter().copied())));
        }
    }

    /// Adds whether the largest channel of each pixel agrees, for pictures of
    /// `[y][x][channel]` values.
    pub fn add_pixels(&mut self, outputs: &[f32], targets: &[f32]) {
        let pixels = outputs.as_chunks::<CHANNELS>().0.iter().zip(targets.as_chunks().0);
        for (output, target) in pixels {
            let place = |pixel: &[f32; CHANNELS]| largest(pixel.iter().copied());
            self.asked += 1;
            self.hits += u64::from(place(output) == place(target));
        }
    }

    /// Adds squared error and structural similarity of pictures of `[y][x][channel]` values.
    pub fn add_drawings(&mut self, outputs: &[f32], targets: &[f32]) {
        let pictures = outputs.chunks_exact(PICTURE_BYTES).zip(targets.chunks_exact(PICTURE_BYTES));
        for (output, target) in pictures {
            self.drawn += 1;
            self.ssim += ssim(output, target);
            self.squared_error += (output.iter().zip(target))
                .map(|(a, b)| f64::from(a - b) * f64::from(a - b))
                .sum::<f64>();
        }
    }

    /// Adds the mean squared error and structural similarity of `pictures`, found on the device.
    pub fn add_likeness(&mut self, squared_error: f32, ssim: f32, pictures: usize) {
        self.drawn += pictures as u64;
        self.ssim += f64::from(ssim) * pictures as f64;
        self.squared_error += f64::from(squared_error) * (pictures * PICTURE_BYTES) as f64;
    }

    /// Adds the sums of other pictures.
    pub fn merge(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.loss += other.loss;
        self.hits += other.hits;
        self.asked += other.asked;
        self.squared_error += other.squared_error;
        self.ssim += other.ssim;
        self.drawn += other.drawn;
    }

    /// Pictures whose loss it has.
    pub(crate) fn pictures(&self) -> u64 {
        self.pictures
    }

    /// The largest of its counts.
    pub(crate) fn most(&self) -> u64 {
        self.pictures.max(self.hits).max(self.asked).max(self.drawn)
    }

    /// Mean loss over pictures; `None` before the first.
    #[must_use]
    pub fn loss(&self) -> Option<f64> {
        (self.pictures > 0).then(|| self.loss / self.pictures as f64)
    }

    /// Share of right answers; `None` where nothing was asked. For an autoencoder this is what
    /// Keras calls its accuracy: the share of pixels whose largest channel agrees.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.hits as f64 / self.asked as f64)
    }

    /// Mean squared error over all values, in squared units of the 0 to 1 range.
    #[must_use]
    pub fn mean_squared_error(&self) -> Option<f64> {
        let values = self.drawn as f64 * PICTURE_BYTES as f64;
        (self.drawn > 0).then(|| self.squared_error / values)
    }

    /// Peak signal-to-noise ratio in decibels, `10 log10(1 / mse)` of the mean squared error
    /// over all values; `None` also where there is no error.
    #[must_use]
    pub fn psnr(&self) -> Option<f64> {
        let mse = self.mean_squared_error()?;
        (mse > 0.0).then(|| -10.0 * libm::log10(mse))
    }

    /// Mean structural similarity.
    #[must_use]
    pub fn ssim(&self) -> Option<f64> {
        (self.drawn > 0).then(|| self.ssim / self.drawn as f64)
    }
}

/// Place of the largest value, the first of equals as in Keras' argmax.
fn largest(values: impl Iterator<Item = f32>) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (place, value) in values.enumerate() {
        if value > best.1 {
            best = (place, value);
        }
    }
    best.0
}

/// What is averaged over windows: both values, the sum of their squares, their product.
type Fields = [f64; 4];

/// The sum of `WINDOW` fields from place `start`, `step` apart, each weighted.
#[inline(always)]
fn weighted(fields: &[Fields], start: usize, step: usize, window: &[f64; WINDOW]) -> Fields {
    let mut sums = [0.0; 4];
    for (k, weight) in window.iter().enumerate() {
        let fields = &fields[start + k * step];
        (0..4).for_each(|field| sums[field] += weight * fields[field]);
    }
    sums
}

/// Gaussian means over every window of a plane, as two one-dimensional passes.
fn blur(plane: &[Fields], window: &[f64; WINDOW]) -> Vec<Fields> {
    let start = |i: usize| i / INSIDE * SIDE + i % INSIDE;
    let rows: Vec<_> = (0..SIDE * INSIDE).map(|i| weighted(plane, start(i), 1, window)).collect();
    (0..INSIDE * INSIDE).map(|i| weighted(&rows, i, INSIDE, window)).collect()
}

/// Structural similarity of two pictures of `[y][x][channel]` values in 0 to 1, the mean over
/// windows and channels, as `tf.image.ssim` has it.
fn ssim(a: &[f32], b: &[f32]) -> f64 {
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
    use crate::data::rng::{Purpose, Rng};

    fn noise(seed: u64) -> Vec<f32> {
        let mut rng = Rng::new(seed, Purpose::Noise, 0);
        (0..PICTURE_BYTES).map(|_| rng.unit()).collect()
    }

    #[test]
    fn a_picture_is_itself() {
        let mut tally = MetricSums::default();
        tally.add_drawings(&noise(1), &noise(1));
        tally.add_pixels(&noise(1), &noise(1));
        assert_eq!(tally.mean_squared_error(), Some(0.0));
        assert_eq!(tally.psnr(), None);
        assert_eq!(tally.accuracy(), Some(1.0));
        assert!((tally.ssim().expect("drawn") - 1.0).abs() < 1e-12);
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

    #[test]
    fn psnr_of_a_known_error() {
        let mut tally = MetricSums::default();
        tally.add_drawings(&[0.5; PICTURE_BYTES], &[0.4; PICTURE_BYTES]);
        assert!((tally.psnr().expect("drawn") - 20.0).abs() < 1e-5);
    }

    #[test]
    fn accuracy_counts_the_first_of_equals() {
        let mut tally = MetricSums::default();
        tally.add_logits(&[0.0, 1.0, 1.0, 3.0, 2.0, 1.0], &[1, 2]);
        assert_eq!(tally.accuracy(), Some(0.5));
        tally.add_logits(&[], &[]);
        assert_eq!(tally.accuracy(), Some(0.5));
    }

    #[test]
    fn loss_weighs_pictures_not_batches() {
        let mut tally = MetricSums::default();
        assert_eq!((tally.loss(), tally.accuracy(), tally.ssim()), (None, None, None));
        tally.add_loss(1.0, 3);
        tally.add_loss(5.0, 1);
        assert_eq!(tally.loss(), Some(2.0));
    }
}
