//! What a data set makes meaningless: measures that say nothing on its pictures, and classes that cannot
//! be learned or evaluated.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::dataset::Dataset;
use super::pictures::Pictures;

/// Something that is to be known before numbers are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Caveat {
    /// All training pictures have one label.
    OneClass,
    /// Classes that are never evaluated.
    NoTestPictures {
        /// Their names.
        classes: Vec<String>,
    },
    /// Classes that are never learned from, though there are test pictures of them.
    NoTrainingPictures {
        /// Their names.
        classes: Vec<String>,
    },
    /// Most pixels have no strongest channel, which Keras' accuracy of an autoencoder compares.
    GreyPictures,
    /// Most values of grey pictures are neither 0 nor 255, which Keras' accuracy of an autoencoder of one
    /// channel compares.
    MidTones,
    /// Pictures that are smaller than the window of SSIM.
    SmallPictures {
        /// The shorter side, in pixels.
        side: usize,
    },
    /// Most pictures have one colour all over, and so no structure for SSIM to compare.
    PlainPictures,
}

/// Classes that are named in a sentence.
const MOST_NAMED: usize = 5;
/// Pictures that are looked at; the first of the test pictures.
const LOOKED_AT: usize = 1000;
/// Side of SSIM's window, in pixels: no part of a smaller picture can be compared.
pub(crate) const SSIM_WINDOW: usize = 11;
/// Bytes that decoding and shrinking may add to a difference of 0.
const ROUNDING: u8 = 1;

impl Caveat {
    /// Caveats for classifiers: what labels make meaningless.
    #[must_use]
    pub fn of_labels(data: &Dataset) -> Vec<Self> {
        let count = |pictures: &Pictures| {
            let mut counts = vec![0_usize; data.classes.len()];
            for &label in pictures.labels() {
                if let Some(count) = counts.get_mut(usize::from(label)) {
                    *count += 1;
                }
            }
            counts
        };
        let (train, test) = (count(&data.train), count(&data.test));
        let named = |chosen: &dyn Fn(usize) -> bool| -> Vec<String> {
            let names = data.classes.iter().enumerate().filter(|(class, _)| chosen(*class));
            names.map(|(_, name)| name.clone()).collect()
        };
        let mut found = Vec::new();
        if train.iter().filter(|&&count| count > 0).count() == 1 {
            found.push(Self::OneClass);
        }
        let untested = named(&|class| test[class] == 0);
        if !untested.is_empty() {
            found.push(Self::NoTestPictures { classes: untested });
        }
        let unlearned = named(&|class| train[class] == 0 && test[class] > 0);
        if !unlearned.is_empty() {
            found.push(Self::NoTrainingPictures { classes: unlearned });
        }
        found
    }

    /// Caveats for autoencoders: what the test pictures make meaningless.
    #[must_use]
    pub fn of_pixels(data: &Dataset) -> Vec<Self> {
        let (shape, channels) = (data.shape(), data.shape().channels());
        let bytes = data.test.pixels();
        let bytes = &bytes[..bytes.len().min(LOOKED_AT * shape.bytes())];
        let pixels = bytes.chunks_exact(channels);
        let spread = |values: &mut dyn Iterator<Item = u8>| {
            let (low, high) =
                values.fold((u8::MAX, 0), |(low, high), value| (value.min(low), value.max(high)));
            high.saturating_sub(low)
        };
        let grey = |pixel: &&[u8]| spread(&mut pixel.iter().copied()) <= ROUNDING;
        let mid_tone = |pixel: &&[u8]| !matches!(pixel[0], 0 | u8::MAX);
        let plain = |picture: &&[u8]| {
            let channel = |at| picture.iter().copied().skip(at).step_by(channels);
            (0..channels).all(|at| spread(&mut channel(at)) <= ROUNDING)
        };
        let mut found = Vec::new();
        let count = pixels.len();
        if channels == 1 && 2 * pixels.filter(mid_tone).count() > count {
            found.push(Self::MidTones);
        } else if channels > 1 && 2 * bytes.chunks_exact(channels).filter(grey).count() > count {
            found.push(Self::GreyPictures);
        }
        let side = shape.height().min(shape.width());
        if side < SSIM_WINDOW {
            found.push(Self::SmallPictures { side });
        } else {
            let pictures = bytes.chunks_exact(shape.bytes());
            let count = pictures.len();
            if 2 * pictures.filter(plain).count() > count {
                found.push(Self::PlainPictures);
            }
        }
        found
    }
}

/// The first few, and how many more.
fn list(names: &[String]) -> String {
    let named: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(MOST_NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneClass => f.write_str(
                "All training pictures are of one class, so a classifier is always right and \
                 learns nothing. Add a class, or train an autoencoder.",
            ),
            Self::NoTestPictures { classes } => write!(
                f,
                "There are no test pictures of {}: the accuracy says nothing about {}.",
                list(classes),
                if classes.len() == 1 { "it" } else { "them" }
            ),
            Self::NoTrainingPictures { classes } => write!(
                f,
                "There are no training pictures of {}, so every test picture of {} counts as wrong.",
                list(classes),
                if classes.len() == 1 { "it" } else { "them" }
            ),
            Self::GreyPictures => f.write_str(
                "Most pixels of the test pictures are grey and have no strongest channel, so Keras' \
                 accuracy says nothing here.",
            ),
            Self::MidTones => f.write_str(
                "Most pixels of the test pictures are neither black nor white. Keras' accuracy counts \
                 pixels that are, so it says nothing here.",
            ),
            Self::SmallPictures { side } => write!(
                f,
                "The pictures' shorter side has {side} pixels, and SSIM compares parts of \
                 {SSIM_WINDOW}x{SSIM_WINDOW}: there is none. Look at the mean squared error.",
            ),
            Self::PlainPictures => f.write_str(
                "Most test pictures have one colour all over and no structure, so SSIM says nothing \
                 here.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::PictureShape;

    fn of(train: &[u8], test: &[u8], pixels: [u8; 3]) -> Dataset {
        let pictures = |labels: &[u8]| {
            let mut pictures = Pictures::new(PictureShape::CIFAR);
            for &label in labels {
                let mut bytes = [0; 3072];
                for (at, byte) in bytes.iter_mut().enumerate() {
                    *byte = pixels[at % 3].wrapping_add((at / 3 % 7) as u8 * 20);
                }
                pictures.push(label, &bytes);
            }
            pictures
        };
        let classes = ["cat", "dog", "<b>"].map(str::to_owned).to_vec();
        Dataset::new(pictures(train), pictures(test), classes)
    }

    #[test]
    fn labels_make_accuracy_meaningless() {
        let words = |data: &Dataset| {
            Caveat::of_labels(data).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(words(&of(&[0, 1, 2], &[0, 1, 2], [0; 3])), "");
        assert!(words(&of(&[1, 1], &[1], [0; 3])).contains("one class"));
        let untested = words(&of(&[0, 1, 2], &[1], [0; 3]));
        assert!(untested.contains("no test pictures of cat, <b>"), "{untested}");
        let unlearned = words(&of(&[0, 1], &[0, 1, 2], [0; 3]));
        assert!(unlearned.contains("no training pictures of <b>"), "{unlearned}");
        let nothing = of(&[], &[], [0; 3]);
        assert_eq!(Caveat::of_labels(&nothing).len(), 1, "no test pictures of any");
    }

    #[test]
    fn pixels_make_measures_meaningless() {
        assert_eq!(Caveat::of_pixels(&of(&[0], &[0], [10, 60, 90])), []);
        assert_eq!(Caveat::of_pixels(&of(&[0], &[0], [60, 60, 61])), [Caveat::GreyPictures]);
        assert_eq!(Caveat::of_pixels(&of(&[0], &[], [60; 3])), []);
        let mut plain = Pictures::new(PictureShape::CIFAR);
        let mut bytes = [0; 3072];
        bytes.as_chunks_mut::<3>().0.fill([200, 10, 30]);
        plain.push(0, &bytes);
        let data = Dataset::new(plain.clone(), plain, vec!["a".to_owned()]);
        assert_eq!(Caveat::of_pixels(&data), [Caveat::PlainPictures]);
    }

    #[test]
    fn pictures_of_one_channel_have_no_strongest_one() {
        let of = |side: usize, value: fn(usize) -> u8| {
            let shape = PictureShape::new(side, 20, 1).expect("a shape");
            let mut pictures = Pictures::new(shape);
            let bytes: Vec<u8> = (0..shape.bytes()).map(value).collect();
            pictures.push(0, &bytes);
            Dataset::new(pictures.clone(), pictures, vec!["a".to_owned()])
        };
        let digits: fn(usize) -> u8 = |at| [0, 255, 0, 100][at % 4];
        assert_eq!(Caveat::of_pixels(&of(28, digits)), []);
        assert_eq!(Caveat::of_pixels(&of(11, |at| at as u8 / 2 + 3)), [Caveat::MidTones]);
        assert_eq!(Caveat::of_pixels(&of(28, |_| 0)), [Caveat::PlainPictures]);
        assert_eq!(Caveat::of_pixels(&of(10, digits)), [Caveat::SmallPictures { side: 10 }]);
    }
}
