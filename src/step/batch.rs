//! Bytes to numbers: chosen pictures as values in 0 to 1, laid as their bytes are, corrupted if asked.
//! On the host; the tensor is made from the result. Knows no layout of a device.

use burn::tensor::{Device, Tensor, TensorData};

use crate::data::pictures::{CHANNELS, PICTURE_BYTES, Pictures, SIDE};
use crate::data::rng::{Purpose, Rng, unit};
use crate::nn::SampleStreams;
use crate::ops;
use crate::spec::{Noise, RunConfig};

/// Values of pictures in 0 to 1, `[picture][y][x][channel]`, and their labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The clean pictures.
    pub clean: Vec<f32>,
    /// What the network sees, where that is not the clean pictures.
    pub corrupted: Option<Vec<f32>>,
    /// Labels.
    pub labels: Vec<i32>,
    /// Random numbers for layers that draw them, by picture.
    pub streams: SampleStreams,
}

/// Which corruption a picture gets: another one each time it is trained on, always the same one
/// when it is validated or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// Epoch, counted over the whole run.
    Training(u32),
    /// Validation and display.
    Fixed,
}

impl Draw {
    /// The noise of picture `index` in a run with `seed`.
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
    /// Pictures `indices` of `pictures`, corrupted as `config` says. Indices past the end are
    /// left out.
    #[must_use]
    pub fn new(pictures: &Pictures, indices: &[u32], config: &RunConfig, draw: Draw) -> Self {
        let chosen = indices.iter().filter_map(|&index| {
            let (label, pixels) = pictures.get(index as usize)?;
            Some((index, label, pixels))
        });
        Self::of(chosen, config, draw)
    }

    /// Pictures as their index in the data set, which names their noise, their label and pixels.
    pub(crate) fn of<'a>(
        pictures: impl Iterator<Item = (u32, u8, &'a [u8; PICTURE_BYTES])>,
        config: &RunConfig,
        draw: Draw,
    ) -> Self {
        let room = pictures.size_hint().1.unwrap_or(0);
        let mut clean = Vec::with_capacity(room * PICTURE_BYTES);
        let (mut labels, mut indices) = (Vec::with_capacity(room), Vec::with_capacity(room));
        for (index, label, pixels) in pictures {
            indices.push(index);
            labels.push(i32::from(label));
            clean.extend(pixels.iter().map(|byte| f32::from(*byte) / 255.0));
        }
        let corrupted = (config.noise != Noise::None).then(|| {
            let mut values = clean.clone();
            for (picture, &index) in values.chunks_exact_mut(PICTURE_BYTES).zip(&indices) {
                let mut rng = draw.stream(config.seed, index);
                corrupt(picture, config.noise, config.noise_level as f32, &mut rng);
            }
            values
        });
        let streams = draw.layers(config.seed, &indices);
        Self { clean, corrupted, labels, streams }
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

    /// What the network sees, `[batch, 3, 32, 32]`.
    #[must_use]
    pub fn inputs(&self, device: &Device) -> Tensor<4> {
        self.tensor(self.corrupted.as_ref().unwrap_or(&self.clean), device)
    }

    /// What an autoencoder should draw, `[batch, 3, 32, 32]`.
    #[must_use]
    pub fn targets(&self, device: &Device) -> Tensor<4> {
        self.tensor(&self.clean, device)
    }

    fn tensor(&self, values: &[f32], device: &Device) -> Tensor<4> {
        ops::pictures(values, [CHANNELS, SIDE], device)
    }
}

/// Labels, `[batch, classes]`: a 1 in the place of the class, 0 elsewhere.
#[must_use]
pub(crate) fn one_hot(labels: &[i32], classes: usize, device: &Device) -> Tensor<2> {
    let row = |label: i32| {
        (0..classes).map(move |class| f32::from(u8::from(usize::try_from(label) == Ok(class))))
    };
    let values: Vec<f32> = labels.iter().flat_map(|&label| row(label)).collect();
    Tensor::from_data(TensorData::new(values, [labels.len(), classes]), device)
}

/// Corrupts one picture, `[y][x][channel]` in 0 to 1. Gaussian noise has a draw for each value; salt and
/// pepper and masking have one for each pixel.
fn corrupt(picture: &mut [f32], noise: Noise, level: f32, rng: &mut Rng) {
    match noise {
        Noise::None => {}
        Noise::Gaussian => {
            let mut drawn = [0.0; PICTURE_BYTES];
            rng.normals(&mut drawn);
            for (value, drawn) in picture.iter_mut().zip(drawn) {
                *value = (*value + level * drawn).clamp(0.0, 1.0);
            }
        }
        Noise::SaltAndPepper | Noise::Masking => {
            for pixel in picture.as_chunks_mut::<CHANNELS>().0 {
                // One draw a pixel, whatever it says, so that a GPU can begin anywhere. Its first 24
                // bits say whether, and its last one which.
                let drawn = rng.bits();
                if unit(drawn) >= level {
                    continue;
                }
                let salt = noise == Noise::SaltAndPepper && drawn & 1 == 1;
                *pixel = [if salt { 1.0 } else { 0.0 }; CHANNELS];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> Pictures {
        let mut pictures = Pictures::default();
        for label in 0..4 {
            let mut pixels = [0; PICTURE_BYTES];
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
    fn values_lie_as_their_bytes() {
        let batch = Batch::new(
            &pictures(),
            &[2, 0],
            &RunConfig::named("cae").expect("a preset"),
            Draw::Fixed,
        );
        assert_eq!(batch.labels, [2, 0]);
        assert_eq!(batch.corrupted, None);
        for (channel, byte) in [(0, 2.0), (1, 102.0), (2, 202.0)] {
            let values = batch.clean[..PICTURE_BYTES].iter().skip(channel).step_by(CHANNELS);
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
        assert_eq!(Some(both[PICTURE_BYTES..].to_vec()), corrupted(&[2], Draw::Fixed));
    }

    #[test]
    fn level_is_the_share_of_pixels() {
        for (noise, white) in [(Noise::SaltAndPepper, 0.5), (Noise::Masking, 0.0)] {
            let batch = Batch::new(&pictures(), &[0, 1, 2, 3], &noisy(noise, 0.3), Draw::Fixed);
            let corrupted = batch.corrupted.expect("noisy");
            let changed: Vec<f32> = (corrupted.iter().zip(&batch.clean))
                .filter_map(|(after, before)| (after != before).then_some(*after))
                .collect();
            // The red plane of the first picture is black already, so masking leaves it.
            let share = changed.len() as f32 / batch.clean.len() as f32;
            assert!((share - 0.3).abs() < 0.04, "{noise:?}: {share}");
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
