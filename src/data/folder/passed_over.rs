//! What of a folder is not taken, and why, in words that the terminal and the page share.

use super::names::shown;
use crate::data::picture_file::Fault;
use std::collections::BTreeMap;

/// So many paths of each reason are named.
const NAMED: usize = 5;

/// Why a file is not among the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is no picture that can be read.
    File(Fault),
    /// It lies beside the folders of classes.
    NoClass,
    /// It is in a folder of validation pictures, and there are test pictures as well.
    Holdout,
    /// It is in a test folder, whose pictures have no classes.
    TestWithoutClasses,
    /// The file of labels does not name it.
    NoLabel,
    /// Its class has no training pictures.
    NeverTrained,
    /// It is hidden, or a system's own.
    Junk,
}

/// Files that are not taken, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassedOver(BTreeMap<Reason, (usize, Vec<String>)>);

impl PassedOver {
    /// One file more.
    pub fn add(&mut self, reason: Reason, path: &str) {
        let (count, first) = self.0.entry(reason).or_default();
        *count += 1;
        if first.len() < NAMED {
            first.push(shown(path));
        }
    }

    /// How many files there are of each reason, with the paths of the first few.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, usize, &[String])> {
        self.0.iter().map(|(&reason, (count, first))| (reason, *count, first.as_slice()))
    }

    /// How many files there are in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.values().map(|(count, _)| count).sum()
    }

    /// Each reason in words, such as "one picture is cut off: a/1.jpg".
    #[must_use]
    pub fn phrases(&self) -> Vec<String> {
        self.iter().map(|(reason, count, first)| phrase(reason, count, first)).collect()
    }

    /// All of it in a sentence, or nothing where nothing was left out.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| format!("Left out: {}.", self.phrases().join("; ")))
    }
}

fn phrase(reason: Reason, count: usize, first: &[String]) -> String {
    let (one, many) = match reason {
        Reason::File(fault) => fault.words(),
        Reason::NoClass => lies("in no class’s folder"),
        Reason::Holdout => lies("in a folder for validation, beside one for the test"),
        Reason::TestWithoutClasses => lies("in the test folder without a class"),
        Reason::NoLabel => ("has no label".into(), "have no label".into()),
        Reason::NeverTrained => (
            "is of a class without training pictures".into(),
            "are of classes without training pictures".into(),
        ),
        Reason::Junk => {
            ("is hidden or a system’s own".into(), "are hidden or a system’s own".into())
        }
    };
    let noun = match reason {
        Reason::File(Fault::Cut | Fault::Damaged | Fault::Pixels)
        | Reason::NoClass
        | Reason::Holdout
        | Reason::TestWithoutClasses
        | Reason::NoLabel
        | Reason::NeverTrained => ["picture", "pictures"],
        _ => ["file", "files"],
    };
    let what = match count {
        1 => format!("one {} {one}", noun[0]),
        _ => format!("{count} {} {many}", noun[1]),
    };
    let more = match count - first.len().min(count) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{what}: {}{more}", first.join(", "))
}

fn lies(place: &str) -> (String, String) {
    (format!("lies {place}"), format!("lie {place}"))
}

#[cfg(test)]
mod tests {
    use super::{PassedOver, Reason};
    use crate::data::picture_file::Fault;

    #[test]
    fn the_first_few_are_named_and_the_others_counted() {
        let mut all = PassedOver::default();
        all.add(Reason::File(Fault::Cut), "a/1.jpg");
        (0..7).for_each(|n| all.add(Reason::Junk, &format!("._{n}.png")));
        all.add(Reason::File(Fault::Empty), "b\u{202e}.png");
        let expected = "Left out: one file is empty: b.png; one picture is cut off: a/1.jpg; 7 files are hidden or \
            a system’s own: ._0.png, ._1.png, ._2.png, ._3.png, ._4.png and 2 more.";
        assert_eq!(all.sentence().as_deref(), Some(expected));
        assert_eq!(PassedOver::default().sentence(), None);
        assert_eq!(all.count(), 9);
    }
}
