//! MNIST, and what is published in its format, IDX: Fashion-MNIST, KMNIST, QMNIST, EMNIST and people's own.
//! Files are told by what they hold, packed with gzip or not: pictures of one size with bytes for pixels,
//! and labels. It knows no file system and no network, and takes any bytes whatever.
//!
//! The format is described at the end of <https://yann.lecun.com/exdb/mnist/>: two zeros, a byte for the
//! type of the values, a byte for the number of dimensions, the length of each in four bytes, the largest
//! first, and then the values.

mod error;
mod find;
mod header;
mod import;
mod known;

pub use error::IdxError;
pub use find::Survey;
pub use header::{HEAD_BYTES, is_idx};
pub use import::{Idx, Import, MOST_BYTES};
pub use known::Known;

use super::pictures::ShapeRequest;

/// What somebody chooses of how files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// The shape of the pictures; their own unless something else is asked for.
    pub shape: ShapeRequest,
    /// What they are, where that is known; else it is found out.
    pub known: Option<Known>,
}
