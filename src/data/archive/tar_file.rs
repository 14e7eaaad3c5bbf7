//! Tars, packed with gzip or not: their entries are found by reading from the beginning, and read by
//! their place afterwards. Packed ones can only be read forwards, so that reading an entry before the
//! last one begins again.

use super::names::RawName;
use super::{ArchiveError, BUFFER_BYTES, Limits, RawEntry, RawKind, read_exactly};
use flate2::bufread::GzDecoder;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

/// An open tar.
pub(super) struct Tar<R> {
    source: Source<R>,
    /// Where the content of each entry begins, and how long it is.
    places: Vec<(u64, u64)>,
}

enum Source<R> {
    Plain(R),
    Packed(Box<Gunzip<R>>),
}

/// Finds the entries of a tar, packed with gzip if `packed`.
pub(super) fn open<R: Read + Seek>(
    name: &str,
    mut reader: R,
    packed: bool,
    limits: Limits,
) -> Result<(Tar<R>, Vec<RawEntry>), ArchiveError> {
    let failed = |error: io::Error| ArchiveError::damaged(name, &error.to_string());
    let length = reader.seek(SeekFrom::End(0)).map_err(failed)?;
    reader.seek(SeekFrom::Start(0)).map_err(failed)?;
    if packed {
        let mut source = Gunzip::new(reader, limits.unpacked(length));
        let mut archive = tar::Archive::new(&mut source);
        let entries = archive.entries().map_err(failed)?;
        let (places, entries) = list(name, entries, limits, u64::MAX)?;
        // Gzip's checksum is at the end.
        io::copy(&mut source, &mut io::sink()).map_err(failed)?;
        return Ok((Tar { source: Source::Packed(Box::new(source)), places }, entries));
    }
    let mut archive = tar::Archive::new(reader);
    let entries = archive.entries_with_seek().map_err(failed)?;
    let (places, entries) = list(name, entries, limits, length)?;
    Ok((Tar { source: Source::Plain(archive.into_inner()), places }, entries))
}

type Places = Vec<(u64, u64)>;

fn list<R: Read>(
    name: &str,
    entries: tar::Entries<'_, R>,
    limits: Limits,
    length: u64,
) -> Result<(Places, Vec<RawEntry>), ArchiveError> {
    let failed = |error: io::Error| ArchiveError::damaged(name, &error.to_string());
    let (mut places, mut found) = (Vec::new(), Vec::<RawEntry>::new());
    // Where a hard link leads.
    let mut by_name = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        if found.len() == limits.entries {
            return Err(ArchiveError::Entries { file: name.into(), most: limits.entries });
        }
        let bytes = entry.path_bytes().into_owned();
        let header = entry.header().entry_type();
        let (mut place, mut kind) = ((entry.raw_file_position(), entry.size()), RawKind::File);
        if header.is_hard_link() {
            let target = entry.link_name_bytes().and_then(|target| by_name.get(&*target).copied());
            match target {
                Some(target) => place = target,
                None => kind = RawKind::Link,
            }
        } else if header.is_dir() {
            kind = RawKind::Folder;
        } else if header.is_pax_global_extensions() {
            continue;
        } else if !(header.is_file() || header.is_contiguous()) {
            kind = RawKind::Link;
        }
        if kind == RawKind::File {
            let (start, size) = place;
            if start.checked_add(size).is_none_or(|end| end > length) {
                let path = String::from_utf8_lossy(&bytes);
                let why = format!("it ends inside `{path}`, before its {size} bytes");
                return Err(ArchiveError::damaged(name, &why));
            }
            by_name.insert(bytes.clone(), place);
        }
        places.push(place);
        let name = RawName { bytes, marked: false };
        found.push(RawEntry { name, bytes: place.1, kind });
    }
    Ok((places, found))
}

impl<R: Read + Seek> Tar<R> {
    /// The first `most` bytes of an entry, or all of it.
    pub(super) fn read(
        &mut self,
        name: &str,
        index: usize,
        path: &str,
        most: Option<usize>,
    ) -> Result<Vec<u8>, ArchiveError> {
        let Some(&(start, size)) = self.places.get(index) else {
            return Err(ArchiveError::damaged(name, "an entry is not there"));
        };
        let size = most.map_or(size, |most| size.min(most as u64));
        let read = match &mut self.source {
            Source::Plain(reader) => reader
                .seek(SeekFrom::Start(start))
                .and_then(|_| read_exactly(&mut reader.take(size), size)),
            Source::Packed(stream) => {
                stream.go_to(start).and_then(|()| read_exactly(&mut stream.take(size), size))
            }
        };
        read.map_err(|error| ArchiveError::Entry {
            file: name.into(),
            path: path.into(),
            why: error.to_string(),
        })
    }
}

/// What gzip packed, of however many members, as a stream that can begin again.
struct Gunzip<R> {
    /// Nothing only after a failure.
    decoder: Option<GzDecoder<BufReader<R>>>,
    /// How many bytes have come out.
    at: u64,
    /// How many may.
    most: u64,
}

impl<R: Read + Seek> Gunzip<R> {
    fn new(reader: R, most: u64) -> Self {
        Self {
            decoder: Some(GzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, reader))),
            at: 0,
            most,
        }
    }

    /// Makes byte `place` the next.
    fn go_to(&mut self, place: u64) -> io::Result<()> {
        if place < self.at {
            let mut reader = self.take_reader()?.into_inner();
            reader.seek(SeekFrom::Start(0))?;
            *self = Self::new(reader, self.most);
        }
        let between = place - self.at;
        if io::copy(&mut self.by_ref().take(between), &mut io::sink())? < between {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    fn take_reader(&mut self) -> io::Result<BufReader<R>> {
        let decoder = self.decoder.take();
        decoder.map(GzDecoder::into_inner).ok_or_else(|| io::Error::other("it failed before"))
    }
}

impl<R: Read + Seek> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(decoder) = &mut self.decoder else {
                return Err(io::Error::other("it failed before"));
            };
            let n = decoder.read(buffer)?;
            if n > 0 {
                self.at += n as u64;
                if self.at > self.most {
                    let most = self.most;
                    let text =
                        format!("it unpacks to more than {most} bytes, which is no data set");
                    return Err(io::Error::other(text));
                }
                return Ok(n);
            }
            // The end of a member; of what may follow it, only another member is meant.
            if buffer.is_empty() || !decoder.get_mut().fill_buf()?.starts_with(b"\x1f") {
                return Ok(0);
            }
            let reader = self.take_reader()?;
            self.decoder = Some(GzDecoder::new(reader));
        }
    }
}

/// The first bytes of what a gzip holds.
pub(super) fn head_of_packed<R: Read + Seek>(reader: &mut R, most: usize) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    GzDecoder::new(BufReader::new(reader)).take(most as u64).read_to_end(&mut head)?;
    Ok(head)
}
