//! The shard: a small file of pictures and labels, the unit in which data reaches the page.
//! It knows no tensor, no file system and no network, and takes any bytes whatever.
//!
//! All numbers are little-endian.
//!
//! | offset | bytes       | what                                                         |
//! |-------:|------------:|--------------------------------------------------------------|
//! | 0      | 8           | magic `TGSHARD` and a line feed                              |
//! | 8      | 4           | version, 1                                                   |
//! | 12     | 4           | count: how many pictures                                     |
//! | 16     | 2           | width, 32                                                    |
//! | 18     | 2           | height, 32                                                   |
//! | 20     | 2           | channels, 3                                                  |
//! | 22     | 2           | classes, 1 to 256; every label is below it                   |
//! | 24     | 4           | CRC-32 (IEEE) of everything after it                         |
//! | 28     | count       | labels, one byte each                                        |
//! | …      | 3072 x count| pictures, each `[y][x][channel]`, as in [`Pictures`]         |
//!
//! Nothing follows the last picture. Sizes are checked against the bytes at hand before anything
//! is read by them, and nothing is allocated: a [`Shard`] borrows.

use crate::data::pictures::{CHANNELS, PICTURE_BYTES, Pictures, SIDE};
use std::ops::Range;
use thiserror::Error;

/// The first eight bytes. The line feed shows up transfers that rewrite line ends.
pub const MAGIC: [u8; 8] = *b"TGSHARD\n";
/// The version this code writes, and the newest it reads.
pub const VERSION: u32 = 1;
/// Bytes before the labels.
pub const HEADER_BYTES: usize = 28;

/// What is wrong with a shard.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ShardError {
    /// The first bytes are not [`MAGIC`].
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
    /// Pictures of another size.
    #[error(
        "The shard's pictures are {width}x{height} with {channels} channels; only {SIDE}x{SIDE} with {CHANNELS} are supported."
    )]
    Shape {
        /// Pixels across.
        width: u16,
        /// Pixels down.
        height: u16,
        /// Values per pixel.
        channels: u16,
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
        "{labels} labels and {pixels} bytes of pixels do not make a shard: every picture has one label and {PICTURE_BYTES} bytes."
    )]
    Parts {
        /// How many labels.
        labels: usize,
        /// How many bytes of pixels.
        pixels: usize,
    },
}

/// A checked shard: every label is below `classes`, and there are pixels for every label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard<'a> {
    classes: u16,
    labels: &'a [u8],
    pixels: &'a [u8],
}

impl<'a> Shard<'a> {
    /// Reads a shard from bytes of any origin.
    ///
    /// # Errors
    /// The first thing that is wrong with the bytes, in the order of the header's fields.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ShardError> {
        if !bytes.starts_with(&MAGIC) {
            let found = bytes[..bytes.len().min(MAGIC.len())].to_vec();
            return Err(if MAGIC.starts_with(&found) {
                ShardError::TruncatedHeader { found: bytes.len() }
            } else {
                ShardError::NotAShard { found }
            });
        }
        let Some((header, payload)) = bytes.split_at_checked(HEADER_BYTES) else {
            return Err(ShardError::TruncatedHeader { found: bytes.len() });
        };
        let u16_at = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let u32_at = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        match u32_at(8) {
            VERSION => {}
            0 => return Err(ShardError::NoVersion),
            found => return Err(ShardError::NewerVersion { found }),
        }
        let (width, height, channels) = (u16_at(16), u16_at(18), u16_at(20));
        if [width, height, channels].map(usize::from) != [SIDE, SIDE, CHANNELS] {
            return Err(ShardError::Shape { width, height, channels });
        }
        let count = u32_at(12);
        let expected = HEADER_BYTES as u64 + u64::from(count) * (1 + PICTURE_BYTES as u64);
        if expected != bytes.len() as u64 {
            return Err(ShardError::Length { count, expected, found: bytes.len() });
        }
        let (expected, found) = (u32_at(24), crc32fast::hash(payload));
        if expected != found {
            return Err(ShardError::Checksum { expected, found });
        }
        let (labels, pixels) = payload.split_at(count as usize);
        Self::new(u16_at(22), labels, pixels)
    }

    /// A shard of these labels and pixels.
    ///
    /// # Errors
    /// If a label names no class, or labels and pixels do not go together.
    pub fn new(classes: u16, labels: &'a [u8], pixels: &'a [u8]) -> Result<Self, ShardError> {
        if !(1..=256).contains(&classes) {
            return Err(ShardError::Classes { found: classes });
        }
        let fits = u32::try_from(labels.len()).is_ok()
            && labels.len().checked_mul(PICTURE_BYTES) == Some(pixels.len());
        if !fits {
            return Err(ShardError::Parts { labels: labels.len(), pixels: pixels.len() });
        }
        match labels.iter().position(|&label| u16::from(label) >= classes) {
            Some(index) => Err(ShardError::Label { index, label: labels[index], classes }),
            None => Ok(Self { classes, labels, pixels }),
        }
    }

    /// A shard of the pictures in `range`, cut short where they end.
    ///
    /// # Errors
    /// If a label names no class.
    pub fn of(
        pictures: &'a Pictures,
        range: Range<usize>,
        classes: u16,
    ) -> Result<Self, ShardError> {
        let end = range.end.min(pictures.len());
        let start = range.start.min(end);
        let pixels = &pictures.pixels()[start * PICTURE_BYTES..end * PICTURE_BYTES];
        Self::new(classes, &pictures.labels()[start..end], pixels)
    }

    /// How many classes the labels choose from.
    #[must_use]
    pub fn classes(&self) -> u16 {
        self.classes
    }

    /// The label of every picture.
    #[must_use]
    pub fn labels(&self) -> &'a [u8] {
        self.labels
    }

    /// The bytes of every picture.
    #[must_use]
    pub fn pixels(&self) -> &'a [u8] {
        self.pixels
    }

    /// The pictures, copied.
    #[must_use]
    pub fn to_pictures(&self) -> Pictures {
        let mut pictures = Pictures::with_capacity(self.labels.len());
        for (&label, pixels) in self.labels.iter().zip(self.pixels.as_chunks().0) {
            pictures.push(label, pixels);
        }
        pictures
    }

    /// The bytes of the file in three parts, header, labels and pixels, for callers that only
    /// pass them on.
    #[must_use]
    pub fn parts(&self) -> ([u8; HEADER_BYTES], &'a [u8], &'a [u8]) {
        let mut crc = crc32fast::Hasher::new();
        crc.update(self.labels);
        crc.update(self.pixels);
        let mut header = [0; HEADER_BYTES];
        header[0..8].copy_from_slice(&MAGIC);
        header[8..12].copy_from_slice(&VERSION.to_le_bytes());
        header[12..16].copy_from_slice(&(self.labels.len() as u32).to_le_bytes());
        for (at, value) in
            [(16, SIDE as u16), (18, SIDE as u16), (20, CHANNELS as u16), (22, self.classes)]
        {
            header[at..at + 2].copy_from_slice(&value.to_le_bytes());
        }
        header[24..28].copy_from_slice(&crc.finalize().to_le_bytes());
        (header, self.labels, self.pixels)
    }

    /// The bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (header, labels, pixels) = self.parts();
        [&header, labels, pixels].concat()
    }
}

/// How many bytes a shard of `count` pictures has.
#[must_use]
pub fn file_bytes(count: u64) -> Option<u64> {
    count.checked_mul(1 + PICTURE_BYTES as u64)?.checked_add(HEADER_BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::{HEADER_BYTES, PICTURE_BYTES, Pictures, Shard, ShardError, file_bytes};

    fn three() -> Pictures {
        let mut pictures = Pictures::default();
        for label in [4, 0, 9] {
            pictures.push(label, &std::array::from_fn(|at| (at % 251) as u8 ^ label));
        }
        pictures
    }

    fn bytes() -> Vec<u8> {
        Shard::of(&three(), 0..3, 10).expect("labels are below 10").to_bytes()
    }

    /// The error after `bytes()` have been changed like this.
    fn error(change: impl FnOnce(&mut Vec<u8>)) -> ShardError {
        let mut bytes = bytes();
        change(&mut bytes);
        Shard::parse(&bytes).expect_err("it is damaged")
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = bytes();
        assert_eq!(bytes[..16], *b"TGSHARD\n\x01\0\0\0\x03\0\0\0");
        assert_eq!(bytes[16..24], [32, 0, 32, 0, 3, 0, 10, 0]);
        assert_eq!(bytes[HEADER_BYTES..HEADER_BYTES + 3], [4, 0, 9]);
        assert_eq!(Some(bytes.len() as u64), file_bytes(3));
        let shard = Shard::parse(&bytes).expect("it is whole");
        assert_eq!((shard.classes(), shard.to_pictures()), (10, three()));
    }

    #[test]
    fn a_part_of_the_pictures_and_none_are_shards_too() {
        let pictures = three();
        for (range, labels) in [(1..2, &[0][..]), (1..9, &[0, 9]), (5..9, &[])] {
            let bytes = Shard::of(&pictures, range, 10).expect("labels are below 10").to_bytes();
            assert_eq!(Shard::parse(&bytes).expect("it is whole").labels(), labels);
        }
    }

    #[test]
    fn every_fault_is_named() {
        type E = ShardError;
        assert_eq!(Shard::parse(b""), Err(E::TruncatedHeader { found: 0 }));
        assert_eq!(error(|b| b.truncate(20)), E::TruncatedHeader { found: 20 });
        let found = b"<!DOCTYP".to_vec();
        assert_eq!(Shard::parse(b"<!DOCTYPE html>"), Err(E::NotAShard { found }));
        assert_eq!(error(|b| b[8] = 2), E::NewerVersion { found: 2 });
        assert_eq!(error(|b| b[8] = 0), E::NoVersion);
        assert_eq!(error(|b| b[16] = 64), E::Shape { width: 64, height: 32, channels: 3 });
        assert_eq!(error(|b| b[22] = 0), E::Classes { found: 0 });
        assert_eq!(error(|b| b[22] = 9), E::Label { index: 2, label: 9, classes: 9 });
        assert!(matches!(error(|b| b[5000] ^= 1), E::Checksum { .. }));
        let cut = error(|b| b.truncate(5000)).to_string();
        assert!(
            cut.starts_with("The shard is truncated: 3 pictures take 9247 bytes, it has 5000."),
            "{cut}"
        );
        let long = error(|b| b.push(0)).to_string();
        assert!(long.starts_with("The shard is too long"), "{long}");
        let count = error(|b| b[12..16].fill(255));
        assert_eq!(count, E::Length { count: u32::MAX, expected: 13_198_434_497_563, found: 9247 });
    }

    #[test]
    fn labels_and_pixels_must_go_together() {
        let pixels = [0; PICTURE_BYTES];
        assert_eq!(
            Shard::new(2, &[0, 1], &pixels),
            Err(ShardError::Parts { labels: 2, pixels: PICTURE_BYTES })
        );
        assert_eq!(Shard::new(257, &[0], &pixels), Err(ShardError::Classes { found: 257 }));
        assert!(Shard::new(256, &[255], &pixels).is_ok());
    }
}
