//! What the classes of labelled records are called: by the names that lie beside them, by known ones where
//! the pictures are known, or by their numbers; and which pictures are kept for the test where there is no
//! test file.

use super::archive::names::decode_text;
use super::pictures::Pictures;
use std::collections::BTreeSet;

/// One picture in so many of a class is kept for the test, where there are no test pictures.
pub(super) const ONE_IN: usize = 6;

/// A label that has no name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Some pictures have the label {label}, but `{file}` names only {names} classes (0 to {}). Add the names that are missing, or take the file away: the classes are then called by their numbers.",
    names.saturating_sub(1)
)]
pub struct UnnamedClass {
    /// The file of names.
    file: String,
    /// The largest label.
    label: u8,
    /// How many names there are.
    names: usize,
}

/// A file of names.
#[derive(Debug)]
pub(super) struct Names {
    /// The file.
    pub(super) file: String,
    /// The names, in the order of their labels, unless the file could not be read.
    pub(super) names: Option<Vec<String>>,
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

/// Names for the classes of both splits: those of a file, or else `built_in` (of known pictures; of
/// others none), whose labels then count those classes alone that have
/// pictures; and what there is to say of it.
pub(super) fn name(
    train: &mut Pictures,
    test: &mut Pictures,
    names: Option<Names>,
    built_in: &[&str],
) -> Result<(Vec<String>, Vec<String>), UnnamedClass> {
    let used: BTreeSet<u8> = train.labels().iter().chain(test.labels()).copied().collect();
    let largest = used.last().copied().unwrap_or(0);
    let mut remarks = Vec::new();
    let numbers = || (0..=largest).map(|label| label.to_string()).collect::<Vec<_>>();
    let all = match names {
        Some(Names { file, names: Some(names) }) => {
            if names.len() <= usize::from(largest) {
                return Err(UnnamedClass { file, label: largest, names: names.len() });
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
        None if usize::from(largest) < built_in.len() => {
            built_in.iter().copied().map(String::from).collect()
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
fn listed(names: &[&str]) -> String {
    const NAMED: usize = 5;
    let quoted: Vec<String> = names.iter().take(NAMED).map(|name| format!("“{name}”")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted.join(", ")),
    }
}

/// One in six of each class for the test, the last of each six, so that both have something of all
/// of them however they are sorted; of a class with fewer, but more than one, the last.
pub(super) fn divide(all: &Pictures) -> (Pictures, Pictures) {
    let mut total = [0_usize; 256];
    all.labels().iter().for_each(|&label| total[usize::from(label)] += 1);
    let mut seen = [0_usize; 256];
    let shape = all.shape();
    let (mut train, mut test) = (Pictures::with_capacity(shape, all.len()), Pictures::new(shape));
    for (label, pixels) in all.iter() {
        let (seen, total) = (&mut seen[usize::from(label)], total[usize::from(label)]);
        *seen += 1;
        let every = if total < ONE_IN { total.max(2) } else { ONE_IN };
        let split = if seen.is_multiple_of(every) { &mut test } else { &mut train };
        split.push(label, pixels);
    }
    (train, test)
}
