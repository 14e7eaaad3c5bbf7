//! The files of a data set in MNIST's format, put together in whatever order they come, and however many of
//! the four are there.

use super::header::{Content, Header, is_packed};
use super::known::{Known, plain};
use super::{Choices, IdxError};
use crate::data::class_names::{self, Names, ONE_IN, divide};
use crate::data::picture_file::Resizer;
use crate::data::pictures::Pictures;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// At most so long is a file, unpacked: half a million pictures of MNIST's size.
pub const MOST_BYTES: u64 = 400_000_000;
/// At most so many bytes the pictures of a file become.
const MOST_PIXEL_BYTES: u64 = 1_000_000_000;
/// What the class of pictures without labels is called.
const ONE_CLASS: &str = "pictures";

/// A file that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Its place among the files that were given.
    pub(super) index: usize,
    pub(super) path: String,
    pub(super) part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Images { test: bool },
    Labels { test: bool },
    Names,
}

impl Part {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Images { test: false } => "training pictures",
            Self::Images { test: true } => "test pictures",
            Self::Labels { test: false } => "labels of training pictures",
            Self::Labels { test: true } => "labels of test pictures",
            Self::Names => "names of classes",
        }
    }
}

/// Pictures without labels.
#[derive(Debug)]
struct Images {
    path: String,
    /// Their size in the file, for errors.
    size: String,
    resizer: Resizer,
    count: usize,
    pixels: Vec<u8>,
}

/// A split, as far as it has come.
#[derive(Debug, Default)]
struct Split {
    images: Option<Images>,
    /// The file, and its labels.
    labels: Option<(String, Vec<u8>)>,
}

/// Pictures with labels, where there are any.
struct Joined {
    path: String,
    size: String,
    resizer: Resizer,
    pictures: Pictures,
    has_labels: bool,
}

/// Both splits of a data set in MNIST's format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// The training pictures, in the order of the file.
    pub train: Pictures,
    /// The test pictures.
    pub test: Pictures,
    /// The names of the classes that have pictures, in the order of their labels.
    pub classes: Vec<String>,
    /// What to call it.
    pub name: String,
    /// What it is, in a sentence or two.
    pub source: String,
    /// What people should know of how it was read, in sentences.
    pub remarks: Vec<String>,
}

/// Files in MNIST's format on their way in: give each file that is [`wanted`](Self::wanted).
#[derive(Debug)]
pub struct Import {
    name: String,
    wanted: Vec<Wanted>,
    choices: Choices,
    /// Training and test.
    splits: [Split; 2],
    names: Option<Names>,
    remarks: Vec<String>,
}

impl Import {
    pub(super) fn new(
        name: &str,
        mut wanted: Vec<Wanted>,
        choices: Choices,
        remarks: Vec<String>,
    ) -> Self {
        wanted.sort_by_key(|file| file.index);
        let splits = [Split::default(), Split::default()];
        Self { name: name.into(), wanted, choices, splits, names: None, remarks }
    }

    /// The indices of the files that are to be read, rising.
    pub fn wanted(&self) -> impl Iterator<Item = usize> {
        self.wanted.iter().map(|file| file.index)
    }

    /// Takes a file by its index. Those that are not wanted are left alone.
    ///
    /// # Errors
    /// If it cannot be read as what it begins like.
    pub fn add(&mut self, index: usize, bytes: &[u8]) -> Result<(), IdxError> {
        let Some(Wanted { path, part, .. }) =
            self.wanted.iter().find(|file| file.index == index).cloned()
        else {
            return Ok(());
        };
        if part == Part::Names {
            self.names = Some(Names { file: path, names: class_names::text_names(bytes) });
            return Ok(());
        }
        let bytes = unpacked(&path, bytes)?;
        let header = Header::of(&bytes).ok_or_else(|| IdxError::Header {
            file: path.clone(),
            what: "it does not begin like one".into(),
        })?;
        let content = header.content();
        let content = content.map_err(|what| IdxError::Values { file: path.clone(), what })?;
        let (expected, found) = (header.file_bytes().unwrap_or(u64::MAX), bytes.len() as u64);
        if expected != found {
            return Err(IdxError::Length { file: path, expected, found });
        }
        let values = &bytes[header.bytes()..];
        match (content, part) {
            (Content::Images { count, height, width, channels }, Part::Images { test }) => {
                // EMNIST keeps columns where the others keep rows.
                let turned = plain(&path).contains("emnist") && channels == 1;
                let (height, width) = if turned { (width, height) } else { (height, width) };
                let resizer = Resizer::new(height, width, channels, self.choices.shape)?;
                let room = count.saturating_mul(resizer.to().bytes());
                let mut pixels = Vec::new();
                if room as u64 > MOST_PIXEL_BYTES || pixels.try_reserve_exact(room).is_err() {
                    let shape = resizer.to();
                    return Err(IdxError::TooMany { file: path, count, shape });
                }
                for picture in values.chunks_exact(resizer.bytes()) {
                    let picture =
                        if turned { transposed(picture, height, width) } else { picture.into() };
                    pixels.extend_from_slice(&resizer.picture(&picture));
                }
                if turned {
                    let text = "EMNIST's pictures lie on their side; they were turned upright.";
                    if !self.remarks.iter().any(|remark| remark == text) {
                        self.remarks.push(text.into());
                    }
                }
                let size = format!("{width}x{height} with {channels} {}", channel_word(channels));
                let images = Images { path, size, resizer, count, pixels };
                self.splits[usize::from(test)].images = Some(images);
            }
            (Content::Labels { count, values: each }, Part::Labels { test }) => {
                let labels = (0..count).map(|index| {
                    let label = header.integer(values, index * each).unwrap_or(-1);
                    u8::try_from(label).map_err(|_| IdxError::Label {
                        file: path.clone(),
                        index,
                        label,
                    })
                });
                let labels = labels.collect::<Result<Vec<u8>, _>>()?;
                self.splits[usize::from(test)].labels = Some((path, labels));
            }
            (_, part) => {
                let what = format!("it should be {}", part.words());
                return Err(IdxError::Header { file: path, what });
            }
        }
        Ok(())
    }

    /// All of it.
    ///
    /// # Errors
    /// If there is nothing to learn from or to measure on, or files do not belong together.
    pub fn finish(self) -> Result<Idx, IdxError> {
        let Self { name, wanted, choices, splits, names, mut remarks, .. } = self;
        let [train, test] = splits.map(|split| split.join(&mut remarks));
        let (train, test) = (train?, test?);
        let (kept, divided) = match (train, test) {
            (None, None) => {
                let what =
                    "labels alone. Add the files of the pictures, such as train-images-idx3-ubyte";
                return Err(IdxError::NoPictures { file: name, what });
            }
            // Of pictures with labels and others, the first are a data set.
            (Some(train), Some(test)) if train.has_labels == test.has_labels => {
                (vec![train, test], None)
            }
            (Some(train), Some(test)) => {
                let (kept, other) = if train.has_labels { (train, test) } else { (test, train) };
                remarks.push(format!(
                    "`{}` was passed over: the labels of its pictures are not there.",
                    other.path
                ));
                (vec![kept], Some("The other split has no labels"))
            }
            (Some(one), None) => (vec![one], Some("There are no test pictures")),
            (None, Some(one)) => (vec![one], Some("There are no training pictures")),
        };
        let (resizer, has_labels) = (kept[0].resizer, kept[0].has_labels);
        let (mut train, mut test) = match (kept.as_slice(), divided) {
            ([train, test], _) => {
                if train.pictures.shape() != test.pictures.shape() {
                    return Err(IdxError::Sizes {
                        train: train.path.clone(),
                        train_size: train.size.clone(),
                        test: test.path.clone(),
                        test_size: test.size.clone(),
                    });
                }
                (train.pictures.clone(), test.pictures.clone())
            }
            (one, why) => {
                let (train, test) = divide(&one[0].pictures);
                remarks.push(format!(
                    "{}: one in {ONE_IN} pictures of each class, {} in all, is kept for the test.",
                    why.unwrap_or_default(),
                    test.len()
                ));
                (train, test)
            }
        };
        drop(kept);
        if train.is_empty() || test.is_empty() {
            return Err(IdxError::Single { file: name });
        }
        let known = choices.known.or_else(|| {
            let by_labels =
                [&train, &test].into_iter().find_map(|of| Known::by_labels(of.labels()));
            by_labels.or_else(|| {
                let paths = wanted.iter().map(|file| file.path.as_str());
                paths.chain([name.as_str()]).find_map(Known::by_name)
            })
        });
        let built_in = match known {
            _ if !has_labels => &[ONE_CLASS],
            Some(known) => known.classes(),
            None => &[],
        };
        let names = names.filter(|_| has_labels);
        let (classes, more) = class_names::name(&mut train, &mut test, names, built_in)?;
        remarks.extend(more);
        if !has_labels {
            remarks.push(
                "There are no labels, so all pictures are of one class. Autoencoders take them; classifiers need labels."
                    .into(),
            );
        }
        let is_whole = divided.is_none() && (train.len(), test.len()) == (60_000, 10_000);
        let (name, mut source) = match known {
            Some(known) if is_whole => (known.name().into(), format!("{}'s files.", known.name())),
            Some(known) => {
                (format!("{} subset", known.name()), format!("A part of {}.", known.name()))
            }
            None => ("Own pictures".into(), "Files in MNIST's format (IDX).".into()),
        };
        if let Some(remark) = resizer.remark() {
            source += &format!(" {remark}");
        }
        if divided.is_some() {
            source += &format!(" One in {ONE_IN} pictures of each class is the test split.");
        }
        Ok(Idx { train, test, classes, name, source, remarks })
    }
}

impl Split {
    /// Pictures with their labels; nothing if there are no pictures.
    fn join(self, remarks: &mut Vec<String>) -> Result<Option<Joined>, IdxError> {
        let Some(Images { path, size, resizer, count, pixels }) = self.images else {
            if let Some((file, _)) = self.labels {
                remarks.push(format!("`{file}` was passed over: its pictures are not there."));
            }
            return Ok(None);
        };
        let has_labels = self.labels.is_some();
        let labels = match self.labels {
            Some((_, labels)) if labels.len() == count => labels,
            Some((file, labels)) => {
                let count_of_labels = labels.len();
                return Err(IdxError::Counts {
                    images: path,
                    pictures: count,
                    labels: file,
                    count: count_of_labels,
                });
            }
            None => vec![0; count],
        };
        if count == 0 {
            return Ok(None);
        }
        // As many bytes as the header says were there.
        let pictures = Pictures::from_bytes(resizer.to(), labels, pixels)
            .map_err(|error| IdxError::Header { file: path.clone(), what: error.to_string() })?;
        Ok(Some(Joined { path, size, resizer, pictures, has_labels }))
    }
}

fn channel_word(channels: usize) -> &'static str {
    if channels == 1 { "channel" } else { "channels" }
}

/// `[x][y]` of a picture of one channel as `[y][x]`.
fn transposed(picture: &[u8], height: usize, width: usize) -> Cow<'_, [u8]> {
    (0..height * width).map(|at| picture[at % width * height + at / width]).collect()
}

/// The bytes of a file, unpacked if they are packed.
fn unpacked<'a>(file: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, IdxError> {
    let unpacked: Cow<'_, [u8]> = if is_packed(bytes) {
        let mut unpacked = Vec::new();
        let mut decoder = MultiGzDecoder::new(bytes).take(MOST_BYTES + 1);
        decoder
            .read_to_end(&mut unpacked)
            .map_err(|why| IdxError::Packed { file: file.into(), why: why.to_string() })?;
        unpacked.into()
    } else {
        bytes.into()
    };
    if unpacked.len() as u64 > MOST_BYTES {
        return Err(IdxError::TooLarge { file: file.into() });
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::transposed;

    #[test]
    fn columns_become_rows() {
        // Two rows of three, kept as three columns of two.
        assert_eq!(transposed(&[1, 4, 2, 5, 3, 6], 2, 3).as_ref(), [1, 2, 3, 4, 5, 6]);
    }
}
