//! Decides what somebody gave is, CIFAR-10 or pictures, and reads it. The formats themselves are in
//! `tabgrad::data::cifar`, the folders of pictures in `folder`.

#[cfg(feature = "pictures")]
mod decode;
#[cfg(feature = "pictures")]
mod folder;

use crate::input::Input;
use crate::progress;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::{self, Cifar, Import};
use tabgrad::data::pictures::Pictures;

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

/// Reads a folder, an archive, or files that belong together.
///
/// # Errors
/// If they are nothing that is read here, or damaged.
pub fn read(paths: &[PathBuf]) -> Result<Source> {
    let mut input = Input::open(paths)?;
    if let Some(import) = cifar::find(input.name(), input.entries())? {
        return read_cifar(import, &mut input);
    }
    #[cfg(feature = "pictures")]
    {
        let mut source = folder::read(&mut input)?;
        source.remarks.splice(..0, input.remarks().iter().cloned());
        Ok(source)
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
    let mut source = Source::from(import.finish()?);
    source.remarks.splice(..0, input.remarks().iter().cloned());
    Ok(source)
}

/// Reads one file of records, or one Python batch, per split.
///
/// # Errors
/// If either is neither.
pub fn record_files(train: &Path, test: &Path) -> Result<Source> {
    let mut import = Import::pair(&train.display().to_string(), &test.display().to_string());
    for (index, path) in [train, test].into_iter().enumerate() {
        let unreadable = || format!("{} cannot be read", path.display());
        if fs::metadata(path).with_context(unreadable)?.len() > cifar::MOST_BYTES {
            bail!("{} has more than {} bytes.", path.display(), cifar::MOST_BYTES);
        }
        import.add(index, &fs::read(path).with_context(unreadable)?)?;
    }
    Ok(import.finish()?.into())
}
