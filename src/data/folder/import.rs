//! Pictures of a folder as they come in, and the data set that they make.

use super::error::FolderError;
use super::layout::Layout;
use super::passed_over::{PassedOver, Reason};
use crate::data::picture_file::{Fault, PictureFile, Small};
use crate::data::pictures::{PictureShape, Pictures};
use std::collections::BTreeMap;

/// So many names of classes are listed in a sentence.
const NAMED: usize = 5;

/// A folder that is being read.
#[derive(Debug, Clone)]
pub struct Import {
    layout: Layout,
    /// The layout's places in the order of the entries that they lie in.
    order: Vec<usize>,
    /// `[place][y][x][channel]`.
    pixels: Vec<u8>,
    /// Why a place is not filled: not given yet, or not to be used.
    lacking: Vec<Option<Fault>>,
    /// How many pictures of 16 bits use so many of them.
    bits: BTreeMap<u32, usize>,
}

/// A folder that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// To learn from.
    pub train: Pictures,
    /// To measure on.
    pub test: Pictures,
    /// The names of the classes, in the order of their labels.
    pub classes: Vec<String>,
    /// The folder that all pictures lay in, or nothing.
    pub root: String,
    /// Whether the folders said which pictures are for the test.
    pub divided: bool,
    /// What was left out.
    pub passed_over: PassedOver,
    /// What else should be known, in sentences.
    pub remarks: Vec<String>,
}

impl Import {
    /// Nothing of a folder so far.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        let count = layout.pictures.len();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&place| layout.pictures[place].index);
        let pixels = vec![0; count * layout.shape.bytes()];
        let lacking = vec![Some(Fault::Unreadable); count];
        Self { layout, order, pixels, lacking, bits: BTreeMap::new() }
    }

    /// The shape that every picture is to have.
    #[must_use]
    pub fn shape(&self) -> PictureShape {
        self.layout.shape
    }

    /// The pictures that are wanted, by the indices of their entries, ascending: a packed archive is read
    /// from its start to its end.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        self.order.iter().map(|&place| self.layout.pictures[place].index).collect()
    }

    /// Takes the picture at `nth` of [`Self::wanted`], which was opened for [`Self::shape`], or notes why it
    /// cannot be taken. Past the end nothing happens.
    ///
    /// # Panics
    /// If it was opened for another shape.
    pub fn take(&mut self, nth: usize, file: PictureFile) {
        let Some(&place) = self.order.get(nth) else { return };
        match file.finish() {
            Ok(Small { pixels, bits }) => {
                let bytes = self.layout.shape.bytes();
                self.pixels[place * bytes..][..bytes].copy_from_slice(&pixels);
                self.lacking[place] = None;
                if let Some(bits) = bits {
                    *self.bits.entry(bits).or_default() += 1;
                }
            }
            Err(fault) => self.lacking[place] = Some(fault),
        }
    }

    /// The data set.
    ///
    /// # Errors
    /// If too few of the pictures could be read.
    pub fn finish(mut self) -> Result<Imported, FolderError> {
        for (picture, lacking) in self.layout.pictures.iter().zip(&self.lacking) {
            if let Some(fault) = *lacking {
                self.layout.passed_over.add(Reason::File(fault), &picture.path);
            }
        }
        if !self.layout.divided {
            self.divide_again();
        }
        let labels = self.settle_classes();
        let (train, test) = (self.split(&labels, false), self.split(&labels, true));
        let Self {
            layout: Layout { root, classes, divided, passed_over, mut remarks, .. },
            bits,
            ..
        } = self;
        if train.is_empty() {
            return Err(FolderError::NoTraining(passed_over.sentence()));
        }
        if test.is_empty() {
            return Err(FolderError::NoTest(passed_over.sentence()));
        }
        let untested: Vec<&str> = (0..=u8::MAX)
            .zip(&classes)
            .filter(|(label, _)| !test.labels().contains(label))
            .map(|(_, name)| name.as_str())
            .collect();
        remarks.extend(untested_remark(&untested));
        remarks.extend(bits.iter().map(|(bits, count)| bits_remark(*bits, *count)));
        Ok(Imported { train, test, classes, root, divided, passed_over, remarks })
    }

    /// Places of a class and a split whose pictures were read.
    fn places(&self, label: u8, test: bool) -> impl Iterator<Item = usize> {
        let pictures = self.layout.pictures.iter().zip(&self.lacking).enumerate();
        pictures
            .filter(move |(_, (picture, lacking))| {
                lacking.is_none() && picture.label == label && picture.test == test
            })
            .map(|(place, _)| place)
    }

    /// What could not be read may have been all that was chosen of a class for a split, though any other of
    /// its pictures would do.
    fn divide_again(&mut self) {
        for label in (0..=u8::MAX).take(self.layout.classes.len()) {
            for test in [true, false] {
                let lacks = self.places(label, test).next().is_none();
                let others: Vec<usize> = self.places(label, !test).collect();
                if let (true, [.., _, last]) = (lacks, others.as_slice()) {
                    self.layout.pictures[*last].test = test;
                }
            }
        }
    }

    /// Leaves out classes of which no training picture could be read; the new label of each old one.
    fn settle_classes(&mut self) -> Vec<Option<u8>> {
        let mut next = 0..=u8::MAX;
        let mut labels = vec![];
        let mut kept = vec![];
        let names = std::mem::take(&mut self.layout.classes);
        for (label, name) in (0..=u8::MAX).zip(names) {
            if self.places(label, false).next().is_some() {
                labels.push(next.next());
                kept.push(name);
                continue;
            }
            labels.push(None);
            let lost: Vec<usize> = self.places(label, true).collect();
            for place in lost {
                let path = &self.layout.pictures[place].path;
                self.layout.passed_over.add(Reason::NeverTrained, path);
            }
            self.layout.remarks.push(format!(
                "The class “{name}” is left out: none of its training pictures can be used."
            ));
        }
        self.layout.classes = kept;
        labels
    }

    /// The pictures of a split, in the order of the layout.
    fn split(&self, labels: &[Option<u8>], test: bool) -> Pictures {
        let all = self.layout.pictures.iter().zip(&self.lacking);
        let shape = self.layout.shape;
        let rows = self.pixels.chunks_exact(shape.bytes());
        let of_split: Vec<_> = all
            .zip(rows)
            .filter(|((picture, lacking), _)| lacking.is_none() && picture.test == test)
            .filter_map(|((picture, _), pixels)| {
                Some((labels.get(usize::from(picture.label)).copied()??, pixels))
            })
            .collect();
        let mut pictures = Pictures::with_capacity(shape, of_split.len());
        of_split.into_iter().for_each(|(label, pixels)| pictures.push(label, pixels));
        pictures
    }
}

fn untested_remark(names: &[&str]) -> Option<String> {
    let without = "no test pictures, so it is not measured how well";
    match names {
        [] => None,
        [one] => Some(format!("The class “{one}” has {without} it is recognised.")),
        many => {
            let first = many[..many.len().min(NAMED)].join("”, “");
            let more = match many.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            Some(format!(
                "{} classes have {without} they are recognised: “{first}”{more}.",
                many.len()
            ))
        }
    }
}

fn bits_remark(bits: u32, count: usize) -> String {
    let what = match count {
        1 => "One picture has 16 bits a colour".into(),
        _ => format!("{count} pictures have 16 bits a colour"),
    };
    match bits {
        16 => format!("{what}; 8 of them are kept."),
        _ => format!(
            "{what} and {} only {bits} of them, so values up to {} are scaled to the 8 that are kept.",
            if count == 1 { "uses" } else { "use" },
            (1_u32 << bits) - 1
        ),
    }
}
