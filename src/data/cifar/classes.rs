//! What the classes of some records are called: by the names that lie beside them, CIFAR-10's own
//! where they are CIFAR-10's pictures, or their numbers.

use super::{CLASSES, CifarError};
use crate::data::archive::names::decode_text;
use crate::data::pictures::Pictures;
use crate::data::verify::sha256;
use std::collections::BTreeSet;

/// A file of names.
#[derive(Debug)]
pub(super) struct Names {
    /// The file.
    pub(super) file: String,
    /// The names, in the order of their labels, unless the file could not be read.
    pub(super) names: Option<Vec<String>>,
}

/// SHA-256 of the labels and pixels of the first pictures of the official batches: the five
/// training batches and the test batch. By them a batch, or the first part of it, is known
/// whatever it is called.
const FIRST_PICTURES: usize = 16;
const OFFICIAL: [&str; 6] = [
    "df36a2796bd8e3b10d37dfab277ed4206d36d03ad0f1798648c96f24c5932bb5",
    "5ec6d73bb8fc3017096e9be0d0d5ce757a58ebdb9c63b65d26adecd5d378b26a",
    "57469a8c2b2af9daa38775a65d4861b2a4705f56de9531a731d9ba54674b74ce",
    "eec635a0f431718eac36189de248073322bbbb94f999a326f8e10eb795824a11",
    "4affb62671b7dc7b2cb5e7fbac6dd22343371ce60e306e3083482c9797459d2b",
    "b4685b6d0c69b097d39836fdf96bbe95f2f46a024433736ae095e0c79acc514b",
];
/// Pictures in an official batch.
const BATCH: usize = 10_000;

/// Which official batch some pictures begin like: 0 to 4 for training, 5 for the test.
pub(super) fn official_batch(pictures: &Pictures) -> Option<usize> {
    let labels = pictures.labels().get(..FIRST_PICTURES)?;
    let pixels =
        pictures.pixels().get(..FIRST_PICTURES * pictures.pixels().len() / pictures.len())?;
    let sum = sha256(&[labels, pixels]);
    OFFICIAL.iter().position(|official| *official == sum)
}

/// Whether these are all of CIFAR-10: as many pictures of each class, and each batch beginning as
/// it should.
pub(super) fn is_official(train: &Pictures, test: &Pictures) -> bool {
    let counted = |pictures: &Pictures, each: usize| {
        (0..10)
            .all(|class| pictures.labels().iter().filter(|&&label| label == class).count() == each)
    };
    let begins = |pictures: &Pictures, at: usize, batch: usize| {
        let mut first = Pictures::with_capacity(FIRST_PICTURES);
        for (label, pixels) in (at..at + FIRST_PICTURES).filter_map(|index| pictures.get(index)) {
            first.push(label, pixels);
        }
        official_batch(&first) == Some(batch)
    };
    (train.len(), test.len()) == (5 * BATCH, BATCH)
        && counted(train, BATCH / 2)
        && counted(test, BATCH / 10)
        && (0..5).all(|batch| begins(train, batch * BATCH, batch))
        && begins(test, 0, 5)
}

/// The names in a file of text, a line each. An empty line is a class without a name.
pub(super) fn text_names(bytes: &[u8]) -> Option<Vec<String>> {
    let text = decode_text(bytes)?;
    let mut names: Vec<String> = text
        .lines()
        .map(|line| line.trim().chars().filter(|c| !c.is_control()).collect())
        .collect();
    while names.last().is_some_and(|name: &String| name.is_empty()) {
        names.pop();
    }
    (!names.is_empty()).then_some(names)
}

/// Names for the classes of both splits, whose labels then count those classes alone that have
/// pictures; and what there is to say of it.
pub(super) fn name(
    train: &mut Pictures,
    test: &mut Pictures,
    names: Option<Names>,
    is_cifar10: bool,
) -> Result<(Vec<String>, Vec<String>), CifarError> {
    let used: BTreeSet<u8> = train.labels().iter().chain(test.labels()).copied().collect();
    let largest = used.last().copied().unwrap_or(0);
    let mut remarks = Vec::new();
    let numbers = || (0..=largest).map(|label| label.to_string()).collect::<Vec<_>>();
    let all = match names {
        Some(Names { file, names: Some(names) }) => {
            if names.len() <= usize::from(largest) {
                return Err(CifarError::Unnamed { file, label: largest, names: names.len() });
            }
            let names: Vec<String> = (0..)
                .zip(names)
                .map(
                    |(label, name): (u32, String)| {
                        if name.trim().is_empty() { label.to_string() } else { name }
                    },
                )
                .collect();
            match doubled(&names, &used) {
                Some(name) => {
                    remarks.push(format!(
                        "`{file}` names two classes “{name}”, so the classes are called by their numbers."
                    ));
                    numbers()
                }
                None => names,
            }
        }
        Some(Names { file, names: None }) => {
            remarks.push(format!(
                "`{file}` could not be read as a list of names, so the classes are called by their numbers."
            ));
            numbers()
        }
        None if is_cifar10 && usize::from(largest) < CLASSES.len() => {
            CLASSES.map(String::from).to_vec()
        }
        None => {
            remarks.push(
                "There is no file with the names of the classes (batches.meta.txt, a name in each line), so they are called by their numbers."
                    .into(),
            );
            numbers()
        }
    };
    let unused: Vec<&str> = (0..)
        .zip(&all)
        .filter(|(label, _): &(usize, _)| {
            !u8::try_from(*label).is_ok_and(|label| used.contains(&label))
        })
        .map(|(_, name)| name.as_str())
        .collect();
    if !unused.is_empty() {
        if !are_numbers(&all) {
            remarks
                .push(format!("No picture shows {}, so there is no such class.", listed(&unused)));
        }
        let labels: Vec<u8> = used.iter().copied().collect();
        for pictures in [&mut *train, test] {
            pictures.relabel(|label| labels.binary_search(&label).unwrap_or(0) as u8);
        }
    }
    let classes = used.iter().filter_map(|&label| all.get(usize::from(label)).cloned()).collect();
    Ok((classes, remarks))
}

/// Whether every class is called by its number.
fn are_numbers(names: &[String]) -> bool {
    (0..).zip(names).all(|(label, name): (usize, _)| *name == label.to_string())
}

/// A name that two of the used classes have.
fn doubled(names: &[String], used: &BTreeSet<u8>) -> Option<String> {
    let mut seen = BTreeSet::new();
    used.iter()
        .filter_map(|&label| names.get(usize::from(label)))
        .find(|name| !seen.insert(*name))
        .cloned()
}

/// The first few, and how many more.
pub(super) fn listed(names: &[&str]) -> String {
    const NAMED: usize = 5;
    let quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}
