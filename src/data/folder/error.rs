//! Why a folder makes no data set.

use super::{MOST_CLASSES, MOST_ENTRIES, most_pictures};
use crate::data::pictures::PictureShape;
use thiserror::Error;

/// Why a folder makes no data set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// None of the files is a picture.
    #[error(
        "No pictures were found among {}. {}Give PNG, JPEG, WebP, GIF or BMP files, in a folder for each class.",
        files(*.entries), spaced(.left_out)
    )]
    NoPictures {
        /// How many files there are.
        entries: usize,
        /// What they are instead.
        left_out: Option<String>,
    },
    /// Splits without classes.
    #[error(
        "{} and no folders of classes, so it cannot be told what is in them.{} Put the pictures of each class into a folder with its name, as in train/cat and test/cat; for autoencoders, which need no classes, into one folder each.",
        holds(.folders), labels_in(.table)
    )]
    NoClasses {
        /// The folders of the splits.
        folders: Vec<String>,
        /// A file that may have the labels, and cannot be read.
        table: Option<String>,
    },
    /// More than labels can tell apart.
    #[error(
        "There are {0} folders of classes, and at most {MOST_CLASSES} classes can be told apart. Leave some out."
    )]
    TooManyClasses(usize),
    /// More than a tab has room for.
    #[error(
        "There are {count} pictures, and at most {} of {shape} are taken. Leave some out, or take smaller ones.",
        most_pictures(*.shape)
    )]
    TooManyPictures {
        /// How many there are.
        count: usize,
        /// What they would become.
        shape: PictureShape,
    },
    /// More than anybody wants to wait for.
    #[error(
        "There are {0} files, and at most {MOST_ENTRIES} are looked at. Give a folder with fewer."
    )]
    TooManyEntries(usize),
    /// No class has training pictures.
    #[error("No training pictures are left that can be used. {}", spaced(.0).trim_end())]
    NoTraining(Option<String>),
    /// Nothing to measure on.
    #[error(
        "No class has a picture left for the test: each needs two that can be used, one to learn from and one for the test. {}",
        spaced(.0).trim_end()
    )]
    NoTest(Option<String>),
}

fn files(count: usize) -> String {
    if count == 1 { "one file".into() } else { format!("{count} files") }
}

fn spaced(left_out: &Option<String>) -> String {
    left_out.as_ref().map(|sentence| format!("{sentence} ")).unwrap_or_default()
}

fn holds(folders: &[String]) -> String {
    match folders {
        [one] => format!("The folder “{one}” holds pictures"),
        _ => format!("The folders “{}” hold pictures", folders.join("” and “")),
    }
}

fn labels_in(file: &Option<String>) -> String {
    match file {
        Some(file) => format!(
            " The labels seem to be in “{file}”, which should begin with a line of the columns, such as id,label, and name these pictures."
        ),
        None => String::new(),
    }
}
