//! What the folders around pictures mean: which are for training and for the test, and which names a
//! class.

use super::names::parts;

/// What a folder's name says that its pictures are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    Train,
    Test,
    Validation,
}

const NAMES: [(&str, Use); 15] = [
    ("train", Use::Train),
    ("training", Use::Train),
    ("trn", Use::Train),
    ("test", Use::Test),
    ("testing", Use::Test),
    ("tst", Use::Test),
    ("valid", Use::Validation),
    ("validation", Use::Validation),
    ("validate", Use::Validation),
    ("validating", Use::Validation),
    ("val", Use::Validation),
    ("dev", Use::Validation),
    ("eval", Use::Validation),
    ("evaluation", Use::Validation),
    ("holdout", Use::Validation),
];
/// Words that are put before or after those, and mean nothing.
const FILLING: [&str; 10] =
    ["set", "data", "dataset", "images", "image", "imgs", "pictures", "photos", "split", "seg"];

/// What a folder is for, by its name in any case: `Train`, `val`, `test_set`, `trainset`.
pub(super) fn meaning(folder: &str) -> Option<Use> {
    let of = |word: &str| NAMES.iter().find(|(name, _)| *name == word).map(|&(_, meaning)| meaning);
    let name = folder.trim().to_lowercase();
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !FILLING.contains(word))
        .collect();
    let [word] = words[..] else { return None };
    of(word).or_else(|| FILLING.iter().find_map(|filling| word.strip_suffix(filling).and_then(of)))
}

/// A picture by its place, before it is known what its folders mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// In the list of entries.
    pub(super) index: usize,
    /// The parts of its path, the file's name last.
    pub(super) parts: Vec<String>,
}

impl Placed {
    pub(super) fn new(index: usize, path: &str) -> Self {
        Self { index, parts: parts(path) }
    }

    /// Its folders below `depth` others.
    pub(super) fn folders(&self, depth: usize) -> &[String] {
        let folders = &self.parts[..self.parts.len().saturating_sub(1)];
        folders.get(depth..).unwrap_or_default()
    }
}

/// How many folders all paths begin with.
pub(super) fn common_depth(placed: &[Placed]) -> usize {
    let mut all = placed.iter().map(|picture| picture.folders(0));
    let Some(first) = all.next() else { return 0 };
    all.fold(first.len(), |depth, folders| {
        let same = first.iter().zip(folders).take_while(|(a, b)| a == b).count();
        depth.min(same)
    })
}

/// Where a picture belongs by its folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home<'a> {
    /// What it is for, where the folders say so.
    pub(super) of: Option<Use>,
    /// The folder that names its class, where there is one.
    pub(super) class: Option<&'a str>,
    /// Whether it lies beside the splits, and therefore in none.
    pub(super) outside: bool,
}

/// How the folders are laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// `CLASS/…`
    Classes,
    /// `train/CLASS/…`, and `test/CLASS/…` or nothing.
    Splits,
    /// `CLASS/train/…` and `CLASS/test/…`.
    SplitsInClasses,
}

impl Plan {
    /// How folders below `depth` others are laid.
    pub(super) fn of(placed: &[Placed], depth: usize) -> Self {
        let has = |level: usize, of: &[Use]| {
            placed.iter().any(|picture| {
                let folder = picture.folders(depth).get(level);
                folder.and_then(|folder| meaning(folder)).is_some_and(|found| of.contains(&found))
            })
        };
        let held_out = [Use::Test, Use::Validation];
        if has(0, &[Use::Train]) && (has(0, &held_out) || train_stands_alone(placed, depth)) {
            return Self::Splits;
        }
        let top = |picture: &Placed| {
            picture.folders(depth).first().and_then(|folder| meaning(folder)).is_some()
        };
        // Folders for the test alone are no classes either.
        if has(0, &[Use::Test]) && has(0, &[Use::Validation]) && placed.iter().all(top) {
            return Self::Splits;
        }
        let second = |picture: &Placed| {
            let folders = picture.folders(depth);
            folders.len() < 2 || meaning(&folders[1]).is_some()
        };
        if placed.iter().all(second) && has(1, &[Use::Train]) && has(1, &held_out) {
            return Self::SplitsInClasses;
        }
        Self::Classes
    }

    /// Where a picture belongs whose folders below the common ones are these.
    pub(super) fn home(self, folders: &[String]) -> Home<'_> {
        let name = |level: usize| folders.get(level).map(String::as_str);
        match self {
            Self::Classes => Home { of: None, class: name(0), outside: false },
            Self::SplitsInClasses => {
                Home { of: name(1).and_then(meaning), class: name(0), outside: name(1).is_none() }
            }
            Self::Splits => {
                let of = name(0).and_then(meaning);
                // A folder that was unpacked into one of its own name.
                let doubled = of.is_some() && name(1).and_then(meaning) == of;
                let class = if of.is_none() { None } else { name(1 + usize::from(doubled)) };
                Home { of, class, outside: of.is_none() }
            }
        }
    }
}

/// Whether a folder of training pictures is one although there is none for the test: it holds folders of
/// classes and no pictures, and at most one other folder is beside it. A folder of trains is a class.
fn train_stands_alone(placed: &[Placed], depth: usize) -> bool {
    let is_train =
        |folders: &&[String]| folders.first().and_then(|name| meaning(name)) == Some(Use::Train);
    let all: Vec<&[String]> = placed.iter().map(|picture| picture.folders(depth)).collect();
    let inside: Vec<&[String]> = all.iter().copied().filter(is_train).collect();
    let mut classes: Vec<&String> = inside.iter().filter_map(|folders| folders.get(1)).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut beside: Vec<&String> = all
        .iter()
        .filter(|folders| !is_train(folders))
        .filter_map(|folders| folders.first())
        .collect();
    beside.sort_unstable();
    beside.dedup();
    inside.iter().all(|folders| folders.len() > 1) && classes.len() > 1 && beside.len() < 2
}

#[cfg(test)]
mod tests {
    use super::{Use, meaning};

    #[test]
    fn folders_of_splits_are_known_by_many_names() {
        for name in
            ["train", "Training", "TRAIN", "train_set", "trainset", "training-images", "seg_train"]
        {
            assert_eq!(meaning(name), Some(Use::Train), "{name}");
        }
        for name in ["test", "Testing", "test_data", "seg_test"] {
            assert_eq!(meaning(name), Some(Use::Test), "{name}");
        }
        for name in ["valid", "VAL", "validation", "dev", "val_set"] {
            assert_eq!(meaning(name), Some(Use::Validation), "{name}");
        }
        for name in [
            "trains",
            "train station",
            "tester",
            "cat",
            "data",
            "",
            "valley",
            "training shoes",
            "1",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
    }
}
