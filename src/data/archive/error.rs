//! What can be wrong with an archive, in sentences for people.

use std::io;
use thiserror::Error;

/// Why an archive, or something in it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The file itself cannot be read.
    #[error("`{file}` cannot be read: {why}.")]
    Io {
        /// Its name.
        file: String,
        /// What the system says.
        why: String,
    },
    /// Damage, or an archive of a kind that has never been seen.
    #[error("The archive `{file}` cannot be unpacked: {why}. It may be cut off: get it again.")]
    Damaged {
        /// Its name.
        file: String,
        /// What the unpacker says.
        why: String,
    },
    /// Damage to one entry.
    #[error("`{path}` in `{file}` cannot be unpacked: {why}.")]
    Entry {
        /// The archive.
        file: String,
        /// The entry.
        path: String,
        /// What the unpacker says.
        why: String,
    },
    /// An archive of a kind that is not read here.
    #[error(
        "`{file}` is {what}, which is not read here. Unpack it and give the folder, or pack it as a zip or a .tar.gz."
    )]
    Foreign {
        /// Its name.
        file: String,
        /// Its kind.
        what: &'static str,
    },
    /// Not what its name says.
    #[error("`{file}` is no archive: {what}")]
    NoArchive {
        /// Its name.
        file: String,
        /// What it is, and what to do, in a sentence.
        what: &'static str,
    },
    /// One file packed with gzip.
    #[error("`{file}` is one file packed with gzip, and no archive of files. Unpack it first.")]
    OneFile {
        /// Its name.
        file: String,
    },
    /// Encrypted.
    #[error(
        "`{file}` is protected by a password. Unpack it, and give the folder or a zip without a password."
    )]
    Password {
        /// Its name.
        file: String,
    },
    /// Packed by a method that is not in common use.
    #[error(
        "`{file}` is packed by {method}, which is not read here. Unpack it, and give the folder or an ordinary zip (method Deflate)."
    )]
    Method {
        /// Its name.
        file: String,
        /// The method.
        method: &'static str,
    },
    /// One of several files that are one archive together.
    #[error(
        "`{file}` is the last of several files that a zip was cut into. Unpack all of them together, and give the folder."
    )]
    Volumes {
        /// Its name.
        file: String,
    },
    /// More entries than are reasonable.
    #[error("`{file}` has more than {most} entries. Leave some out.")]
    Entries {
        /// Its name.
        file: String,
        /// The limit.
        most: usize,
    },
    /// An entry larger than it may be.
    #[error("`{path}` in `{file}` has {bytes} bytes; at most {most} are read. Leave it out.")]
    TooLarge {
        /// The archive.
        file: String,
        /// The entry.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// More in all than is reasonable.
    #[error("`{file}` unpacks to more than {most} bytes. Leave some of it out.")]
    Total {
        /// The archive.
        file: String,
        /// The limit.
        most: u64,
    },
}

impl ArchiveError {
    pub(super) fn io(file: &str, error: &io::Error) -> Self {
        Self::Io { file: file.into(), why: error.to_string() }
    }

    pub(super) fn damaged(file: &str, why: &str) -> Self {
        Self::Damaged { file: file.into(), why: why.trim_end_matches('.').into() }
    }
}
