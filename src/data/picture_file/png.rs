//! PNG, decoded here for the terminal and the page alike. Browsers keep 8 of a picture's 16 bits, and
//! multiply colours by their opacity: what a camera of 12 bits saved would be black.

use super::crop::Crop;
use super::fault::Fault;
use super::shrink::Shrinker;
use png::{BitDepth, ColorType, Decoder, Limits, Reader, Transformations};
use std::io::Cursor;

/// Bits that cameras give, and that files of 16 bits are therefore found to use.
const DEPTHS: [u32; 5] = [8, 10, 12, 14, 16];

/// How many of 16 bits are used if the largest value is this.
pub(super) fn bits_used(largest: u16) -> u32 {
    // A picture that is black everywhere is one of 16 bits.
    let needed = if largest == 0 { 16 } else { 16 - largest.leading_zeros() };
    DEPTHS.into_iter().find(|&depth| depth >= needed).unwrap_or(16)
}

/// A value of so many bits as a byte.
pub(super) fn byte(value: u16, bits: u32) -> u8 {
    let full = (1_u32 << bits) - 1;
    ((u32::from(value).min(full) * 255 + full / 2) / full) as u8
}

/// Gives the rows of `crop` to `shrinker`; how many bits are used of 16, if there are 16.
pub(super) fn decode(
    plain: &[u8],
    crop: Crop,
    shrinker: &mut Shrinker,
) -> Result<Option<u32>, Fault> {
    let mut reader = open(plain)?;
    let form = reader.output_color_type();
    let mut bits = None;
    if form.1 == BitDepth::Sixteen {
        let mut largest = 0;
        let samples = form.0.samples();
        let has_opacity = matches!(form.0, ColorType::GrayscaleAlpha | ColorType::Rgba);
        rows(&mut reader, |_, row| {
            for (place, sample) in row.as_chunks::<2>().0.iter().enumerate() {
                if !(has_opacity && place % samples == samples - 1) {
                    largest = largest.max(u16::from_be_bytes(*sample));
                }
            }
        })?;
        bits = Some(bits_used(largest));
        reader = open(plain)?;
    }
    let (left, top) = (crop.left as usize, crop.top as usize);
    let (width, height) = (crop.width as usize, crop.height as usize);
    let mut rgba = Vec::with_capacity(width * 4);
    rows(&mut reader, |y, row| {
        if (top..top + height).contains(&y) {
            rgba.clear();
            pixels(row, form.0, bits, left..left + width, &mut rgba);
            shrinker.row(&rgba);
        }
    })?;
    Ok(bits)
}

fn open(plain: &[u8]) -> Result<Reader<Cursor<&[u8]>>, Fault> {
    // Of anything but rows, which are asked for one by one.
    let limits = Limits { bytes: 64 << 20 };
    let mut decoder = Decoder::new_with_limits(Cursor::new(plain), limits);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.read_info().map_err(|_| Fault::Damaged)
}

/// Calls `each` with every row and its place.
fn rows(
    reader: &mut Reader<Cursor<&[u8]>>,
    mut each: impl FnMut(usize, &[u8]),
) -> Result<(), Fault> {
    let (width, height) = (reader.info().width, reader.info().height as usize);
    if reader.info().interlaced {
        let size = reader.output_buffer_size().ok_or(Fault::Pixels)?;
        let mut all = Vec::new();
        all.try_reserve_exact(size).map_err(|_| Fault::Pixels)?;
        all.resize(size, 0);
        reader.next_frame(&mut all).map_err(|_| Fault::Damaged)?;
        let length = reader.output_line_size(width).ok_or(Fault::Damaged)?;
        all.chunks_exact(length.max(1)).take(height).enumerate().for_each(|(y, row)| each(y, row));
        return Ok(());
    }
    for y in 0..height {
        let row = reader.next_row().map_err(|_| Fault::Damaged)?.ok_or(Fault::Cut)?;
        each(y, row.data());
    }
    Ok(())
}

/// Pixels `range` of a row as four bytes each.
fn pixels(
    row: &[u8],
    form: ColorType,
    bits: Option<u32>,
    range: std::ops::Range<usize>,
    rgba: &mut Vec<u8>,
) {
    let samples = form.samples();
    let width = if bits.is_some() { 2 * samples } else { samples };
    for pixel in row.chunks_exact(width).skip(range.start).take(range.len()) {
        let mut bytes = [0, 0, 0, u8::MAX];
        match bits {
            None => bytes[..samples].copy_from_slice(pixel),
            Some(bits) => {
                for (place, sample) in pixel.as_chunks::<2>().0.iter().enumerate() {
                    let is_opacity = samples.is_multiple_of(2) && place == samples - 1;
                    bytes[place] =
                        byte(u16::from_be_bytes(*sample), if is_opacity { 16 } else { bits });
                }
            }
        }
        let [first, second, ..] = bytes;
        rgba.extend(match samples {
            1 => [first, first, first, u8::MAX],
            2 => [first, first, first, second],
            _ => bytes,
        });
    }
}
