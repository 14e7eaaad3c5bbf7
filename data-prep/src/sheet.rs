//! The contact sheet: a picture of the first pictures of each class, a row per class.

use image::{Rgb, RgbImage};
use tabgrad::data::pictures::Pictures;

const COLUMNS: u32 = 16;
/// Screen pixels per picture pixel.
const SCALE: u32 = 2;
const GAP: u32 = 6;
const PAPER: Rgb<u8> = Rgb([24, 24, 28]);

/// Draws the first pictures of each class, a row per class.
#[must_use]
pub fn draw(pictures: &Pictures, classes: usize) -> RgbImage {
    let shape = pictures.shape();
    let width = shape.width() as u32;
    let (column_width, row_height) = (width * SCALE + GAP, shape.height() as u32 * SCALE + GAP);
    let (all_columns, all_rows) = (COLUMNS * column_width + GAP, classes as u32 * row_height + GAP);
    let mut sheet = RgbImage::from_pixel(all_columns, all_rows, PAPER);
    let mut filled = vec![0; classes];
    for (label, pixels) in pictures.iter() {
        let Some(column) = filled.get_mut(usize::from(label)).filter(|column| **column < COLUMNS)
        else {
            continue;
        };
        let (left, top) = (GAP + *column * column_width, GAP + u32::from(label) * row_height);
        for (at, pixel) in (0..).zip(pixels.chunks_exact(shape.channels())) {
            let pixel = std::array::from_fn(|colour| pixel[colour % pixel.len()]);
            let (x, y) = (at % width * SCALE, at / width * SCALE);
            for step in 0..SCALE * SCALE {
                sheet.put_pixel(left + x + step % SCALE, top + y + step / SCALE, Rgb(pixel));
            }
        }
        *column += 1;
    }
    sheet
}
