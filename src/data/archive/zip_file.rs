//! Zips, by the crate `zip`: the directory at their end is read, and then entries in any order.

use super::names::RawName;
use super::{ArchiveError, BUFFER_BYTES, Limits, RawEntry, RawKind, read_exactly};
use std::cell::Cell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;
use zip::read::ZipFileEntry;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// The record at the end of a zip, without its comment, and how long that can be.
const END_BYTES: usize = 22;
const LONGEST_COMMENT: usize = 0xffff;
/// Deflate makes at most this of one byte.
const BEST_RATIO: u64 = 1_032;

/// Of the directory, an entry with a name of ordinary length.
const ENTRY_BYTES: u64 = 400;

/// An open zip.
pub(super) struct Zip<R>(ZipArchive<BufReader<Counted<R>>>);

/// What an open zip lists, and whether names are there more than once.
pub(super) struct Listing {
    pub(super) entries: Vec<RawEntry>,
    pub(super) doubled: bool,
}

/// Reads the directory.
pub(super) fn open<R: Read + Seek>(
    name: &str,
    mut reader: R,
    limits: Limits,
) -> Result<(Zip<R>, Listing), ArchiveError> {
    if is_one_of_several(&mut reader).map_err(|error| ArchiveError::io(name, &error))? {
        return Err(ArchiveError::Volumes { file: name.into() });
    }
    let too_many = || ArchiveError::Entries { file: name.into(), most: limits.entries };
    // How many entries there are is only known when all of them are in memory.
    let most = (limits.entries as u64).saturating_mul(ENTRY_BYTES).saturating_add(1 << 20);
    let left = Rc::new(Cell::new(most));
    let counted = Counted { reader, left: Rc::clone(&left) };
    let archive = match ZipArchive::new(BufReader::with_capacity(BUFFER_BYTES, counted)) {
        Err(_) if left.get() == 0 => return Err(too_many()),
        Err(error) => return Err(ArchiveError::damaged(name, &plain(&error))),
        Ok(archive) => archive,
    };
    if archive.len() > limits.entries {
        return Err(too_many());
    }
    left.set(u64::MAX);
    let files = || (0..archive.len()).filter_map(|index| archive.by_index_data(index).ok());
    if let Some(error) = unreadable(name, files()) {
        return Err(error);
    }
    let listing = Listing {
        entries: files().map(|file| raw(&file)).collect(),
        doubled: archive.has_duplicate_names(),
    };
    Ok((Zip(archive), listing))
}

/// What the crate says, without its own name for the kind of error.
fn plain(error: &ZipError) -> String {
    match error {
        ZipError::InvalidArchive(why) => why.to_string(),
        ZipError::UnsupportedArchive(why) => (*why).to_owned(),
        ZipError::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn raw(file: &ZipFileEntry<'_>) -> RawEntry {
    const UTF8: u16 = 1 << 11;
    let marked = file.flags().as_u16() & UTF8 != 0;
    // A directory's name ends in a slash; old programs on Windows wrote a backslash.
    let is_folder = file.is_dir() || file.name_raw().ends_with(b"\\");
    RawEntry {
        name: RawName { bytes: file.name_raw().to_vec(), marked },
        bytes: file.size(),
        kind: match () {
            () if is_folder => RawKind::Folder,
            () if file.is_symlink() => RawKind::Link,
            () => RawKind::File,
        },
    }
}

/// Why no entry of a zip can be read, if none can: said at once, and not once for each.
fn unreadable<'a>(
    name: &str,
    files: impl Iterator<Item = ZipFileEntry<'a>>,
) -> Option<ArchiveError> {
    let mut plain = files.filter(|file| !file.is_dir() && file.size() > 0);
    let error = refusal(name, &plain.next()?)?;
    plain.all(|file| refusal(name, &file).is_some()).then_some(error)
}

/// Why an entry cannot be read, whatever its bytes are.
fn refusal(name: &str, file: &ZipFileEntry<'_>) -> Option<ArchiveError> {
    if file.encrypted() {
        return Some(ArchiveError::Password { file: name.into() });
    }
    #[allow(deprecated)] // There is no other way to ask for the number.
    let method = match file.compression() {
        CompressionMethod::Stored | CompressionMethod::Deflated => return None,
        CompressionMethod::Unsupported(number) => number,
        _ => return Some(ArchiveError::Method { file: name.into(), method: "a way of its own" }),
    };
    let method = match method {
        1..=6 | 10 => "a way of the time of DOS",
        9 => "Deflate64, as Windows does with large files",
        12 => "bzip2",
        14 => "LZMA",
        20 | 93 => "Zstandard",
        95 => "XZ",
        98 => "PPMd",
        _ => "a way of its own",
    };
    Some(ArchiveError::Method { file: name.into(), method })
}

impl<R: Read + Seek> Zip<R> {
    /// The first `most` bytes of an entry, or all of it, which must then be as long as the
    /// directory says.
    pub(super) fn read(
        &mut self,
        name: &str,
        index: usize,
        path: &str,
        most: Option<usize>,
    ) -> Result<Vec<u8>, ArchiveError> {
        let damaged = |why: &str| ArchiveError::Entry {
            file: name.into(),
            path: path.into(),
            why: why.trim_end_matches('.').to_owned(),
        };
        let file = self.0.by_index_data(index).map_err(|error| damaged(&plain(&error)))?;
        if let Some(error) = refusal(name, &file) {
            return Err(error);
        }
        let (size, packed) = (file.size(), file.compressed_size());
        // What is declared beyond that would never come out.
        if size / BEST_RATIO > packed.saturating_add(1) {
            return Err(damaged(&format!("{packed} bytes cannot become {size}")));
        }
        let mut content = self.0.by_index(index).map_err(|error| damaged(&plain(&error)))?;
        let read = match most {
            None => read_exactly(&mut content, size),
            Some(most) => {
                let mut head = Vec::new();
                content.take(most as u64).read_to_end(&mut head).map(|_| head)
            }
        };
        read.map_err(|error| damaged(&error.to_string()))
    }
}

/// A reader that ends after so many bytes.
pub(super) struct Counted<R> {
    reader: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let n = self.reader.read(&mut buffer[..most])?;
        self.left.set(left.saturating_sub(n as u64));
        Ok(n)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// Whether the record at the end says that this is the last of several files.
fn is_one_of_several<R: Read + Seek>(reader: &mut R) -> io::Result<bool> {
    let length = reader.seek(SeekFrom::End(0))?;
    let tail = length.min((END_BYTES + LONGEST_COMMENT) as u64);
    reader.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    reader.take(tail).read_to_end(&mut bytes)?;
    let end = bytes.windows(END_BYTES).rposition(|window| window.starts_with(b"PK\x05\x06"));
    let number = end.and_then(|at| bytes.get(at + 4..at + 6));
    // 0xffff: the number is in the record of a large zip.
    Ok(number.is_some_and(|number| !matches!(number, [0, 0] | [0xff, 0xff])))
}
