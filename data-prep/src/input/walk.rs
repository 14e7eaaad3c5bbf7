//! The files below a folder, by name; links are followed, unless in circles.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use tabgrad::data::archive::Limits;
use walkdir::WalkDir;

/// Deeper folders are not looked into: nobody lays data so, and links may lead on and on.
const DEEPEST: usize = 32;

/// Every file below `dir` with its size. What cannot be looked at is listed with a size of 1, so
/// that whoever reads it finds out why.
pub(super) fn files(dir: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    let walk = WalkDir::new(dir).follow_links(true).max_depth(DEEPEST).sort_by_file_name();
    for entry in walk {
        let (path, bytes) = match entry {
            Ok(entry) if entry.file_type().is_dir() => continue,
            Ok(entry) if !entry.file_type().is_file() => (entry.into_path(), 1),
            Ok(entry) => {
                let bytes = entry.metadata().map_or(1, |found| found.len());
                (entry.into_path(), bytes)
            }
            Err(error) => match error.path() {
                Some(path) if path != dir => (path.to_owned(), 1),
                _ => {
                    return Err(error).with_context(|| format!("{} cannot be read", dir.display()));
                }
            },
        };
        if found.len() == Limits::TERMINAL.entries {
            bail!("{} has more than {} files. Leave some out.", dir.display(), found.len());
        }
        found.push((path, bytes));
    }
    Ok(found)
}
