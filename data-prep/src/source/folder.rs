//! A folder of pictures, read by the rules that the page has too (`tabgrad::data::folder`): here are only
//! the file system and the bar.

use super::Source;
use super::decode;
use crate::progress;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::folder::{Decoders, Entry, Import, Imported, MOST_ENTRIES, Survey};
use tabgrad::data::picture_file::{Fault, HEAD_BYTES, MOST_BYTES, PictureFile};
use walkdir::WalkDir;

/// Deeper folders are not looked into: nobody lays pictures so, and links may lead in circles.
const DEEPEST: usize = 32;

/// Files with paths, wherever they lie.
pub(crate) trait Files {
    /// All of them.
    fn entries(&self) -> &[Entry];
    /// The first bytes of one, `most` or all that there are.
    ///
    /// # Errors
    /// If it cannot be read.
    fn head(&mut self, index: usize, most: usize) -> Result<Vec<u8>>;
    /// All bytes of one.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&mut self, index: usize) -> Result<Vec<u8>>;
}

/// Reads a folder of the file system.
pub(super) fn read(dir: &Path) -> Result<Source> {
    from(&mut Walked::new(dir)?)
}

/// Reads files, wherever they lie.
pub(crate) fn from(files: &mut impl Files) -> Result<Source> {
    let mut survey = Survey::new(files.entries().to_vec(), Decoders::All)?;
    let wanted = survey.wanted().to_vec();
    let bar = progress::things("Looking", wanted.len());
    for index in wanted {
        survey.see(index, files.head(index, HEAD_BYTES).ok().as_deref());
        bar.inc(1);
    }
    bar.finish_and_clear();
    let tables: Vec<_> = survey
        .tables()
        .into_iter()
        .filter_map(|index| Some((index, files.read(index).ok()?)))
        .collect();
    let mut import = Import::new(survey.layout(&tables)?);
    let wanted = import.wanted();
    let bar = progress::things("Reading", wanted.len());
    for (nth, index) in wanted.into_iter().enumerate() {
        let file = match files.read(index) {
            Ok(bytes) => decode::picture(&bytes),
            Err(_) => PictureFile::failed(Fault::Unreadable),
        };
        import.take(nth, file);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let Imported { train, test, classes, divided, passed_over, remarks, .. } = import.finish()?;
    let is_cifar = classes == CLASSES;
    let mut source =
        if is_cifar { "A folder of CIFAR-10 pictures." } else { "A folder of pictures." }
            .to_owned();
    if !divided {
        source += " One in six of each class is kept for the test.";
    }
    let name = (!is_cifar).then(|| "Own pictures".into());
    let remarks = passed_over.sentence().into_iter().chain(remarks).collect();
    Ok(Source { train, test, name, classes, source, remarks })
}

/// The files below a folder of the file system.
struct Walked {
    entries: Vec<Entry>,
    paths: Vec<PathBuf>,
}

impl Walked {
    fn new(dir: &Path) -> Result<Self> {
        // The page is handed paths that begin with the folder's own name.
        let name = fs::canonicalize(dir)
            .with_context(|| format!("{} cannot be read", dir.display()))?
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let mut walked = Self { entries: vec![], paths: vec![] };
        let walk = WalkDir::new(dir).follow_links(true).max_depth(DEEPEST).sort_by_file_name();
        for entry in walk {
            let (path, bytes) = match entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                // A pipe or a device has no end; what is no file is named as one that cannot be read.
                Ok(entry) if !entry.file_type().is_file() => (entry.into_path(), 1),
                Ok(entry) => {
                    let bytes = entry.metadata().map_or(1, |found| found.len());
                    (entry.into_path(), bytes)
                }
                Err(error) => match error.path() {
                    Some(path) if path != dir => (path.to_owned(), 1),
                    _ => {
                        return Err(error)
                            .with_context(|| format!("{} cannot be read", dir.display()));
                    }
                },
            };
            let below = path.strip_prefix(dir).unwrap_or(&path);
            let path_in = format!("{name}/{}", below.to_string_lossy());
            walked.entries.push(Entry { path: path_in, bytes });
            walked.paths.push(path);
            if walked.paths.len() > MOST_ENTRIES {
                break;
            }
        }
        Ok(walked)
    }

    fn open(&self, index: usize) -> Result<File> {
        let path = self.paths.get(index).context("there is no such file")?;
        anyhow::ensure!(fs::metadata(path)?.is_file(), "{} is no file", path.display());
        Ok(File::open(path)?)
    }
}

impl Files for Walked {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn head(&mut self, index: usize, most: usize) -> Result<Vec<u8>> {
        let mut head = Vec::with_capacity(most);
        self.open(index)?.take(most as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    fn read(&mut self, index: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // A file may have grown since it was listed: one byte more than is read tells.
        self.open(index)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
