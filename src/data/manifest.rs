//! `manifest.json`: what a data folder holds.
//! It knows no tensor, no file system and no network, and takes any text whatever.

use crate::data::pictures::PictureShape;
use crate::data::shard;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error;

/// The value of `format`, by which a manifest is known.
pub const FORMAT: &str = "tabgrad-data";
/// The newest version this code writes and reads, of data whose pictures have any shape. Its fields are
/// those of version 1, which data of CIFAR's shape still has, like its shards: see [`shard`].
pub const VERSION: u64 = 2;
/// The version of data whose pictures have the shape of CIFAR's, and of no other.
const VERSION_OF_CIFAR: u64 = 1;
/// Its name in a data folder.
pub const FILE_NAME: &str = "manifest.json";

/// The part of the data that a picture belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Learned from.
    Train,
    /// Only measured on.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Test => "test",
        })
    }
}

/// What a data folder holds. [`Manifest::parse`] and [`crate::data::pack`] give only valid ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// The one that goes with the shape of the pictures: [`version_of`].
    pub version: u64,
    /// What people call the data.
    pub name: String,
    /// Where it comes from, in a sentence.
    pub source: String,
    /// Whether the pictures were drawn by a program.
    pub synthetic: bool,
    /// The names of the classes, in the order of their labels.
    pub classes: Vec<String>,
    /// The shape of every picture.
    pub picture: PictureShape,
    /// Mean of each channel over the training pictures, scaled to 0..1.
    pub mean: Vec<f64>,
    /// Standard deviation of each channel, likewise.
    pub deviation: Vec<f64>,
    /// The training split.
    pub train: SplitFiles,
    /// The test split.
    pub test: SplitFiles,
}

/// The version of manifests of data whose pictures have this shape.
#[must_use]
pub fn version_of(shape: PictureShape) -> u64 {
    if shape == PictureShape::CIFAR { VERSION_OF_CIFAR } else { VERSION }
}

/// The files of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitFiles {
    /// How many pictures there are.
    pub count: u64,
    /// The shards that hold them, in order.
    pub shards: Vec<ShardEntry>,
}

/// A shard as the manifest describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// The file's name, beside the manifest.
    pub file: String,
    /// How many pictures it has.
    pub count: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not JSON, or fields are missing or of another type.
    #[error("The manifest cannot be read: {0}. Make the data again with data-prep.")]
    Json(String),
    /// `format` is something else.
    #[error("This is not a tabgrad manifest: its `format` should be \"{FORMAT}\".")]
    Format,
    /// Written by a later version of this program.
    #[error(
        "The manifest has version {found}, this program reads version {VERSION}. Update it, or make the data again."
    )]
    NewerVersion {
        /// The version found.
        found: u64,
    },
    /// Well-formed, but what it says cannot be.
    #[error("The manifest is wrong: {0}. Make the data again with data-prep.")]
    Invalid(String),
}

impl Manifest {
    /// Reads and validates a manifest.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let json = |error: serde_json::Error| ManifestError::Json(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(json)?;
        // Format and version come first: a newer version may have other fields.
        if value["format"] != FORMAT {
            return Err(ManifestError::Format);
        }
        if let Some(found) = value["version"].as_u64().filter(|&found| found > VERSION) {
            return Err(ManifestError::NewerVersion { found });
        }
        let manifest: Self = serde_json::from_value(value).map_err(json)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// The text of the file: the same manifest gives the same bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only maps with keys that are not strings, and failing writers, make this an error.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Checks everything that can be checked without the shards.
    ///
    /// # Errors
    /// The first thing that cannot be.
    pub fn validate(&self) -> Result<(), ManifestError> {
        if self.format != FORMAT {
            return Err(ManifestError::Format);
        }
        if self.version > VERSION {
            return Err(ManifestError::NewerVersion { found: self.version });
        }
        self.first_fault().map_or(Ok(()), |fault| Err(ManifestError::Invalid(fault)))
    }

    fn first_fault(&self) -> Option<String> {
        if self.version == 0 {
            return Some("version 0 does not exist".into());
        }
        if self.version != version_of(self.picture) {
            return Some(format!(
                "it has version {} and pictures of {}; version 1 is for {} alone, and version 2 for all other shapes",
                self.version,
                self.picture,
                PictureShape::CIFAR
            ));
        }
        if !(1..=256).contains(&self.classes.len()) {
            return Some(format!(
                "it names {} classes, there must be 1 to 256",
                self.classes.len()
            ));
        }
        if self.classes.iter().any(|class| class.trim().is_empty()) {
            return Some("a class has no name".into());
        }
        if self.classes.iter().collect::<BTreeSet<_>>().len() < self.classes.len() {
            return Some("two classes have the same name".into());
        }
        let channels = self.picture.channels();
        if [&self.mean, &self.deviation].iter().any(|values| values.len() != channels) {
            return Some(format!(
                "its pictures have {channels} channels, but it has {} means and {} deviations",
                self.mean.len(),
                self.deviation.len()
            ));
        }
        if !self.mean.iter().all(|mean| (0.0..=1.0).contains(mean)) {
            return Some(format!("the mean {:?} is not within 0 to 1", self.mean));
        }
        if !self.deviation.iter().all(|deviation| *deviation > 0.0 && *deviation <= 1.0) {
            return Some(format!(
                "the deviation {:?} is not above 0 and at most 1",
                self.deviation
            ));
        }
        let mut files = BTreeSet::new();
        for (split, SplitFiles { count, shards }) in
            [(Split::Train, &self.train), (Split::Test, &self.test)]
        {
            if shards.is_empty() {
                return Some(format!("the {split} split has no shards"));
            }
            if let Some(fault) = shards.iter().find_map(|entry| entry.first_fault(self.picture)) {
                return Some(fault);
            }
            if let Some(entry) = shards.iter().find(|entry| !files.insert(&entry.file)) {
                return Some(format!("the file {:?} is named twice", entry.file));
            }
            let sum = shards.iter().try_fold(0_u64, |sum, entry| sum.checked_add(entry.count));
            if sum != Some(*count) {
                return Some(format!(
                    "the shards of the {split} split do not add up to its count of {count}"
                ));
            }
        }
        None
    }

    /// The files of a split.
    #[must_use]
    pub fn files(&self, split: Split) -> &SplitFiles {
        match split {
            Split::Train => &self.train,
            Split::Test => &self.test,
        }
    }

    /// Every shard with its split and its place in it, training first.
    pub fn shards(&self) -> impl Iterator<Item = (Split, usize, &ShardEntry)> {
        [Split::Train, Split::Test].into_iter().flat_map(|split| {
            self.files(split)
                .shards
                .iter()
                .enumerate()
                .map(move |(index, entry)| (split, index, entry))
        })
    }
}

impl ShardEntry {
    fn first_fault(&self, shape: PictureShape) -> Option<String> {
        let Self { file, count, bytes, sha256 } = self;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let plain =
            (1..=100).contains(&file.len()) && !file.starts_with('.') && file.chars().all(is_plain);
        if !plain {
            let start: String = file.chars().take(60).collect();
            return Some(format!(
                "{start:?} is not a plain file name of letters, digits, dots, dashes and underscores"
            ));
        }
        if file == FILE_NAME {
            return Some(format!("the shard {file:?} has the manifest's own name"));
        }
        if *count == 0 {
            return Some(format!("the shard {file:?} has no pictures"));
        }
        if shard::file_bytes(shape, *count) != Some(*bytes) {
            return Some(format!(
                "the shard {file:?} cannot have {count} pictures of {shape} in {bytes} bytes"
            ));
        }
        let is_sha256 = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        (!is_sha256).then(|| format!("the SHA-256 of {file:?} is not 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Manifest, ManifestError};
    use crate::data::pack::{Meta, Packed};
    use crate::data::pictures::{PictureShape, Pictures};
    use serde_json::{Value, json};

    fn manifest() -> Manifest {
        manifest_of(PictureShape::CIFAR)
    }

    fn manifest_of(shape: PictureShape) -> Manifest {
        let mut pictures = Pictures::new(shape);
        for label in [0, 1, 2] {
            pictures.push(label, &vec![label * 40; shape.bytes()]);
        }
        let classes = ["ant", "bee", "cat"].map(String::from).to_vec();
        let meta =
            Meta { name: "three".into(), source: "A test.".into(), synthetic: true, classes };
        let packed = Packed::new(meta, pictures.clone(), pictures, 2).expect("all is well");
        packed.manifest().clone()
    }

    /// What is said after the value at a JSON pointer has been replaced.
    fn fault(pointer: &str, value: Value) -> String {
        let mut json = serde_json::to_value(manifest()).expect("a manifest is JSON");
        *json.pointer_mut(pointer).expect("the manifest has it") = value;
        Manifest::parse(&json.to_string()).expect_err("it is wrong").to_string()
    }

    #[test]
    fn what_is_written_is_read() {
        for (version, shape) in [
            (1, PictureShape::CIFAR),
            (2, PictureShape::new(28, 28, 1).expect("a shape")),
            (2, PictureShape::new(12, 20, 3).expect("a shape")),
        ] {
            let manifest = manifest_of(shape);
            assert_eq!((manifest.version, manifest.picture), (version, shape));
            assert_eq!(manifest.mean.len(), shape.channels());
            assert_eq!(Manifest::parse(&manifest.to_json()), Ok(manifest));
        }
    }

    #[test]
    fn every_fault_is_named() {
        let cases = [
            ("/format", json!("zip"), "not a tabgrad manifest"),
            ("/version", json!(3), "has version 3"),
            ("/version", json!(2), "version 1 is for 32x32x3 alone"),
            ("/version", json!(0), "version 0 does not exist"),
            ("/version", json!("1"), "cannot be read"),
            ("/picture/width", json!(28), "version 1 and pictures of 32x28x3"),
            ("/picture/width", json!(7), "7x32 (width x height) with 3 channels are not supported"),
            ("/picture/height", json!(65), "32x65 (width x height)"),
            ("/picture/channels", json!(2), "with 2 channels are not supported"),
            ("/picture/width", json!(-1), "cannot be read"),
            ("/picture/width", json!(1e300), "cannot be read"),
            ("/classes", json!([]), "names 0 classes"),
            ("/classes", json!(vec!["x"; 257]), "names 257 classes"),
            ("/classes/1", json!(" "), "a class has no name"),
            ("/classes/1", json!("ant"), "two classes have the same name"),
            ("/mean/0", json!(1.5), "the mean"),
            ("/deviation/2", json!(0.0), "the deviation"),
            ("/deviation", json!([0.1, 0.1]), "3 means and 2 deviations"),
            ("/test/shards", json!([]), "the test split has no shards"),
            ("/train/count", json!(4), "do not add up to its count of 4"),
            ("/train/shards/0/file", json!("../x"), "not a plain file name"),
            ("/train/shards/0/file", json!("a/b"), "not a plain file name"),
            ("/train/shards/0/file", json!(""), "not a plain file name"),
            ("/train/shards/0/file", json!("manifest.json"), "the manifest's own name"),
            ("/train/shards/0/file", json!("train-001.tgs"), "named twice"),
            ("/train/shards/0/count", json!(0), "has no pictures"),
            (
                "/train/shards/0/count",
                json!(u64::MAX),
                "cannot have 18446744073709551615 pictures of 32x32x3",
            ),
            ("/train/shards/0/bytes", json!(7), "in 7 bytes"),
            ("/train/shards/0/sha256", json!("abc"), "64 hexadecimal digits"),
        ];
        for (pointer, value, expected) in cases {
            let text = fault(pointer, value);
            assert!(text.contains(expected), "{pointer}: {text}");
        }
    }

    #[test]
    fn a_newer_version_is_told_from_other_faults() {
        let text = r#"{"format": "tabgrad-data", "version": 9, "channels": "new"}"#;
        assert_eq!(Manifest::parse(text), Err(ManifestError::NewerVersion { found: 9 }));
        assert_eq!(Manifest::parse("[]"), Err(ManifestError::Format));
        assert!(matches!(Manifest::parse("<html>"), Err(ManifestError::Json(_))));
        let deep = "[".repeat(100_000);
        assert!(matches!(Manifest::parse(&deep), Err(ManifestError::Json(_))));
    }
}
