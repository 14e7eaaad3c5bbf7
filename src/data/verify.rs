//! The check that a shard is the one a manifest names: size, SHA-256, and then the shard itself.
//! It knows no file system and no network, and takes any bytes whatever.

use crate::data::manifest::{Manifest, Split};
use crate::data::pictures::PictureShape;
use crate::data::shard::{Shard, ShardError};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why the bytes of a shard are not the ones that the manifest names.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The manifest names no such file.
    #[error("The manifest names no file {file:?}.")]
    Unknown {
        /// The file.
        file: String,
    },
    /// The wrong number of bytes.
    #[error(
        "`{file}` has {found} bytes, the manifest says {expected}. Fetch it again, or make the data again."
    )]
    Size {
        /// The file.
        file: String,
        /// Bytes according to the manifest.
        expected: u64,
        /// Bytes at hand.
        found: u64,
    },
    /// Other bytes than were written.
    #[error(
        "`{file}` is not the file the manifest describes: its SHA-256 is {found}, the manifest says {expected}. Fetch it again, or make the data again."
    )]
    Sha256 {
        /// The file.
        file: String,
        /// SHA-256 according to the manifest.
        expected: String,
        /// SHA-256 of the bytes at hand.
        found: String,
    },
    /// The right bytes, but no good shard.
    #[error("`{file}`: {source}")]
    Shard {
        /// The file.
        file: String,
        /// What is wrong.
        source: ShardError,
    },
    /// A good shard that does not go with the manifest.
    #[error(
        "`{file}` has {found} classes, the manifest names {expected}. Make the data again with data-prep."
    )]
    Classes {
        /// The file.
        file: String,
        /// Classes in the manifest.
        expected: usize,
        /// Classes in the shard.
        found: u16,
    },
    /// Pictures of another shape than the manifest says.
    #[error(
        "`{file}` has pictures of {found}, the manifest says {expected}. Make the data again with data-prep."
    )]
    Shape {
        /// The file.
        file: String,
        /// The shape in the manifest.
        expected: PictureShape,
        /// The shape in the shard.
        found: PictureShape,
    },
}

/// A shard that is the one the manifest names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<'a> {
    /// The split it belongs to.
    pub split: Split,
    /// Its place among the split's shards, from 0.
    pub index: usize,
    /// Its pictures.
    pub shard: Shard<'a>,
}

impl Manifest {
    /// Checks that `bytes` are the file that the manifest calls `file`: size, SHA-256, and then
    /// the shard itself.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn verify<'a>(&self, file: &str, bytes: &'a [u8]) -> Result<Verified<'a>, DataError> {
        let file = file.to_owned();
        let Some((split, index, entry)) = self.shards().find(|(_, _, entry)| entry.file == file)
        else {
            return Err(DataError::Unknown { file });
        };
        let found = bytes.len() as u64;
        if found != entry.bytes {
            return Err(DataError::Size { file, expected: entry.bytes, found });
        }
        let found = sha256(&[bytes]);
        if !found.eq_ignore_ascii_case(&entry.sha256) {
            return Err(DataError::Sha256 { file, expected: entry.sha256.clone(), found });
        }
        let shard = Shard::parse(bytes)
            .map_err(|source| DataError::Shard { file: file.clone(), source })?;
        // With the shape, size and count go together: the shard has as many pictures as the entry says.
        if shard.shape() != self.picture {
            let (expected, found) = (self.picture, shard.shape());
            return Err(DataError::Shape { file, expected, found });
        }
        if usize::from(shard.classes()) != self.classes.len() {
            return Err(DataError::Classes {
                file,
                expected: self.classes.len(),
                found: shard.classes(),
            });
        }
        Ok(Verified { split, index, shard })
    }
}

/// SHA-256 of the parts put together, in hexadecimal.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{DataError, sha256};
    use crate::data::manifest::Split;
    use crate::data::pack::{Meta, Packed};
    use crate::data::pictures::{PictureShape, Pictures};

    fn packed() -> Packed {
        packed_of(PictureShape::CIFAR)
    }

    fn packed_of(shape: PictureShape) -> Packed {
        let mut pictures = Pictures::new(shape);
        for label in [0, 1, 1] {
            pictures.push(label, &vec![label; shape.bytes()]);
        }
        let classes = ["ant", "bee"].map(String::from).to_vec();
        let meta = Meta { name: "two".into(), source: "A test.".into(), synthetic: true, classes };
        Packed::new(meta, pictures.clone(), pictures, 2).expect("all is well")
    }

    #[test]
    fn sha256_is_the_standard_one() {
        // The first example of FIPS 180-2, in two parts.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&[b"a", b"bc"]), expected);
    }

    #[test]
    fn every_shard_is_known_by_its_name_and_bytes() {
        let packed = packed();
        let bytes: Vec<_> = (0..packed.count()).filter_map(|index| packed.bytes(index)).collect();
        let verify = |file, at: usize| packed.manifest().verify(file, &bytes[at]);
        let last = verify("test-001.tgs", 3).expect("it is whole");
        assert_eq!((last.split, last.index, last.shard.labels()), (Split::Test, 1, &[1][..]));
        assert_eq!(verify("x", 0), Err(DataError::Unknown { file: "x".into() }));
        assert!(matches!(verify("train-000.tgs", 1), Err(DataError::Size { .. })));
        let mut swapped = bytes[0].clone();
        swapped.swap(28, 29);
        let error = packed.manifest().verify("train-000.tgs", &swapped);
        assert!(matches!(error, Err(DataError::Sha256 { .. })));
    }

    #[test]
    fn a_manifest_made_for_a_bad_shard_does_not_hide_it() {
        let packed = packed();
        let verify = |bytes: &[u8]| {
            let mut manifest = packed.manifest().clone();
            manifest.train.shards[0].sha256 = sha256(&[bytes]);
            manifest.verify("train-000.tgs", bytes).map(|_| ())
        };
        let mut bytes = packed.bytes(0).expect("there is a first");
        bytes[100] ^= 1;
        assert!(matches!(verify(&bytes), Err(DataError::Shard { .. })));
        bytes[100] ^= 1;
        bytes[22] = 3;
        let error = DataError::Classes { file: "train-000.tgs".into(), expected: 2, found: 3 };
        assert_eq!(verify(&bytes), Err(error));
    }

    #[test]
    fn a_shard_has_the_shape_that_the_manifest_says() {
        let [wide, high] = [(8, 16), (16, 8)]
            .map(|(height, width)| PictureShape::new(height, width, 1).expect("one"));
        let (packed, other) = (packed_of(wide), packed_of(high));
        let (right, bytes) = (packed.bytes(0).expect("one"), other.bytes(0).expect("one"));
        let mut manifest = packed.manifest().clone();
        assert!(manifest.verify("train-000.tgs", &right).is_ok());
        manifest.train.shards[0].sha256 = sha256(&[&bytes]);
        let file = "train-000.tgs".to_owned();
        let error = DataError::Shape { file, expected: wide, found: high };
        assert_eq!(manifest.verify("train-000.tgs", &bytes), Err(error));
    }
}
