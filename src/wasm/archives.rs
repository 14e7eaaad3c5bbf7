//! A visitor's archives, MNIST and CIFAR: the same reading as data-prep's. A file stays outside of wasm's
//! memory; what is needed of it is asked for, piece by piece.

use std::io::{self, Read, Seek, SeekFrom};

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::failure::{Failure, named, to_js};
use super::intake::DecodedData;
use crate::data::archive::{Archive, ArchiveError, Entry, Limits};
use crate::data::cifar::{self, CifarError};
use crate::data::idx::{self, IdxError};
use crate::data::pack::{self, Meta, Packed};
use crate::data::pictures::{ShapeRequest, Size};

named! {
    ArchiveError => "ImportError",
    CifarError => "ImportError",
    IdxError => "ImportError",
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

/// What a visitor asks for of the pictures that are read; what is left out stays as it is.
#[derive(Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ImportRequest {
    /// A side, such as `32`, or width and height, such as `48x32`.
    #[tsify(optional, type = "string | null")]
    size: Option<String>,
    /// 1 for grey, 3 for red, green and blue.
    #[tsify(optional, type = "1 | 3 | null")]
    channels: Option<usize>,
    /// Of CIFAR-100.
    #[tsify(optional, type = "\"fine\" | \"coarse\" | null")]
    labels: Option<String>,
}

/// What is asked for: a shape, and the labels of CIFAR-100.
pub(super) fn request_from(request: JsValue) -> Result<(ShapeRequest, cifar::Labels), Failure> {
    let refused = |message: String| Failure { name: "ImportError", message };
    let ImportRequest { size, channels, labels } = if request.is_undefined() || request.is_null() {
        ImportRequest::default()
    } else {
        serde_wasm_bindgen::from_value(request)
            .map_err(|error| refused(format!("This cannot be asked for: {error}.")))?
    };
    let size = size.map(|text| text.parse::<Size>()).transpose();
    let size = size.map_err(|error| refused(error.to_string()))?;
    let labels = match labels.as_deref() {
        None | Some("fine") => cifar::Labels::Fine,
        Some("coarse") => cifar::Labels::Coarse,
        Some(other) => {
            let message = format!("`{other}` are no labels of CIFAR-100. Use fine or coarse.");
            return Err(refused(message));
        }
    };
    Ok((ShapeRequest { size, channels }, labels))
}

/// Files of which it is found out whether they are MNIST or CIFAR, or in their formats.
#[wasm_bindgen]
pub struct RecordsSurvey {
    name: String,
    entries: Vec<Entry>,
    survey: idx::Survey,
}

#[wasm_bindgen]
impl RecordsSurvey {
    /// Takes the list of all files, each `{ path, bytes }`; `name` is the archive's, the folder's or the
    /// file's.
    #[wasm_bindgen(constructor)]
    pub fn new(name: String, entries: JsValue) -> Result<Self, JsValue> {
        let entries = entries_from(entries)?;
        let survey = idx::Survey::new(&name, &entries);
        Ok(Self { name, entries, survey })
    }

    /// The files whose first bytes are wanted, by their places in the list.
    pub fn wanted(&self) -> Vec<usize> {
        self.survey.wanted().to_vec()
    }

    /// Takes the first bytes of a file.
    pub fn see(&mut self, index: usize, head: &[u8]) {
        self.survey.see(index, head);
    }

    /// Looks at the first bytes of a file in an archive; what cannot be read is told when it is read whole.
    pub fn see_in(&mut self, archive: &mut VisitorArchive, index: usize) {
        if let Ok(head) = archive.0.head(index, idx::HEAD_BYTES) {
            self.survey.see(index, &head);
        }
    }

    /// What is to be read; nothing if the files are something else.
    pub fn import(
        self,
        #[wasm_bindgen(unchecked_param_type = "ImportRequest | null")] request: JsValue,
    ) -> Result<Option<RecordsImport>, JsValue> {
        let (shape, labels) = request_from(request)?;
        let Self { name, entries, survey } = self;
        let idx = survey.import(idx::Choices { shape, known: None }).map_err(Failure::from)?;
        let import = match idx {
            Some(import) => Some(Records::Idx(import)),
            None => {
                let found = cifar::find(&name, &entries).map_err(Failure::from)?;
                found.map(|found| Records::Cifar(found.with(cifar::Choices { shape, labels })))
            }
        };
        Ok(import.map(|import| RecordsImport { name, import: Some(import), remarks: Vec::new() }))
    }
}

/// Files of records on their way in.
enum Records {
    Cifar(cifar::Import),
    Idx(idx::Import),
}

/// MNIST or CIFAR, or records in their formats, on their way in.
#[wasm_bindgen]
pub struct RecordsImport {
    name: String,
    /// Nothing when it is finished.
    import: Option<Records>,
    remarks: Vec<String>,
}

/// Bytes of a file that tell what it is.
#[wasm_bindgen]
pub fn records_head_bytes() -> usize {
    idx::HEAD_BYTES
}

/// A file is read whole up to so many bytes.
#[wasm_bindgen]
pub fn records_bytes() -> f64 {
    cifar::MOST_BYTES.max(idx::MOST_BYTES) as f64
}

#[wasm_bindgen]
impl RecordsImport {
    /// The indices of the files that are to be read, rising.
    pub fn wanted(&self) -> Vec<usize> {
        match &self.import {
            Some(Records::Cifar(import)) => import.wanted().collect(),
            Some(Records::Idx(import)) => import.wanted().collect(),
            None => Vec::new(),
        }
    }

    /// Takes a file by its index.
    pub fn add(&mut self, index: usize, bytes: &[u8]) -> Result<(), JsValue> {
        match self.import.as_mut().ok_or_else(finished)? {
            Records::Cifar(import) => import.add(index, bytes).map_err(Failure::from)?,
            Records::Idx(import) => import.add(index, bytes).map_err(Failure::from)?,
        }
        Ok(())
    }

    /// Takes a file out of an archive.
    pub fn add_from(&mut self, archive: &mut VisitorArchive, index: usize) -> Result<(), JsValue> {
        let most = cifar::MOST_BYTES.max(idx::MOST_BYTES);
        let bytes = archive.0.read(index, most).map_err(Failure::from)?;
        self.add(index, &bytes)
    }

    /// Shards and manifest of it.
    pub fn finish(&mut self) -> Result<DecodedData, JsValue> {
        let import = self.import.take().ok_or_else(finished)?;
        let (train, test, meta) = match import {
            Records::Cifar(import) => {
                let found = import.finish().map_err(Failure::from)?;
                self.remarks = found.remarks;
                let meta = self.meta(found.name, found.source, found.classes);
                (found.train, found.test, meta)
            }
            Records::Idx(import) => {
                let found = import.finish().map_err(Failure::from)?;
                self.remarks = found.remarks;
                let meta = self.meta(found.name, found.source, found.classes);
                (found.train, found.test, meta)
            }
        };
        let shard_size = pack::shard_size(train.shape());
        Ok(DecodedData(Packed::new(meta, train, test, shard_size).map_err(Failure::from)?))
    }

    /// What the visitor should know of how it was read, in sentences, once it is finished.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.clone()
    }
}

impl RecordsImport {
    fn meta(&self, name: String, mut source: String, classes: Vec<String>) -> Meta {
        if !self.name.is_empty() {
            source += &format!(" Read from {}.", self.name);
        }
        Meta { name, source, synthetic: false, classes }
    }
}

fn finished() -> Failure {
    Failure::state("This import is finished. Begin another.")
}
