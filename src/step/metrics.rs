//! Loss, accuracy, mean squared error, PSNR and SSIM, kept as sums over pictures so that batches,
//! microbatches and replicas can be merged in any grouping; the means are methods.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::loss_terms::{LossTerms, TermSums};
use crate::data::pictures::PictureShape;
use crate::kernels::loss;
use crate::kernels::ssim::{inside, ssim};
pub(crate) use crate::optim::settings::exact;

/// Sums over the pictures seen so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricSums {
    pictures: u64,
    #[serde(with = "exact")]
    loss: f64,
    /// Correct predictions, among `counted`.
    #[serde(rename = "hits")]
    correct: u64,
    /// Predictions: pictures for a classifier, pixels for an autoencoder.
    #[serde(rename = "asked")]
    counted: u64,
    /// Over all values of the reconstructed pictures.
    #[serde(with = "exact")]
    squared_error: f64,
    #[serde(with = "exact")]
    ssim: f64,
    /// Pictures that were reconstructed.
    #[serde(rename = "drawn")]
    reconstructed: u64,
    /// Of each class, pictures that were predicted correctly and pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    by_class: Vec<[u64; 2]>,
    /// Pictures whose label was among the most probable classes.
    #[serde(default, skip_serializing_if = "is_none")]
    in_top: u64,
    /// How many classes these were; 0 where they were not counted.
    #[serde(default, skip_serializing_if = "is_none")]
    top_k: u64,
    /// What the loss is made of, where it has two terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    terms: Option<TermSums>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl MetricSums {
    /// Adds a batch of `pictures` with mean loss `loss`.
    pub fn add_loss(&mut self, loss: f32, pictures: usize) {
        self.pictures += pictures as u64;
        self.loss += f64::from(loss) * pictures as f64;
    }

    /// Adds the two terms of the loss of a batch of `pictures`, means over it.
    pub(crate) fn add_loss_terms(&mut self, reconstruction: f32, kl: f32, pictures: usize) {
        self.terms.get_or_insert_default().add(reconstruction, kl, pictures);
    }

    /// Adds `correct` predictions of `counted`, as the device counts them.
    pub fn add_correct(&mut self, correct: f32, counted: usize) {
        self.counted += counted as u64;
        // A cast saturates, and a NaN becomes 0: a run whose loss is a NaN has no accuracy either.
        self.correct += (correct as u64).min(counted as u64);
    }

    /// Adds logits `[labels.len()][classes]` against their labels.
    pub fn add_logits(&mut self, logits: &[f32], labels: &[i32]) {
        if labels.is_empty() {
            return;
        }
        for (row, &label) in logits.chunks_exact(logits.len() / labels.len()).zip(labels) {
            self.counted += 1;
            self.correct += u64::from(usize::try_from(label) == Ok(argmax(row.iter().copied())));
        }
    }

    /// Adds the same by class, and how often the label is among the `top_k` largest logits (as often as
    /// fewer than `top_k` are larger than the label's).
    pub fn add_classes(&mut self, logits: &[f32], labels: &[i32], top_k: Option<usize>) {
        if labels.is_empty() {
            return;
        }
        let classes = logits.len() / labels.len();
        if self.by_class.len() < classes {
            self.by_class.resize(classes, [0; 2]);
        }
        for (row, &label) in logits.chunks_exact(classes).zip(labels) {
            let Some(class) = usize::try_from(label).ok().filter(|class| *class < classes) else {
                continue;
            };
            let [correct, counted] = &mut self.by_class[class];
            *counted += 1;
            *correct += u64::from(argmax(row.iter().copied()) == class);
            if let Some(k) = top_k {
                // What is no number is in no order.
                let larger = row
                    .iter()
                    .filter(|value| value.partial_cmp(&&row[class]).is_none_or(Ordering::is_gt))
                    .count();
                self.in_top += u64::from(larger < k);
                self.top_k = k as u64;
            }
        }
    }

    /// Adds whether the largest channel of each pixel agrees, for pictures of
    /// `[y][x][channel]` values; of pictures of one channel, whether the pixel does, rounded to 0 or 1.
    pub fn add_pixels(&mut self, outputs: &[f32], targets: &[f32], shape: PictureShape) {
        self.counted += (outputs.len() / shape.channels()) as u64;
        self.correct += loss::correct(outputs, targets, shape.channels()) as u64;
    }

    /// Adds squared error and structural similarity of pictures of `[y][x][channel]` values.
    pub fn add_reconstructions(&mut self, outputs: &[f32], targets: &[f32], shape: PictureShape) {
        let values = shape.bytes();
        let pictures = outputs.chunks_exact(values).zip(targets.chunks_exact(values));
        for (output, target) in pictures {
            self.reconstructed += 1;
            // What no window fits into adds nothing: `Self::ssim` knows.
            self.ssim += ssim(output, target, shape).unwrap_or_default();
            self.squared_error += (output.iter().zip(target))
                .map(|(a, b)| f64::from(a - b) * f64::from(a - b))
                .sum::<f64>();
        }
    }

    /// Adds the mean squared error and the mean structural similarity, where windows fit into them, of
    /// `pictures`, as the device computes them.
    pub fn add_similarity(
        &mut self,
        squared_error: f32,
        ssim: Option<f32>,
        pictures: usize,
        shape: PictureShape,
    ) {
        self.reconstructed += pictures as u64;
        self.ssim += f64::from(ssim.unwrap_or_default()) * pictures as f64;
        self.squared_error += f64::from(squared_error) * (pictures * shape.bytes()) as f64;
    }

    /// Adds the sums of other pictures, such as those of another microbatch.
    pub fn merge(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.loss += other.loss;
        self.correct += other.correct;
        self.counted += other.counted;
        self.squared_error += other.squared_error;
        self.ssim += other.ssim;
        self.reconstructed += other.reconstructed;
        if self.by_class.len() < other.by_class.len() {
            self.by_class.resize(other.by_class.len(), [0; 2]);
        }
        for (own, other) in self.by_class.iter_mut().zip(&other.by_class) {
            own[0] += other[0];
            own[1] += other[1];
        }
        self.in_top += other.in_top;
        self.top_k = self.top_k.max(other.top_k);
        if let Some(terms) = &other.terms {
            self.terms.get_or_insert_default().merge(terms);
        }
    }

    /// Pictures whose loss it has.
    pub(crate) fn pictures(&self) -> u64 {
        self.pictures
    }

    /// The largest of its counts, to tell whether they make sense.
    pub(crate) fn largest_count(&self) -> u64 {
        let classes = self.by_class.iter().flatten().copied().max().unwrap_or(0);
        let largest = self.pictures.max(self.correct).max(self.counted).max(self.reconstructed);
        largest.max(classes).max(self.in_top).max(self.top_k)
    }

    /// Whether it counts classes, which the first versions of a stored run do not.
    pub(crate) fn counts_classes(&self) -> bool {
        !self.by_class.is_empty()
    }

    /// The accuracy of each class, 0 to 1, `None` for one without pictures; none at all where classes were
    /// not counted.
    #[must_use]
    pub fn accuracy_by_class(&self) -> Option<Vec<Option<f64>>> {
        let accuracy = |[correct, of]: &[u64; 2]| (*of > 0).then(|| *correct as f64 / *of as f64);
        (!self.by_class.is_empty()).then(|| self.by_class.iter().map(accuracy).collect())
    }

    /// Of how many most probable classes, and the share of pictures whose label is one of them, 0 to 1.
    #[must_use]
    pub fn top_k_accuracy(&self) -> Option<(u64, f64)> {
        let counted: u64 = self.by_class.iter().map(|[_, counted]| counted).sum();
        let found = self.top_k > 0 && counted > 0;
        found.then(|| (self.top_k, self.in_top as f64 / counted as f64))
    }

    /// Forgets what was counted by class.
    pub(crate) fn forget_classes(&mut self) {
        self.by_class.clear();
        (self.in_top, self.top_k) = (0, 0);
    }

    /// Mean loss over pictures; `None` before the first.
    #[must_use]
    pub fn loss(&self) -> Option<f64> {
        (self.pictures > 0).then(|| self.loss / self.pictures as f64)
    }

    /// What the loss of a variational autoencoder is made of, as means over pictures; `None` of others.
    #[must_use]
    pub fn loss_terms(&self) -> Option<LossTerms> {
        let terms = self.terms.as_ref().filter(|_| self.pictures > 0)?;
        Some(terms.means(self.pictures))
    }

    /// Fraction of correct predictions, 0 to 1; `None` where there were none. For an autoencoder this
    /// is what Keras calls its accuracy: the fraction of pixels whose largest channel agrees, or, of
    /// pictures of one channel, of those that are exactly 0 or 1 and rounded to that.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        (self.counted > 0).then(|| self.correct as f64 / self.counted as f64)
    }

    /// Mean squared error over all values of pictures of this shape, in squared units of the 0 to 1 range.
    #[must_use]
    pub fn mean_squared_error(&self, shape: PictureShape) -> Option<f64> {
        let values = self.reconstructed as f64 * shape.bytes() as f64;
        (self.reconstructed > 0).then(|| self.squared_error / values)
    }

    /// Peak signal-to-noise ratio in decibels, `10 log10(1 / mse)` of the mean squared error
    /// over all values; `None` also where there is no error.
    #[must_use]
    pub fn psnr(&self, shape: PictureShape) -> Option<f64> {
        let mse = self.mean_squared_error(shape)?;
        (mse > 0.0).then(|| -10.0 * libm::log10(mse))
    }

    /// Mean structural similarity; `None` also of pictures that are smaller than its window.
    #[must_use]
    pub fn ssim(&self, shape: PictureShape) -> Option<f64> {
        inside([shape.height(), shape.width()])?;
        (self.reconstructed > 0).then(|| self.ssim / self.reconstructed as f64)
    }
}

/// Index of the largest value, the first of equals as in Keras.
fn argmax(values: impl Iterator<Item = f32>) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, value) in values.enumerate() {
        if value > best.1 {
            best = (index, value);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rng::{Purpose, Rng};

    const CIFAR: PictureShape = PictureShape::CIFAR;

    fn noise(seed: u64) -> Vec<f32> {
        noise_of(seed, CIFAR)
    }

    fn noise_of(seed: u64, shape: PictureShape) -> Vec<f32> {
        let mut rng = Rng::new(seed, Purpose::Noise, 0);
        (0..shape.bytes()).map(|_| rng.unit()).collect()
    }

    #[test]
    fn a_picture_is_itself() {
        let mut sums = MetricSums::default();
        sums.add_reconstructions(&noise(1), &noise(1), CIFAR);
        sums.add_pixels(&noise(1), &noise(1), CIFAR);
        assert_eq!(sums.mean_squared_error(CIFAR), Some(0.0));
        assert_eq!(sums.psnr(CIFAR), None);
        assert_eq!(sums.accuracy(), Some(1.0));
        assert!((sums.ssim(CIFAR).expect("reconstructed") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn psnr_of_a_known_error() {
        let mut sums = MetricSums::default();
        sums.add_reconstructions(&[0.5; 3072], &[0.4; 3072], CIFAR);
        assert!((sums.psnr(CIFAR).expect("reconstructed") - 20.0).abs() < 1e-5);
    }

    #[test]
    fn pictures_of_other_shapes_are_compared_value_by_value() {
        for (height, width, channels) in [(11, 64, 3), (20, 12, 1), (8, 30, 1), (30, 10, 3)] {
            let shape = PictureShape::new(height, width, channels).expect("a shape");
            let picture = noise_of(3, shape);
            let mut sums = MetricSums::default();
            sums.add_reconstructions(
                &[picture.clone(), picture.clone()].concat(),
                &[picture.clone(), picture].concat(),
                shape,
            );
            assert_eq!((sums.reconstructed, sums.mean_squared_error(shape)), (2, Some(0.0)));
            // Nothing is said of pictures that no window fits into.
            let fits = height >= 11 && width >= 11;
            assert_eq!(
                sums.ssim(shape).map(|ssim| (ssim - 1.0).abs() < 1e-12),
                fits.then_some(true)
            );
        }
    }

    #[test]
    fn a_pixel_of_one_channel_is_correct_as_in_keras_binary_accuracy() {
        let shape = PictureShape::new(8, 8, 1).expect("a shape");
        let mut sums = MetricSums::default();
        // keras.metrics.BinaryAccuracy gives 0.5 of these: what is neither 0 nor 1 is never right.
        sums.add_pixels(&[0.6, 0.5, 0.4, 0.9, 0.2, 0.7], &[1.0, 0.0, 1.0, 0.9, 0.0, 0.0], shape);
        assert_eq!(sums.accuracy(), Some(0.5));
    }

    #[test]
    fn accuracy_counts_the_first_of_equals() {
        let mut sums = MetricSums::default();
        sums.add_logits(&[0.0, 1.0, 1.0, 3.0, 2.0, 1.0], &[1, 2]);
        assert_eq!(sums.accuracy(), Some(0.5));
        sums.add_logits(&[], &[]);
        assert_eq!(sums.accuracy(), Some(0.5));
    }

    #[test]
    fn classes_are_counted_one_by_one_and_ties_are_within_the_top() {
        let mut sums = MetricSums::default();
        assert_eq!((sums.accuracy_by_class(), sums.top_k_accuracy()), (None, None));
        // The second largest, one of two second ones, the smallest, and one that is no number.
        let rows = [[1.0, 3.0, 2.0], [2.0, 2.0, 3.0], [9.0, 8.0, 7.0], [f32::NAN, 0.0, 0.0]];
        sums.add_classes(rows.as_flattened(), &[2, 0, 2, 0], Some(2));
        assert_eq!(sums.accuracy_by_class(), Some(vec![Some(0.0), None, Some(0.0)]));
        assert_eq!(sums.top_k_accuracy(), Some((2, 0.5)));
        let mut more = MetricSums::default();
        more.add_classes(&[0.0, 5.0, 1.0], &[1], Some(2));
        sums.merge(&more);
        assert_eq!(sums.accuracy_by_class(), Some(vec![Some(0.0), Some(1.0), Some(0.0)]));
        assert_eq!(sums.top_k_accuracy(), Some((2, 0.6)));
    }

    #[test]
    fn loss_weighs_pictures_not_batches() {
        let mut sums = MetricSums::default();
        assert_eq!((sums.loss(), sums.accuracy(), sums.ssim(CIFAR)), (None, None, None));
        sums.add_loss(1.0, 3);
        sums.add_loss(5.0, 1);
        assert_eq!(sums.loss(), Some(2.0));
    }
}
