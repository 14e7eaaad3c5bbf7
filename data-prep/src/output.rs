//! Writes a data folder so that there is a whole one at any time: beside its place first, then by
//! renaming. An interrupt leaves nothing half.

use crate::progress;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tabgrad::data::manifest::{self, Manifest, ManifestError};
use tabgrad::data::pack::Packed;

/// The contact sheet that `inspect` leaves in a data folder.
pub const SHEET_NAME: &str = "contact-sheet.png";

/// Makes sure that `out` may be written: it does not exist, is empty, or is a data folder with
/// nothing else in it. To be asked before the work, and again after it.
///
/// # Errors
/// If something would be lost that this program did not make.
pub fn check(out: &Path) -> Result<()> {
    if out.file_name().is_none() {
        bail!("{} has no name to write to. Give a folder, such as data/mine.", out.display());
    }
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        bail!("{} is a file. Give a folder that does not exist yet.", out.display());
    }
    let unreadable = || format!("{} cannot be read", out.display());
    let mut is_empty = true;
    for entry in fs::read_dir(out).with_context(unreadable)? {
        is_empty = false;
        let name = entry.with_context(unreadable)?.file_name();
        let name = name.to_string_lossy();
        if name != manifest::FILE_NAME && name != SHEET_NAME && !name.ends_with(".tgs") {
            bail!(
                "{} holds `{name}`, which is no part of a data folder, so it is left as it is. Give another folder, or empty this one.",
                out.display()
            );
        }
    }
    if is_empty {
        return Ok(());
    }
    let file = out.join(manifest::FILE_NAME);
    let text = match fs::read_to_string(&file) {
        // Without a manifest it is a folder of somebody's, as with one that is not ours.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
            String::new()
        }
        read => read.with_context(|| format!("{} cannot be read", file.display()))?,
    };
    match Manifest::parse(&text) {
        Err(ManifestError::Format | ManifestError::Json(_)) => bail!(
            "{} is not empty and has no tabgrad manifest, so it is left as it is. Give another folder, or empty this one.",
            out.display()
        ),
        _ => Ok(()),
    }
}

/// The folder that is being written, to be removed by an interrupt.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);
/// What a shell expects of a command that an interrupt ended.
const INTERRUPTED: i32 = 130;
/// A folder that is half and older was left by a process that is gone.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// Ends this process at an interrupt (Ctrl-C, or when it is told to), without leaving a half folder.
pub fn clean_up_at_interrupt() {
    // Without a handler an interrupt leaves a hidden folder, which a later call removes.
    let _ = ctrlc::set_handler(|| {
        // Where a folder is just put in its place, this waits until it is.
        if let Some(folder) = unfinished().take() {
            let _ = fs::remove_dir_all(folder);
        }
        std::process::exit(INTERRUPTED);
    });
}

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the folder `out`, in place of an older one if there is one.
///
/// # Errors
/// If a file cannot be written; the older folder is then still there.
pub fn write(out: &Path, packed: &Packed) -> Result<()> {
    recover(out);
    check(out)?;
    let beside =
        |suffix: &str| out.with_file_name(hidden(out, suffix, &std::process::id().to_string()));
    let (new, old) = (beside("new"), beside("old"));
    if let Some(parent) = out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    *unfinished() = Some(new.clone());
    let written = fill(&new, packed).and_then(|()| {
        let mut unfinished = unfinished();
        let replaced = replace(out, &new, &old);
        if replaced.is_ok() {
            *unfinished = None;
        }
        replaced
    });
    if written.is_err() {
        // Best effort: the error that matters is already at hand.
        let _ = fs::remove_dir_all(&new);
        *unfinished() = None;
    }
    written
}

/// `.NAME.new-PID`
fn hidden(out: &Path, suffix: &str, id: &str) -> OsString {
    let mut name = OsString::from(".");
    name.push(out.file_name().unwrap_or_default());
    name.push(format!(".{suffix}-{id}"));
    name
}

/// Tidies up after a process that was killed: its older folder is put back where none is, and what
/// it left half is removed.
fn recover(out: &Path) {
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    let Ok(beside) = fs::read_dir(parent.unwrap_or(Path::new("."))) else { return };
    let is = |name: &OsString, suffix: &str| {
        let start = hidden(out, suffix, "");
        let (name, start) = (name.to_string_lossy(), start.to_string_lossy());
        name.strip_prefix(&*start)
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
    };
    for entry in beside.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let age = entry
            .metadata()
            .and_then(|found| found.modified())
            .ok()
            .and_then(|at| at.elapsed().ok());
        // What cannot be tidied is only in the way of nothing.
        if is(&name, "old") && !out.exists() {
            let _ = fs::rename(&path, out);
        } else if (is(&name, "old") || is(&name, "new")) && age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// Makes sure that the name of a file or folder is on the disk, as its content is.
///
/// # Errors
/// If the folder it is in cannot be read.
pub fn sync_folder(of: &Path) -> std::io::Result<()> {
    let parent = of.parent().filter(|parent| !parent.as_os_str().is_empty());
    // Only where folders can be opened like files.
    #[cfg(unix)]
    fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = parent;
    Ok(())
}

fn fill(dir: &Path, packed: &Packed) -> Result<()> {
    fs::create_dir(dir).with_context(|| format!("{} cannot be made", dir.display()))?;
    let bar = progress::things("Writing", packed.count());
    for index in 0..packed.count() {
        if let (Some(name), Some(bytes)) = (packed.name(index), packed.bytes(index)) {
            put(&dir.join(name), &bytes)?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    put(&dir.join(manifest::FILE_NAME), packed.manifest().to_json().as_bytes())?;
    sync_folder(&dir.join(manifest::FILE_NAME))
        .with_context(|| format!("{} cannot be written", dir.display()))
}

fn put(file: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut handle = fs::File::create_new(file)?;
        handle.write_all(bytes)?;
        handle.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", file.display()))
}

fn replace(out: &Path, new: &Path, old: &Path) -> Result<()> {
    let failed = || format!("{} cannot be put in its place", out.display());
    let existed = out.exists();
    if existed {
        fs::rename(out, old).with_context(failed)?;
    }
    if let Err(error) = fs::rename(new, out) {
        if existed {
            fs::rename(old, out)
                .with_context(|| format!("The older data is now in {}", old.display()))?;
        }
        return Err(error).with_context(failed);
    }
    // It is there, on the disk or not.
    let _ = sync_folder(out);
    if existed {
        fs::remove_dir_all(old).with_context(|| {
            format!(
                "The data is written, but the older data in {} cannot be removed",
                old.display()
            )
        })?;
    }
    Ok(())
}
