//! A JPEG's segments, to the mark of its end. Decoders fill what a cut file lacks with grey, so the end
//! has to be there.

use super::exif::{self, Orientation};
use super::fault::Fault;
use super::format::Kind;
use super::header::{Header, big};

/// Codings that the standard has and hardly a decoder.
const RARE: Kind = Kind {
    one: "a JPEG of a rare kind (lossless, arithmetic or of 12 bits)",
    many: "JPEGs of a rare kind (lossless, arithmetic or of 12 bits)",
    convertible: true,
};

pub(super) fn read(bytes: &[u8]) -> Result<Header<'_>, Fault> {
    let mut size = None;
    let mut orientation = None;
    let mut plain = Vec::with_capacity(bytes.len());
    plain.extend_from_slice(bytes.get(..2).ok_or(Fault::Cut)?);
    let mut at = 2;
    let mut has_scan = false;
    loop {
        if *bytes.get(at).ok_or(Fault::Cut)? != 0xff {
            return Err(Fault::Damaged);
        }
        let marker = *bytes.get(at + 1).ok_or(Fault::Cut)?;
        match marker {
            // Marks may be filled up with bytes before them.
            0xff => {
                at += 1;
                continue;
            }
            0xd9 => break,
            0x01 | 0xd0..=0xd8 => {
                plain.extend_from_slice(&[0xff, marker]);
                at += 2;
                continue;
            }
            _ => {}
        }
        let length = big(bytes, at + 2, 2)? as usize;
        if length < 2 {
            return Err(Fault::Damaged);
        }
        let end = at + 2 + length;
        let segment = bytes.get(at..end).ok_or(Fault::Cut)?;
        match marker {
            0xc0..=0xc2 => {
                let (bits, height, width) =
                    (big(segment, 4, 1)?, big(segment, 5, 2)?, big(segment, 7, 2)?);
                if bits != 8 {
                    return Err(Fault::Known(RARE));
                }
                if size.replace((width, height)).is_some() {
                    return Err(Fault::Damaged);
                }
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(Fault::Known(RARE)),
            0xe1 if segment[4..].starts_with(b"Exif\0\0") && orientation.is_none() => {
                orientation = Some(exif::orientation(&segment[4..]));
            }
            _ => {}
        }
        // JFIF and Adobe say what the colours are; other applications' segments and comments do not.
        if !matches!(marker, 0xe1..=0xed | 0xef | 0xfe) {
            plain.extend_from_slice(segment);
        }
        at = end;
        if marker == 0xda {
            has_scan = true;
            let data = entropy_coded(bytes.get(at..).unwrap_or_default()).ok_or(Fault::Cut)?;
            plain.extend_from_slice(data);
            at += data.len();
        }
    }
    plain.extend_from_slice(&[0xff, 0xd9]);
    let (width, height) = size.filter(|_| has_scan).ok_or(Fault::Damaged)?;
    let orientation: Orientation = orientation.unwrap_or_default();
    Ok(Header { width, height, orientation, plain: plain.into() })
}

/// The data of a scan: up to a mark that is neither a stuffed byte nor a restart.
fn entropy_coded(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            // A filling byte: the mark follows.
            0xff => at += 1,
            _ => return bytes.get(..at),
        }
    }
}
