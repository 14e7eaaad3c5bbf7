//! What can be wrong with a shard, in sentences for people.

use super::{HEADER_BYTES, VERSION};
use crate::data::pictures::{PictureShape, PictureShapeError};
use thiserror::Error;

/// What is wrong with a shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// The first bytes are not those of a shard.
    #[error(
        "This is not a shard: it starts with {found:02x?} instead of `TGSHARD`. Make shards with data-prep."
    )]
    NotAShard {
        /// What is there instead.
        found: Vec<u8>,
    },
    /// Written by a later version of this program.
    #[error(
        "The shard has version {found}, this program reads version {VERSION}. Update it, or make the data again."
    )]
    NewerVersion {
        /// The version in the header.
        found: u32,
    },
    /// Version 0, which never was.
    #[error(
        "The shard has version 0, which does not exist: the header is damaged. Fetch it again."
    )]
    NoVersion,
    /// Fewer bytes than the header.
    #[error(
        "The shard ends inside its header, after {found} of {HEADER_BYTES} bytes. Fetch it again."
    )]
    TruncatedHeader {
        /// Bytes at hand.
        found: usize,
    },
    /// The number of bytes is not what the count demands.
    #[error("The shard is {}: {count} pictures take {expected} bytes, it has {found}. Fetch it again.",
        if (*found as u64) < *expected { "truncated" } else { "too long" })]
    Length {
        /// Pictures according to the header.
        count: u32,
        /// Bytes that so many pictures take.
        expected: u64,
        /// Bytes at hand.
        found: usize,
    },
    /// Pictures of a shape that no data set has.
    #[error("The shard cannot be read. {0} Make the data again with data-prep.")]
    Shape(#[from] PictureShapeError),
    /// Pictures of a shape that the version does not have.
    #[error(
        "The shard has version {version} and pictures of {shape}; version 1 is for {} alone, and version 2 for all other shapes. Make the data again with data-prep.",
        PictureShape::CIFAR
    )]
    VersionOfShape {
        /// The version in the header.
        version: u32,
        /// The shape in the header.
        shape: PictureShape,
    },
    /// A number of classes that labels of one byte cannot have.
    #[error("The shard claims {found} classes; it must be 1 to 256.")]
    Classes {
        /// The number in the header.
        found: u16,
    },
    /// The payload is not the one that was written.
    #[error(
        "The shard's checksum is {found:08x}, its header says {expected:08x}: it is damaged. Fetch it again."
    )]
    Checksum {
        /// CRC-32 in the header.
        expected: u32,
        /// CRC-32 of the payload.
        found: u32,
    },
    /// A label that names no class.
    #[error("Picture {index} of the shard has label {label}, but there are only {classes} classes (0 to {}).", classes - 1)]
    Label {
        /// Which picture, from 0.
        index: usize,
        /// Its label.
        label: u8,
        /// How many classes there are.
        classes: u16,
    },
    /// More pictures than the count field holds, or pixels that do not go with the labels.
    #[error(
        "{labels} labels and {pixels} bytes of pixels do not make a shard: every picture has one label and {bytes} bytes."
    )]
    Parts {
        /// How many bytes a picture has.
        bytes: usize,
        /// How many labels.
        labels: usize,
        /// How many bytes of pixels.
        pixels: usize,
    },
}
