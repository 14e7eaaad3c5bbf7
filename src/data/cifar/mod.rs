//! CIFAR-10 as it is published, from bytes, and what people make in its formats: record files and
//! Python batches, in archives or unpacked, whole or in part, with names of their own; and CIFAR-100
//! with its fine or its coarse labels. It knows no file system and no network, executes nothing, and takes any
//! bytes whatever.
//!
//! The formats are described at <https://www.cs.toronto.edu/~kriz/cifar.html>. A record is a
//! label and three planes, red, green and blue, each row by row; a row of a Python batch is the
//! same without the label. Here they become pixels of three bytes, as in [`Pictures`].

mod cifar100;
mod classes;
mod error;
mod find;
mod import;
mod python;
mod records;

pub use error::CifarError;
pub use find::find;
pub use import::{Import, MOST_BYTES};
pub use records::{RECORD_BYTES, records};

use crate::data::pictures::{Pictures, ShapeRequest};

/// The ten classes, in the order of their labels.
pub const CLASSES: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/// Which of CIFAR-100's two labels of a picture are its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Labels {
    /// Of a hundred classes, such as `maple_tree`.
    #[default]
    Fine,
    /// Of twenty, of five fine ones each, such as `trees`.
    Coarse,
}

/// What somebody chooses of how files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// The shape of the pictures; 32x32x3 unless something else is asked for.
    pub shape: ShapeRequest,
    /// The labels of CIFAR-100.
    pub labels: Labels,
}

/// Both splits of CIFAR-10, or of pictures in its formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cifar {
    /// The training pictures, in the order of the batches.
    pub train: Pictures,
    /// The test pictures.
    pub test: Pictures,
    /// The names of the classes that have pictures, in the order of their labels.
    pub classes: Vec<String>,
    /// What to call it.
    pub name: String,
    /// What it is, in a sentence or two.
    pub source: String,
    /// What people should know of how it was read, in sentences.
    pub remarks: Vec<String>,
}

/// What to call so many pictures of CIFAR-10: a part of the official 50,000 and 10,000 is a subset.
#[must_use]
pub fn name(train: usize, test: usize) -> &'static str {
    match (train, test) {
        (50_000, 10_000) => "CIFAR-10",
        _ => "CIFAR-10 subset",
    }
}
