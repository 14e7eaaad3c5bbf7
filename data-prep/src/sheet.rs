//! The contact sheet: a picture of the first pictures of each class, a row per class.

use image::{Rgb, RgbImage};
use tabgrad::data::pictures::{CHANNELS, Pictures, SIDE};

const COLUMNS: u32 = 16;
/// Screen pixels per picture pixel.
const SCALE: u32 = 2;
const GAP: u32 = 6;
const CELL: u32 = SIDE as u32 * SCALE + GAP;
const PAPER: Rgb<u8> = Rgb([24, 24, 28]);

/// Draws the first pictures of each class, a row per class.
#[must_use]
pub fn draw(pictures: &Pictures, classes: usize) -> RgbImage {
    let mut sheet = RgbImage::from_pixel(COLUMNS * CELL + GAP, classes as u32 * CELL + GAP, PAPER);
    let mut filled = vec![0; classes];
    for (label, pixels) in pictures.iter() {
        let Some(column) = filled.get_mut(usize::from(label)).filter(|column| **column < COLUMNS)
        else {
            continue;
        };
        let (left, top) = (GAP + *column * CELL, GAP + u32::from(label) * CELL);
        for (at, &pixel) in (0..).zip(pixels.as_chunks::<CHANNELS>().0) {
            let (x, y) = (at % SIDE as u32 * SCALE, at / SIDE as u32 * SCALE);
            for step in 0..SCALE * SCALE {
                sheet.put_pixel(left + x + step % SCALE, top + y + step / SCALE, Rgb(pixel));
            }
        }
        *column += 1;
    }
    sheet
}
