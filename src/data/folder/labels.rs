//! Labels in a file of their own, as Kaggle gives them: `trainLabels.csv` with the columns `id` and `label`
//! beside a folder of pictures without classes.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Words for the column of names, in small letters.
const IDS: [&str; 12] = [
    "id",
    "image",
    "image_id",
    "imageid",
    "image_name",
    "img",
    "file",
    "filename",
    "file_name",
    "name",
    "path",
    "filepath",
];
/// Words for the column of classes.
const LABELS: [&str; 10] = [
    "label",
    "labels",
    "class",
    "class_name",
    "classname",
    "category",
    "target",
    "breed",
    "species",
    "tag",
];

/// Whether a file of this name may hold the labels of training pictures, or of test pictures: a table
/// that says so, but no example of what to hand in.
pub(super) fn is_table(name: &str, of_test: bool) -> bool {
    let name = name.to_lowercase();
    let Some(stem) = name.strip_suffix(".csv") else { return false };
    if of_test {
        return stem.contains("test") && stem.contains("label");
    }
    !stem.contains("test") && (stem.contains("label") || stem == "train" || stem == "training")
}

/// The class of each name. `None` if the text is no such table.
pub(super) fn read(text: &[u8]) -> Option<HashMap<String, String>> {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let head = lines.next()?;
    let separator = [',', ';', '\t'].into_iter().find(|&c| head.contains(c))?;
    let head = cells(head, separator);
    let column = |words: &[&str]| {
        head.iter().position(|cell| words.contains(&cell.trim().to_lowercase().as_str()))
    };
    let (id, label) = (column(&IDS)?, column(&LABELS)?);
    let mut labels = HashMap::new();
    for line in lines {
        let cells = cells(line, separator);
        if let (Some(id), Some(label)) = (cells.get(id), cells.get(label)) {
            let label = label.trim();
            if !label.is_empty() {
                labels.insert(id.trim().nfc().collect(), label.to_owned());
            }
        }
    }
    (!labels.is_empty()).then_some(labels)
}

/// The class of a file, by its path, its name, or its name without the ending.
pub(super) fn find<'a>(labels: &'a HashMap<String, String>, parts: &[String]) -> Option<&'a str> {
    let name = parts.last()?;
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let found =
        labels.get(&parts.join("/")).or_else(|| labels.get(name)).or_else(|| labels.get(stem))?;
    Some(found)
}

/// Cells of a line; one in quotes may hold the separator, and two quotes for one.
fn cells(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let (mut quoted, mut rest) = (false, line.chars().peekable());
    while let Some(c) = rest.next() {
        let cell = cells.len() - 1;
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cells[cell].push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => cells.push(String::new()),
            c => cells[cell].push(c),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::{find, is_table, read};

    fn parts(path: &str) -> Vec<String> {
        path.split('/').map(String::from).collect()
    }

    #[test]
    fn tables_of_labels_are_read() {
        let labels =
            read(b"\xef\xbb\xbfid,label\r\n1,frog\r\n2,\"big, \"\"red\"\" truck\"\n\n3,\n")
                .expect("a table");
        assert_eq!(find(&labels, &parts("train/1.png")), Some("frog"));
        assert_eq!(find(&labels, &parts("train/2.png")), Some("big, \"red\" truck"));
        assert_eq!(find(&labels, &parts("train/3.png")), None);
        let labels = read(b"breed;fileName\npug;a.jpg\n").expect("a table");
        assert_eq!(find(&labels, &parts("a.jpg")), Some("pug"));
        for bad in [&b""[..], b"id,label", b"x,y\n1,2", b"hello", b"\xff\xfe\0\0"] {
            assert_eq!(read(bad), None);
        }
    }

    #[test]
    fn tables_are_known_by_their_names() {
        assert!(
            is_table("trainLabels.csv", false)
                && is_table("labels.CSV", false)
                && is_table("train.csv", false)
        );
        assert!(is_table("test_labels.csv", true) && !is_table("test_labels.csv", false));
        assert!(!is_table("sampleSubmission.csv", false) && !is_table("labels.txt", false));
    }
}
