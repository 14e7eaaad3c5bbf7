//! Names of files as text. An archive has bytes: UTF-8, or the code page of the machine that packed
//! it, which nothing says. And what a name may hold: no control characters, no way out of the
//! archive.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS};
use oem_cp::code_table::{DECODING_TABLE_CP437, DECODING_TABLE_CP850};
use oem_cp::decode_string_complete_table;

/// A name as it stands in an archive.
#[derive(Debug, Clone)]
pub(super) struct RawName {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether the archive says that they are UTF-8.
    pub(super) marked: bool,
}

/// How names that are not UTF-8 were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// There were none.
    Utf8,
    /// By this code page, which is a good guess.
    Guessed(&'static str),
    /// No guess was good: the bytes of other letters than a to z stand as `%84`.
    Unreadable,
}

impl Reading {
    /// What people should know of it; `of` is the archive or folder.
    pub(super) fn remark(&self, of: &str) -> Option<String> {
        match self {
            Self::Utf8 => None,
            Self::Guessed(page) => Some(format!(
                "The names in `{of}` are not in UTF-8; they were read as {page}. If they look wrong, pack the folder again with names in UTF-8."
            )),
            Self::Unreadable => Some(format!(
                "The names in `{of}` could not be read: they are not in UTF-8, and in which code page is not to be seen. Letters stand as numbers such as %84. Pack the folder again with names in UTF-8 (7-Zip: parameters cu=on), or give the folders names of plain letters."
            )),
        }
    }
}

/// The names as text, in their order. Bytes that are UTF-8 are UTF-8, marked or not; for the
/// others one code page is guessed from all of them together.
pub(super) fn decode(names: &[RawName]) -> (Vec<String>, Reading) {
    // If one unmarked name is not UTF-8, none is: what looks like it is chance.
    let is_utf8 = |name: &RawName| str::from_utf8(&name.bytes).is_ok();
    let all_utf8 = names.iter().all(is_utf8);
    let unmarked: Vec<&[u8]> = names
        .iter()
        .filter(|name| !(name.bytes.is_ascii() || name.marked && is_utf8(name)))
        .map(|name| name.bytes.as_slice())
        .collect();
    let reading = if all_utf8 { Reading::Utf8 } else { guess(&unmarked) };
    let text = |name: &RawName| match (&reading, str::from_utf8(&name.bytes)) {
        (Reading::Utf8, Ok(text)) => text.to_owned(),
        (_, Ok(text)) if name.marked || name.bytes.is_ascii() => text.to_owned(),
        (Reading::Guessed(page), _) => {
            decode_as(page, &name.bytes).unwrap_or_else(|| escape(&name.bytes))
        }
        _ => escape(&name.bytes),
    };
    (names.iter().map(text).collect(), reading)
}

/// The names of one file, such as a list of classes, as text: UTF-8 or a good guess.
pub(crate) fn decode_text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    match guess(&[bytes]) {
        Reading::Guessed(page) => decode_as(page, bytes),
        _ => None,
    }
}

/// What DOS and Windows write into zips where Latin letters are written: not among the encodings
/// of the web, which are all that the detector knows.
const DOS: [(&str, &[char; 128]); 2] =
    [("code page 437", &DECODING_TABLE_CP437), ("code page 850", &DECODING_TABLE_CP850)];
/// Encodings of two bytes a letter: what happens to fit them is hardly chance.
const TWO_BYTES: [&Encoding; 5] = [SHIFT_JIS, GBK, EUC_KR, BIG5, EUC_JP];

/// The code page of some names, none of them ASCII alone, if a guess is good.
fn guess(names: &[&[u8]]) -> Reading {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for (place, name) in names.iter().enumerate() {
        detector.feed(name, false);
        detector.feed(b"\n", place + 1 == names.len());
    }
    let likely = detector.guess(None, Utf8Detection::Deny);
    let fits = |page: &str, is_plausible: fn(&str) -> bool| {
        names.iter().all(|name| decode_as(page, name).is_some_and(|text| is_plausible(&text)))
    };
    if TWO_BYTES.contains(&likely) && fits(likely.name(), has_no_control) {
        return Reading::Guessed(likely.name());
    }
    let [(dos, _), (multilingual, _)] = DOS;
    let single = [dos, likely.name(), multilingual].into_iter().find(|page| fits(page, is_words));
    // A few short names are too little for the detector to be sure of two bytes a letter; but where
    // single bytes make no words, they are, and it is asked country by country.
    let double = || {
        let in_country = |country: &[u8]| {
            let likely = detector.guess(Some(country), Utf8Detection::Deny);
            let is_good = TWO_BYTES.contains(&likely) && fits(likely.name(), has_no_control);
            is_good.then_some(likely.name())
        };
        [&b"jp"[..], b"cn", b"kr", b"tw"].into_iter().find_map(in_country)
    };
    single.or_else(double).map_or(Reading::Unreadable, Reading::Guessed)
}

fn decode_as(page: &str, bytes: &[u8]) -> Option<String> {
    if let Some((_, table)) = DOS.iter().find(|(name, _)| *name == page) {
        return Some(decode_string_complete_table(bytes, table));
    }
    let encoding = Encoding::for_label(page.as_bytes())?;
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}

/// Whether a guess gives nothing that no name has.
fn has_no_control(text: &str) -> bool {
    text.chars().all(|c| !(c.is_control() || matches!(c, '\u{e000}'..='\u{f8ff}')))
}

/// Whether a guess gives words: beyond ASCII nothing but letters, no capital after a small letter, and
/// no letters of two scripts side by side. That is what one code page read as another looks like.
fn is_words(text: &str) -> bool {
    let is_latin = |c: char| c.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&c);
    let mut before = ' ';
    text.chars().all(|c| {
        let both_letters = before.is_alphabetic() && c.is_alphabetic();
        let is_leap =
            before.is_lowercase() && c.is_uppercase() && !(before.is_ascii() && c.is_ascii());
        let is_mixed = both_letters && is_latin(before) != is_latin(c);
        before = c;
        (c.is_ascii() || c.is_alphanumeric()) && !is_leap && !is_mixed
    })
}

/// ASCII as it is, every other byte as `%84`: names that differ stay different.
fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A path with `/` between its parts, none of them empty or `.`, and without what must not be
/// shown; nothing if it leads out of the archive.
pub(super) fn clean(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => return None,
            // The drive of an absolute path.
            _ if parts.is_empty() && part.len() == 2 && part.ends_with(':') => {}
            _ => parts.push(part.chars().map(shown).collect::<String>()),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// A control character, or one that turns the direction of what follows, as a mark that something
/// stood there; as a blank, where it is white space.
fn shown(c: char) -> char {
    let is_hidden = c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match c {
        _ if !is_hidden => c,
        _ if c.is_whitespace() => ' ',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::{RawName, Reading, clean, decode};
    use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, IBM866, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    fn raw(bytes: &[u8]) -> RawName {
        RawName { bytes: bytes.to_vec(), marked: false }
    }

    fn read(names: &[&[u8]]) -> (Vec<String>, Reading) {
        decode(&names.iter().map(|name| raw(name)).collect::<Vec<_>>())
    }

    #[test]
    fn names_of_many_countries_are_read() {
        let cases: [(&'static Encoding, &[&str]); 7] = [
            (SHIFT_JIS, &["猫/1.png", "犬/1.png", "とり/2.png"]),
            (GBK, &["飞机/1.png", "汽车/2.png"]),
            (BIG5, &["飛機/1.png", "汽車/2.png", "小鳥/1.png"]),
            (EUC_KR, &["고양이/1.png", "강아지/2.png"]),
            (IBM866, &["кошки/1.png", "собаки/2.png"]),
            (WINDOWS_1251, &["кошки/1.png", "собаки/2.png"]),
            (WINDOWS_1252, &["café/1.png", "crème brûlée/2.png"]),
        ];
        for (encoding, names) in cases {
            let bytes: Vec<Vec<u8>> =
                names.iter().map(|name| encoding.encode(name).0.into_owned()).collect();
            let bytes: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
            let (found, reading) = read(&bytes);
            assert_eq!(found, *names, "{reading:?}");
            assert!(matches!(reading, Reading::Guessed(_)), "{reading:?}");
        }
    }

    #[test]
    fn names_from_dos_are_read() {
        let (found, reading) = read(&[b"K\x84fer/1.png", b"V\x94gel/1.png", b"\x8epfel/2.png"]);
        assert_eq!(found, ["Käfer/1.png", "Vögel/1.png", "Äpfel/2.png"]);
        assert_eq!(reading, Reading::Guessed("code page 437"));
        let (found, reading) = read(&[b"cora\x87\xc6o/1.png", b"p\xc6o/1.png"]);
        assert_eq!(found, ["coração/1.png", "pão/1.png"]);
        assert_eq!(reading, Reading::Guessed("code page 850"));
    }

    #[test]
    fn two_short_names_are_enough() {
        let (found, reading) = read(&[b"\x94\x4c/0.png", b"\x8c\xa2/0.png"]);
        assert_eq!(found, ["猫/0.png", "犬/0.png"], "{reading:?}");
        let (found, reading) = read(&[b"\xc6\xbb\xb9\xfb/0.png", b"\xcf\xe3\xbd\xb6/0.png"]);
        assert_eq!(found, ["苹果/0.png", "香蕉/0.png"], "{reading:?}");
    }

    #[test]
    fn utf8_needs_no_mark_and_no_guess() {
        let (found, reading) = read(&["猫/1.png".as_bytes(), b"dog/1.png"]);
        assert_eq!((found[0].as_str(), reading), ("猫/1.png", Reading::Utf8));
        // One program's marked names beside another's.
        let marked = RawName { bytes: "Käse/1.png".into(), marked: true };
        let (found, reading) = decode(&[marked, raw(b"V\x94gel/1.png")]);
        assert_eq!(found, ["Käse/1.png", "Vögel/1.png"]);
        assert_eq!(reading, Reading::Guessed("code page 437"));
    }

    #[test]
    fn what_cannot_be_read_stays_distinct() {
        let (found, reading) = read(&[b"a\xff\x01\xb0/1.png", b"a\xff\x01\xb1/1.png"]);
        assert_eq!(reading, Reading::Unreadable);
        assert_eq!(found, ["a%FF\u{1}%B0/1.png", "a%FF\u{1}%B1/1.png"]);
    }

    #[test]
    fn paths_lead_nowhere_else() {
        let cases = [
            ("a/b.png", Some("a/b.png")),
            ("/etc/passwd", Some("etc/passwd")),
            ("C:\\pets\\cat\\1.png", Some("pets/cat/1.png")),
            ("./a//b/./c", Some("a/b/c")),
            ("a/../../b", None),
            ("..", None),
            ("", None),
            ("a\u{7}b/\u{202e}gnp.1", Some("a\u{fffd}b/\u{fffd}gnp.1")),
            ("a\tb/Icon\r", Some("a b/Icon ")),
        ];
        for (path, expected) in cases {
            assert_eq!(clean(path).as_deref(), expected, "{path:?}");
        }
    }
}
