//! Makes shards and a manifest of pictures, as bytes: for data-prep, which writes them to a
//! folder, and for the page, which trains on them. It knows no file system.

use crate::data::manifest::{
    FORMAT, Manifest, ManifestError, ShardEntry, Split, SplitFiles, version_of,
};
use crate::data::pictures::{PictureShape, Pictures};
use crate::data::shard::{Shard, ShardError};
use crate::data::verify;
use thiserror::Error;

/// Pictures of CIFAR's shape per shard, if nothing else is asked for: 7.7 MB, about a second on a home
/// line, so that there is something to see soon.
pub const SHARD_SIZE: usize = 2_500;

/// Pictures of this shape per shard, if nothing else is asked for: as many as fill a shard of CIFAR's.
#[must_use]
pub fn shard_size(shape: PictureShape) -> usize {
    SHARD_SIZE * PictureShape::CIFAR.bytes() / shape.bytes()
}

/// What the manifest says about the data as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// What people call it.
    pub name: String,
    /// Where it comes from, in a sentence.
    pub source: String,
    /// Whether the pictures were drawn by a program.
    pub synthetic: bool,
    /// The names of the classes, in the order of their labels.
    pub classes: Vec<String>,
}

/// Why pictures cannot be packed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PackError {
    /// Nothing to learn from, or nothing to measure on.
    #[error("The {0} split has no pictures; both splits need at least one.")]
    Empty(Split),
    /// Splits that do not go together.
    #[error("The training pictures are {train} and the test pictures {test}; both need one shape.")]
    Shapes {
        /// Of the training pictures.
        train: PictureShape,
        /// Of the test pictures.
        test: PictureShape,
    },
    /// No number of shards would do.
    #[error("A shard size of 0 makes no shards; give at least 1.")]
    ShardSize,
    /// The pictures do not go with the classes.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// The names of the classes are no good.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

/// Shards and manifest of some pictures. A shard's bytes are made when they are asked for, so
/// that the data is in memory once and not twice.
#[derive(Debug, Clone)]
pub struct Packed {
    manifest: Manifest,
    shard_size: usize,
    train: Pictures,
    test: Pictures,
}

impl Packed {
    /// Divides pictures into shards of `shard_size`; the last of a split may have fewer.
    ///
    /// # Errors
    /// If a split is empty, the splits have different shapes, a label names no class, or the names of the classes are no good.
    pub fn new(
        meta: Meta,
        train: Pictures,
        test: Pictures,
        shard_size: usize,
    ) -> Result<Self, PackError> {
        if shard_size == 0 {
            return Err(PackError::ShardSize);
        }
        let shape = train.shape();
        if shape != test.shape() {
            return Err(PackError::Shapes { train: shape, test: test.shape() });
        }
        let classes = u16::try_from(meta.classes.len()).unwrap_or(u16::MAX);
        let files = |split: Split, pictures: &Pictures| {
            if pictures.is_empty() {
                return Err(PackError::Empty(split));
            }
            let shards = (0..pictures.len().div_ceil(shard_size))
                .map(|index| entry(split, pictures, index, shard_size, classes))
                .collect::<Result<_, _>>()?;
            Ok(SplitFiles { count: pictures.len() as u64, shards })
        };
        let (mean, deviation) = train.channel_statistics();
        let manifest = Manifest {
            format: FORMAT.into(),
            version: version_of(shape),
            name: meta.name,
            source: meta.source,
            synthetic: meta.synthetic,
            classes: meta.classes,
            picture: shape,
            mean,
            deviation,
            train: files(Split::Train, &train)?,
            test: files(Split::Test, &test)?,
        };
        manifest.validate()?;
        Ok(Self { manifest, shard_size, train, test })
    }

    /// What the shards are.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How many shards there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.manifest.shards().count()
    }

    /// The name of shard `index`, counted over both splits, training first.
    #[must_use]
    pub fn name(&self, index: usize) -> Option<&str> {
        self.manifest.shards().nth(index).map(|(_, _, entry)| entry.file.as_str())
    }

    /// The bytes of shard `index`.
    #[must_use]
    pub fn bytes(&self, index: usize) -> Option<Vec<u8>> {
        let (split, index, _) = self.manifest.shards().nth(index)?;
        let classes = u16::try_from(self.manifest.classes.len()).ok()?;
        let pictures = match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        };
        let shard = shard(pictures, index, self.shard_size, classes).ok()?;
        Some(shard.to_bytes())
    }
}

fn shard(
    pictures: &Pictures,
    index: usize,
    size: usize,
    classes: u16,
) -> Result<Shard<'_>, ShardError> {
    let start = index.saturating_mul(size);
    Shard::of(pictures, start..start.saturating_add(size), classes)
}

fn entry(
    split: Split,
    pictures: &Pictures,
    index: usize,
    size: usize,
    classes: u16,
) -> Result<ShardEntry, ShardError> {
    let (header, labels, pixels) = shard(pictures, index, size, classes)?.parts();
    Ok(ShardEntry {
        file: format!("{split}-{index:03}.tgs"),
        count: labels.len() as u64,
        bytes: (header.len() + labels.len() + pixels.len()) as u64,
        sha256: verify::sha256(&[&header, labels, pixels]),
    })
}
