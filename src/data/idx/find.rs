//! Which of some files are in MNIST's format, by their first bytes, and what each of them is: pictures or
//! labels, of the training or of the test, by names and folders, and where those say nothing by numbers.

use super::header::{Content, Header, is_packed, unpacked_head};
use super::import::{Import, Part, Wanted};
use super::{Choices, IdxError};
use crate::data::archive::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// More files are not looked at, unless they are called like those of MNIST.
const MOST_FILES: usize = 64;
/// A file of names of classes is no longer.
const MOST_NAME_BYTES: u64 = 1 << 20;
/// What a file of names of classes may be called.
const NAMES: [&str; 6] = [
    "batches.meta.txt",
    "class_names.txt",
    "classes.txt",
    "label_names.txt",
    "labels.txt",
    "names.txt",
];

/// Files of which it is found out whether they are in MNIST's format.
#[derive(Debug, Clone)]
pub struct Survey {
    name: String,
    entries: Vec<Entry>,
    wanted: Vec<usize>,
    found: Vec<Found>,
}

/// A file with a header.
#[derive(Debug, Clone)]
struct Found {
    index: usize,
    path: String,
    is_packed: bool,
    header: Header,
    content: Content,
    /// Whether it is of the test, if its name or a folder's says so.
    test: Option<bool>,
}

impl Survey {
    /// Looks at the names of all files; `name` is the archive or folder.
    #[must_use]
    pub fn new(name: &str, entries: &[Entry]) -> Self {
        let candidates = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let files = entries.iter().enumerate();
            files
                .filter(|(_, entry)| entry.bytes >= 8 && !is_hidden(&entry.path))
                .filter(|(_, entry)| is(&file_name(&entry.path)))
                .map(|(index, _)| index)
                .collect()
        };
        let mut wanted = candidates(&may_be);
        if wanted.len() > MOST_FILES {
            wanted = candidates(&says_idx);
            wanted.truncate(MOST_FILES);
        }
        Self { name: name.into(), entries: entries.to_vec(), wanted, found: Vec::new() }
    }

    /// The files whose first [`super::HEAD_BYTES`] are asked for, rising.
    #[must_use]
    pub fn wanted(&self) -> &[usize] {
        &self.wanted
    }

    /// Takes the first bytes of a file.
    pub fn see(&mut self, index: usize, head: &[u8]) {
        let Some(Entry { path, bytes }) = self.entries.get(index) else { return };
        let is_packed = is_packed(head);
        let Some(header) = Header::of(&unpacked_head(head)) else { return };
        // Two zeros and two small numbers begin other files too, but their length says otherwise.
        let fits = is_packed || says_idx(&file_name(path)) || header.file_bytes() == Some(*bytes);
        let Some(content) = header.content().ok().filter(|_| fits) else { return };
        let (path, test) = (path.clone(), split_of(path));
        self.found.push(Found { index, path, is_packed, header, content, test });
    }

    /// What is to be read, if any of the files are pictures or labels in MNIST's format.
    ///
    /// # Errors
    /// [`IdxError`] if it cannot be told which of them are meant.
    pub fn import(self, choices: Choices) -> Result<Option<Import>, IdxError> {
        let Self { name, entries, mut found, .. } = self;
        let has_images = found.iter().any(Found::is_images);
        // Labels that lie beside pictures of another kind are none of ours.
        if found.is_empty() || !has_images && entries.iter().any(|entry| is_picture(&entry.path)) {
            return Ok(None);
        }
        let mut remarks = Vec::new();
        found.sort_by(|a, b| (a.is_packed, &a.path).cmp(&(b.is_packed, &b.path)));
        let mut found = without_copies(found)?;
        choose_home(&mut found, &mut remarks);
        assign_splits(&mut found);
        let mut wanted: Vec<Wanted> = Vec::new();
        for one in found {
            let part = one.part();
            if let Some(other) = wanted.iter().find(|other| other.part == part) {
                let (one, other) = (other.path.clone(), one.path);
                return Err(IdxError::Twice { one, other, what: part.words() });
            }
            wanted.push(Wanted { index: one.index, path: one.path, part });
        }
        let names = (0..).zip(&entries).find(|(_, entry)| {
            let is_names = NAMES.contains(&file_name(&entry.path).as_str());
            is_names && entry.bytes <= MOST_NAME_BYTES && !is_hidden(&entry.path)
        });
        wanted.extend(names.map(|(index, entry): (usize, _)| Wanted {
            index,
            path: entry.path.clone(),
            part: Part::Names,
        }));
        Ok(Some(Import::new(&name, wanted, choices, remarks)))
    }
}

impl Found {
    fn part(&self) -> Part {
        let test = self.test == Some(true);
        match self.content {
            Content::Images { .. } => Part::Images { test },
            Content::Labels { .. } => Part::Labels { test },
        }
    }

    fn count(&self) -> usize {
        match self.content {
            Content::Images { count, .. } | Content::Labels { count, .. } => count,
        }
    }

    fn is_images(&self) -> bool {
        matches!(self.content, Content::Images { .. })
    }

    /// The folder it lies in; programs that unpack make one of the file's own name.
    fn home(&self) -> &str {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        if stem(last) == stem(&file_name(&self.path)) { above } else { folder }
    }
}

/// One of each file that is there packed and unpacked, or in a folder of its own name as well.
fn without_copies(found: Vec<Found>) -> Result<Vec<Found>, IdxError> {
    let mut kept: BTreeMap<(String, String), Found> = BTreeMap::new();
    for one in found {
        let key = (one.home().to_owned(), stem(&file_name(&one.path)));
        match kept.get(&key) {
            None => drop(kept.insert(key, one)),
            Some(other) if other.header == one.header => {}
            Some(other) => {
                let (one, other, what) = (other.path.clone(), one.path, "called the same");
                return Err(IdxError::Twice { one, other, what });
            }
        }
    }
    Ok(kept.into_values().collect())
}

/// Where several folders have the same parts, as MNIST and Fashion-MNIST have, the one with most is taken.
fn choose_home(found: &mut Vec<Found>, remarks: &mut Vec<String>) {
    let part = |one: &Found| (one.is_images(), one.test);
    let parts: BTreeSet<_> = found.iter().map(part).collect();
    let homes: BTreeSet<String> = found.iter().map(|one| one.home().to_owned()).collect();
    if parts.len() == found.len() || homes.len() < 2 {
        return;
    }
    let count = |home: &str| {
        let inside = found.iter().filter(|one| one.home() == home);
        inside.map(part).collect::<BTreeSet<_>>().len()
    };
    let best = homes.iter().max_by_key(|home| (count(home), std::cmp::Reverse(*home))).cloned();
    let best = best.unwrap_or_default();
    found.retain(|one| one.home() == best);
    for home in homes.into_iter().filter(|home| *home != best) {
        let home = if home.is_empty() { "the top".into() } else { format!("`{home}`") };
        remarks.push(format!(
            "There are files in MNIST's format in {home} too; they were passed over."
        ));
    }
}

/// Says of files without a split which they are of: of pictures the most are for training, and labels go
/// with as many pictures.
fn assign_splits(found: &mut [Found]) {
    found.sort_by(|a, b| {
        (b.is_images(), b.count()).cmp(&(a.is_images(), a.count())).then(a.path.cmp(&b.path))
    });
    for at in 0..found.len() {
        if found[at].test.is_some() {
            continue;
        }
        let (is_images, count) = (found[at].is_images(), found[at].count());
        let has = |test: bool, images: bool| {
            found.iter().find(|one| one.test == Some(test) && one.is_images() == images)
        };
        let is_free = |test: bool| has(test, is_images).is_none();
        let fits = |test: bool| has(test, true).is_some_and(|images| images.count() == count);
        let test = if is_images {
            !is_free(false) && is_free(true)
        } else {
            let by_count = [false, true].into_iter().find(|&test| is_free(test) && fits(test));
            by_count.unwrap_or(!is_free(false) && is_free(true))
        };
        found[at].test = Some(test);
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_lowercase()
}

/// A file's name without what packing and writing it differently change.
fn stem(name: &str) -> String {
    let name = name.to_lowercase();
    name.strip_suffix(".gz").unwrap_or(&name).replace(['.', '_'], "-")
}

/// What systems leave lying about.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

fn is_picture(path: &str) -> bool {
    let name = file_name(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"].contains(&ending)
}

fn says_idx(name: &str) -> bool {
    name.contains("ubyte") || name.contains("idx")
}

/// Whether a file of this name may be one.
fn may_be(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    says_idx(name) || matches!(ending, None | Some("gz" | "bin" | "dat" | "data"))
}

/// What a path says of the split: the file's own name first, then its folders.
fn split_of(path: &str) -> Option<bool> {
    path.rsplit('/').find_map(|part| {
        let part = part.to_lowercase();
        let test = ["t10k", "test", "val"].iter().any(|word| part.contains(word));
        match (part.contains("train"), test) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    })
}
