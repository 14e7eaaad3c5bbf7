//! What somebody gives to read: a folder, an archive, or some files, each as a list of files whose
//! contents are there on demand. What they mean is decided elsewhere.

mod walk;

use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use tabgrad::data::archive::{self, Archive, Entry, Limits};

/// Files with paths, wherever they lie.
pub struct Input {
    name: String,
    entries: Vec<Entry>,
    content: Content,
    remarks: Vec<String>,
}

enum Content {
    /// Where each file is.
    Disk(Vec<PathBuf>),
    Archive(Box<Archive<File>>),
}

impl Input {
    /// Opens a folder, an archive, or files.
    ///
    /// # Errors
    /// If one cannot be read, or an archive is given with something else.
    pub fn open(paths: &[PathBuf]) -> Result<Self> {
        match paths {
            [] => bail!("Nothing to read was given."),
            [path] if path.is_dir() => Self::folder(path),
            [path] => match open_archive(path)? {
                Some(archive) => Ok(Self::archive(path, archive)),
                None => Self::files(paths),
            },
            [_, ..] => {
                for path in paths {
                    if path.is_dir() || open_archive(path)?.is_some() {
                        bail!(
                            "{} was given with {} more. Give one folder or one archive alone, or files that belong together.",
                            path.display(),
                            paths.len() - 1
                        );
                    }
                }
                Self::files(paths)
            }
        }
    }

    fn folder(path: &Path) -> Result<Self> {
        let found = walk::files(path)?;
        // The page is handed paths that begin with the folder's own name.
        let name = fs::canonicalize(path)
            .with_context(|| format!("{} cannot be read", path.display()))?
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let below: Vec<Vec<u8>> = found
            .iter()
            .map(|(file, _)| bytes_of(file.strip_prefix(path).unwrap_or(file)))
            .collect();
        let (names, remark) = archive::names_of(&path.display().to_string(), &below);
        let entries = names
            .into_iter()
            .zip(&found)
            .map(|(below, (_, bytes))| Entry { path: format!("{name}/{below}"), bytes: *bytes })
            .collect();
        let content = Content::Disk(found.into_iter().map(|(path, _)| path).collect());
        Ok(Self { name, entries, content, remarks: remark.into_iter().collect() })
    }

    fn files(paths: &[PathBuf]) -> Result<Self> {
        let entry = |path: &PathBuf| -> Result<Entry> {
            let found =
                fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
            let name = path.file_name().unwrap_or_default();
            Ok(Entry { path: name.to_string_lossy().into_owned(), bytes: found.len() })
        };
        let entries: Vec<Entry> = paths.iter().map(entry).collect::<Result<_>>()?;
        let name = match entries.as_slice() {
            [one] => one.path.clone(),
            many => format!("{} files", many.len()),
        };
        Ok(Self { name, entries, content: Content::Disk(paths.to_vec()), remarks: Vec::new() })
    }

    fn archive(path: &Path, archive: Archive<File>) -> Self {
        Self {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            entries: archive.entries().to_vec(),
            remarks: archive.remarks().to_vec(),
            content: Content::Archive(Box::new(archive)),
        }
    }

    /// What people call it: the last part of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All files.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What there is to say of how they were found, in sentences.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The first `most` bytes of a file, or all if there are fewer.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn head(&mut self, index: usize, most: usize) -> Result<Vec<u8>> {
        match &mut self.content {
            Content::Archive(archive) => Ok(archive.head(index, most)?),
            Content::Disk(paths) => read_file(paths, index, most as u64),
        }
    }

    /// All bytes of a file, if there are at most `most`. By rising index it is fast.
    ///
    /// # Errors
    /// If it has more, or cannot be read.
    pub fn read(&mut self, index: usize, most: u64) -> Result<Vec<u8>> {
        match &mut self.content {
            Content::Archive(archive) => Ok(archive.read(index, most)?),
            Content::Disk(paths) => {
                // It may have grown since it was listed: one byte more tells.
                let bytes = read_file(paths, index, most.saturating_add(1))?;
                if bytes.len() as u64 > most {
                    let path = paths.get(index).map(|path| path.display().to_string());
                    bail!(
                        "{} has more than {most} bytes; no more are read.",
                        path.unwrap_or_default()
                    );
                }
                Ok(bytes)
            }
        }
    }
}

fn read_file(paths: &[PathBuf], index: usize, most: u64) -> Result<Vec<u8>> {
    let path = paths.get(index).context("There is no such file.")?;
    let read = || -> std::io::Result<Vec<u8>> {
        // A pipe or a device has no end, and may never begin.
        if !fs::metadata(path)?.is_file() {
            return Err(std::io::Error::other("it is no file"));
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().with_context(|| format!("{} cannot be read", path.display()))
}

fn open_archive(path: &Path) -> Result<Option<Archive<File>>> {
    let unreadable = || format!("{} cannot be read", path.display());
    if !fs::metadata(path).with_context(unreadable)?.is_file() {
        bail!("{} is neither a file nor a folder.", path.display());
    }
    let file = File::open(path).with_context(unreadable)?;
    let name = path.display().to_string();
    Ok(Archive::open(&name, file, Limits::TERMINAL)?)
}

/// A path as bytes, which need not be UTF-8.
fn bytes_of(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        path.as_os_str().as_bytes().to_vec()
    }
    #[cfg(not(unix))]
    {
        path.to_string_lossy().into_owned().into_bytes()
    }
}
