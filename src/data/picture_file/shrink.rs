//! The one way from a picture of any size to the size of a data set. Of the picture, the largest part in
//! its middle is taken that has the shape of the result. If it is larger, a pixel of the result is the
//! mean of all that it covers, by area: no pixel is skipped, so fine patterns become their mean and not
//! another pattern, and nothing beyond the part comes in. If it is smaller, it is interpolated between the
//! middles of its pixels. What has the size already stays as it is. All of it in integers, so that every
//! machine has the same bytes; row by row, so that a large picture need not be in memory twice.

use super::crop::{Crop, stored};
use super::exif::Orientation;
use crate::data::pictures::PictureShape;

/// Red, green and blue, of which pictures are made smaller also where they become grey.
const COLOURS: usize = 3;

/// Columns or rows of the part, and how many they become.
#[derive(Debug, Clone, Copy)]
struct Axis {
    from: usize,
    to: usize,
}

/// Takes the rows of a part, from the top as they are stored.
#[derive(Debug, Clone)]
pub(super) struct Shrinker {
    to: PictureShape,
    columns: Axis,
    rows: Axis,
    orientation: Orientation,
    /// Rows so far.
    given: usize,
    /// `[y][x][colour]`: areas times values, or all pixels of a small part.
    sums: Vec<u64>,
}

impl Shrinker {
    pub(super) fn new(crop: Crop, orientation: Orientation, to: PictureShape) -> Self {
        let (columns, rows) = stored(orientation, to.width(), to.height());
        let columns = Axis { from: crop.width as usize, to: columns };
        let rows = Axis { from: crop.height as usize, to: rows };
        let mut shrinker = Self { to, columns, rows, orientation, given: 0, sums: Vec::new() };
        let pixels =
            if shrinker.is_small() { columns.from * rows.from } else { columns.to * rows.to };
        shrinker.sums = vec![0; pixels * COLOURS];
        shrinker
    }

    /// Whether the part is smaller than the result; it has its shape, to a pixel.
    fn is_small(&self) -> bool {
        self.columns.from < self.columns.to || self.rows.from < self.rows.to
    }

    /// A row, four bytes a pixel: red, green, blue, and opacity. What is transparent lies on white paper.
    /// Rows past the last, and pixels past the width, are not looked at.
    pub(super) fn row(&mut self, rgba: &[u8]) {
        let pixels = rgba.as_chunks::<4>().0.iter().take(self.columns.from).map(on_paper);
        self.row_of(pixels);
    }

    /// A row of bytes that are nothing but colours.
    pub(super) fn row_of_bytes(&mut self, row: &[u8], channels: usize) {
        let colours = |pixel: &[u8]| -> [u64; COLOURS] {
            std::array::from_fn(|colour| u64::from(pixel[colour % channels]))
        };
        self.row_of(row.chunks_exact(channels).take(self.columns.from).map(colours));
    }

    fn row_of(&mut self, pixels: impl Iterator<Item = [u64; COLOURS]>) {
        let y = self.given;
        if y >= self.rows.from {
            return;
        }
        self.given += 1;
        if self.is_small() {
            let start = y * self.columns.from * COLOURS;
            for (sum, value) in self.sums[start..].iter_mut().zip(pixels.flatten()) {
                *sum = value;
            }
            return;
        }
        // In units of one pixel, divided by the length of the result, a pixel of the part is that long,
        // and one of the result as long as the part.
        let width = self.columns.to * COLOURS;
        let mut line = vec![0_u64; width];
        for (x, pixel) in pixels.enumerate() {
            for (place, length) in covered(x, self.columns) {
                for (sum, value) in line[place * COLOURS..].iter_mut().zip(pixel) {
                    *sum += length * value;
                }
            }
        }
        for (place, length) in covered(y, self.rows) {
            for (sum, value) in self.sums[place * width..].iter_mut().zip(&line) {
                *sum += length * value;
            }
        }
    }

    /// The picture upright, `[y][x][channel]`; `None` if rows are missing.
    pub(super) fn finish(self) -> Option<Vec<u8>> {
        if self.given < self.rows.from {
            return None;
        }
        let Orientation { columns, rows, transposed } = self.orientation;
        let mut out = Vec::with_capacity(self.to.bytes());
        for place in 0..self.to.area() {
            let (y, x) = (place / self.to.width(), place % self.to.width());
            let (y, x) = if transposed { (x, y) } else { (y, x) };
            let turned = |at: usize, axis: Axis, backwards: bool| {
                if backwards { axis.to - 1 - at } else { at }
            };
            let (y, x) = (turned(y, self.rows, rows), turned(x, self.columns, columns));
            let pixel: [u8; COLOURS] = std::array::from_fn(|colour| self.value(y, x, colour));
            match self.to.channels() {
                1 => out.push(luma(pixel)),
                _ => out.extend(pixel),
            }
        }
        Some(out)
    }

    /// A value of the result as it is stored.
    fn value(&self, y: usize, x: usize, colour: usize) -> u8 {
        let rounded = if self.is_small() {
            let ((top, down), (left, right)) = (between(y, self.rows), between(x, self.columns));
            let at = |y: usize, x: usize| self.sums[(y * self.columns.from + x) * COLOURS + colour];
            let (height, width) = (2 * self.rows.to as u64, 2 * self.columns.to as u64);
            // There is no pixel after the last, and none is needed: nothing lies beyond its middle.
            let across = |y: usize| match right {
                0 => at(y, left) * width,
                _ => at(y, left) * (width - right) + at(y, left + 1) * right,
            };
            let sum = match down {
                0 => across(top) * height,
                _ => across(top) * (height - down) + across(top + 1) * down,
            };
            (sum + height * width / 2) / (height * width)
        } else {
            let area = self.columns.from as u64 * self.rows.from as u64;
            (self.sums[(y * self.columns.to + x) * COLOURS + colour] + area / 2) / area
        };
        // A mean of bytes is a byte.
        rounded.min(255) as u8
    }
}

/// The luma of a pixel by ITU-R BT.601 (0.299 red, 0.587 green, 0.114 blue), in the integers in which
/// Pillow converts to "L" (`src/libImaging/Convert.c`, `L24`). A grey pixel keeps its value.
#[must_use]
pub fn luma([red, green, blue]: [u8; COLOURS]) -> u8 {
    let sum = u32::from(red) * 19_595 + u32::from(green) * 38_470 + u32::from(blue) * 7_471;
    // The weights add up to 65536, so that this is a byte.
    ((sum + 0x8000) >> 16) as u8
}

/// A pixel on white paper.
fn on_paper(&[red, green, blue, opacity]: &[u8; 4]) -> [u64; COLOURS] {
    let opacity = u64::from(opacity);
    [red, green, blue].map(|value| (u64::from(value) * opacity + 127) / 255 + 255 - opacity)
}

/// The pixels of the result that pixel `at` of the part lies in, and how long it is in each, in pixels of
/// the part divided by the length of the result: one, or the two on both sides of an edge.
fn covered(at: usize, Axis { from, to }: Axis) -> impl Iterator<Item = (usize, u64)> {
    let (start, end) = (at * to, (at + 1) * to);
    let first = start / from;
    let edge = ((first + 1) * from).min(end);
    [(first, edge - start), (first + 1, end - edge)]
        .into_iter()
        .filter(|&(_, length)| length > 0)
        .map(|(place, length)| (place, length as u64))
}

/// Where pixel `at` of the result lies between two pixels of the part: the first of them, and how far it
/// is from its middle, in pixels divided by twice the length of the result.
fn between(at: usize, Axis { from, to }: Axis) -> (usize, u64) {
    let place = ((2 * at + 1) * from).saturating_sub(to).min((from - 1) * 2 * to);
    (place / (2 * to), (place % (2 * to)) as u64)
}

#[cfg(test)]
mod tests {
    use super::{Crop, Orientation, Shrinker, luma};
    use crate::data::pictures::PictureShape;

    const SIDE: usize = 32;

    fn crop(side: usize) -> Crop {
        Crop { left: 0, top: 0, width: side as u32, height: side as u32 }
    }

    /// A square of `side` of which each pixel is `colour(x, y)`.
    fn shrunk(side: usize, colour: impl Fn(usize, usize) -> [u8; 4]) -> Vec<u8> {
        part(crop(side), 1, PictureShape::CIFAR, colour)
    }

    fn part(
        crop: Crop,
        number: u32,
        to: PictureShape,
        colour: impl Fn(usize, usize) -> [u8; 4],
    ) -> Vec<u8> {
        let mut shrinker = Shrinker::new(crop, Orientation::of(number), to);
        for y in 0..crop.height as usize {
            let row: Vec<u8> = (0..crop.width as usize).flat_map(|x| colour(x, y)).collect();
            shrinker.row(&row);
        }
        shrinker.finish().expect("all rows were given")
    }

    fn pixel(picture: &[u8], x: usize, y: usize) -> [u8; 3] {
        picture.as_chunks::<3>().0[y * SIDE + x]
    }

    #[test]
    fn the_size_of_the_result_is_left_as_it_is() {
        let colour = |x: usize, y: usize| [(x * 8) as u8, (y * 8) as u8, (x * y) as u8, 255];
        let small = shrunk(32, colour);
        for (x, y) in [(0, 0), (31, 0), (7, 19), (31, 31)] {
            assert_eq!(pixel(&small, x, y), colour(x, y)[..3]);
        }
    }

    #[test]
    fn a_pixel_is_the_mean_of_what_it_covers() {
        // Stripes of one pixel: a filter that skips pixels would show some of them.
        for side in [64, 100, 1000] {
            let stripes = shrunk(side, |x, _| if x % 2 == 0 { [255; 4] } else { [0, 0, 0, 255] });
            let mean = (0..SIDE).map(|x| u32::from(pixel(&stripes, x, 5)[0])).sum::<u32>() / 32;
            assert!((126..=129).contains(&mean), "{side}: {mean}");
        }
        assert_eq!(
            pixel(&shrunk(64, |x, y| [(x + 64 * (y % 2)) as u8, 0, 9, 255]), 3, 8),
            [39, 0, 9]
        );
        // 48 is one and a half: pixel 1 of the result has half of pixel 1 and all of pixel 2.
        let uneven = shrunk(48, |x, _| [[0, 90, 240][x.min(2)], 0, 0, 255]);
        assert_eq!([0, 1, 2].map(|x| pixel(&uneven, x, 0)[0]), [30, 190, 240]);
    }

    #[test]
    fn what_is_smaller_is_interpolated_and_one_pixel_fills_the_picture() {
        assert_eq!(shrunk(1, |_, _| [7, 8, 9, 255]).as_chunks::<3>().0, [[7, 8, 9]; SIDE * SIDE]);
        let two = shrunk(2, |x, _| [if x == 0 { 0 } else { 255 }, 0, 0, 255]);
        let row: Vec<u8> = (0..SIDE).map(|x| pixel(&two, x, 3)[0]).collect();
        assert!(row.is_sorted(), "{row:?}");
        assert_eq!(
            (row[0], row[7], row[15] as u16 + u16::from(row[16]), row[31]),
            (0, 0, 255, 255)
        );
    }

    #[test]
    fn what_is_transparent_lies_on_white_paper() {
        assert_eq!(pixel(&shrunk(40, |_, _| [0, 0, 0, 0]), 4, 4), [255; 3]);
        assert_eq!(pixel(&shrunk(40, |_, _| [200, 0, 100, 128]), 4, 4), [227, 127, 177]);
    }

    #[test]
    fn grey_is_luma() {
        // What Pillow 13's `Image.convert("L")` gives.
        let known = [
            ([255, 0, 0], 76),
            ([0, 255, 0], 150),
            ([0, 0, 255], 29),
            ([200, 30, 99], 89),
            ([1, 2, 3], 2),
        ];
        for (colour, expected) in known {
            assert_eq!(luma(colour), expected, "{colour:?}");
        }
        assert!((0..=255).all(|value| luma([value; 3]) == value));
        let to = PictureShape::new(32, 32, 1).expect("a shape");
        let red = part(crop(70), 1, to, |_, _| [255, 0, 0, 255]);
        assert_eq!(red, [76; SIDE * SIDE]);
    }

    #[test]
    fn any_shape_is_made_of_any_size() {
        for (height, width) in [(12, 20), (64, 8), (8, 64), (33, 31)] {
            let to = PictureShape::new(height, width, 3).expect("a shape");
            for (all_width, all_height) in [
                (1, 1),
                (1, 900),
                (900, 1),
                (7, 9),
                (40, 24),
                (20, 12),
                (21, 12),
                (200, 100),
                (63, 500),
            ] {
                let crop = Crop::middle(all_width, all_height, Orientation::default(), to);
                assert!(crop.width >= 1 && crop.left + crop.width <= all_width, "{crop:?}");
                assert!(crop.height >= 1 && crop.top + crop.height <= all_height, "{crop:?}");
                let plain = part(crop, 1, to, |_, _| [10, 20, 30, 255]);
                assert_eq!(plain, [10, 20, 30].repeat(to.area()), "{to}: {crop:?}");
            }
        }
        // Every pixel of the result is the mean of three by two.
        let to = PictureShape::new(8, 10, 1).expect("a shape");
        let crop = Crop { left: 0, top: 0, width: 30, height: 16 };
        let colour = |x: usize, y: usize| u32::from((x + 10 * y) as u8);
        let made = part(crop, 1, to, |x, y| {
            let value = colour(x, y) as u8;
            [value, value, value, 255]
        });
        let mean = |x: usize, y: usize| {
            let of = |dx: usize, dy: usize| colour(3 * x + dx, 2 * y + dy);
            ((0..6).map(|at| of(at % 3, at / 3)).sum::<u32>() + 3) / 6
        };
        for (x, y) in [(0, 0), (3, 1), (9, 7)] {
            assert_eq!(u32::from(made[10 * y + x]), mean(x, y));
        }
    }

    #[test]
    fn stored_in_any_way_a_picture_is_the_same() {
        let oblong = PictureShape::new(24, 20, 3).expect("a shape");
        // Sizes of which there is no exact middle, larger and smaller than the result.
        for (to, (width, height)) in [
            (PictureShape::CIFAR, (37_usize, 46_usize)),
            (oblong, (47, 46)),
            (oblong, (46, 63)),
            (oblong, (15, 9)),
        ] {
            let upright =
                |x: usize, y: usize| [(x * 5) as u8, (y * 4) as u8, ((x * y) % 251) as u8, 255];
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
                let crop = Crop::middle(stored_width as u32, stored_height as u32, orientation, to);
                let (left, top) = (crop.left as usize, crop.top as usize);
                part(crop, number, to, |x, y| stored(left + x, top + y))
            };
            let expected = picture(1);
            for number in 0..=9 {
                assert!(picture(number) == expected, "{to}, stored in way {number}");
            }
        }
    }

    #[test]
    fn a_row_too_few_is_no_picture() {
        let mut shrinker = Shrinker::new(crop(40), Orientation::default(), PictureShape::CIFAR);
        (0..39).for_each(|_| shrinker.row(&[9; 160]));
        assert_eq!(shrinker.clone().finish(), None);
        shrinker.row(&[9; 3]);
        shrinker.row(&[9; 160]);
        assert!(shrinker.finish().is_some());
    }
}
