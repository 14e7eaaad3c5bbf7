//! The few tags that are read of EXIF and TIFF, which share a form: how a picture is turned, and how
//! large it is.

/// How a picture is stored: rows and columns may run backwards, and may have changed places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Orientation {
    /// Columns run from right to left.
    pub(super) columns: bool,
    /// Rows run from the bottom.
    pub(super) rows: bool,
    /// What is stored as a row is a column.
    pub(super) transposed: bool,
}

impl Orientation {
    /// Of EXIF's number, 1 to 8; any other means upright.
    pub(super) fn of(number: u32) -> Self {
        Self {
            columns: matches!(number, 2 | 3 | 7 | 8),
            rows: matches!(number, 3 | 4 | 6 | 7),
            transposed: matches!(number, 5..=8),
        }
    }
}

/// What the first directory of a TIFF says; 0 where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tags {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: u32,
}

/// Reads the first directory of `tiff`, or `None` if there is none.
pub(super) fn tags(tiff: &[u8]) -> Option<Tags> {
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let number = |offset: usize, length: usize| -> Option<u64> {
        let bytes = tiff.get(offset..offset.checked_add(length)?)?;
        let add = |sum: u64, &byte: &u8| sum << 8 | u64::from(byte);
        Some(if little { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) })
    };
    // BigTIFF has numbers of 8 bytes where TIFF has 4, and 4 or 8 where it has 2.
    let big = match number(2, 2)? {
        42 => false,
        43 => true,
        _ => return None,
    };
    let (start, counted, entry, value) = if big { (8, 8, 20, 12) } else { (4, 2, 12, 8) };
    let directory = usize::try_from(number(start, if big { 8 } else { 4 })?).ok()?;
    let count = usize::try_from(number(directory, counted)?).ok()?;
    let mut tags = Tags::default();
    for at in (0..count.min(4096)).map(|index| directory + counted + index * entry) {
        let length = match number(at + 2, 2) {
            Some(3) => 2,
            Some(4) => 4,
            Some(16) => 8,
            Some(_) => continue,
            None => break,
        };
        let found = number(at + value, length).and_then(|found| u32::try_from(found).ok());
        let Some(found) = found else { continue };
        match number(at, 2) {
            Some(256) => tags.width = found,
            Some(257) => tags.height = found,
            Some(274) => tags.orientation = found,
            _ => {}
        }
    }
    Some(tags)
}

/// How the picture is turned that this EXIF belongs to.
pub(super) fn orientation(exif: &[u8]) -> Orientation {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    tags(tiff).map_or_else(Orientation::default, |tags| Orientation::of(tags.orientation))
}
