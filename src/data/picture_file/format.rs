//! What a file is, by its first bytes: a picture of a format that is read, or something that can be
//! called by its name. Endings are not looked at: they are wrong too often.

/// This many bytes from the start of a file tell what it is; shorter files are given whole.
pub const HEAD_BYTES: usize = 512;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF, of which the first frame counts.
    Gif,
    /// WebP, of which the first frame counts.
    WebP,
    /// Windows' bitmap.
    Bmp,
    /// TIFF, which browsers do not decode.
    Tiff,
}

impl Format {
    /// The media type that decoders know it by.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }
}

/// A kind of file that is not read, in words for people: one of them, and several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// With its article, as in "is a web page".
    pub one: &'static str,
    /// As in "are web pages".
    pub many: &'static str,
    /// Whether it can be saved as a picture that is read.
    pub convertible: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A picture that is read.
    Picture(Format),
    /// Something that can be named.
    Known(Kind),
    /// What a Mac keeps beside a file on a disk of another system.
    AppleDouble,
    /// No byte at all.
    Empty,
    /// Anything else.
    Unknown,
}

const fn picture(one: &'static str, many: &'static str) -> Kind {
    Kind { one, many, convertible: true }
}

const fn other(one: &'static str, many: &'static str) -> Kind {
    Kind { one, many, convertible: false }
}

const AVIF: Kind = picture("an AVIF picture", "AVIF pictures");
const HEIC: Kind = picture("a HEIC picture", "HEIC pictures");
const RAW: Kind = picture("a camera's raw picture", "cameras’ raw pictures");
const FILM: Kind = other("a film", "films");
const WEB_PAGE: Kind = other("a web page", "web pages");
const SVG: Kind = picture("an SVG drawing", "SVG drawings");
const ARCHIVE: Kind = other("an archive of its own", "archives of their own");

/// Bytes at an offset, and what they are the sign of.
const SIGNS: [(usize, &[u8], Kind); 24] = [
    (0, b"\0\0\0\x0cJXL ", picture("a JPEG XL picture", "JPEG XL pictures")),
    (0, b"\xff\x0a", picture("a JPEG XL picture", "JPEG XL pictures")),
    (0, b"\0\0\0\x0cjP  ", picture("a JPEG 2000 picture", "JPEG 2000 pictures")),
    (0, b"\xff\x4f\xff\x51", picture("a JPEG 2000 picture", "JPEG 2000 pictures")),
    (0, b"8BPS", picture("a Photoshop file", "Photoshop files")),
    (0, b"gimp xcf", picture("a GIMP file", "GIMP files")),
    (0, b"\0\0\x01\0", picture("an icon", "icons")),
    (0, b"qoif", picture("a QOI picture", "QOI pictures")),
    (0, b"\x76\x2f\x31\x01", picture("an OpenEXR picture", "OpenEXR pictures")),
    (0, b"#?RADIANCE", picture("a Radiance picture", "Radiance pictures")),
    (0, b"SIMPLE  =", picture("a FITS picture", "FITS pictures")),
    (128, b"DICM", picture("a DICOM picture", "DICOM pictures")),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (8, b"CR\x02\0", RAW),
    (0, b"%PDF", other("a PDF", "PDFs")),
    (0, b"\x1a\x45\xdf\xa3", FILM),
    (8, b"AVI LIST", FILM),
    (0, b"PK\x03\x04", ARCHIVE),
    (0, b"\x1f\x8b", ARCHIVE),
    (0, b"Rar!\x1a", ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (0, b"\x93NUMPY", other("a NumPy array", "NumPy arrays")),
    (0, b"\x89HDF", other("an HDF5 file", "HDF5 files")),
    (
        0,
        b"version https://git-lfs",
        other(
            "a pointer of Git LFS, whose content was not fetched",
            "pointers of Git LFS, whose contents were not fetched",
        ),
    ),
];

/// What a file is that begins with `head`: its first [`HEAD_BYTES`], or all of it.
#[must_use]
pub fn content(head: &[u8]) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    if head.starts_with(b"\0\x05\x16\x07") {
        return Content::AppleDouble;
    }
    if let Some(kind) = named(head) {
        return Content::Known(kind);
    }
    format(head)
        .map_or_else(|| markup(head).map_or(Content::Unknown, Content::Known), Content::Picture)
}

fn format(head: &[u8]) -> Option<Format> {
    let at =
        |offset: usize, sign: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(sign));
    if at(0, b"\x89PNG\r\n\x1a\n") {
        Some(Format::Png)
    } else if at(0, b"\xff\xd8\xff") {
        Some(Format::Jpeg)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some(Format::Gif)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some(Format::WebP)
    } else if at(0, b"II*\0") || at(0, b"MM\0*") || at(0, b"II+\0") || at(0, b"MM\0+") {
        Some(Format::Tiff)
    } else if at(0, b"BM") && head.get(14..18).is_some_and(is_bitmap_header) {
        // Two letters are a weak sign: the length of the header that follows must be one there is.
        Some(Format::Bmp)
    } else {
        None
    }
}

fn is_bitmap_header(length: &[u8]) -> bool {
    [12, 16, 40, 52, 56, 64, 108, 124].iter().any(|known: &u32| length == known.to_le_bytes())
}

fn named(head: &[u8]) -> Option<Kind> {
    if head.get(4..8) == Some(b"ftyp") {
        return head.get(8..).map(boxed);
    }
    let is = |&&(offset, sign, _): &&(usize, &[u8], Kind)| {
        head.get(offset..).is_some_and(|rest| rest.starts_with(sign))
    };
    SIGNS.iter().find(is).map(|&(_, _, kind)| kind)
}

/// A file of boxes, by the brands it says it is of.
fn boxed(brands: &[u8]) -> Kind {
    let of = |wanted: &[&[u8; 4]]| {
        brands.as_chunks::<4>().0.iter().take(16).any(|brand| wanted.contains(&brand))
    };
    if of(&[b"avif", b"avis"]) {
        AVIF
    } else if of(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]) {
        HEIC
    } else if of(&[b"crx "]) {
        RAW
    } else {
        FILM
    }
}

/// Texts with tags: what a server sends in place of a picture that it does not have.
fn markup(head: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if !text.starts_with('<') {
        return None;
    }
    if text.contains("<svg") {
        return Some(SVG);
    }
    ["<!doctype html", "<html", "<head", "<body", "<script"]
        .iter()
        .any(|tag| text.contains(tag))
        .then_some(WEB_PAGE)
}

#[cfg(test)]
mod tests {
    use super::{AVIF, Content, FILM, Format, HEIC, SVG, WEB_PAGE, content};

    #[test]
    fn content_decides() {
        let cases: [(&[u8], Content); 16] = [
            (b"", Content::Empty),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Content::Picture(Format::Png)),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Content::Picture(Format::Jpeg)),
            (b"GIF89a\x01\0\x01\0", Content::Picture(Format::Gif)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", Content::Picture(Format::WebP)),
            (b"II*\0\x08\0\0\0", Content::Picture(Format::Tiff)),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Content::Picture(Format::Bmp)),
            (b"BMW makes cars and motorcycles.", Content::Unknown),
            (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1", Content::Known(AVIF)),
            (b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif", Content::Known(AVIF)),
            (b"\0\0\0\x20ftypheic\0\0\0\0mif1heic", Content::Known(HEIC)),
            (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2", Content::Known(FILM)),
            (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", Content::Known(WEB_PAGE)),
            (b"<?xml version=\"1.0\"?><svg xmlns=", Content::Known(SVG)),
            (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", Content::AppleDouble),
            (b"id,label\n1,cat\n", Content::Unknown),
        ];
        for (head, expected) in cases {
            assert_eq!(content(head), expected, "{}", head.escape_ascii());
        }
    }
}
