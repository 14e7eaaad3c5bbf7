//! The one way from a picture of any size to 32x32 pixels. The middle square is taken. If it is larger,
//! a pixel of the result is the mean of all that it covers, by area: no pixel is skipped, so fine patterns
//! become their mean and not another pattern, and nothing beyond the square comes in. If it is smaller,
//! it is interpolated between the middles of its pixels. 32x32 stays as it is. All of it in integers, so
//! that every machine has the same bytes; row by row, so that a large picture need not be in memory twice.

use super::exif::Orientation;
use crate::data::pictures::{CHANNELS, PICTURE_BYTES, SIDE};

/// The part of a picture that is used, in pixels as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Square {
    /// Columns left of it.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Its width and height, at least 1.
    pub side: u32,
}

impl Square {
    /// The middle of `width` by `height` pixels. Where there is no exact middle, it is the one left of
    /// it or above it as people see the picture, however it is stored.
    pub(super) fn middle(width: u32, height: u32, orientation: Orientation) -> Self {
        let side = width.min(height);
        let start = |length: u32, backwards: bool| {
            let spare = length - side;
            if backwards { spare - spare / 2 } else { spare / 2 }
        };
        Self { left: start(width, orientation.columns), top: start(height, orientation.rows), side }
    }
}

/// Takes the rows of a square, from the top as they are stored.
#[derive(Debug, Clone)]
pub(super) struct Shrinker {
    side: usize,
    orientation: Orientation,
    /// Rows so far.
    rows: usize,
    /// `[y][x][channel]`: areas times values, or all pixels of a small square.
    sums: Vec<u64>,
}

impl Shrinker {
    pub(super) fn new(side: u32, orientation: Orientation) -> Self {
        let side = side as usize;
        let pixels = if side < SIDE { side * side } else { SIDE * SIDE };
        Self { side, orientation, rows: 0, sums: vec![0; pixels * CHANNELS] }
    }

    /// A row, four bytes a pixel: red, green, blue, and opacity. What is transparent lies on white paper.
    /// Rows past the last, and pixels past the side, are not looked at.
    pub(super) fn row(&mut self, rgba: &[u8]) {
        let y = self.rows;
        if y >= self.side {
            return;
        }
        self.rows += 1;
        let pixels = rgba.as_chunks::<4>().0.iter().take(self.side).map(on_paper);
        if self.side < SIDE {
            let start = y * self.side * CHANNELS;
            for (sum, value) in self.sums[start..].iter_mut().zip(pixels.flatten()) {
                *sum = value;
            }
            return;
        }
        // In units of 1/32 pixel a pixel of the square is 32 long, one of the result `side`.
        let mut line = [[0_u64; CHANNELS]; SIDE];
        for (x, pixel) in pixels.enumerate() {
            for (place, length) in covered(x, self.side) {
                for (sum, value) in line[place].iter_mut().zip(pixel) {
                    *sum += length * value;
                }
            }
        }
        for (place, length) in covered(y, self.side) {
            let start = place * SIDE * CHANNELS;
            for (sum, value) in self.sums[start..].iter_mut().zip(line.as_flattened()) {
                *sum += length * value;
            }
        }
    }

    /// The picture upright, `[y][x][channel]`; `None` if rows are missing.
    pub(super) fn finish(self) -> Option<[u8; PICTURE_BYTES]> {
        if self.rows < self.side {
            return None;
        }
        let Orientation { columns, rows, transposed } = self.orientation;
        let mut out = [0; PICTURE_BYTES];
        for (place, pixel) in out.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
            let (y, x) = (place / SIDE, place % SIDE);
            let (y, x) = if transposed { (x, y) } else { (y, x) };
            let turned = |at: usize, backwards: bool| if backwards { SIDE - 1 - at } else { at };
            let (y, x) = (turned(y, rows), turned(x, columns));
            for (channel, value) in pixel.iter_mut().enumerate() {
                *value = self.value(y, x, channel);
            }
        }
        Some(out)
    }

    /// A value of the result as it is stored.
    fn value(&self, y: usize, x: usize, channel: usize) -> u8 {
        let rounded = if self.side < SIDE {
            let ((top, down), (left, right)) = (between(y, self.side), between(x, self.side));
            let at = |y: usize, x: usize| self.sums[(y * self.side + x) * CHANNELS + channel];
            // There is no pixel after the last, and none is needed: nothing lies beyond its middle.
            let across = |y: usize| match right {
                0 => at(y, left) * 64,
                _ => at(y, left) * (64 - right) + at(y, left + 1) * right,
            };
            let sum = match down {
                0 => across(top) * 64,
                _ => across(top) * (64 - down) + across(top + 1) * down,
            };
            (sum + 2048) / 4096
        } else {
            let area = (self.side as u64).pow(2);
            (self.sums[(y * SIDE + x) * CHANNELS + channel] + area / 2) / area
        };
        // A mean of bytes is a byte.
        rounded.min(255) as u8
    }
}

/// A pixel on white paper.
fn on_paper(&[red, green, blue, opacity]: &[u8; 4]) -> [u64; CHANNELS] {
    let opacity = u64::from(opacity);
    [red, green, blue].map(|value| (u64::from(value) * opacity + 127) / 255 + 255 - opacity)
}

/// The pixels of the result that pixel `at` of `side` lies in, and how long it is in each, in 1/32: one,
/// or the two on both sides of an edge.
fn covered(at: usize, side: usize) -> impl Iterator<Item = (usize, u64)> {
    let (start, end) = (at * SIDE, (at + 1) * SIDE);
    let first = start / side;
    let edge = ((first + 1) * side).min(end);
    [(first, edge - start), (first + 1, end - edge)]
        .into_iter()
        .filter(|&(_, length)| length > 0)
        .map(|(place, length)| (place, length as u64))
}

/// Where pixel `at` of the result lies between two of `side` pixels: the first of them, and how far it is
/// from its middle, in 1/64.
fn between(at: usize, side: usize) -> (usize, u64) {
    let place = ((2 * at + 1) * side).saturating_sub(SIDE).min((side - 1) * 2 * SIDE);
    (place / (2 * SIDE), (place % (2 * SIDE)) as u64)
}

#[cfg(test)]
mod tests {
    use super::{Orientation, Shrinker, Square};
    use crate::data::pictures::{PICTURE_BYTES, SIDE};

    /// A square of `side` of which each pixel is `colour(x, y)`.
    fn shrunk(
        side: usize,
        number: u32,
        colour: impl Fn(usize, usize) -> [u8; 4],
    ) -> [u8; PICTURE_BYTES] {
        let mut shrinker = Shrinker::new(side as u32, Orientation::of(number));
        for y in 0..side {
            let row: Vec<u8> = (0..side).flat_map(|x| colour(x, y)).collect();
            shrinker.row(&row);
        }
        shrinker.finish().expect("all rows were given")
    }

    fn pixel(picture: &[u8; PICTURE_BYTES], x: usize, y: usize) -> [u8; 3] {
        picture.as_chunks::<3>().0[y * SIDE + x]
    }

    #[test]
    fn the_size_of_the_result_is_left_as_it_is() {
        let colour = |x: usize, y: usize| [(x * 8) as u8, (y * 8) as u8, (x * y) as u8, 255];
        let small = shrunk(32, 1, colour);
        for (x, y) in [(0, 0), (31, 0), (7, 19), (31, 31)] {
            assert_eq!(pixel(&small, x, y), colour(x, y)[..3]);
        }
    }

    #[test]
    fn a_pixel_is_the_mean_of_what_it_covers() {
        // Stripes of one pixel: a filter that skips pixels would show some of them.
        for side in [64, 100, 1000] {
            let stripes =
                shrunk(side, 1, |x, _| if x % 2 == 0 { [255; 4] } else { [0, 0, 0, 255] });
            let mean = (0..SIDE).map(|x| u32::from(pixel(&stripes, x, 5)[0])).sum::<u32>() / 32;
            assert!((126..=129).contains(&mean), "{side}: {mean}");
        }
        assert_eq!(
            pixel(&shrunk(64, 1, |x, y| [(x + 64 * (y % 2)) as u8, 0, 9, 255]), 3, 8),
            [39, 0, 9]
        );
        // 48 is one and a half: pixel 1 of the result has half of pixel 1 and all of pixel 2.
        let uneven = shrunk(48, 1, |x, _| [[0, 90, 240][x.min(2)], 0, 0, 255]);
        assert_eq!([0, 1, 2].map(|x| pixel(&uneven, x, 0)[0]), [30, 190, 240]);
    }

    #[test]
    fn what_is_smaller_is_interpolated_and_one_pixel_fills_the_square() {
        assert_eq!(
            shrunk(1, 1, |_, _| [7, 8, 9, 255]).as_chunks::<3>().0,
            [[7, 8, 9]; SIDE * SIDE]
        );
        let two = shrunk(2, 1, |x, _| [if x == 0 { 0 } else { 255 }, 0, 0, 255]);
        let row: Vec<u8> = (0..SIDE).map(|x| pixel(&two, x, 3)[0]).collect();
        assert!(row.is_sorted(), "{row:?}");
        assert_eq!(
            (row[0], row[7], row[15] as u16 + u16::from(row[16]), row[31]),
            (0, 0, 255, 255)
        );
    }

    #[test]
    fn what_is_transparent_lies_on_white_paper() {
        assert_eq!(pixel(&shrunk(40, 1, |_, _| [0, 0, 0, 0]), 4, 4), [255; 3]);
        assert_eq!(pixel(&shrunk(40, 1, |_, _| [200, 0, 100, 128]), 4, 4), [227, 127, 177]);
    }

    #[test]
    fn stored_in_any_way_a_picture_is_the_same() {
        // 37 by 45, so that there is no exact middle.
        let (width, height) = (37_usize, 46_usize);
        let upright =
            |x: usize, y: usize| [(x * 6) as u8, (y * 5) as u8, ((x * y) % 251) as u8, 255];
        let picture = |number: u32| {
            let orientation = Orientation::of(number);
            let (stored_width, stored_height) =
                if orientation.transposed { (height, width) } else { (width, height) };
            let stored = |column: usize, row: usize| {
                // Where EXIF says that a stored pixel is seen.
                let (right, bottom) = (stored_width - 1 - column, stored_height - 1 - row);
                match number {
                    2 => upright(right, row),
                    3 => upright(right, bottom),
                    4 => upright(column, bottom),
                    5 => upright(row, column),
                    6 => upright(bottom, column),
                    7 => upright(bottom, right),
                    8 => upright(row, right),
                    _ => upright(column, row),
                }
            };
            let square = Square::middle(stored_width as u32, stored_height as u32, orientation);
            let (left, top, side) =
                (square.left as usize, square.top as usize, square.side as usize);
            shrunk(side, number, |x, y| stored(left + x, top + y))
        };
        let expected = picture(1);
        for number in 0..=9 {
            assert!(picture(number) == expected, "stored in way {number}");
        }
    }

    #[test]
    fn a_row_too_few_is_no_picture() {
        let mut shrinker = Shrinker::new(40, Orientation::default());
        (0..39).for_each(|_| shrinker.row(&[9; 160]));
        assert_eq!(shrinker.clone().finish(), None);
        shrinker.row(&[9; 3]);
        shrinker.row(&[9; 160]);
        assert!(shrinker.finish().is_some());
    }
}
