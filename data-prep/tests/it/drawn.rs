//! Makers of picture files, drawn and written here, so that no opaque file has to be kept.

use crate::support::Folder;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;

/// A picture of coloured waves, another for each `seed`.
pub(crate) fn waves(width: u32, height: u32, seed: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let wave = |x: u32, y: u32| ((x * (3 + seed % 5) + y * 5 + seed * 40) % 256) as u8;
        Rgba([wave(x, y), wave(y, x), wave(x + y, seed), 255])
    })
    .into()
}

/// A picture of one colour.
pub(crate) fn plain(side: u32, rgb: [u8; 3]) -> DynamicImage {
    let [red, green, blue] = rgb;
    RgbaImage::from_pixel(side, side, Rgba([red, green, blue, 255])).into()
}

/// The bytes of a file of this format.
pub(crate) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture =
        if format == ImageFormat::Jpeg { picture.to_rgb8().into() } else { picture.clone() };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG of one colour, which tells pictures apart.
pub(crate) fn png(rgb: [u8; 3]) -> Vec<u8> {
    file(&plain(32, rgb), ImageFormat::Png)
}

/// `count` PNG files in a folder, named by numbers.
pub(crate) fn numbered(folder: &Folder, name: &str, count: u8) {
    (0..count).for_each(|n| drop(folder.write(&format!("{name}/{n}.png"), &png([n * 9, 60, 120]))));
}

/// EXIF that says how a picture is turned, in a JPEG.
pub(crate) fn turned(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff =
        [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0, 0, 0, 0, 0]]
            .concat();
    let segment = [b"Exif\0\0", tiff.as_slice()].concat();
    let length = (segment.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &segment, &jpeg[2..]].concat()
}

/// A chunk of a PNG, with a checksum.
pub(crate) fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(content);
    let length = (content.len() as u32).to_be_bytes();
    [&length, &name[..], content, &crc.sum().to_be_bytes()].concat()
}

/// A baseline JPEG of one colour of four inks, 8 by 8 pixels, as Adobe's programs write them: inverted.
pub(crate) fn cmyk(inks: [u8; 4]) -> Vec<u8> {
    let mut out = b"\xff\xd8\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0".to_vec();
    // One quantization table of eights, so that a block's first coefficient is its mean less 128.
    out.extend(b"\xff\xdb\0\x43\0");
    out.extend([8; 64]);
    out.extend(b"\xff\xc0\0\x14\x08\0\x08\0\x08\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0");
    // Codes of four bits for the lengths 0 to 8, and of one for "nothing follows".
    out.extend(
        b"\xff\xc4\0\x1c\0\0\0\0\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08",
    );
    out.extend(b"\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    out.extend(b"\xff\xda\0\x0e\x04\x01\0\x02\0\x03\0\x04\0\0\x3f\0");
    let mut bits = String::new();
    for ink in inks {
        let mean = i32::from(255 - ink) - 128;
        let length = 32 - mean.unsigned_abs().leading_zeros() as usize;
        let value = if mean < 0 { mean + (1 << length) - 1 } else { mean };
        bits += &format!("{length:04b}");
        if length > 0 {
            bits += &format!("{value:0length$b}");
        }
        bits += "0";
    }
    bits += &"1".repeat(bits.len().next_multiple_of(8) - bits.len());
    for byte in bits.as_bytes().chunks(8) {
        let byte = u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap();
        out.push(byte);
        if byte == 0xff {
            out.push(0);
        }
    }
    out.extend(b"\xff\xd9");
    out
}
