//! CIFAR-10 as it is published, from bytes: record files, and the binary and Python archives.
//! It knows no shard, no file system and no network, executes nothing, and takes any bytes
//! whatever.
//!
//! The formats are described at <https://www.cs.toronto.edu/~kriz/cifar.html>. A record is a
//! label and three planes, red, green and blue, each row by row; a row of a Python batch is the
//! same without the label. Here they become pixels of three bytes, as in [`Pictures`].

use crate::data::archive;
use crate::data::pickle::{Pickle, PickleError};
use crate::data::pictures::{CHANNELS, PICTURE_BYTES, Pictures, SIDE};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use thiserror::Error;

/// The ten classes, in the order of their labels.
pub const CLASSES: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
/// One label and three planes.
pub const RECORD_BYTES: usize = 1 + PICTURE_BYTES;
/// Training batches in an official archive.
const BATCHES: usize = 5;

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
    /// Neither an archive nor whole records.
    #[error(
        "`{file}` is not CIFAR-10: it is no .tar.gz archive, and its {bytes} bytes are not a whole number of {RECORD_BYTES}-byte records."
    )]
    RecordLength {
        /// Its name.
        file: String,
        /// How long it is.
        bytes: usize,
    },
    /// A label above 9.
    #[error("Record {record} of `{file}` has label {label}; CIFAR-10 labels are 0 to 9.")]
    Label {
        /// The file's name.
        file: String,
        /// Which record, from 0.
        record: usize,
        /// Its label.
        label: i64,
    },
    /// Unpacking failed.
    #[error("The archive `{file}` cannot be unpacked: {reason}. Download it again.")]
    Archive {
        /// Its name.
        file: String,
        /// What the unpacker says.
        reason: String,
    },
    /// Batches that should be there are not.
    #[error(
        "`{file}` does not hold all of CIFAR-10: {missing} not found. It must have data_batch_1 to data_batch_5 and test_batch, with or without `.bin`."
    )]
    Missing {
        /// The archive or folder.
        file: String,
        /// Which batches.
        missing: String,
    },
    /// The same batch twice.
    #[error("`{file}` is there twice.")]
    Twice {
        /// The batch.
        file: String,
    },
    /// A Python batch that cannot be read.
    #[error("`{file}` cannot be read: {source}.")]
    Pickle {
        /// The batch.
        file: String,
        /// What is wrong.
        source: PickleError,
    },
    /// A Python batch that is a pickle, but not of pictures.
    #[error("`{file}` is a pickle, but not a CIFAR-10 batch: {what}.")]
    Batch {
        /// The batch.
        file: String,
        /// What is missing or does not fit.
        what: &'static str,
    },
}

/// Both splits of CIFAR-10.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cifar {
    /// The training pictures, in the order of the batches.
    pub train: Pictures,
    /// The test pictures.
    pub test: Pictures,
    /// The names of the classes.
    pub classes: Vec<String>,
}

impl Cifar {
    /// What to call it: a part of the official 50,000 and 10,000 pictures is a subset.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match (self.train.len(), self.test.len()) {
            (50_000, 10_000) => "CIFAR-10",
            _ => "CIFAR-10 subset",
        }
    }
}

/// The names of the classes, owned.
#[must_use]
pub fn class_names() -> Vec<String> {
    CLASSES.map(String::from).to_vec()
}

/// Whether [`archive`] should be tried on these bytes, rather than [`records`].
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    archive::is_archive(bytes)
}

/// Reads a file of records, such as `data_batch_1.bin`.
///
/// # Errors
/// If the bytes are not whole records, or a label is above 9.
pub fn records(file: &str, bytes: &[u8]) -> Result<Pictures, CifarError> {
    let (records, rest) = bytes.as_chunks::<RECORD_BYTES>();
    if bytes.is_empty() {
        return Err(CifarError::Empty { file: file.into() });
    }
    if !rest.is_empty() {
        return Err(CifarError::RecordLength { file: file.into(), bytes: bytes.len() });
    }
    let mut pictures = Pictures::with_capacity(records.len());
    for (record, bytes) in records.iter().enumerate() {
        let [label, planes @ ..] = bytes;
        push_planes(&mut pictures, file, record, i64::from(*label), planes)?;
    }
    Ok(pictures)
}

/// Reads an official archive, binary or Python, packed with gzip or not. Which one it is shows in
/// the files inside; the archive's own name is only used in errors.
///
/// # Errors
/// If it cannot be unpacked, a batch is missing, or a batch cannot be read.
pub fn archive(file: &str, bytes: &[u8]) -> Result<Cifar, CifarError> {
    let mut batches = Batches::default();
    archive::for_each_file(bytes, archive::CIFAR, Batches::wants, |name, bytes| {
        Ok(batches.add(name, bytes)?)
    })
    .map_err(|error| match error {
        Failure::Cifar(error) => error,
        Failure::Io(error) => CifarError::Archive { file: file.into(), reason: error.to_string() },
    })?;
    batches.finish(file)
}

/// What can go wrong while walking an archive.
enum Failure {
    Io(io::Error),
    Cifar(CifarError),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<CifarError> for Failure {
    fn from(error: CifarError) -> Self {
        Self::Cifar(error)
    }
}

/// The files of an official archive or folder, put together in whatever order they come.
#[derive(Debug, Default)]
pub struct Batches {
    train: Pictures,
    /// How many batches are in `train`.
    joined: usize,
    /// Batches that came before their turn.
    held: BTreeMap<usize, Pictures>,
    test: Option<Pictures>,
    classes: Option<Vec<String>>,
}

impl Batches {
    /// Whether a file of this name is part of CIFAR-10.
    #[must_use]
    pub fn wants(name: &str) -> bool {
        place(name).is_some()
    }

    /// Takes one file. Files that are no part of CIFAR-10 are left alone.
    ///
    /// # Errors
    /// If the file cannot be read, or has been there before.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), CifarError> {
        let Some((place, is_binary)) = place(name) else {
            return Ok(());
        };
        let read = if is_binary { records } else { python_batch };
        let twice = || Err(CifarError::Twice { file: name.into() });
        match place {
            Place::Names => {
                self.classes = if is_binary { text_names(bytes) } else { python_names(bytes) }
            }
            Place::Test if self.test.is_some() => return twice(),
            Place::Test => self.test = Some(read(name, bytes)?),
            Place::Train(n) if n < self.joined || self.held.contains_key(&n) => return twice(),
            Place::Train(n) => drop(self.held.insert(n, read(name, bytes)?)),
        }
        while let Some(batch) = self.held.remove(&self.joined) {
            if self.joined == 0 {
                self.train = Pictures::with_capacity(BATCHES * batch.len());
            }
            self.train.extend(&batch);
            self.joined += 1;
        }
        Ok(())
    }

    /// All of it; `file` is the archive or folder it came from, for the error.
    ///
    /// # Errors
    /// If a batch is missing.
    pub fn finish(self, file: &str) -> Result<Cifar, CifarError> {
        let mut missing: Vec<_> = (self.joined..BATCHES)
            .filter(|n| !self.held.contains_key(n))
            .map(|n| format!("data_batch_{}", n + 1))
            .collect();
        match self.test {
            Some(test) if missing.is_empty() => {
                let classes = self.classes.unwrap_or_else(class_names);
                Ok(Cifar { train: self.train, test, classes })
            }
            test => {
                if test.is_none() {
                    missing.push("test_batch".into());
                }
                Err(CifarError::Missing { file: file.into(), missing: missing.join(", ") })
            }
        }
    }
}

enum Place {
    Train(usize),
    Test,
    Names,
}

/// Where a file belongs, and whether it is of the binary version.
fn place(name: &str) -> Option<(Place, bool)> {
    let place = match name {
        "batches.meta.txt" => return Some((Place::Names, true)),
        "batches.meta" => return Some((Place::Names, false)),
        _ => match name.strip_suffix(".bin").unwrap_or(name) {
            "test_batch" => Place::Test,
            stem => match stem.strip_prefix("data_batch_")?.as_bytes() {
                [digit @ b'1'..=b'5'] => Place::Train(usize::from(digit - b'1')),
                _ => return None,
            },
        },
    };
    Some((place, name.ends_with(".bin")))
}

fn push_planes(
    pictures: &mut Pictures,
    file: &str,
    record: usize,
    label: i64,
    planes: &[u8; PICTURE_BYTES],
) -> Result<(), CifarError> {
    let known = u8::try_from(label).ok().filter(|&label| usize::from(label) < CLASSES.len());
    let known = known.ok_or_else(|| CifarError::Label { file: file.into(), record, label })?;
    let mut pixels = [0; PICTURE_BYTES];
    for (at, pixel) in pixels.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        *pixel = std::array::from_fn(|channel| planes[channel * SIDE * SIDE + at]);
    }
    pictures.push(known, &pixels);
    Ok(())
}

/// A Python batch: a dictionary with `data`, an array of a row per picture, and `labels`, a list.
fn python_batch(file: &str, bytes: &[u8]) -> Result<Pictures, CifarError> {
    let pickle =
        Pickle::parse(bytes).map_err(|source| CifarError::Pickle { file: file.into(), source })?;
    let wrong = |what| CifarError::Batch { file: file.into(), what };
    let labels = pickle.entry("labels").and_then(|id| pickle.integers(id));
    let labels = labels.ok_or_else(|| wrong("it has no list of whole numbers called `labels`"))?;
    let data = pickle.entry("data").and_then(|id| pickle.byte_array(id));
    let data =
        data.ok_or_else(|| wrong("it has no two-dimensional array of bytes called `data`"))?;
    if data.columns != PICTURE_BYTES {
        return Err(wrong("the rows of `data` are not pictures of 3072 bytes"));
    }
    if data.rows != labels.len() || labels.is_empty() {
        return Err(wrong("`labels` and the rows of `data` are not equally many, or none"));
    }
    let by_rows: Cow<'_, [u8]> = if data.fortran {
        let columns: Vec<&[u8]> = data.bytes.chunks_exact(data.rows).collect();
        (0..data.rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect()
    } else {
        data.bytes
    };
    let mut pictures = Pictures::with_capacity(labels.len());
    for (record, (planes, label)) in by_rows.as_chunks().0.iter().zip(labels).enumerate() {
        push_planes(&mut pictures, file, record, label, planes)?;
    }
    Ok(pictures)
}

/// The names in `batches.meta.txt`, a line each. The file is a courtesy: if it is not right, the
/// well-known names serve.
fn text_names(bytes: &[u8]) -> Option<Vec<String>> {
    let text = str::from_utf8(bytes).ok()?;
    usable(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(String::from).collect())
}

fn python_names(bytes: &[u8]) -> Option<Vec<String>> {
    let pickle = Pickle::parse(bytes).ok()?;
    usable(pickle.strings(pickle.entry("label_names")?)?)
}

fn usable(names: Vec<String>) -> Option<Vec<String>> {
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    let good = names.len() == CLASSES.len()
        && distinct.len() == names.len()
        && names.iter().all(|name| !name.trim().is_empty() && name.len() <= 40);
    good.then_some(names)
}
