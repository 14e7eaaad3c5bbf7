//! Decides what somebody gave is, MNIST, CIFAR or pictures, and reads it. The formats themselves are in
//! `tabgrad::data::idx` and `tabgrad::data::cifar`, the folders of pictures in `folder`.

#[cfg(feature = "pictures")]
mod decode;
#[cfg(feature = "pictures")]
mod folder;

use crate::input::Input;
use crate::progress;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::{self, Cifar, Import, Labels};
use tabgrad::data::idx::{self, Idx, Known};
use tabgrad::data::pictures::{Pictures, ShapeRequest};

/// What pictures are called that are nobody else's.
pub const OWN: &str = "Own pictures";

/// What somebody asks for of the data.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish {
    /// The shape of the pictures.
    pub shape: ShapeRequest,
    /// The labels of CIFAR-100.
    pub labels: Labels,
    /// What IDX files are.
    pub dataset: Option<Known>,
}

/// Pictures with what is known of them. It holds no paths, so that the same pictures give the same
/// manifest wherever they lie.
#[derive(Debug)]
pub struct Source {
    /// To learn from.
    pub train: Pictures,
    /// To measure on.
    pub test: Pictures,
    /// What to call it, unless it is CIFAR-10.
    pub name: Option<String>,
    /// The names of the classes, in the order of their labels.
    pub classes: Vec<String>,
    /// A sentence on where it is from.
    pub source: String,
    /// What was left out and why, and what else should be known of how it was read, in sentences.
    pub remarks: Vec<String>,
}

impl From<Cifar> for Source {
    fn from(cifar: Cifar) -> Self {
        let Cifar { train, test, classes, name, source, remarks } = cifar;
        Self { train, test, name: Some(name), classes, source, remarks }
    }
}

impl From<Idx> for Source {
    fn from(idx: Idx) -> Self {
        let Idx { train, test, classes, name, source, remarks } = idx;
        Self { train, test, name: Some(name), classes, source, remarks }
    }
}

/// Reads a folder, an archive, or files that belong together.
///
/// # Errors
/// If they are nothing that is read here, or damaged.
pub fn read(paths: &[PathBuf], wish: Wish) -> Result<Source> {
    let mut input = Input::open(paths)?;
    let mut source = read_input(&mut input, wish)?;
    source.remarks.splice(..0, input.remarks().iter().cloned());
    Ok(source)
}

fn read_input(input: &mut Input, wish: Wish) -> Result<Source> {
    let is_idx = find_idx(input, wish)?;
    if wish.dataset.is_some() && is_idx.is_none() {
        bail!(
            "`{}` holds no files in MNIST's format (IDX), which --dataset is about. Leave --dataset out, or give such files.",
            input.name()
        );
    }
    let cifar = match &is_idx {
        Some(_) => None,
        None => cifar::find(input.name(), input.entries())?,
    };
    if wish.labels == Labels::Coarse && cifar.is_none() {
        bail!(
            "`{}` holds no CIFAR-100, which --labels coarse is about. Leave --labels out, or give CIFAR-100.",
            input.name()
        );
    }
    if let Some(import) = is_idx {
        return read_idx(import, input);
    }
    if let Some(import) = cifar {
        return read_cifar(import.with(choices(wish)), input);
    }
    #[cfg(feature = "pictures")]
    {
        folder::read(input, wish.shape.of_files()?)
    }
    #[cfg(not(feature = "pictures"))]
    bail!(
        "`{}` holds no CIFAR-10: no data_batch_1 or data_batch_1.bin. Pictures are not read by this build.",
        input.name()
    )
}

fn read_cifar(mut import: Import, input: &mut Input) -> Result<Source> {
    let wanted: Vec<usize> = import.wanted().collect();
    let bar = progress::things("Reading", wanted.len());
    for index in wanted {
        import.add(index, &input.read(index, cifar::MOST_BYTES)?)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(import.finish()?.into())
}

fn choices(Wish { shape, labels, .. }: Wish) -> cifar::Choices {
    cifar::Choices { shape, labels }
}

fn find_idx(input: &mut Input, wish: Wish) -> Result<Option<idx::Import>> {
    let mut survey = idx::Survey::new(input.name(), input.entries());
    for index in survey.wanted().to_vec() {
        // What cannot be read is told by whoever reads it whole.
        if let Ok(head) = input.head(index, idx::HEAD_BYTES) {
            survey.see(index, &head);
        }
    }
    Ok(survey.import(idx::Choices { shape: wish.shape, known: wish.dataset })?)
}

fn read_idx(mut import: idx::Import, input: &mut Input) -> Result<Source> {
    let wanted: Vec<usize> = import.wanted().collect();
    let bar = progress::things("Reading", wanted.len());
    for index in wanted {
        import.add(index, &input.read(index, idx::MOST_BYTES)?)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(import.finish()?.into())
}

/// Reads one file of records, or one Python batch, per split.
///
/// # Errors
/// If either is neither.
pub fn record_files(train: &Path, test: &Path, wish: Wish) -> Result<Source> {
    let import = Import::pair(&train.display().to_string(), &test.display().to_string());
    let mut import = import.with(choices(wish));
    for (index, path) in [train, test].into_iter().enumerate() {
        let unreadable = || format!("{} cannot be read", path.display());
        if fs::metadata(path).with_context(unreadable)?.len() > cifar::MOST_BYTES {
            bail!("{} has more than {} bytes.", path.display(), cifar::MOST_BYTES);
        }
        import.add(index, &fs::read(path).with_context(unreadable)?)?;
    }
    Ok(import.finish()?.into())
}
