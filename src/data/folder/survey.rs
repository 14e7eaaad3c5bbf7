//! The first look at a folder: which of its files are pictures.

use super::error::FolderError;
use super::names::{by_parts, is_junk};
use super::passed_over::{PassedOver, Reason};
use super::splits::Placed;
use super::{Entry, MOST_ENTRIES, MOST_TABLE_BYTES, labels};
use crate::data::picture_file::{Content, Fault, Format, MOST_BYTES, content};

/// Which formats a driver can decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoders {
    /// All that are read.
    All,
    /// Those that every browser has.
    Browser,
}

/// A folder of which it is being found out what its files are.
#[derive(Debug, Clone)]
pub struct Survey {
    pub(super) entries: Vec<Entry>,
    decoders: Decoders,
    wanted: Vec<usize>,
    pub(super) placed: Vec<Placed>,
    /// Files that may be tables of labels.
    pub(super) tables: Vec<Placed>,
    /// What is nothing for certain.
    others: Vec<(usize, Reason)>,
}

impl Survey {
    /// Looks at the names of all files.
    ///
    /// # Errors
    /// [`FolderError::TooManyEntries`].
    pub fn new(entries: Vec<Entry>, decoders: Decoders) -> Result<Self, FolderError> {
        if entries.len() > MOST_ENTRIES {
            return Err(FolderError::TooManyEntries(entries.len()));
        }
        let mut survey = Self {
            entries,
            decoders,
            wanted: vec![],
            placed: vec![],
            tables: vec![],
            others: vec![],
        };
        for (index, entry) in survey.entries.iter().enumerate() {
            let place = Placed::new(index, &entry.path);
            if entry.path.ends_with(['/', '\\']) || place.parts.is_empty() {
                continue;
            }
            if place.parts.iter().any(|part| is_junk(part)) {
                survey.others.push((index, Reason::Junk));
            } else if entry.bytes == 0 {
                survey.others.push((index, Reason::File(Fault::Empty)));
            } else {
                survey.wanted.push(index);
            }
        }
        Ok(survey)
    }

    /// The files whose first bytes are asked for, in their order.
    #[must_use]
    pub fn wanted(&self) -> &[usize] {
        &self.wanted
    }

    /// Takes the first [`crate::data::picture_file::HEAD_BYTES`] of a file, all of a shorter one, or `None`
    /// if they cannot be read. Each file is to be seen once; indices past the end are ignored.
    pub fn see(&mut self, index: usize, head: Option<&[u8]>) {
        let Some(entry) = self.entries.get(index) else { return };
        let place = || Placed::new(index, &entry.path);
        let fault = match head.map(content) {
            Some(Content::Picture(Format::Tiff)) if self.decoders == Decoders::Browser => {
                Fault::NoDecoder(Format::Tiff)
            }
            Some(Content::Picture(_)) if entry.bytes > MOST_BYTES => Fault::Bytes,
            Some(Content::Picture(_)) => {
                self.placed.push(place());
                return;
            }
            Some(Content::AppleDouble) => {
                self.others.push((index, Reason::Junk));
                return;
            }
            Some(Content::Unknown) => {
                let place = place();
                let name = place.parts.last().map_or("", String::as_str);
                let is_table = labels::is_table(name, false) || labels::is_table(name, true);
                if is_table && entry.bytes <= MOST_TABLE_BYTES {
                    self.tables.push(place);
                }
                Fault::NoPicture
            }
            Some(Content::Known(kind)) => Fault::Known(kind),
            Some(Content::Empty) => Fault::Empty,
            None => Fault::Unreadable,
        };
        self.others.push((index, Reason::File(fault)));
    }

    /// What is passed over so far, but for files that were used as tables.
    pub(super) fn passed_over(&self, used: &[usize]) -> PassedOver {
        let mut others: Vec<(Placed, Reason)> = self
            .others
            .iter()
            .filter(|(index, _)| !used.contains(index))
            .map(|&(index, reason)| (Placed::new(index, &self.entries[index].path), reason))
            .collect();
        // In the order of names, so that the first few are the same however a system lists them.
        others.sort_by(|(a, _), (b, _)| by_parts(&a.parts, &b.parts));
        let mut passed = PassedOver::default();
        for (place, reason) in others {
            passed.add(reason, &place.parts.join("/"));
        }
        passed
    }

    /// How many files there are that are no folders.
    pub(super) fn files(&self) -> usize {
        self.others.len() + self.placed.len()
    }
}
