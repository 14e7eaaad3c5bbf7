//! What is drawn for the augmentation of a training picture: of the seed, the epoch and the picture's index
//! alone, so that no batch, worker or device changes it. The CPU applies it on the host
//! (`crate::step::batch`), a GPU where it gathers its batches (`crate::step::device_dataset`).

use std::f64::consts::TAU;

use crate::data::pictures::PictureShape;
use crate::data::rng::{Purpose, Rng};
use crate::kernels::augment::Transform;
use crate::spec::RunConfig;
use crate::spec::run::augmentation::{Augmentation, Flip};
use crate::step::batch::Draw;

/// Draws for the pictures of one epoch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Augmenter<'a> {
    settings: &'a Augmentation,
    seed: u64,
    epoch: u32,
}

/// What is drawn for a picture, in this order. All of it is drawn always, so that one setting more or less
/// leaves the others' draws as they were.
struct Drawn {
    /// In 0 to 1: whether it is flipped, across and down.
    flips: [f64; 2],
    /// Of which a shift is made, across and down.
    shifts: [Chance; 2],
    /// In -1 to 1.
    turn: f64,
    /// In 0 to 1: how much of the area is kept, and where it lies.
    crop: [f64; 3],
    /// In -1 to 1.
    brightness: f64,
    contrast: f64,
    /// Of which the centre of the box is made, across and down.
    cut: [Chance; 2],
    /// Of which another picture is made.
    partner: Chance,
    /// The same stream, for the share of a mixed picture.
    rest: Rng,
}

/// 32 random bits.
#[derive(Clone, Copy)]
struct Chance(u32);

impl Chance {
    /// As [`Rng::below`].
    fn below(self, n: u32) -> u32 {
        ((u64::from(self.0) * u64::from(n)) >> 32) as u32
    }
}

impl Drawn {
    fn new(mut rng: Rng) -> Self {
        let unit = |rng: &mut Rng| f64::from(rng.unit());
        let either = |rng: &mut Rng| 2.0 * f64::from(rng.unit()) - 1.0;
        let chance = |rng: &mut Rng| Chance(rng.bits());
        Self {
            flips: [unit(&mut rng), unit(&mut rng)],
            shifts: [chance(&mut rng), chance(&mut rng)],
            turn: either(&mut rng),
            crop: [unit(&mut rng), unit(&mut rng), unit(&mut rng)],
            brightness: either(&mut rng),
            contrast: either(&mut rng),
            cut: [chance(&mut rng), chance(&mut rng)],
            partner: chance(&mut rng),
            rest: rng,
        }
    }
}

/// `part` of a side in whole pixels, at least one of them where it is not 0.
fn pixels(part: f64, side: usize) -> u32 {
    let exact = part * side as f64;
    if part == 0.0 { 0 } else { (exact.round() as u32).max(1) }
}

impl<'a> Augmenter<'a> {
    /// Of a run's training batches; `None` where pictures stay as they are, as all do that are validated or
    /// shown.
    pub(crate) fn of(config: &'a RunConfig, draw: Draw) -> Option<Self> {
        let Draw::Training(epoch) = draw else { return None };
        let settings = &config.augmentation;
        settings.is_on().then_some(Self { settings, seed: config.seed, epoch })
    }

    fn drawn(&self, index: u32) -> Drawn {
        let stream = u64::from(self.epoch) << 32 | u64::from(index);
        Drawn::new(Rng::new(self.seed, Purpose::Augmentation, stream))
    }

    /// Whether pictures are mixed with others.
    pub(crate) fn mixes(&self) -> bool {
        self.settings.mixup != 0.0
    }

    /// Which of `count` training pictures is mixed into picture `index`.
    pub(crate) fn partner(&self, index: u32, count: usize) -> Option<u32> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.mixes().then(|| self.drawn(index).partner.below(count))
    }

    /// How much of a mixed picture is picture `index` itself, 0 to 1: a draw of Beta(alpha, alpha).
    pub(crate) fn share(&self, index: u32) -> f32 {
        beta(self.settings.mixup, &mut self.drawn(index).rest) as f32
    }

    /// What happens to picture `index`, which has these bytes.
    pub(crate) fn transform(&self, index: u32, picture: &[u8], shape: PictureShape) -> Transform {
        self.made_of(&self.drawn(index), picture, shape)
    }

    fn made_of(&self, drawn: &Drawn, picture: &[u8], shape: PictureShape) -> Transform {
        let contrast = 1.0 + self.settings.contrast * drawn.contrast;
        let delta = self.settings.brightness * drawn.brightness;
        let mut bias = [delta as f32; 3];
        if self.settings.contrast != 0.0 {
            for (channel, bias) in bias.iter_mut().enumerate().take(shape.channels()) {
                let values = picture.iter().skip(channel).step_by(shape.channels());
                let sum: u64 = values.map(|&byte| u64::from(byte)).sum();
                let mean = sum as f64 / (255 * shape.area()) as f64;
                *bias = (mean * (1.0 - contrast) + delta) as f32;
            }
        }
        Transform {
            source: self.source(drawn, shape),
            gain: contrast as f32,
            bias,
            cut: self.cut(drawn, shape),
        }
    }

    /// Where pixels come from: the way back through shift, rotation, crop and flip.
    fn source(&self, drawn: &Drawn, shape: PictureShape) -> [f32; 6] {
        let Augmentation { flip, shift, rotation, crop, .. } = *self.settings;
        let sides = [shape.width(), shape.height()];
        let last = sides.map(|side| (side - 1) as f64);
        let [shift_x, shift_y] = [0, 1].map(|axis| {
            let most = pixels(shift, sides[axis]);
            f64::from(drawn.shifts[axis].below(2 * most + 1)) - f64::from(most)
        });
        let turn = TAU * rotation * drawn.turn;
        let (sin, cos) = if rotation == 0.0 { (0.0, 1.0) } else { libm::sincos(turn) };
        // About the middle, as Keras turns.
        let [middle_x, middle_y] = last.map(|last| last / 2.0);
        let mut x = [cos, -sin, middle_x - cos * (middle_x + shift_x) + sin * (middle_y + shift_y)];
        let mut y = [sin, cos, middle_y - sin * (middle_x + shift_x) - cos * (middle_y + shift_y)];
        let [kept, at_x, at_y] = drawn.crop;
        if crop != 1.0 {
            let scale = (crop + (1.0 - crop) * kept).sqrt();
            for (row, (side, at)) in [(&mut x, (sides[0], at_x)), (&mut y, (sides[1], at_y))] {
                let start = side as f64 * (1.0 - scale) * at;
                *row = [row[0] * scale, row[1] * scale, (row[2] + 0.5) * scale + start - 0.5];
            }
        }
        let (across, down) = match flip {
            None => (false, false),
            Some(Flip::Horizontal) => (true, false),
            Some(Flip::Vertical) => (false, true),
            Some(Flip::HorizontalAndVertical) => (true, true),
        };
        let flips = [(&mut x, across, 0), (&mut y, down, 1)];
        for (row, chosen, axis) in flips {
            if chosen && drawn.flips[axis] < 0.5 {
                *row = [-row[0], -row[1], last[axis] - row[2]];
            }
        }
        let [[a, b, c], [d, e, f]] = [x, y].map(|row| row.map(|number| number as f32));
        [a, b, c, d, e, f]
    }

    /// The box that is cut out, around a pixel of the picture, and so perhaps beyond it in part (`DeVries`
    /// and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017).
    fn cut(&self, drawn: &Drawn, shape: PictureShape) -> [u32; 4] {
        let along = |side: usize, centre: Chance| {
            let (length, side32) = (pixels(self.settings.cutout, side), side as u32);
            let before = centre.below(side32) + side32;
            let start = before - length / 2;
            let within = |at: u32| at.saturating_sub(side32).min(side32);
            [within(start), within(start + length)]
        };
        let [across, down] = drawn.cut;
        let ([top, bottom], [left, right]) =
            (along(shape.height(), down), along(shape.width(), across));
        [top, bottom, left, right]
    }
}

/// A draw of Beta(alpha, alpha), alpha up to 1, by the method of Jöhnk, "Erzeugung von betaverteilten und
/// gammaverteilten Zufallszahlen" (1964). Of logarithms, because powers of 1 / alpha may be too small.
fn beta(alpha: f64, rng: &mut Rng) -> f64 {
    loop {
        let [own, other] = [(); 2].map(|()| libm::log(1.0 - f64::from(rng.unit())));
        if libm::exp(own / alpha) + libm::exp(other / alpha) <= 1.0 {
            return 1.0 / (1.0 + libm::exp((other - own) / alpha));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::kernels::augment::augment;

    const FIXTURE: &str = include_str!("../../tests/keras/fixtures/augmentation.json");

    fn rng(index: u64) -> Rng {
        Rng::new(1, Purpose::Augmentation, index)
    }

    /// What is drawn where everything comes out at the end of its range, the upper or the lower one.
    fn extreme(upper: bool) -> Drawn {
        let (chance, sign) = if upper { (Chance(u32::MAX), 1.0) } else { (Chance(0), -1.0) };
        Drawn {
            flips: [1.0; 2],
            shifts: [chance; 2],
            turn: sign,
            crop: [0.0; 3],
            brightness: sign,
            contrast: sign,
            cut: [chance; 2],
            partner: chance,
            rest: rng(0),
        }
    }

    #[test]
    fn pictures_are_those_that_keras_layers_make_of_the_same_draws() {
        let fixture: Value = serde_json::from_str(FIXTURE).expect("it is JSON");
        let [height, width, channels]: [usize; 3] =
            serde_json::from_value(fixture["shape"].clone()).expect("a shape");
        let shape = PictureShape::new(height, width, channels).expect("a shape");
        let byte = |i: usize| {
            let (y, x, channel) = (i / channels / width, i / channels % width, i % channels);
            (x * x * 7 + y * 31 + x * y * 5 + channel * 83) as u8
        };
        let picture: Vec<u8> = (0..shape.bytes()).map(byte).collect();
        let cases = fixture["cases"].as_array().expect("a list");
        assert_eq!(cases.len(), 16);
        for case in cases {
            let value = case["value"].as_f64().expect("a number");
            let name = case["setting"].as_str().expect("a name");
            let mut settings = serde_json::Map::new();
            settings.insert(name.to_owned(), value.abs().into());
            if let Some(fill) = case.get("fill_mode") {
                settings.insert("fill_mode".to_owned(), fill.clone());
            }
            let settings: Augmentation = serde_json::from_value(settings.into()).expect("settings");
            let augmenter = Augmenter { settings: &settings, seed: 0, epoch: 0 };
            let transform = augmenter.made_of(&extreme(value > 0.0), &picture, shape);
            let mut found = vec![0.0; picture.len()];
            augment(&picture, shape.dims(), &transform, settings.fill_mode, &mut found);
            let expected = case["output"].as_array().expect("values");
            assert_eq!(found.len(), expected.len());
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                let apart = f64::from(*found) - expected.as_f64().expect("a number");
                assert!(apart.abs() < 1e-5, "{name} {value} at {at}: {found} and {expected}");
            }
        }
    }

    #[test]
    fn shares_are_of_the_beta_distribution() {
        for alpha in [0.05, 0.2, 0.5, 1.0] {
            let n = 20_000;
            let draws: Vec<f64> = (0..n).map(|i| beta(alpha, &mut rng(i))).collect();
            assert!(draws.iter().all(|draw| (0.0..=1.0).contains(draw)));
            let mean = draws.iter().sum::<f64>() / n as f64;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            assert!((mean - 0.5).abs() < 0.01, "{alpha}: {mean}");
            assert!((variance - 0.25 / (2.0 * alpha + 1.0)).abs() < 0.005, "{alpha}: {variance}");
        }
        for alpha in [f64::MIN_POSITIVE, 1e-300, 1e-12] {
            let draws = (0..200).map(|i| beta(alpha, &mut rng(i)));
            assert!(draws.into_iter().all(|draw| (0.0..=1.0).contains(&draw)), "{alpha}");
        }
    }

    #[test]
    fn one_setting_more_leaves_the_draws_of_the_others() {
        let shape = PictureShape::CIFAR;
        let picture: Vec<u8> = (0..shape.bytes()).map(|i| (i * i % 251) as u8).collect();
        let of = |settings: Augmentation, index| {
            let augmenter = Augmenter { settings: &settings, seed: 7, epoch: 3 };
            augmenter.transform(index, &picture, shape)
        };
        let shift = Augmentation { shift: 0.25, ..Augmentation::default() };
        let lit = Augmentation { brightness: 0.5, cutout: 0.5, ..shift.clone() };
        for index in 0..50 {
            let (one, more) = (of(shift.clone(), index), of(lit.clone(), index));
            assert_eq!(one.source, more.source);
            assert_ne!(one, more);
        }
    }
}
