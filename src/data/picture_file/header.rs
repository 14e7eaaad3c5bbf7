//! What a picture's file says before anything is decoded: its size, how it is turned, and whether it is
//! whole. What makes decoders differ is left out of the bytes that they are given: colour profiles, which
//! some apply and some do not (so numbers mean what they do to Keras and PyTorch), the mark of a turned
//! picture, which is turned here, and every frame but the first.

use super::exif::{self, Orientation};
use super::fault::Fault;
use super::format::Format;
use std::borrow::Cow;

/// A picture that is whole as far as can be told without decoding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// Columns as they are stored.
    pub(super) width: u32,
    /// Rows as they are stored.
    pub(super) height: u32,
    pub(super) orientation: Orientation,
    /// The file for a decoder.
    pub(super) plain: Cow<'a, [u8]>,
}

/// Reads the header of a file of this format.
pub(super) fn read(format: Format, bytes: &[u8]) -> Result<Header<'_>, Fault> {
    match format {
        Format::Png => png(bytes),
        Format::Jpeg => super::jpeg::read(bytes),
        Format::Gif => gif(bytes),
        Format::WebP => webp(bytes),
        Format::Bmp => bmp(bytes),
        Format::Tiff => tiff(bytes),
    }
}

/// A number from the most significant byte, or the sign of a file that was cut.
pub(super) fn big(bytes: &[u8], at: usize, length: usize) -> Result<u32, Fault> {
    let bytes = bytes.get(at..at.saturating_add(length)).ok_or(Fault::Cut)?;
    Ok(bytes.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
}

/// The same from the least significant byte.
fn little(bytes: &[u8], at: usize, length: usize) -> Result<u32, Fault> {
    let bytes = bytes.get(at..at.saturating_add(length)).ok_or(Fault::Cut)?;
    Ok(bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
}

/// Chunks: a length, four letters, content, and a checksum, which the decoder checks.
fn png(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let (width, height) = (big(bytes, 16, 4)?, big(bytes, 20, 4)?);
    let mut orientation = Orientation::default();
    let mut plain = bytes.get(..8).ok_or(Fault::Cut)?.to_vec();
    let mut at = 8;
    loop {
        let length = big(bytes, at, 4)? as usize;
        let end = at.checked_add(12).and_then(|head| head.checked_add(length)).ok_or(Fault::Cut)?;
        let chunk = bytes.get(at..end).ok_or(Fault::Cut)?;
        match &chunk[4..8] {
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" => plain.extend_from_slice(chunk),
            b"eXIf" => orientation = exif::orientation(&chunk[8..8 + length]),
            b"IEND" => {
                plain.extend_from_slice(chunk);
                return Ok(Header { width, height, orientation, plain: plain.into() });
            }
            _ => {}
        }
        at = end;
    }
}

/// Blocks, of which those of data are followed by parts with a length each, and an empty part.
fn gif(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let colours = |flags: u32| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + colours(little(bytes, 10, 1)?);
    let parts = |mut at: usize| -> Result<usize, Fault> {
        loop {
            match little(bytes, at, 1)? as usize {
                0 => return Ok(at + 1),
                length => at += length + 1,
            }
        }
    };
    loop {
        match little(bytes, at, 1)? {
            0x21 => at = parts(at + 2)?,
            0x2c => {
                // A frame that is larger than its screen makes the screen larger.
                let reach = |place: usize, length: usize| -> Result<u32, Fault> {
                    Ok(little(bytes, at + place, 2)? + little(bytes, at + length, 2)?)
                };
                let width = little(bytes, 6, 2)?.max(reach(1, 5)?);
                let height = little(bytes, 8, 2)?.max(reach(3, 7)?);
                let (Ok(wide), Ok(high)) = (u16::try_from(width), u16::try_from(height)) else {
                    return Err(Fault::Damaged);
                };
                let end = parts(at + 11 + colours(little(bytes, at + 9, 1)?))?;
                let mut plain = bytes.get(..end).ok_or(Fault::Cut)?.to_vec();
                plain[6..8].copy_from_slice(&wide.to_le_bytes());
                plain[8..10].copy_from_slice(&high.to_le_bytes());
                plain.push(0x3b);
                let orientation = Orientation::default();
                return Ok(Header { width, height, orientation, plain: plain.into() });
            }
            _ => return Err(Fault::Damaged),
        }
    }
}

/// Chunks: four letters, a length, content, and a byte where the length is odd.
fn webp(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let whole = (little(bytes, 4, 4)? as usize).saturating_add(8);
    let bytes = bytes.get(..whole).ok_or(Fault::Cut)?;
    let mut header = Header {
        width: 0,
        height: 0,
        orientation: Orientation::default(),
        plain: Cow::Borrowed(&[]),
    };
    let mut plain = b"RIFF\0\0\0\0WEBP".to_vec();
    let (mut at, mut has_frame) = (12, false);
    while at < bytes.len() {
        let length = little(bytes, at + 4, 4)? as usize;
        let end = at.checked_add(8).and_then(|head| head.checked_add(length)).ok_or(Fault::Cut)?;
        let chunk = bytes.get(at..end).ok_or(Fault::Cut)?;
        let name = &chunk[..4];
        let is_frame = matches!(name, b"VP8 " | b"VP8L" | b"ANMF");
        if is_frame && header.width == 0 {
            let (from, bits) = if name == b"VP8 " { (14, 0x3fff) } else { (9, 0x3fff) };
            let sizes = little(chunk, from, 4)?;
            (header.width, header.height) = match name {
                b"VP8 " => (sizes & bits, sizes >> 16 & bits),
                b"VP8L" => ((sizes & bits) + 1, (sizes >> 14 & bits) + 1),
                // A frame of a film, with no canvas said before.
                _ => return Err(Fault::Damaged),
            };
        }
        let start = plain.len();
        match name {
            b"EXIF" => header.orientation = exif::orientation(&chunk[8..]),
            b"VP8X" => {
                header.width = little(chunk, 12, 3)? + 1;
                header.height = little(chunk, 15, 3)? + 1;
                plain.extend_from_slice(chunk);
                // What is left of the flags: opacity and frames.
                plain[start + 8] &= 0x12;
            }
            b"ANIM" => {
                plain.extend_from_slice(chunk);
                // No decoder need wonder whether the background is meant.
                plain[start + 8..].iter_mut().take(4).for_each(|byte| *byte = 0);
            }
            b"ALPH" if !has_frame => plain.extend_from_slice(chunk),
            _ if is_frame && !has_frame => {
                plain.extend_from_slice(chunk);
                has_frame = true;
            }
            _ => {}
        }
        if plain.len() % 2 == 1 {
            plain.push(0);
        }
        at = end + length % 2;
    }
    if !has_frame {
        return Err(Fault::Damaged);
    }
    let length = u32::try_from(plain.len() - 8).map_err(|_| Fault::Bytes)?;
    plain[4..8].copy_from_slice(&length.to_le_bytes());
    header.plain = plain.into();
    Ok(header)
}

/// A header, perhaps colours, and rows of pixels at the place that the header names.
fn bmp(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let (start, header) = (little(bytes, 10, 4)?, little(bytes, 14, 4)?);
    let (width, height, bits, packed) = if header == 12 {
        (little(bytes, 18, 2)?, little(bytes, 20, 2)?, little(bytes, 24, 2)?, 0)
    } else {
        let height = little(bytes, 22, 4)?.cast_signed().unsigned_abs();
        (little(bytes, 18, 4)?, height, little(bytes, 28, 2)?, little(bytes, 30, 4)?)
    };
    if matches!(packed, 0 | 3 | 6) {
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        let end =
            row.checked_mul(u64::from(height)).and_then(|size| size.checked_add(start.into()));
        if end.is_none_or(|end| end > bytes.len() as u64) {
            return Err(Fault::Cut);
        }
    }
    Ok(Header { width, height, orientation: Orientation::default(), plain: bytes.into() })
}

fn tiff(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let tags = exif::tags(bytes).ok_or(Fault::Damaged)?;
    let orientation = Orientation::of(tags.orientation);
    Ok(Header { width: tags.width, height: tags.height, orientation, plain: bytes.into() })
}
