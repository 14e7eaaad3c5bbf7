//! The pictures that a run is trained and validated on, and the order in which an epoch visits them.

use crate::data::manifest::Split;
use crate::data::pictures::{PictureShape, Pictures};
use crate::data::rng::{Purpose, Rng};

/// Training and test pictures, with the names of their classes.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// What the weights are fitted to.
    pub train: Pictures,
    /// What they are validated on.
    pub test: Pictures,
    /// Names by label.
    pub classes: Vec<String>,
    /// The SHA-256 that tells these pictures from all others, where they came in shards.
    pub fingerprint: Option<String>,
}

/// Data that a run cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// Nothing to learn from.
    #[error("There are no {0} pictures. Load a data set with at least one.")]
    Empty(&'static str),
    /// A label without a name.
    #[error("A {split} picture has the label {label}, but there are only {classes} classes.")]
    Label {
        /// `training` or `test`.
        split: &'static str,
        /// The label.
        label: u8,
        /// Classes in the data set.
        classes: usize,
    },
    /// Splits that do not go together.
    #[error(
        "The training pictures are {train} and the test pictures {test}. Load pictures of one shape."
    )]
    Shapes {
        /// Of the training pictures.
        train: PictureShape,
        /// Of the test pictures.
        test: PictureShape,
    },
    /// Pictures that do not go with the data.
    #[error(
        "The given pictures are {found}, and those of the data {expected}. Give pictures of that shape."
    )]
    GivenShape {
        /// Of the data.
        expected: PictureShape,
        /// Of the given pictures.
        found: PictureShape,
    },
    /// No such picture.
    #[error("There is no {source_name} picture {index}: there are {count}, counted from 0.")]
    NoPicture {
        /// Where it was looked for.
        source_name: String,
        /// What was asked for.
        index: u32,
        /// How many there are.
        count: usize,
    },
}

/// Where the pictures of a question come from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// The data that is loaded.
    Split(Split),
    /// Pictures that somebody brought.
    Given(&'a Pictures),
}

impl From<Split> for Source<'_> {
    fn from(split: Split) -> Self {
        Self::Split(split)
    }
}

impl<'a> From<&'a Pictures> for Source<'a> {
    fn from(pictures: &'a Pictures) -> Self {
        Self::Given(pictures)
    }
}

impl Dataset {
    /// Of these pictures, with the names of their classes.
    #[must_use]
    pub fn new(train: Pictures, test: Pictures, classes: Vec<String>) -> Self {
        Self { train, test, classes, fingerprint: None }
    }

    /// The shape of every picture.
    #[must_use]
    pub fn shape(&self) -> PictureShape {
        self.train.shape()
    }

    /// `count` training pictures of noise, and a test picture: nothing to learn from, but as much
    /// work as any other.
    #[must_use]
    pub fn noise(shape: PictureShape, count: usize, classes: usize) -> Self {
        let drawn = |index: u64, count: usize| {
            let mut rng = Rng::new(0, Purpose::Synthetic, index);
            let mut pictures = Pictures::with_capacity(shape, count);
            for place in 0..count {
                let pixels: Vec<u8> = (0..shape.bytes()).map(|_| rng.bits() as u8).collect();
                pictures.push((place % classes) as u8, &pixels);
            }
            pictures
        };
        let classes = (0..classes).map(|class| class.to_string()).collect();
        Self::new(drawn(0, count), drawn(1, 1), classes)
    }

    /// The pictures of a split.
    #[must_use]
    pub fn split(&self, split: Split) -> &Pictures {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
    }

    /// The pictures of a source, if all `indices` are among them.
    ///
    /// # Errors
    /// [`DatasetError::NoPicture`] with the first that is not; [`DatasetError::GivenShape`] where given
    /// pictures have another shape than the data's.
    pub fn chosen<'a>(
        &'a self,
        source: impl Into<Source<'a>>,
        indices: &[u32],
    ) -> Result<&'a Pictures, DatasetError> {
        let (pictures, name) = match source.into() {
            Source::Split(split) => (self.split(split), split.to_string()),
            Source::Given(pictures) => (pictures, "given".to_owned()),
        };
        let (expected, found) = (self.shape(), pictures.shape());
        if expected != found {
            return Err(DatasetError::GivenShape { expected, found });
        }
        check(pictures, name, indices)?;
        Ok(pictures)
    }

    /// Whether there are pictures of both splits, of one shape, and a class for every label.
    ///
    /// # Errors
    /// [`DatasetError`] with the first thing that is wrong.
    pub fn check(&self) -> Result<(), DatasetError> {
        for (split, pictures) in [("training", &self.train), ("test", &self.test)] {
            if pictures.is_empty() {
                return Err(DatasetError::Empty(split));
            }
            let classes = self.classes.len();
            let label = pictures.labels().iter().copied().max().unwrap_or(0);
            if usize::from(label) >= classes {
                return Err(DatasetError::Label { split, label, classes });
            }
        }
        let (train, test) = (self.train.shape(), self.test.shape());
        if train != test {
            return Err(DatasetError::Shapes { train, test });
        }
        Ok(())
    }

    /// The order of epoch `epoch`, counted over the whole run: every training picture once.
    #[must_use]
    pub fn order(&self, seed: u64, epoch: u64) -> Vec<u32> {
        // A shard's count is a u32 and memory ends long before as many shards.
        order(u32::try_from(self.train.len()).unwrap_or(u32::MAX), seed, epoch)
    }
}

/// Whether all `indices` are among the pictures of the source called `name`.
///
/// # Errors
/// [`DatasetError::NoPicture`] with the first that is not.
pub fn check(pictures: &Pictures, name: String, indices: &[u32]) -> Result<(), DatasetError> {
    let count = pictures.len();
    match indices.iter().find(|&&index| index as usize >= count) {
        Some(&index) => Err(DatasetError::NoPicture { source_name: name, index, count }),
        None => Ok(()),
    }
}

/// The order in which epoch `epoch`, counted from 0 over the whole run, visits `count` training
/// pictures: every one once.
#[must_use]
pub fn order(count: u32, seed: u64, epoch: u64) -> Vec<u32> {
    Rng::new(seed, Purpose::Shuffle, epoch).permutation(count)
}
