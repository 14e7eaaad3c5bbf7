//! Finds out what is at a path and reads it: an archive, a folder of batches, record files, or a
//! folder of pictures. The formats themselves are in `tabgrad::data::cifar`.

#[cfg(feature = "pictures")]
mod decode;
#[cfg(feature = "pictures")]
mod folder;

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::{self, Batches, Cifar};
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
    /// What was left out of it and why, and what else should be known, in sentences.
    pub remarks: Vec<String>,
}

impl Source {
    fn cifar(Cifar { train, test, classes }: Cifar, source: &str) -> Self {
        Self { train, test, name: None, classes, source: source.into(), remarks: vec![] }
    }
}

/// Reads an archive or a folder.
///
/// # Errors
/// If it is neither, or damaged.
pub fn path(path: &Path) -> Result<Source> {
    if !path.is_dir() {
        let bytes = read(path)?;
        let name = path.display().to_string();
        if cifar::is_archive(&bytes) {
            return Ok(Source::cifar(
                cifar::archive(&name, &bytes)?,
                "The official CIFAR-10 archive.",
            ));
        }
        cifar::records(&name, &bytes)?;
        bail!("{name} is one file of records. Give two: --from-train {name} --from-test FILE.");
    }
    let nested = ["", "cifar-10-batches-bin", "cifar-10-batches-py"].map(|name| path.join(name));
    for dir in nested {
        for suffix in [".bin", ""] {
            if dir.join(format!("data_batch_1{suffix}")).is_file() {
                return batches(&dir, suffix);
            }
        }
    }
    #[cfg(feature = "pictures")]
    return folder::read(path);
    #[cfg(not(feature = "pictures"))]
    bail!(
        "{} does not hold the batches of CIFAR-10 (data_batch_1.bin or data_batch_1), and this program was built without what reads pictures.",
        path.display()
    )
}

/// Reads one file of records per split.
///
/// # Errors
/// If either is not made of records.
pub fn record_files(train: &Path, test: &Path) -> Result<Source> {
    let records = |path: &Path| -> Result<Pictures> {
        Ok(cifar::records(&path.display().to_string(), &read(path)?)?)
    };
    let cifar =
        Cifar { train: records(train)?, test: records(test)?, classes: cifar::class_names() };
    Ok(Source::cifar(cifar, "CIFAR-10 record files."))
}

/// Reads an unpacked archive, of which only the binary or the Python version is looked at.
fn batches(dir: &Path, suffix: &str) -> Result<Source> {
    let mut batches = Batches::default();
    let meta = if suffix == ".bin" { "batches.meta.txt" } else { "batches.meta" };
    let mut files: Vec<PathBuf> =
        (1..=5).map(|n| dir.join(format!("data_batch_{n}{suffix}"))).collect();
    files.extend([dir.join(format!("test_batch{suffix}")), dir.join(meta)]);
    for file in files.iter().filter(|file| file.is_file()) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        batches.add(&name, &read(file)?)?;
    }
    let cifar = batches.finish(&dir.display().to_string())?;
    Ok(Source::cifar(cifar, "The official CIFAR-10 archive."))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}
