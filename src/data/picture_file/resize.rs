//! Pictures of formats that have one size and bytes for pixels, made to the shape of a data set: what is
//! that shape already is left as it is, the rest goes the way of every picture (`shrink`).

use super::crop::Crop;
use super::exif::Orientation;
use super::shrink::{Shrinker, luma};
use crate::data::pictures::{PictureShape, PictureShapeError, Pictures, ShapeRequest};
use std::borrow::Cow;

/// From pictures of one size to a shape. Pictures of one channel become grey ones of three, and those of
/// three their luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resizer {
    height: usize,
    width: usize,
    channels: usize,
    to: PictureShape,
}

impl Resizer {
    /// From `height` by `width` pixels of `channels` values, of 1 or 3, to what is asked for.
    ///
    /// # Errors
    /// [`PictureShapeError`] if that is no shape of a data set, or no picture is so large.
    pub fn new(
        height: usize,
        width: usize,
        channels: usize,
        request: ShapeRequest,
    ) -> Result<Self, PictureShapeError> {
        let to = request.of(height, width, channels)?;
        // No side is longer where a file says so; and what has no pixels, or neither one nor three
        // channels, fails as itself.
        let has_pixels = [height, width].iter().all(|side| (1..=MOST_SIDE).contains(side));
        if !has_pixels || !matches!(channels, 1 | 3) {
            PictureShape::new(height, width, channels)?;
        }
        Ok(Self { height, width, channels, to })
    }

    /// The shape that pictures get.
    #[must_use]
    pub fn to(&self) -> PictureShape {
        self.to
    }

    /// Bytes of a picture before.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.height * self.width * self.channels
    }

    /// What there is to say of how pictures are changed, in a sentence.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let same_size = (self.height, self.width) == (self.to.height(), self.to.width());
        let size = format!("{}x{}", self.to.width(), self.to.height());
        let larger = self.to.width() > self.width || self.to.height() > self.height;
        let how = if larger { "by interpolation" } else { "by the mean of what a pixel covers" };
        let grey = match (self.channels, self.to.channels()) {
            (3, 1) => Some("grey, by luma"),
            (1, 3) => Some("three equal channels"),
            _ => None,
        };
        let was = format!("The pictures are {}x{}", self.width, self.height);
        match (same_size, grey) {
            (true, None) => None,
            (true, Some(grey)) => Some(format!("{was} and were made {grey}.")),
            (false, None) => Some(format!("{was} and were made {size}, {how}.")),
            (false, Some(grey)) => Some(format!("{was} and were made {size}, {how}, and {grey}.")),
        }
    }

    /// All of `pictures`, which have the size from before, in their new shape.
    ///
    /// # Panics
    /// If they have another.
    #[must_use]
    pub fn pictures(&self, pictures: &Pictures) -> Pictures {
        let mut all = Pictures::with_capacity(self.to, pictures.len());
        pictures.iter().for_each(|(label, pixels)| all.push(label, &self.picture(pixels)));
        all
    }

    /// A picture of [`Self::bytes`], `[y][x][channel]`, in its new shape.
    ///
    /// # Panics
    /// If it has fewer bytes.
    #[must_use]
    pub fn picture<'a>(&self, pixels: &'a [u8]) -> Cow<'a, [u8]> {
        let pixels = &pixels[..self.bytes()];
        if (self.height, self.width) == (self.to.height(), self.to.width()) {
            return match (self.channels, self.to.channels()) {
                (3, 1) => pixels.as_chunks().0.iter().copied().map(luma).collect(),
                (1, 3) => pixels.iter().flat_map(|&value| [value; 3]).collect(),
                _ => Cow::Borrowed(pixels),
            };
        }
        let upright = Orientation::default();
        let crop = Crop::middle(self.width as u32, self.height as u32, upright, self.to);
        let mut shrinker = Shrinker::new(crop, upright, self.to);
        let (top, left) = (crop.top as usize, crop.left as usize * self.channels);
        for row in pixels.chunks_exact(self.width * self.channels).skip(top) {
            shrinker.row_of_bytes(&row[left..], self.channels);
        }
        Cow::Owned(shrinker.finish().expect("all rows of the part were there"))
    }
}

/// A longer side is not read: files may say anything.
const MOST_SIDE: usize = 4096;

#[cfg(test)]
mod tests {
    use super::Resizer;
    use crate::data::pictures::{PictureShape, ShapeRequest, Size};

    fn to(width: usize, height: usize, channels: Option<usize>) -> ShapeRequest {
        ShapeRequest { size: Some(Size { width, height }), channels }
    }

    #[test]
    fn what_has_the_shape_stays() {
        let pixels: Vec<u8> = (0..=255).cycle().take(784).collect();
        let same = Resizer::new(28, 28, 1, ShapeRequest::default()).expect("a shape");
        assert_eq!((same.picture(&pixels).as_ref(), same.remark()), (&pixels[..], None));
        let colour = ShapeRequest { channels: Some(3), ..ShapeRequest::default() };
        let colour = Resizer::new(28, 28, 1, colour).expect("a shape");
        let rgb = colour.picture(&pixels).into_owned();
        assert_eq!(rgb[..9], [0, 0, 0, 1, 1, 1, 2, 2, 2]);
        let back = ShapeRequest { channels: Some(1), ..ShapeRequest::default() };
        let back = Resizer::new(28, 28, 3, back).expect("a shape");
        assert_eq!(back.picture(&rgb).as_ref(), pixels);
        assert!(colour.remark().is_some_and(|text| text.contains("three equal channels")));
    }

    #[test]
    fn others_are_resized_with_their_middle() {
        let half = Resizer::new(28, 28, 1, to(14, 14, None)).expect("a shape");
        let stripes: Vec<u8> = (0..784).map(|at| (at % 28 / 2 * 9) as u8).collect();
        let expected: Vec<u8> = (0..196).map(|at| (at % 14 * 9) as u8).collect();
        assert_eq!(half.picture(&stripes).as_ref(), expected);
        let larger = Resizer::new(28, 28, 1, to(32, 32, Some(3))).expect("a shape");
        assert_eq!(larger.picture(&[77; 784]).as_ref(), [77; 3072]);
        assert!(larger.remark().is_some_and(|text| text.contains("32x32, by interpolation")));
        // The middle 16 columns of 28.
        let narrow = Resizer::new(28, 28, 1, to(8, 14, None)).expect("a shape");
        assert_eq!(narrow.picture(&stripes)[..8], expected[3..11]);
        assert_eq!(narrow.to(), PictureShape::new(14, 8, 1).expect("a shape"));
    }

    #[test]
    fn sizes_that_no_file_has_are_refused() {
        for (height, width, channels) in
            [(0, 28, 1), (28, 1 << 20, 1), (28, 28, 2), (usize::MAX, 2, 1)]
        {
            assert!(Resizer::new(height, width, channels, to(32, 32, Some(1))).is_err());
        }
        assert!(Resizer::new(100, 100, 3, ShapeRequest::default()).is_err());
        assert!(Resizer::new(100, 100, 3, to(32, 32, None)).is_ok());
    }
}
