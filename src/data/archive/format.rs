//! What a file is by its first bytes: the archives that are read here, and files that people give
//! in their place, each with the name that they know it by.

/// As many bytes of a file as [`Format::of`] looks at: a tar header.
pub(super) const HEAD_BYTES: usize = 512;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A zip archive; also one of no entries.
    Zip,
    /// A file packed with gzip.
    Gzip,
    /// A tar archive.
    Tar,
    /// Another archive or packed file, by its name.
    Packed(&'static str),
    /// Data of another kind, by its name.
    Data(&'static str),
    /// A web page, which a server sends in place of a file that it does not have.
    WebPage,
    /// What Git stores in place of a large file.
    GitPointer,
}

/// Beginnings of files that are no archives for us, longest first where one begins another.
const BEGINNINGS: [(&[u8], Format); 20] = [
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08", Format::Zip),
    (b"PK00PK\x03\x04", Format::Zip),
    (b"\x1f\x8b", Format::Gzip),
    (b"7z\xbc\xaf\x27\x1c", Format::Packed("a 7z archive")),
    (b"Rar!\x1a\x07", Format::Packed("a RAR archive")),
    (b"\xfd7zXZ\x00", Format::Packed("packed with xz")),
    (b"\x28\xb5\x2f\xfd", Format::Packed("packed with Zstandard")),
    (b"\x04\x22\x4d\x18", Format::Packed("packed with LZ4")),
    (b"LZIP", Format::Packed("packed with lzip")),
    (b"\x1f\x9d", Format::Packed("packed with compress")),
    (b"MSCF", Format::Packed("a CAB archive")),
    (b"MATLAB 5.0 MAT-file", Format::Data("a Matlab file")),
    (b"\x89HDF\r\n\x1a\n", Format::Data("an HDF5 file")),
    (b"\x93NUMPY", Format::Data("a NumPy file")),
    (b"PAR1", Format::Data("a Parquet file")),
    (b"ARROW1", Format::Data("an Arrow file")),
    (b"%PDF", Format::Data("a PDF")),
    (b"version https://git-lfs", Format::GitPointer),
];

impl Format {
    /// What a file with these first bytes is, if it is known here. Give 512 bytes, or all if there
    /// are fewer.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        let begun = BEGINNINGS.iter().find(|(start, _)| head.starts_with(start));
        if let Some(&(_, format)) = begun {
            return Some(format);
        }
        // BZh1 to BZh9, and the first block's mark, or the mark of an empty file's end.
        if head.starts_with(b"BZh")
            && matches!(head.get(4..10), Some(b"1AY&SY" | b"\x17\x72\x45\x38\x50\x90"))
        {
            return Some(Self::Packed("packed with bzip2"));
        }
        if is_tar(head) {
            return Some(Self::Tar);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let begins = |start: &str| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
        };
        (begins("<!doctype html") || begins("<html")).then_some(Self::WebPage)
    }
}

/// Whether this is the header of a tar of any age: its checksum fits. (A name of nothing but
/// zeros, and so a sum of spaces, is the end of a tar and no beginning.)
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk::<HEAD_BYTES>() else {
        return false;
    };
    let written = &header[148..156];
    let digits: Vec<u8> =
        written.iter().copied().filter(|byte| !matches!(byte, 0 | b' ')).collect();
    let written = str::from_utf8(&digits).ok().and_then(|text| u32::from_str_radix(text, 8).ok());
    let sum = header.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let sum = sum - header[148..156].iter().map(|&byte| u32::from(byte)).sum::<u32>() + 8 * 32;
    header[0] != 0 && written == Some(sum)
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn formats_are_told_by_their_beginnings() {
        let cases: [(&[u8], Option<Format>); 10] = [
            (b"PK\x03\x04rest", Some(Format::Zip)),
            (b"7z\xbc\xaf\x27\x1c\0", Some(Format::Packed("a 7z archive"))),
            (b"Rar!\x1a\x07\x01\0", Some(Format::Packed("a RAR archive"))),
            (b"BZh91AY&SY..", Some(Format::Packed("packed with bzip2"))),
            (b"BZhello this is text", None),
            (b"\n  <!DOCTYPE HTML>", Some(Format::WebPage)),
            (b"\xef\xbb\xbf<html lang", Some(Format::WebPage)),
            (b"", None),
            (b"\x89PNG\r\n\x1a\n", None),
            (&[0; 512], None),
        ];
        for (head, expected) in cases {
            assert_eq!(Format::of(head), expected, "{head:?}");
        }
    }

    #[test]
    fn a_tar_without_a_mark_is_told_by_its_checksum() {
        let mut header = tar::Header::new_old();
        header.set_path("a/b.png").expect("a short path");
        header.set_size(7);
        header.set_cksum();
        let mut bytes = *header.as_bytes();
        assert_eq!(Format::of(&bytes), Some(Format::Tar));
        bytes[3] ^= 1;
        assert_eq!(Format::of(&bytes), None);
    }
}
