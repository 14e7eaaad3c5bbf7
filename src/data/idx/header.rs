//! The beginning of an IDX file: what its values are, and how many.

use flate2::read::MultiGzDecoder;
use std::io::Read;

/// As many bytes of a file as are looked at to tell what it is: a header, packed, after the name that
/// gzip keeps.
pub const HEAD_BYTES: usize = 1024;
/// The most dimensions that are read: pictures, rows, columns, channels.
const MOST_DIMENSIONS: usize = 4;

/// Numbers of an IDX file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bytes.
    U8,
    I8,
    I16,
    I32,
    /// Numbers with a fraction, of so many bytes.
    Float(usize),
}

impl Kind {
    fn of(code: u8) -> Option<Self> {
        Some(match code {
            0x08 => Self::U8,
            0x09 => Self::I8,
            0x0b => Self::I16,
            0x0c => Self::I32,
            0x0d => Self::Float(4),
            0x0e => Self::Float(8),
            _ => return None,
        })
    }

    fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 => 4,
            Self::Float(bytes) => bytes,
        }
    }
}

/// What an IDX file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    /// The length of each dimension.
    pub(super) dims: Vec<usize>,
}

/// What a file is in a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Bytes: pictures, rows, columns, and channels.
    Images { count: usize, height: usize, width: usize, channels: usize },
    /// Whole numbers: labels, and values of each, of which the first is the class.
    Labels { count: usize, values: usize },
}

impl Header {
    /// The header that bytes begin with; `None` if it is none.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let &[0, 0, code, dimensions, ..] = bytes else { return None };
        let (kind, dimensions) = (Kind::of(code)?, usize::from(dimensions));
        if !(1..=MOST_DIMENSIONS).contains(&dimensions) {
            return None;
        }
        let lengths = bytes.get(4..4 + 4 * dimensions)?.as_chunks().0;
        let dims = lengths.iter().map(|&length| u32::from_be_bytes(length) as usize).collect();
        let header = Self { kind, dims };
        // Zeros are a beginning of many files; one that says that it has more than there can be is none.
        header.file_bytes()?;
        Some(header)
    }

    /// Bytes before the values.
    pub(super) fn bytes(&self) -> usize {
        4 + 4 * self.dims.len()
    }

    /// Bytes of the whole file; `None` for more than can be counted.
    pub(super) fn file_bytes(&self) -> Option<u64> {
        let one = self.kind.bytes() as u64;
        let values =
            self.dims.iter().try_fold(one, |all, &length| all.checked_mul(length as u64))?;
        values.checked_add(self.bytes() as u64)
    }

    /// What it is in a data set, or what its values are instead, in words.
    pub(super) fn content(&self) -> Result<Content, String> {
        let images =
            |count, height, width, channels| Content::Images { count, height, width, channels };
        match (self.kind, self.dims.as_slice()) {
            (Kind::U8, &[count, height, width]) => Ok(images(count, height, width, 1)),
            (Kind::U8, &[count, height, width, channels @ (1 | 3)]) => {
                Ok(images(count, height, width, channels))
            }
            (Kind::Float(_), _) => Err("numbers with a fraction".into()),
            (_, &[count]) => Ok(Content::Labels { count, values: 1 }),
            // QMNIST keeps eight numbers of each picture.
            (Kind::I32, &[count, values]) if values > 0 => Ok(Content::Labels { count, values }),
            (kind, dims) => {
                let what = if kind == Kind::U8 { "bytes" } else { "whole numbers" };
                let lengths: Vec<String> = dims.iter().map(ToString::to_string).collect();
                Err(format!("{what} in {} dimensions ({})", dims.len(), lengths.join(" x ")))
            }
        }
    }

    /// The whole number at place `at` of these values.
    pub(super) fn integer(&self, values: &[u8], at: usize) -> Option<i64> {
        let size = self.kind.bytes();
        let bytes = values.get(at.checked_mul(size)?..)?.get(..size)?;
        match (self.kind, bytes) {
            (Kind::U8, &[byte]) => Some(i64::from(byte)),
            (Kind::I8, &[byte]) => Some(i64::from(byte.cast_signed())),
            (Kind::I16, &[a, b]) => Some(i64::from(i16::from_be_bytes([a, b]))),
            (Kind::I32, &[a, b, c, d]) => Some(i64::from(i32::from_be_bytes([a, b, c, d]))),
            _ => None,
        }
    }
}

/// Whether a file begins like one of gzip.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
}

/// Whether a file with these first bytes, unpacked, is one of IDX.
#[must_use]
pub fn is_idx(head: &[u8]) -> bool {
    Header::of(head).is_some()
}

/// The first bytes of a file unpacked, as far as they are there.
pub(super) fn unpacked_head(head: &[u8]) -> Vec<u8> {
    if !is_packed(head) {
        return head.to_vec();
    }
    let mut decoder = MultiGzDecoder::new(head);
    let mut unpacked = vec![0; 4 + 4 * MOST_DIMENSIONS];
    let mut length = 0;
    // A head ends in the middle: what came before that is what it gives.
    while length < unpacked.len() {
        match decoder.read(&mut unpacked[length..]) {
            Ok(0) | Err(_) => break,
            Ok(more) => length += more,
        }
    }
    unpacked.truncate(length);
    unpacked
}

#[cfg(test)]
mod tests {
    use super::{Content, Header};

    fn header(kind: u8, dims: &[u32]) -> Vec<u8> {
        let lengths = dims.iter().flat_map(|length| length.to_be_bytes());
        [0, 0, kind, dims.len() as u8].into_iter().chain(lengths).collect()
    }

    #[test]
    fn contents_are_told_by_type_and_dimensions() {
        let content =
            |kind, dims: &[u32]| Header::of(&header(kind, dims)).expect("a header").content();
        let images =
            |height, width, channels| Ok(Content::Images { count: 5, height, width, channels });
        assert_eq!(content(8, &[5, 28, 20]), images(28, 20, 1));
        assert_eq!(content(8, &[5, 32, 32, 3]), images(32, 32, 3));
        for kind in [8, 9, 0x0b, 0x0c] {
            assert_eq!(content(kind, &[7]), Ok(Content::Labels { count: 7, values: 1 }));
        }
        assert_eq!(content(0x0c, &[7, 8]), Ok(Content::Labels { count: 7, values: 8 }));
        for (kind, dims, what) in [
            (0x0d, &[5, 28, 28][..], "fraction"),
            (8, &[5, 784], "bytes in 2 dimensions (5 x 784)"),
            (0x0b, &[5, 28, 28], "whole numbers in 3 dimensions"),
            (8, &[5, 3, 32, 32], "bytes in 4 dimensions"),
        ] {
            assert!(content(kind, dims).is_err_and(|error| error.contains(what)), "{what}");
        }
    }

    #[test]
    fn what_is_no_header_is_none() {
        let good = header(8, &[5, 28, 28]);
        for cut in 0..good.len() {
            assert_eq!(Header::of(&good[..cut]), None);
        }
        for bad in [header(7, &[1]), header(8, &[]), header(8, &[1; 5]), header(8, &[u32::MAX; 3])]
        {
            assert_eq!(Header::of(&bad), None);
        }
        assert_eq!(Header::of(b"\x01\0\x08\x01\0\0\0\x01"), None);
    }
}
