//! What can be wrong with files that should hold CIFAR-10, in sentences for people.

use super::RECORD_BYTES;
use crate::data::class_names::UnnamedClass;
use crate::data::pickle::PickleError;
use crate::data::pictures::PictureShapeError;
use thiserror::Error;

/// What is wrong with a file that should hold CIFAR-10.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CifarError {
    /// An empty file.
    #[error("`{file}` is empty. A CIFAR-10 file has records of {RECORD_BYTES} bytes.")]
    Empty {
        /// Its name.
        file: String,
    },
    /// Not whole records.
    #[error(
        "`{file}` is not CIFAR-10: it is no archive, and its {bytes} bytes are not a whole number of {RECORD_BYTES}-byte records (of 3074 bytes in CIFAR-100)."
    )]
    RecordLength {
        /// Its name.
        file: String,
        /// How long it is.
        bytes: u64,
    },
    /// A label that is no byte.
    #[error("Record {record} of `{file}` has label {label}; labels are 0 to 255.")]
    Label {
        /// The file's name.
        file: String,
        /// Which record, from 0.
        record: usize,
        /// Its label.
        label: i64,
    },
    /// A label that has no name.
    #[error(transparent)]
    Unnamed(#[from] UnnamedClass),
    /// The same batch twice.
    #[error("`{file}` is there twice, in different folders. Give the folder that you mean.")]
    Twice {
        /// The batch.
        file: String,
    },
    /// A Python batch that cannot be read.
    #[error("`{file}` cannot be read: {why}.")]
    Pickle {
        /// The batch.
        file: String,
        /// What is wrong.
        why: PickleError,
    },
    /// A Python batch that is a pickle, but not of pictures.
    #[error("`{file}` is a pickle, but not a CIFAR-10 batch: {what}.")]
    Batch {
        /// The batch.
        file: String,
        /// What is missing or does not fit.
        what: &'static str,
    },
    /// Files of CIFAR-10 and of CIFAR-100.
    #[error(
        "`{file}` has records of CIFAR-100 and other files those of CIFAR-10. Give one of the two alone."
    )]
    Mixed {
        /// One of them.
        file: String,
    },
    /// Coarse labels were asked for, of files that have none.
    #[error(
        "`{file}` has no coarse labels, which only CIFAR-100 has. Ask for fine ones, or give CIFAR-100."
    )]
    NoCoarse {
        /// One of them.
        file: String,
    },
    /// A shape that no data set has.
    #[error(transparent)]
    Shape(#[from] PictureShapeError),
    /// Names, and nothing that is called by them.
    #[error(
        "`{file}` holds names of classes but no pictures: no data_batch_1, test_batch or the like."
    )]
    NoPictures {
        /// The archive or folder.
        file: String,
    },
    /// One picture, or none of which two are.
    #[error(
        "`{file}` has a single picture of each class, or fewer, and no test batch: a picture cannot be both learned from and measured on."
    )]
    Single {
        /// The archive, folder or file.
        file: String,
    },
    /// Something that is known, and not read here.
    #[error("`{file}` {what}")]
    Other {
        /// The archive, folder or file.
        file: String,
        /// What it is and what to do, in a sentence whose subject is the file.
        what: String,
    },
}
