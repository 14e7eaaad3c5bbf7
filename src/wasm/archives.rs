//! A visitor's archives and CIFAR-10: the same reading as data-prep's. A file stays outside of wasm's
//! memory; what is needed of it is asked for, piece by piece.

use std::io::{self, Read, Seek, SeekFrom};

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::failure::{Failure, named, to_js};
use super::intake::DecodedData;
use crate::data::archive::{Archive, ArchiveError, Entry, Limits};
use crate::data::cifar::{self, CifarError, Import};
use crate::data::pack::{Meta, Packed, SHARD_SIZE};

named! {
    ArchiveError => "ImportError",
    CifarError => "ImportError",
}

#[wasm_bindgen]
extern "C" {
    /// A file that answers at once.
    #[wasm_bindgen(
        typescript_type = "{ size: number; read(at: number, length: number): Uint8Array }"
    )]
    pub type FileSource;

    /// How long it is, in bytes.
    #[wasm_bindgen(method, getter, catch)]
    fn size(this: &FileSource) -> Result<JsValue, JsValue>;

    /// Bytes from `at` on, as many as there are up to `length`.
    #[wasm_bindgen(method, catch)]
    fn read(this: &FileSource, at: f64, length: u32) -> Result<JsValue, JsValue>;
}

/// A file as a reader. A seek costs nothing, a read one call.
struct Source {
    file: FileSource,
    size: u64,
    at: u64,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = (buffer.len() as u64).min(self.size.saturating_sub(self.at));
        let Some(length) = u32::try_from(length).ok().filter(|&length| length > 0) else {
            return Ok(0);
        };
        let failed = |error: JsValue| {
            let message =
                error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
            io::Error::other(message.unwrap_or_else(|| "the file cannot be read".into()))
        };
        // Up to here a file's place is a whole number.
        let bytes = self.file.read(self.at as f64, length).map_err(failed)?;
        let bytes: Uint8Array = bytes.dyn_into().map_err(failed)?;
        let n = bytes.length().min(length);
        bytes.subarray(0, n).copy_to(&mut buffer[..n as usize]);
        self.at += u64::from(n);
        Ok(n as usize)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(from) => self.size.checked_add_signed(from),
            SeekFrom::Current(from) => self.at.checked_add_signed(from),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// A zip or tar.
#[wasm_bindgen]
pub struct VisitorArchive(Archive<Source>);

/// A file in an archive or a folder, as JavaScript has it.
#[derive(Serialize, Deserialize)]
struct EntryRecord {
    path: String,
    bytes: f64,
}

/// The files of a list of them.
pub(super) fn entries_from(list: JsValue) -> Result<Vec<Entry>, Failure> {
    let records: Vec<EntryRecord> =
        serde_wasm_bindgen::from_value(list).map_err(|error| Failure {
            name: "ImportError",
            message: format!("These files are not listed as they should be: {error}."),
        })?;
    // A cast saturates: no length is below zero or beyond what there is.
    let entry = |EntryRecord { path, bytes }: EntryRecord| Entry { path, bytes: bytes as u64 };
    Ok(records.into_iter().map(entry).collect())
}

/// Opens an archive; nothing if the file is none. `name` is the file's.
#[wasm_bindgen]
pub fn open_archive(name: &str, file: FileSource) -> Result<Option<VisitorArchive>, JsValue> {
    let size = file.size().ok().and_then(|size| size.as_f64());
    let Some(size) = size.filter(|size| (0.0..9e15).contains(size)) else {
        let message = "A file has a `size`, a whole number of bytes, and `read(at, length)`.";
        return Err(Failure { name: "ImportError", message: message.into() }.into());
    };
    let source = Source { file, size: size as u64, at: 0 };
    let archive = Archive::open(name, source, Limits::PAGE).map_err(Failure::from)?;
    Ok(archive.map(VisitorArchive))
}

#[wasm_bindgen]
impl VisitorArchive {
    /// The files in it, each `{ path, bytes }`.
    pub fn entries(&self) -> Result<JsValue, JsValue> {
        let record = |Entry { path, bytes }: &Entry| EntryRecord {
            path: path.clone(),
            bytes: *bytes as f64,
        };
        Ok(to_js(&self.0.entries().iter().map(record).collect::<Vec<_>>())?)
    }

    /// What the visitor should know of it, in sentences.
    pub fn remarks(&self) -> Vec<String> {
        self.0.remarks().to_vec()
    }

    /// The first `most` bytes of a file, or all if there are fewer.
    pub fn head(&mut self, index: usize, most: usize) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.head(index, most).map_err(Failure::from)?)
    }

    /// All bytes of a file, if there are at most `most`. By rising index it is fast.
    pub fn read(&mut self, index: usize, most: usize) -> Result<Vec<u8>, JsValue> {
        Ok(self.0.read(index, most as u64).map_err(Failure::from)?)
    }
}

/// CIFAR-10, or records in its formats, on their way in.
#[wasm_bindgen]
pub struct CifarImport {
    name: String,
    /// Nothing when it is finished.
    import: Option<Import>,
    remarks: Vec<String>,
}

/// Looks for CIFAR-10 among files, each `{ path, bytes }`; nothing if they are something else.
/// `name` is the archive's, the folder's or the file's.
#[wasm_bindgen]
pub fn find_cifar(name: &str, entries: JsValue) -> Result<Option<CifarImport>, JsValue> {
    let found = cifar::find(name, &entries_from(entries)?).map_err(Failure::from)?;
    let name = name.to_owned();
    Ok(found.map(|import| CifarImport { name, import: Some(import), remarks: Vec::new() }))
}

/// A file is read whole up to so many bytes.
#[wasm_bindgen]
pub fn cifar_bytes() -> f64 {
    cifar::MOST_BYTES as f64
}

#[wasm_bindgen]
impl CifarImport {
    /// The indices of the files that are to be read, rising.
    pub fn wanted(&self) -> Vec<usize> {
        self.import.iter().flat_map(Import::wanted).collect()
    }

    /// Takes a file by its index.
    pub fn add(&mut self, index: usize, bytes: &[u8]) -> Result<(), JsValue> {
        Ok(self.open()?.add(index, bytes).map_err(Failure::from)?)
    }

    /// Takes a file out of an archive.
    pub fn add_from(&mut self, archive: &mut VisitorArchive, index: usize) -> Result<(), JsValue> {
        let bytes = archive.0.read(index, cifar::MOST_BYTES).map_err(Failure::from)?;
        self.add(index, &bytes)
    }

    /// Shards and manifest of it.
    pub fn finish(&mut self) -> Result<DecodedData, JsValue> {
        self.open()?;
        let import = self.import.take().ok_or_else(finished)?;
        let cifar = import.finish().map_err(Failure::from)?;
        self.remarks = cifar.remarks;
        let mut source = cifar.source;
        if !self.name.is_empty() {
            source += &format!(" Read from {}.", self.name);
        }
        let meta = Meta { name: cifar.name, source, synthetic: false, classes: cifar.classes };
        let packed =
            Packed::new(meta, cifar.train, cifar.test, SHARD_SIZE).map_err(Failure::from)?;
        Ok(DecodedData(packed))
    }

    /// What the visitor should know of how it was read, in sentences, once it is finished.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }

    fn open(&mut self) -> Result<&mut Import, Failure> {
        self.import.as_mut().ok_or_else(finished)
    }
}

fn finished() -> Failure {
    Failure::state("This import is finished. Begin another.")
}
