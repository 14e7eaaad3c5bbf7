//! A batch on the host: pictures as values in 0 to 1, augmented in training, with noise for an autoencoder.
//! The values keep the order of the bytes, `[picture][y][x][channel]`; [`ops::pictures`] brings them into the
//! device's layout.

use burn::tensor::{Device, Tensor, TensorData};

use crate::data::pictures::{PictureShape, Pictures};
use crate::data::rng::{Purpose, Rng, unit};
use crate::kernels::augment::{augment, mix};
use crate::nn::SampleStreams;
use crate::ops;
use crate::spec::{Noise, RunConfig};
use crate::step::augment::Augmenter;

/// A picture of the data set: its index there, which names what is drawn for it, its label and its pixels.
pub(crate) type Sample<'a> = (u32, u8, &'a [u8]);

/// What is mixed into a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mix {
    /// The label of the other picture.
    pub label: i32,
    /// How much of the mixture is the picture itself, 0 to 1.
    pub share: f32,
}

/// Pictures `[picture][y][x][channel]` in 0 to 1, and their labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The shape of a picture.
    pub shape: PictureShape,
    /// The pictures without noise.
    pub clean: Vec<f32>,
    /// The inputs of the network, where noise makes them differ from the clean pictures.
    pub corrupted: Option<Vec<f32>>,
    /// Labels.
    pub labels: Vec<i32>,
    /// What is mixed into each picture, where they are mixed.
    pub mixes: Option<Vec<Mix>>,
    /// Random numbers for layers that draw them, by picture.
    pub streams: SampleStreams,
}

/// Which noise and augmentation a picture gets: new ones in each epoch of training; always the same noise,
/// and no augmentation, when it is validated or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// Those of this epoch, counted over the whole run.
    Training(u32),
    /// The noise of validation and display.
    Fixed,
}

impl Draw {
    /// The random numbers for the noise of picture `index` in a run with `seed`.
    pub(crate) fn stream(self, seed: u64, index: u32) -> Rng {
        let draw = match self {
            Self::Training(epoch) => u64::from(epoch) + 1,
            Self::Fixed => 0,
        };
        Rng::new(seed, Purpose::Noise, draw << 32 | u64::from(index))
    }

    /// Random numbers for the layers that draw them, of pictures `indices`.
    pub(crate) fn layers(self, seed: u64, indices: &[u32]) -> SampleStreams {
        let epoch = match self {
            Self::Training(epoch) => epoch,
            Self::Fixed => 0,
        };
        SampleStreams { seed, epoch, indices: indices.into() }
    }
}

impl Batch {
    /// Pictures `indices` of `pictures`, with the augmentation and noise that `config` asks for.
    ///
    /// # Panics
    /// If there is no picture of an index.
    #[must_use]
    pub fn new(pictures: &Pictures, indices: &[u32], config: &RunConfig, draw: Draw) -> Self {
        let augmenter = Augmenter::of(config, draw);
        let sample = |index: u32| {
            let found = pictures.get(index as usize);
            let (label, pixels) = found.expect("indices are checked where they come from");
            (index, label, pixels)
        };
        let rows = indices.iter().map(|&index| {
            let partner = augmenter.and_then(|all| all.partner(index, pictures.len()));
            (sample(index), partner.map(sample))
        });
        Self::from_rows(pictures.shape(), rows, config, draw)
    }

    /// Pictures of one shape, each with the one that is mixed into it, where they are mixed.
    pub(crate) fn from_rows<'a>(
        shape: PictureShape,
        pictures: impl Iterator<Item = (Sample<'a>, Option<Sample<'a>>)>,
        config: &RunConfig,
        draw: Draw,
    ) -> Self {
        let augmenter = Augmenter::of(config, draw);
        let count = pictures.size_hint().0;
        let mut clean = Vec::with_capacity(count * shape.bytes());
        let (mut labels, mut indices) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut mixes = augmenter.filter(Augmenter::mixes).map(|_| Vec::with_capacity(count));
        for ((index, label, pixels), partner) in pictures {
            indices.push(index);
            labels.push(i32::from(label));
            let Some(augmenter) = augmenter else {
                clean.extend(pixels.iter().map(|byte| f32::from(*byte) / 255.0));
                continue;
            };
            let mut augmented = |(index, _, pixels): Sample<'_>| {
                let start = clean.len();
                clean.resize(start + shape.bytes(), 0.0);
                let transform = augmenter.transform(index, pixels, shape);
                let fill = config.augmentation.fill_mode;
                augment(pixels, shape.dims(), &transform, fill, &mut clean[start..]);
                start
            };
            let start = augmented((index, label, pixels));
            if let (Some(mixes), Some(partner)) = (&mut mixes, partner) {
                let (other, share) = (augmented(partner), augmenter.share(index));
                let (own, other) = clean[start..].split_at_mut(other - start);
                mix(own, other, share);
                clean.truncate(start + shape.bytes());
                mixes.push(Mix { label: i32::from(partner.1), share });
            }
        }
        let corrupted = (config.noise != Noise::None).then(|| {
            let mut values = clean.clone();
            for (picture, &index) in values.chunks_exact_mut(shape.bytes()).zip(&indices) {
                let mut rng = draw.stream(config.seed, index);
                corrupt(
                    picture,
                    shape.channels(),
                    config.noise,
                    config.noise_level as f32,
                    &mut rng,
                );
            }
            values
        });
        let streams = draw.layers(config.seed, &indices);
        Self { shape, clean, corrupted, labels, mixes, streams }
    }

    /// Pictures in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The network's inputs, `[batch, channels, height, width]`.
    #[must_use]
    pub fn inputs(&self, device: &Device) -> Tensor<4> {
        self.tensor(self.corrupted.as_ref().unwrap_or(&self.clean), device)
    }

    /// What an autoencoder should reconstruct, `[batch, channels, height, width]`.
    #[must_use]
    pub fn targets(&self, device: &Device) -> Tensor<4> {
        self.tensor(&self.clean, device)
    }

    fn tensor(&self, values: &[f32], device: &Device) -> Tensor<4> {
        ops::pictures(values, self.shape.dims(), device)
    }
}

/// Labels as one-hot rows `[batch, classes]`: 1 for the class, 0 elsewhere.
#[must_use]
pub(crate) fn one_hot(labels: &[i32], classes: usize, device: &Device) -> Tensor<2> {
    smoothed(labels, classes, 0.0, device)
}

/// The same, of which all classes share the part `smoothing`.
#[must_use]
pub(crate) fn smoothed(
    labels: &[i32],
    classes: usize,
    smoothing: f64,
    device: &Device,
) -> Tensor<2> {
    let values = smoothed_values(labels, classes, smoothing);
    ops::from_data(TensorData::new(values, [labels.len(), classes]), device)
}

/// The same on the host, row by row.
pub(crate) fn smoothed_values(labels: &[i32], classes: usize, smoothing: f64) -> Vec<f32> {
    let (own, shared) = ((1.0 - smoothing) as f32, smoothing as f32 / classes as f32);
    let row = |label: i32| {
        (0..classes).map(move |class| {
            let hot = f32::from(u8::from(usize::try_from(label) == Ok(class)));
            hot * own + shared
        })
    };
    labels.iter().flat_map(|&label| row(label)).collect()
}

/// Adds noise to one picture `[y][x][channel]` in 0 to 1. Gaussian noise has a draw for each value; salt
/// and pepper and masking have one for each pixel.
fn corrupt(picture: &mut [f32], channels: usize, noise: Noise, level: f32, rng: &mut Rng) {
    match noise {
        Noise::None => {}
        Noise::Gaussian => {
            let mut noise = vec![0.0; picture.len()];
            rng.normals(&mut noise);
            for (value, noise) in picture.iter_mut().zip(noise) {
                *value = (*value + level * noise).clamp(0.0, 1.0);
            }
        }
        Noise::SaltAndPepper | Noise::Masking => {
            for pixel in picture.chunks_exact_mut(channels) {
                // One draw for every pixel, changed or not, so that a GPU can begin at any pixel. Its
                // first 24 bits decide whether the pixel changes, its last bit to salt or pepper.
                let bits = rng.bits();
                if unit(bits) >= level {
                    continue;
                }
                let salt = noise == Noise::SaltAndPepper && bits & 1 == 1;
                pixel.fill(if salt { 1.0 } else { 0.0 });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> Pictures {
        let mut pictures = Pictures::new(PictureShape::CIFAR);
        for label in 0..4 {
            let mut pixels = [0; 3072];
            for (i, byte) in pixels.iter_mut().enumerate() {
                *byte = (i % 3 * 100 + label) as u8;
            }
            pictures.push(label as u8, &pixels);
        }
        pictures
    }

    fn noisy(noise: Noise, noise_level: f64) -> RunConfig {
        RunConfig { noise, noise_level, ..RunConfig::named("cae-denoise").expect("a preset") }
    }

    #[test]
    fn values_keep_the_order_of_the_bytes() {
        let batch = Batch::new(
            &pictures(),
            &[2, 0],
            &RunConfig::named("cae").expect("a preset"),
            Draw::Fixed,
        );
        assert_eq!(batch.labels, [2, 0]);
        assert_eq!(batch.corrupted, None);
        for (channel, byte) in [(0, 2.0), (1, 102.0), (2, 202.0)] {
            let values = batch.clean[..3072].iter().skip(channel).step_by(3);
            assert!(values.copied().all(|value| value == byte / 255.0));
        }
    }

    #[test]
    fn noise_is_new_in_each_epoch_and_fixed_in_validation() {
        let corrupted = |indices: &[u32], draw| {
            Batch::new(&pictures(), indices, &noisy(Noise::Gaussian, 0.3), draw).corrupted
        };
        assert_ne!(corrupted(&[1], Draw::Training(0)), corrupted(&[1], Draw::Training(1)));
        assert_ne!(corrupted(&[1], Draw::Training(0)), corrupted(&[1], Draw::Fixed));
        let both = corrupted(&[1, 2], Draw::Fixed).expect("noisy");
        assert_eq!(Some(both[3072..].to_vec()), corrupted(&[2], Draw::Fixed));
    }

    #[test]
    fn level_is_the_fraction_of_pixels() {
        for (noise, white) in [(Noise::SaltAndPepper, 0.5), (Noise::Masking, 0.0)] {
            let batch = Batch::new(&pictures(), &[0, 1, 2, 3], &noisy(noise, 0.3), Draw::Fixed);
            let corrupted = batch.corrupted.expect("noisy");
            let changed: Vec<f32> = (corrupted.iter().zip(&batch.clean))
                .filter_map(|(after, before)| (after != before).then_some(*after))
                .collect();
            // The red plane of the first picture is black already, so masking leaves it.
            let fraction = changed.len() as f32 / batch.clean.len() as f32;
            assert!((fraction - 0.3).abs() < 0.04, "{noise:?}: {fraction}");
            let whites = changed.iter().filter(|&&value| value == 1.0).count() as f32;
            assert!((whites / changed.len() as f32 - white).abs() < 0.06, "{noise:?}");
        }
    }

    #[test]
    fn values_stay_in_range() {
        let batch = Batch::new(&pictures(), &[0, 3], &noisy(Noise::Gaussian, 1.0), Draw::Fixed);
        let corrupted = batch.corrupted.expect("noisy");
        assert!(corrupted.iter().all(|value| (0.0..=1.0).contains(value)));
    }
}
