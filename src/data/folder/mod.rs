//! A folder of pictures as a data set: which of its files are pictures, which of its folders are splits and
//! classes, what is passed over and why. There is one set of these rules, for the terminal and the page:
//! a driver lists entries and hands over bytes, and [`Survey`], [`Layout`] and [`Import`] say in this
//! order what they want of it.

mod error;
mod import;
mod keep;
mod labels;
mod layout;
mod names;
mod passed_over;
mod splits;
mod survey;

use super::pictures::PictureShape;

/// A file of a folder or of an archive. Here slashes may be of either kind; a path that ends in one is a
/// folder and is not looked at.
pub use super::archive::Entry;
pub use error::FolderError;
pub use import::{Import, Imported};
pub use layout::{Chosen, Layout};
pub use names::{MOST_LETTERS, natural};
pub use passed_over::{PassedOver, Reason};
pub use survey::{Decoders, Survey};

/// At most so many pictures of CIFAR's shape are taken: 184 MB of them, which a tab has room for.
pub const MOST_PICTURES: usize = 60_000;
/// At most so many files are looked at.
pub const MOST_ENTRIES: usize = 1_000_000;
/// A label is a byte.
pub const MOST_CLASSES: usize = 256;
/// A file of labels is at most so long.
pub const MOST_TABLE_BYTES: u64 = 64_000_000;

/// At most so many pictures of this shape are taken: as many bytes as of CIFAR's.
#[must_use]
pub fn most_pictures(shape: PictureShape) -> usize {
    MOST_PICTURES * PictureShape::CIFAR.bytes() / shape.bytes()
}
