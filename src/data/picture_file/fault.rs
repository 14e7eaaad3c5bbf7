//! Why a file is not taken as a picture, in words that the terminal and the page share.

use super::format::{Format, Kind};
use super::{MOST_BYTES, MOST_PIXELS};

/// Why a file is not taken as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It has no bytes.
    Empty,
    /// It is something else, which can be named.
    Known(Kind),
    /// It is something else.
    NoPicture,
    /// It ends before the picture does.
    Cut,
    /// It cannot be decoded.
    Damaged,
    /// Decoded, it would be larger than there may be memory.
    Pixels,
    /// The file is larger than there may be memory.
    Bytes,
    /// It is a picture, and this program has no decoder for it.
    NoDecoder(Format),
    /// The system does not hand it out.
    Unreadable,
}

impl Fault {
    /// What is so of one file, and of several: "is cut off", "are cut off".
    #[must_use]
    pub fn words(self) -> (String, String) {
        let both = |one: &str, many: &str| (one.to_owned(), many.to_owned());
        match self {
            Self::Empty => both("is empty", "are empty"),
            Self::Known(Kind { one, many, convertible }) => {
                let hint =
                    if convertible { ", which is not read: save it as PNG or JPEG" } else { "" };
                let hints =
                    if convertible { ", which are not read: save them as PNG or JPEG" } else { "" };
                (format!("is {one}{hint}"), format!("are {many}{hints}"))
            }
            Self::NoPicture => both("is no picture", "are no pictures"),
            Self::Cut => both("is cut off", "are cut off"),
            Self::Damaged => both("cannot be decoded", "cannot be decoded"),
            Self::Pixels => {
                let most = MOST_PIXELS / 1_000_000;
                both(
                    &format!("has more than {most} million pixels"),
                    &format!("have more than {most} million pixels"),
                )
            }
            Self::Bytes => {
                let most = MOST_BYTES / 1_000_000;
                both(&format!("has more than {most} MB"), &format!("have more than {most} MB"))
            }
            Self::NoDecoder(Format::Tiff) => both(
                "is a TIFF picture, which browsers do not read: save it as PNG or JPEG, or use data-prep",
                "are TIFF pictures, which browsers do not read: save them as PNG or JPEG, or use data-prep",
            ),
            Self::NoDecoder(_) => {
                both("is of a format without a decoder", "are of formats without a decoder")
            }
            Self::Unreadable => both("cannot be read", "cannot be read"),
        }
    }
}
