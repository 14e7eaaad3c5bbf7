//! Archives as lists of files: zips, and tars packed with gzip or not, told by what they hold and
//! not by their names. Any bytes are read within limits or refused in a sentence; nothing is written
//! anywhere. It knows nothing of what the files mean.

mod error;
mod format;
pub(crate) mod names;
mod tar_file;
#[cfg(test)]
mod tests;
mod zip_file;

pub use error::ArchiveError;
pub use format::Format;

use super::idx::is_idx;
use format::HEAD_BYTES;
use names::RawName;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

/// Read at once of an archive: most pictures are shorter.
const BUFFER_BYTES: usize = 1 << 16;

/// How much unpacking is still reasonable.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries of an archive, folders among them.
    pub entries: usize,
    /// Bytes that may be unpacked in all.
    pub bytes: u64,
}

impl Limits {
    /// What a tab's memory is enough for: as many pictures as the page takes, and what lies about
    /// between them.
    pub const PAGE: Self = Self { entries: 200_000, bytes: 2_000_000_000 };
    /// What a terminal's user may wait for.
    pub const TERMINAL: Self = Self { entries: 2_000_000, bytes: 100_000_000_000 };

    /// What a stream of `packed` bytes may become: the official archives are 184 MB of 170, and
    /// drawn pictures in records may be a thousandth packed; but what is large and still becomes
    /// two hundred times as much is no data set.
    fn unpacked(self, packed: u64) -> u64 {
        self.bytes.min(packed.saturating_mul(200).saturating_add(400_000_000))
    }
}

/// A file in an archive or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/` between the parts: no part is empty, `.` or `..`, and none has a
    /// control character.
    pub path: String,
    /// How long it is said to be.
    pub bytes: u64,
}

/// An entry as an archive lists it.
struct RawEntry {
    name: RawName,
    bytes: u64,
    kind: RawKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RawKind {
    File,
    Folder,
    /// A symbolic link, a device, or something else without content of its own.
    Link,
}

/// An archive whose entries are known and can be read, in any order; by rising index it is fast.
pub struct Archive<R> {
    name: String,
    limits: Limits,
    /// How many bytes have been unpacked.
    spent: u64,
    entries: Vec<Entry>,
    /// The place of each entry among those that the archive lists.
    listed: Vec<usize>,
    remarks: Vec<String>,
    content: Content<R>,
}

enum Content<R> {
    Zip(zip_file::Zip<R>),
    Tar(tar_file::Tar<R>),
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive; nothing if the file is none. `name` is for errors, and tells what a file
    /// that is no archive should have been.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is an archive that cannot be read.
    pub fn open(name: &str, mut reader: R, limits: Limits) -> Result<Option<Self>, ArchiveError> {
        let head = head(&mut reader).map_err(|error| ArchiveError::io(name, &error))?;
        let mut doubled = false;
        let (content, raw) = match Format::of(&head) {
            Some(Format::Zip) => {
                let (zip, listing) = zip_file::open(name, reader, limits)?;
                doubled = listing.doubled;
                (Content::Zip(zip), listing.entries)
            }
            Some(Format::Tar) => {
                let (tar, raw) = tar_file::open(name, reader, false, limits)?;
                (Content::Tar(tar), raw)
            }
            Some(Format::Gzip) => {
                let inside = tar_file::head_of_packed(&mut reader, HEAD_BYTES)
                    .map_err(|error| ArchiveError::damaged(name, &error.to_string()))?;
                if is_idx(&inside) {
                    // A file of MNIST, which whoever reads those unpacks.
                    return Ok(None);
                }
                if Format::of(&inside) != Some(Format::Tar) {
                    return Err(ArchiveError::OneFile { file: name.into() });
                }
                let (tar, raw) = tar_file::open(name, reader, true, limits)?;
                (Content::Tar(tar), raw)
            }
            Some(Format::Packed(what)) => {
                return Err(ArchiveError::Foreign { file: name.into(), what });
            }
            other => return not_an_archive(name, &head, other).map_or(Ok(None), Err),
        };
        let mut archive = Self {
            name: name.into(),
            limits,
            spent: 0,
            entries: Vec::new(),
            listed: Vec::new(),
            remarks: Vec::new(),
            content,
        };
        archive.take(&raw, doubled);
        Ok(Some(archive))
    }

    /// The files, without folders and links.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What there is to say of the archive, in sentences: names that were guessed, and what was
    /// passed over.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The content of an entry, if it has no more than `most` bytes.
    ///
    /// # Errors
    /// [`ArchiveError`] if it has more, or is damaged; the others can still be read.
    pub fn read(&mut self, index: usize, most: u64) -> Result<Vec<u8>, ArchiveError> {
        let file = || self.name.clone();
        let Some(Entry { path, bytes }) = self.entries.get(index) else {
            return Err(ArchiveError::damaged(&self.name, "an entry is not there"));
        };
        let (path, bytes) = (path.clone(), *bytes);
        if bytes > most {
            return Err(ArchiveError::TooLarge { file: file(), path, bytes, most });
        }
        if self.spent.saturating_add(bytes) > self.limits.bytes {
            return Err(ArchiveError::Total { file: file(), most: self.limits.bytes });
        }
        let content = self.unpack(index, &path, None)?;
        self.spent += content.len() as u64;
        Ok(content)
    }

    /// The first `most` bytes of an entry, or all if there are fewer.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is damaged there.
    pub fn head(&mut self, index: usize, most: usize) -> Result<Vec<u8>, ArchiveError> {
        let path = self.entries.get(index).map(|entry| entry.path.clone()).unwrap_or_default();
        self.unpack(index, &path, Some(most))
    }

    fn unpack(
        &mut self,
        index: usize,
        path: &str,
        most: Option<usize>,
    ) -> Result<Vec<u8>, ArchiveError> {
        let listed = self.listed.get(index).copied().unwrap_or(usize::MAX);
        match &mut self.content {
            Content::Zip(zip) => zip.read(&self.name, listed, path, most),
            Content::Tar(tar) => tar.read(&self.name, listed, path, most),
        }
    }

    /// Takes what the archive lists as entries: with names, and without what has no content here.
    fn take(&mut self, raw: &[RawEntry], mut doubled: bool) {
        let names: Vec<RawName> = raw.iter().map(|entry| entry.name.clone()).collect();
        let (names, reading) = names::decode(&names);
        let (mut links, mut outside) = (0, 0);
        let mut known = BTreeMap::new();
        for (place, (entry, name)) in raw.iter().zip(names).enumerate() {
            match (entry.kind, names::clean(&name)) {
                (RawKind::Folder, _) => {}
                (RawKind::Link, _) => links += 1,
                (RawKind::File, None) => outside += 1,
                (RawKind::File, Some(path)) => match known.get(&path) {
                    // As where it is unpacked: the later one takes the place of the earlier.
                    Some(&index) => {
                        let index: usize = index;
                        doubled = true;
                        self.entries[index].bytes = entry.bytes;
                        self.listed[index] = place;
                    }
                    None => {
                        known.insert(path.clone(), self.entries.len());
                        self.entries.push(Entry { path, bytes: entry.bytes });
                        self.listed.push(place);
                    }
                },
            }
        }
        let file = &self.name;
        self.remarks = reading.remark(file).into_iter().collect();
        let mut remark = |count: usize, one: &str, many: &str| {
            if count > 0 {
                let what = if count == 1 { one.into() } else { format!("{count} {many}") };
                self.remarks.push(format!("In `{}`, {what}.", self.name));
            }
        };
        remark(links, "a link was passed over", "links were passed over");
        remark(
            outside,
            "a file whose path leads out of the archive was passed over",
            "files whose paths lead out of the archive were passed over",
        );
        if doubled {
            let text = format!("`{file}` has files more than once; the last of each was taken.");
            self.remarks.push(text);
        }
    }
}

/// The paths of some files as text, from bytes of any code page, and what there is to say of it;
/// `of` is the folder. A path that leads out of it stays where it is, without that part.
#[must_use]
pub fn names_of(of: &str, paths: &[Vec<u8>]) -> (Vec<String>, Option<String>) {
    let raw: Vec<RawName> =
        paths.iter().map(|bytes| RawName { bytes: bytes.clone(), marked: false }).collect();
    let (names, reading) = names::decode(&raw);
    let clean = |name: String| names::clean(&name).unwrap_or(name);
    (names.into_iter().map(clean).collect(), reading.remark(of))
}

fn head<R: Read + Seek>(reader: &mut R) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(HEAD_BYTES);
    reader.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok(head)
}

/// What is wrong with a file that is called an archive and is none.
fn not_an_archive(name: &str, head: &[u8], format: Option<Format>) -> Option<ArchiveError> {
    const ENDINGS: [&str; 12] = [
        ".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".xz", ".bz2", ".zst", ".tbz2", ".txz",
        ".lzma",
    ];
    let name_in_lower = name.to_lowercase();
    if !ENDINGS.iter().any(|ending| name_in_lower.ends_with(ending)) {
        return None;
    }
    let what = match format {
        Some(Format::WebPage) => {
            "it is a web page, probably a message of the server that it came from. Download it again, and look at what the browser shows."
        }
        Some(Format::GitPointer) => {
            "it is a pointer of Git LFS, and the file itself is elsewhere. Fetch it with `git lfs pull`."
        }
        _ if head.is_empty() => "it is empty. Get it again.",
        _ => "it does not begin like one. It may be damaged: get it again.",
    };
    Some(ArchiveError::NoArchive { file: name.into(), what })
}

/// All of `reader`, which must be `bytes` long; no more memory is taken than there is content.
fn read_exactly<R: Read>(reader: &mut R, bytes: u64) -> io::Result<Vec<u8>> {
    const AT_ONCE: u64 = 1 << 20;
    let mut content = Vec::with_capacity(bytes.min(AT_ONCE) as usize);
    reader.take(bytes.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 == bytes {
        return Ok(content);
    }
    let more = if content.len() as u64 > bytes { "more" } else { "fewer" };
    Err(io::Error::other(format!("it has {more} than the {bytes} bytes it should have")))
}
