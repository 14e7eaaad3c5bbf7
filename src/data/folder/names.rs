//! Names of files and folders: which of them systems leave lying about, what a class is called, and in
//! which order they come.

use std::cmp::Ordering;
use unicode_normalization::UnicodeNormalization;

/// A class's name has at most so many characters; more are cut.
pub const MOST_LETTERS: usize = 120;

/// Files that systems leave in folders; folders and files that begin with a dot are hidden.
const JUNK: [&str; 13] = [
    "__macosx",
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    // As it is, and as `archive` hands it on.
    "icon\r",
    "icon ",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "@eadir",
    ".ds_store",
    "picasa.ini",
    "~",
];

/// Whether a part of a path is hidden or a system's own.
pub(super) fn is_junk(part: &str) -> bool {
    part.starts_with('.') || JUNK.contains(&part.to_lowercase().as_str())
}

/// The parts of a path, composed as Unicode says (a Mac hands an accent on as a character of its own);
/// none of them is empty or leads elsewhere.
pub(super) fn parts(path: &str) -> Vec<String> {
    path.split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .map(|part| part.nfc().collect())
        .collect()
}

/// What a folder's class is called: its name without what cannot be seen, white space as single blanks
/// and none at the ends. Any other character is left as it is.
pub(super) fn class_name(folder: &str) -> String {
    let seen = |c: char| if c.is_whitespace() { Some(' ') } else { (!is_unseen(c)).then_some(c) };
    let text: String = folder.nfc().filter_map(seen).collect();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "(no name)".into() } else { words.join(" ") }
}

/// Names that differ, none of them too long: the end of a long one is cut, and names that then are the
/// same are numbered.
pub(super) fn shortened(names: Vec<String>) -> Vec<String> {
    let mut short: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        let cut = |most: usize| -> String { name.chars().take(most - 1).chain(['…']).collect() };
        let mut shorter = name.clone();
        if name.chars().count() > MOST_LETTERS {
            shorter = cut(MOST_LETTERS);
            for number in 2.. {
                if !short.contains(&shorter) {
                    break;
                }
                shorter = format!("{} ({number})", cut(MOST_LETTERS - 6));
            }
        }
        short.push(shorter);
    }
    short
}

/// Control characters, and those that turn the direction of what follows or have no width. Joiners stay:
/// scripts and emoji need them.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A path for people: what cannot be seen left out, the middle of a long one too.
pub(super) fn shown(path: &str) -> String {
    const MOST: usize = 100;
    let text: Vec<char> = path.chars().filter(|&c| !is_unseen(c)).collect();
    if text.len() <= MOST {
        return text.into_iter().collect();
    }
    let (start, end) = (&text[..MOST / 2], &text[text.len() - MOST / 2..]);
    start.iter().chain(['…'].iter()).chain(end).collect()
}

/// Names in the order in which people count: 2 before 10. Names that differ in zeros alone, such as 1
/// and 01, are told apart by their characters.
#[must_use]
pub fn natural(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let (number_a, number_b) = (digits(a), digits(b));
        if !number_a.is_empty() && !number_b.is_empty() {
            let (x, y) = (number_a.trim_start_matches('0'), number_b.trim_start_matches('0'));
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[number_a.len()..], &b[number_b.len()..]);
            continue;
        }
        let (mut rest_a, mut rest_b) = (a.chars(), b.chars());
        match (rest_a.next(), rest_b.next()) {
            (None, None) => return left.cmp(right),
            (x, y) if x != y => return x.cmp(&y),
            _ => (a, b) = (rest_a.as_str(), rest_b.as_str()),
        }
    }
}

/// The digits that a text begins with.
fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// Paths in natural order, folder by folder.
pub(super) fn by_parts(left: &[String], right: &[String]) -> Ordering {
    let pairs = left.iter().zip(right);
    pairs
        .map(|(a, b)| natural(a, b))
        .find(|&order| order != Ordering::Equal)
        .unwrap_or_else(|| left.len().cmp(&right.len()))
}

#[cfg(test)]
mod tests {
    use super::{MOST_LETTERS, class_name, is_junk, natural, parts, shortened, shown};

    #[test]
    fn people_count_so() {
        let mut names = [
            "10",
            "2",
            "1",
            "b2c10",
            "b2c9",
            "a",
            "01",
            "",
            "12",
            "b",
            "x99999999999999999999",
            "x100",
        ];
        names.sort_by(|a, b| natural(a, b));
        let expected = [
            "",
            "01",
            "1",
            "2",
            "10",
            "12",
            "a",
            "b",
            "b2c9",
            "b2c10",
            "x100",
            "x99999999999999999999",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_name_is_what_can_be_seen_of_it() {
        let cases = [
            ("ka\u{308}se", "käse"),
            ("trailing ", "trailing"),
            ("  two\t\nlines ", "two lines"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("<b>=1+1</b>", "<b>=1+1</b>"),
            ("قطة", "قطة"),
            ("-", "-"),
            ("null", "null"),
            ("👩\u{200d}🔬", "👩\u{200d}🔬"),
            ("\u{7}", "(no name)"),
            (" ", "(no name)"),
        ];
        for (folder, name) in cases {
            assert_eq!(class_name(folder), name);
        }
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let long = |end: &str| "é".repeat(200) + end;
        let names = shortened(vec![long("a"), long("b"), "cat".into(), long("c")]);
        assert_eq!(names[0], "é".repeat(MOST_LETTERS - 1) + "…");
        assert!(names[1].ends_with("é… (2)") && names[3].ends_with("é… (3)"), "{names:?}");
        assert!(names.iter().all(|name| name.chars().count() <= MOST_LETTERS));
        assert_eq!(names[2], "cat");
    }

    #[test]
    fn parts_lead_nowhere_else() {
        assert_eq!(parts("/../a/./b\\c//d.png"), ["a", "b", "c", "d.png"]);
        assert!(parts("").is_empty());
        assert_eq!(shown(&"x".repeat(300)).chars().count(), 101);
    }

    #[test]
    fn junk_is_known_by_its_name() {
        for name in ["._1.png", ".git", "__MACOSX", "Thumbs.db", "Desktop.INI"] {
            assert!(is_junk(name), "{name}");
        }
        assert!(!is_junk("1.png") && !is_junk("thumbs"));
    }
}
