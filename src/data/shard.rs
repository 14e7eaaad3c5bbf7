//! The shard: a small file of pictures and labels, the unit in which data reaches the page.
//! It knows no tensor, no file system and no network, and takes any bytes whatever.
//!
//! All numbers are little-endian.
//!
//! | offset | bytes       | what                                                         |
//! |-------:|------------:|--------------------------------------------------------------|
//! | 0      | 8           | magic `TGSHARD` and a line feed                              |
//! | 8      | 4           | version: 1 for pictures of 32x32x3, 2 for those of any other shape |
//! | 12     | 4           | count: how many pictures                                     |
//! | 16     | 2           | width, 8 to 64                                               |
//! | 18     | 2           | height, 8 to 64                                              |
//! | 20     | 2           | channels, 1 or 3                                             |
//! | 22     | 2           | classes, 1 to 256; every label is below it                   |
//! | 24     | 4           | CRC-32 (IEEE) of everything after it                         |
//! | 28     | count       | labels, one byte each                                        |
//! | …      | width x height x channels x count | pictures, each `[y][x][channel]`, as in [`Pictures`] |
//!
//! Version 1 had the same fields and allowed 32x32x3 alone. Pictures of that shape are still written, and
//! only read, as version 1: the same pictures have the same bytes as ever, and so the same SHA-256, by
//! which data folders, stored data sets and stored runs know them; and older programs read them. A program
//! that knows version 1 alone refuses version 2 by its number, before it reads pictures of a size that it
//! does not have.
//!
//! Nothing follows the last picture. Sizes are checked against the bytes at hand before anything
//! is read by them, and nothing is allocated: a [`Shard`] borrows.

mod error;

pub use error::ShardError;

use crate::data::pictures::{PictureShape, Pictures};
use std::ops::Range;

/// The first eight bytes. The line feed shows up transfers that rewrite line ends.
pub const MAGIC: [u8; 8] = *b"TGSHARD\n";
/// The newest version this code writes and reads.
pub const VERSION: u32 = 2;
/// The version of shards whose pictures have the shape of CIFAR's, and of no others.
const VERSION_OF_CIFAR: u32 = 1;
/// Bytes before the labels.
pub const HEADER_BYTES: usize = 28;

/// A checked shard: every label is below `classes`, and there are pixels for every label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard<'a> {
    shape: PictureShape,
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
        let version = match u32_at(8) {
            0 => return Err(ShardError::NoVersion),
            found if found > VERSION => return Err(ShardError::NewerVersion { found }),
            known => known,
        };
        let [width, height, channels] = [16, 18, 20].map(|at| usize::from(u16_at(at)));
        let shape = PictureShape::new(height, width, channels)?;
        if version != version_of(shape) {
            return Err(ShardError::VersionOfShape { version, shape });
        }
        let count = u32_at(12);
        // A picture has at most 12,288 bytes, so that this fits.
        let expected = HEADER_BYTES as u64 + u64::from(count) * (1 + shape.bytes() as u64);
        if expected != bytes.len() as u64 {
            return Err(ShardError::Length { count, expected, found: bytes.len() });
        }
        let (expected, found) = (u32_at(24), crc32fast::hash(payload));
        if expected != found {
            return Err(ShardError::Checksum { expected, found });
        }
        let (labels, pixels) = payload.split_at(count as usize);
        Self::new(shape, u16_at(22), labels, pixels)
    }

    /// A shard of pictures of this shape, of these labels and pixels.
    ///
    /// # Errors
    /// If a label names no class, or labels and pixels do not go together.
    pub fn new(
        shape: PictureShape,
        classes: u16,
        labels: &'a [u8],
        pixels: &'a [u8],
    ) -> Result<Self, ShardError> {
        if !(1..=256).contains(&classes) {
            return Err(ShardError::Classes { found: classes });
        }
        let fits = u32::try_from(labels.len()).is_ok()
            && labels.len().checked_mul(shape.bytes()) == Some(pixels.len());
        if !fits {
            let bytes = shape.bytes();
            return Err(ShardError::Parts { bytes, labels: labels.len(), pixels: pixels.len() });
        }
        match labels.iter().position(|&label| u16::from(label) >= classes) {
            Some(index) => Err(ShardError::Label { index, label: labels[index], classes }),
            None => Ok(Self { shape, classes, labels, pixels }),
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
        let (shape, bytes) = (pictures.shape(), pictures.shape().bytes());
        let pixels = &pictures.pixels()[start * bytes..end * bytes];
        Self::new(shape, classes, &pictures.labels()[start..end], pixels)
    }

    /// The shape of every picture.
    #[must_use]
    pub fn shape(&self) -> PictureShape {
        self.shape
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
        let mut pictures = Pictures::with_capacity(self.shape, self.labels.len());
        pictures.extend_from(self.labels, self.pixels);
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
        header[8..12].copy_from_slice(&version_of(self.shape).to_le_bytes());
        header[12..16].copy_from_slice(&(self.labels.len() as u32).to_le_bytes());
        let [height, width, channels] = self.shape.dims().map(|length| length as u16);
        for (at, value) in [(16, width), (18, height), (20, channels), (22, self.classes)] {
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

/// The version of shards whose pictures have this shape.
fn version_of(shape: PictureShape) -> u32 {
    if shape == PictureShape::CIFAR { VERSION_OF_CIFAR } else { VERSION }
}

/// How many bytes a shard of `count` pictures of this shape has.
#[must_use]
pub fn file_bytes(shape: PictureShape, count: u64) -> Option<u64> {
    count.checked_mul(1 + shape.bytes() as u64)?.checked_add(HEADER_BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::{HEADER_BYTES, PictureShape, Pictures, Shard, ShardError, file_bytes};

    fn three() -> Pictures {
        three_of(PictureShape::CIFAR)
    }

    fn three_of(shape: PictureShape) -> Pictures {
        let mut pictures = Pictures::new(shape);
        for label in [4, 0, 9] {
            let pixels: Vec<u8> = (0..shape.bytes()).map(|at| (at % 251) as u8 ^ label).collect();
            pictures.push(label, &pixels);
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
        assert_eq!(Some(bytes.len() as u64), file_bytes(PictureShape::CIFAR, 3));
        let shard = Shard::parse(&bytes).expect("it is whole");
        assert_eq!((shard.classes(), shard.to_pictures()), (10, three()));
    }

    #[test]
    fn pictures_of_other_shapes_have_version_2() {
        for (height, width, channels) in [(28, 28, 1), (64, 64, 3), (8, 64, 1), (9, 8, 3)] {
            let shape = PictureShape::new(height, width, channels).expect("a shape");
            let pictures = three_of(shape);
            let bytes = Shard::of(&pictures, 0..3, 10).expect("labels are below 10").to_bytes();
            assert_eq!(bytes[..16], *b"TGSHARD\n\x02\0\0\0\x03\0\0\0");
            assert_eq!(bytes[16..22], [width as u8, 0, height as u8, 0, channels as u8, 0]);
            assert_eq!(Some(bytes.len() as u64), file_bytes(shape, 3));
            let shard = Shard::parse(&bytes).expect("it is whole");
            assert_eq!((shard.shape(), shard.to_pictures()), (shape, pictures));
        }
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
        assert_eq!(error(|b| b[8] = 3), E::NewerVersion { found: 3 });
        assert_eq!(error(|b| b[8] = 0), E::NoVersion);
        // Pictures of one shape have one version, and so one SHA-256.
        for (change, version) in [((8, 2), 2), ((16, 64), 1), ((18, 8), 1), ((20, 1), 1)] {
            let found = error(|b| b[change.0] = change.1);
            assert!(
                matches!(found, E::VersionOfShape { version: v, .. } if v == version),
                "{found}"
            );
        }
        for (at, value) in [(16, 7), (16, 65), (17, 1), (18, 0), (20, 2), (20, 4), (21, 1)] {
            let found = error(|b| b[at] = value);
            assert!(matches!(found, E::Shape(_)), "{found}");
        }
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
        let pixels = [0; 3072];
        let of = |classes, labels| Shard::new(PictureShape::CIFAR, classes, labels, &pixels);
        assert_eq!(of(2, &[0, 1]), Err(ShardError::Parts { bytes: 3072, labels: 2, pixels: 3072 }));
        assert_eq!(of(257, &[0]), Err(ShardError::Classes { found: 257 }));
        assert!(of(256, &[255]).is_ok());
    }
}
