//! What can be wrong with files in MNIST's format, in sentences for people.

use super::import::MOST_BYTES;
use crate::data::class_names::UnnamedClass;
use crate::data::pictures::{PictureShape, PictureShapeError};
use thiserror::Error;

/// What is wrong with files in MNIST's format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IdxError {
    /// More bytes than are read.
    #[error(
        "`{file}` has more than {MOST_BYTES} bytes unpacked; no more are read. Give a part of it."
    )]
    TooLarge {
        /// The file.
        file: String,
    },
    /// More pictures than there is room for.
    #[error(
        "`{file}` has {count} pictures, more than there is room for at {shape}. Ask for a smaller size, or give a part of it."
    )]
    TooMany {
        /// The file.
        file: String,
        /// How many it has.
        count: usize,
        /// What they would become.
        shape: PictureShape,
    },
    /// Packed bytes that cannot be unpacked.
    #[error("`{file}` cannot be unpacked: {why}. Get it again.")]
    Packed {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// A header that was another one when the file was looked at.
    #[error("`{file}` is not in MNIST's format (IDX): {what}.")]
    Header {
        /// The file.
        file: String,
        /// What it has instead.
        what: String,
    },
    /// The number of bytes is not what the header says.
    #[error(
        "`{file}` is {}: by its header it has {expected} bytes, and it has {found}. Get it again.",
        if found < expected { "cut off" } else { "too long" }
    )]
    Length {
        /// The file.
        file: String,
        /// Bytes by the header.
        expected: u64,
        /// Bytes that there are, as far as they were looked at.
        found: u64,
    },
    /// Values that are neither pictures nor labels here.
    #[error(
        "`{file}` has {what}. Pictures are bytes in three dimensions (pictures, rows, columns), or four with one or three channels as the last, and labels whole numbers in one."
    )]
    Values {
        /// The file.
        file: String,
        /// What they are.
        what: String,
    },
    /// The same part of the data, differently.
    #[error("`{one}` and `{other}` are both {what}. Give the one that you mean.")]
    Twice {
        /// A file.
        one: String,
        /// Another.
        other: String,
        /// What both are.
        what: &'static str,
    },
    /// Pictures and labels that do not go together.
    #[error(
        "`{images}` has {pictures} pictures and `{labels}` {count} labels. Give the files that belong together."
    )]
    Counts {
        /// The file of pictures.
        images: String,
        /// How many it has.
        pictures: usize,
        /// The file of labels.
        labels: String,
        /// How many it has.
        count: usize,
    },
    /// A label that is no byte.
    #[error("Label {index} of `{file}` is {label}; labels are 0 to 255.")]
    Label {
        /// The file.
        file: String,
        /// Which, from 0.
        index: usize,
        /// The label.
        label: i64,
    },
    /// Splits of different sizes.
    #[error(
        "The pictures of `{train}` are {train_size} and those of `{test}` {test_size}. Give files that belong together, or ask for one size of both."
    )]
    Sizes {
        /// The training file.
        train: String,
        /// Its pictures.
        train_size: String,
        /// The test file.
        test: String,
        /// Its pictures.
        test_size: String,
    },
    /// A label that has no name.
    #[error(transparent)]
    Unnamed(#[from] UnnamedClass),
    /// A shape that no data set has.
    #[error("{0} Ask for another size.")]
    Shape(#[from] PictureShapeError),
    /// Labels alone, or files without a picture.
    #[error("`{file}` holds no pictures in MNIST's format: {what}.")]
    NoPictures {
        /// The archive, folder or file.
        file: String,
        /// What it holds.
        what: &'static str,
    },
    /// One picture, or none of which two are.
    #[error(
        "`{file}` has a single picture of each class, or fewer, and no test pictures: a picture cannot be both learned from and measured on."
    )]
    Single {
        /// The archive, folder or file.
        file: String,
    },
}
