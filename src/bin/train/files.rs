//! The files of the `train` command: models and settings as JSON, the data folder, and the stored run, which is written beside its
//! place, forced to the disk and then renamed, so that a whole one is always there.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};
use tabgrad::data::loader::Loader;
use tabgrad::data::manifest::{FILE_NAME, Manifest};

/// The most bytes of a file with a model or settings: that of a model of two hundred layers has fewer.
const MOST_TEXT: u64 = 1 << 20;

/// The text of a file with a model or settings.
pub(crate) fn text(file: &Path) -> Result<String> {
    let name = file.display();
    let found = fs::metadata(file).with_context(|| {
        format!("{name} cannot be read. Name a file that is there and may be read")
    })?;
    if found.is_dir() {
        bail!("{name} is a folder. Name a JSON file.");
    }
    let opened = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut bytes = Vec::new();
    // Not by the length that the system tells, which a pipe has not.
    let read = opened.take(MOST_TEXT + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("{name} cannot be read"))?;
    if bytes.len() as u64 > MOST_TEXT {
        bail!("{name} has more than {MOST_TEXT} bytes, which no model needs. Name a JSON file.");
    }
    String::from_utf8(bytes).ok().with_context(|| format!("{name} is not text. Name a JSON file."))
}

/// The JSON object in a file.
pub(crate) fn json_object(file: &Path) -> Result<Map<String, Value>> {
    let name = file.display();
    let value: Value = serde_json::from_str(&text(file)?)
        .map_err(|error| anyhow::anyhow!("{name} is no JSON: {error}."))?;
    match value {
        Value::Object(object) => Ok(object),
        _ => bail!("{name} is JSON, but no object such as {{\"epochs\": 5}}."),
    }
}

/// The manifest of the data folder.
pub(crate) fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(FILE_NAME);
    Ok(Manifest::parse(&text(&path)?)?)
}

/// All shards of the data folder.
pub(crate) fn load(folder: &Path) -> Result<Loader> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).with_context(|| {
            format!("{} cannot be read. Make a data folder with data-prep", path.display())
        })
    };
    let manifest = String::from_utf8(read(FILE_NAME)?).context("The manifest is not text")?;
    let mut loader = Loader::new(&manifest)?;
    let files: Vec<String> =
        loader.manifest().shards().map(|(_, _, entry)| entry.file.clone()).collect();
    for file in files {
        loader.add(&file, &read(&file)?)?;
    }
    Ok(loader)
}

/// Makes sure that a run can be stored in `file`, which stays as it is: to be asked before the run is
/// trained.
pub(crate) fn check_writable(file: &Path) -> Result<()> {
    if file.file_name().is_none() || file.is_dir() {
        bail!("{} is a folder. Give --save a file, such as run.safetensors.", file.display());
    }
    let found = fs::metadata(file).ok();
    if found.is_some_and(|found| found.permissions().readonly()) {
        bail!("{} is read-only, so the run could not be saved there.", file.display());
    }
    let beside = beside(file);
    let tried = OpenOptions::new().write(true).create(true).truncate(true).open(&beside);
    tried.with_context(|| {
        format!(
            "{} cannot be written, so the run could not be saved. Give --save a file in a folder that \
             is there and may be written to",
            file.display()
        )
    })?;
    fs::remove_file(&beside).with_context(|| format!("{} cannot be removed", beside.display()))
}

/// Stores `bytes` in `file`, in place of an earlier one.
pub(crate) fn save(bytes: &[u8], file: &Path) -> Result<()> {
    let beside = beside(file);
    let written = write(bytes, &beside).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        // The error that matters is at hand already.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("{} cannot be written", file.display()))?;
    // The new name lies in the folder, which a power failure may lose; not every system can force it.
    if let Ok(folder) = File::open(folder_of(file)) {
        folder.sync_all().ok();
    }
    Ok(())
}

fn write(bytes: &[u8], file: &Path) -> io::Result<()> {
    let mut handle = File::create(file)?;
    handle.write_all(bytes)?;
    handle.sync_all()
}

/// Of this process alone: two runs may be saved to one place.
fn beside(file: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(format!(".part-{}", std::process::id()));
    folder_of(file).join(name)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
