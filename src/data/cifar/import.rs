//! The files of CIFAR-10, or in its formats, put together in whatever order they come.

use super::classes;
use super::records::Batch;
use super::{Choices, Cifar, CifarError, Labels, cifar100, python, records};
use crate::data::class_names::{self, Names, ONE_IN, divide};
use crate::data::picture_file::Resizer;
use crate::data::pictures::{PictureShape, Pictures};
use std::collections::BTreeMap;

/// At most so long is a file that is read whole: CIFAR-100 in one pickle of protocol 0.
pub const MOST_BYTES: u64 = 400_000_000;
/// Training batches in an official archive.
const BATCHES: u32 = 5;

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
    /// A training batch, and its place among them.
    Train(usize),
    Test,
    Names,
    /// Of CIFAR-100's coarse classes.
    CoarseNames,
}

/// CIFAR-10 on its way in: give each file that is [`wanted`](Self::wanted).
#[derive(Debug)]
pub struct Import {
    name: String,
    choices: Choices,
    wanted: Vec<Wanted>,
    /// Whether its name says CIFAR-10.
    is_named_cifar: bool,
    train: Pictures,
    /// How many batches are in `train`.
    joined: usize,
    /// Batches that came before their turn.
    held: BTreeMap<usize, Pictures>,
    test: Option<Pictures>,
    names: Option<Names>,
    /// Whether the labels are those of CIFAR-100, by the first batch.
    is_100: Option<bool>,
    /// Whether its two labels go together as they should, in all batches.
    pairs: cifar100::Pairs,
    /// Whether a batch begins like an official one.
    is_known: bool,
    remarks: Vec<String>,
}

impl Import {
    pub(super) fn new(name: &str, mut wanted: Vec<Wanted>, is_named_cifar: bool) -> Self {
        wanted.sort_by_key(|file| file.index);
        let is_named_cifar = is_named_cifar
            || super::find::says_cifar10(name)
            || wanted.iter().any(|file| super::find::says_cifar10(&file.path));
        Self {
            name: name.into(),
            choices: Choices::default(),
            wanted,
            is_named_cifar,
            train: Pictures::new(PictureShape::CIFAR),
            joined: 0,
            held: BTreeMap::new(),
            test: None,
            names: None,
            is_100: None,
            pairs: cifar100::Pairs::default(),
            is_known: false,
            remarks: Vec::new(),
        }
    }

    /// Of two files by any names, the training file with index 0 and the test file with index 1.
    #[must_use]
    pub fn pair(train: &str, test: &str) -> Self {
        let file = |index, path: &str, part| Wanted { index, path: path.into(), part };
        Self::new(train, vec![file(0, train, Part::Train(0)), file(1, test, Part::Test)], false)
    }

    /// The same, read as somebody chooses.
    #[must_use]
    pub fn with(self, choices: Choices) -> Self {
        Self { choices, ..self }
    }

    pub(super) fn remark(&mut self, remark: String) {
        self.remarks.push(remark);
    }

    /// Says which batches are missing of the five, if others of them are there.
    pub(super) fn expect_batches(&mut self, numbers: &[u32]) {
        let missing: Vec<String> = (1..=BATCHES)
            .filter(|number| !numbers.contains(number))
            .map(|number| format!("data_batch_{number}"))
            .collect();
        if !numbers.is_empty() && !missing.is_empty() {
            self.remark(format!("{} not there; the others were read.", are(&missing)));
        }
    }

    /// The indices of the files that are to be read, rising.
    pub fn wanted(&self) -> impl Iterator<Item = usize> {
        self.wanted.iter().map(|file| file.index)
    }

    /// Takes a file by its index. Those that are not wanted are left alone.
    ///
    /// # Errors
    /// If it cannot be read as what its name says.
    pub fn add(&mut self, index: usize, bytes: &[u8]) -> Result<(), CifarError> {
        let Some(Wanted { path, part, .. }) =
            self.wanted.iter().find(|file| file.index == index).cloned()
        else {
            return Ok(());
        };
        let chosen = self.choices.labels;
        if matches!(part, Part::Names | Part::CoarseNames) {
            let is_pickle = python::is_pickle(bytes);
            let of = if part == Part::Names { Labels::Fine } else { Labels::Coarse };
            // A pickle has the names of both; of files of text each has one of them.
            if is_pickle || of == chosen {
                let names = if is_pickle {
                    python::names(bytes, chosen)
                } else {
                    class_names::text_names(bytes)
                };
                self.names = Some(Names { file: path, names });
            }
            return Ok(());
        }
        let Batch { pictures, is_100, pairs } = read(&path, bytes, chosen)?;
        if *self.is_100.get_or_insert(is_100) != is_100 {
            return Err(CifarError::Mixed { file: path });
        }
        self.pairs.merge(pairs);
        self.is_known |= !is_100 && classes::official_batch(&pictures).is_some();
        match part {
            Part::Test => match &mut self.test {
                Some(test) => test.extend(&pictures),
                None => self.test = Some(pictures),
            },
            Part::Train(place) => drop(self.held.insert(place, pictures)),
            Part::Names | Part::CoarseNames => {}
        }
        self.join();
        Ok(())
    }

    /// Joins the batches whose turn it is.
    fn join(&mut self) {
        while let Some(batch) = self.held.remove(&self.joined) {
            if self.joined == 0 {
                let batches =
                    self.wanted.iter().filter(|file| matches!(file.part, Part::Train(_))).count();
                self.train = Pictures::with_capacity(batch.shape(), batches * batch.len());
            }
            self.train.extend(&batch);
            self.joined += 1;
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// If there is nothing to learn from or to measure on, or a label has no name.
    pub fn finish(self) -> Result<Cifar, CifarError> {
        let Self {
            name,
            choices,
            is_named_cifar,
            mut train,
            held,
            test,
            names,
            is_known,
            pairs,
            mut remarks,
            ..
        } = self;
        let is_100 = self.is_100 == Some(true);
        let [height, width, channels] = PictureShape::CIFAR.dims();
        let resizer = Resizer::new(height, width, channels, choices.shape)?;
        held.into_values().for_each(|batch| train.extend(&batch));
        let mut divided = false;
        let (mut train, mut test) = match test {
            Some(test) if !train.is_empty() => (train, test),
            one => {
                let (given, what) = match one {
                    // A test batch alone.
                    Some(test) => (test, "There are no training batches"),
                    None => (train, "There is no test batch"),
                };
                if given.is_empty() {
                    return Err(CifarError::NoPictures { file: name });
                }
                let (train, test) = divide(&given);
                if test.is_empty() {
                    return Err(CifarError::Single { file: name });
                }
                remarks.push(format!(
                    "{what}: one in {ONE_IN} pictures of each class, {} in all, is kept for the test.",
                    test.len()
                ));
                divided = true;
                (train, test)
            }
        };
        let has_ten = (0..10).all(|class| train.labels().contains(&class));
        let built_in: &[&str] = match is_100 {
            true if pairs.are_official() => cifar100::names(choices.labels),
            false if is_known || is_named_cifar && has_ten => &super::CLASSES,
            _ => &[],
        };
        let (classes, more) = class_names::name(&mut train, &mut test, names, built_in)?;
        remarks.extend(more);
        let is_cifar10 = !is_100 && classes == super::CLASSES;
        let (name, mut source) = if is_cifar10 {
            let is_official = classes::is_official(&train, &test);
            let source = match (is_official, is_known) {
                (true, _) => "The official CIFAR-10 archive.",
                (false, true) => "A part of CIFAR-10.",
                (false, false) => "Files in CIFAR-10's format, with its classes.",
            };
            (super::name(train.len(), test.len()), source.to_owned())
        } else if is_100 {
            let all = cifar100::names(choices.labels).len();
            let is_whole = classes.len() == all && (train.len(), test.len()) == (50_000, 10_000);
            let name = if is_whole { "CIFAR-100" } else { "CIFAR-100 subset" };
            let which = match choices.labels {
                Labels::Fine => "fine",
                Labels::Coarse => "coarse",
            };
            (name, format!("Files in CIFAR-100's format, with its {which} classes."))
        } else {
            ("Own pictures", "Files in CIFAR-10's format, with classes of their own.".to_owned())
        };
        if divided {
            source += &format!(" One in {ONE_IN} pictures of each class is the test split.");
        }
        if let Some(remark) = resizer.remark() {
            source += &format!(" {remark}");
            train = resizer.pictures(&train);
            test = resizer.pictures(&test);
        }
        Ok(Cifar { train, test, classes, name: name.into(), source, remarks })
    }
}

/// Pictures of a batch of either version, told by its content.
fn read(file: &str, bytes: &[u8], chosen: Labels) -> Result<Batch, CifarError> {
    // By chance a pickle may be as long as records; a label of 128 or 40 hardly begins them.
    let is_binary = file.to_lowercase().ends_with(".bin") || !python::is_pickle(bytes);
    if is_binary {
        return records::batch(file, bytes, chosen);
    }
    python::batch(file, bytes, chosen)
}

/// `a is`, `a and b are`, `a, b and c are`.
fn are(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} is"),
        [most @ .., last] => format!("{} and {last} are", most.join(", ")),
    }
}
