//! How large pictures are and how many channels they have: a fact of each data set, and what somebody asks
//! for when one is made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Height and width of a picture, in pixels.
pub const SIDES: std::ops::RangeInclusive<usize> = 8..=64;

/// The shape of every picture of a data set: each side is one of [`SIDES`], and there are one channel
/// (grey) or three (red, green and blue).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct PictureShape {
    height: usize,
    width: usize,
    channels: usize,
}

/// A shape as manifests have it.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Unchecked {
    width: usize,
    height: usize,
    channels: usize,
}

/// A shape that no data set has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Pictures of {width}x{height} (width x height) with {channels} {} are not supported: sides are {} to \
     {}, and channels 1 or 3.", if *.channels == 1 { "channel" } else { "channels" }, SIDES.start(), SIDES.end()
)]
pub struct PictureShapeError {
    width: usize,
    height: usize,
    channels: usize,
}

impl PictureShape {
    /// CIFAR's: 32x32 pixels of red, green and blue.
    pub const CIFAR: Self = Self { height: 32, width: 32, channels: 3 };

    /// A shape.
    ///
    /// # Errors
    /// [`PictureShapeError`] if pictures of it are not supported.
    pub fn new(height: usize, width: usize, channels: usize) -> Result<Self, PictureShapeError> {
        let fits = SIDES.contains(&height) && SIDES.contains(&width) && matches!(channels, 1 | 3);
        if fits {
            return Ok(Self { height, width, channels });
        }
        Err(PictureShapeError { width, height, channels })
    }

    /// Rows of pixels.
    #[must_use]
    pub const fn height(self) -> usize {
        self.height
    }

    /// Pixels of a row.
    #[must_use]
    pub const fn width(self) -> usize {
        self.width
    }

    /// Values of a pixel: 1 or 3.
    #[must_use]
    pub const fn channels(self) -> usize {
        self.channels
    }

    /// Pixels of a picture.
    #[must_use]
    pub const fn area(self) -> usize {
        self.height * self.width
    }

    /// Values of a picture, and so its bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.area() * self.channels
    }

    /// Height, width and channels, as models have them.
    #[must_use]
    pub const fn dims(self) -> [usize; 3] {
        [self.height, self.width, self.channels]
    }
}

impl fmt::Display for PictureShape {
    /// Height, width and channels, such as `28x28x1`, as models have them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.height, self.width, self.channels)
    }
}

impl TryFrom<Unchecked> for PictureShape {
    type Error = PictureShapeError;

    fn try_from(Unchecked { width, height, channels }: Unchecked) -> Result<Self, Self::Error> {
        Self::new(height, width, channels)
    }
}

impl From<PictureShape> for Unchecked {
    fn from(PictureShape { height, width, channels }: PictureShape) -> Self {
        Self { width, height, channels }
    }
}

/// A picture's size, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// A text that is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no size of pictures. Give a side, such as 32, or width and height, such as 64x48; each is \
     {} to {}.", SIDES.start(), SIDES.end()
)]
pub struct SizeError {
    text: String,
}

impl FromStr for Size {
    type Err = SizeError;

    /// A side, or width and height with an `x` between them.
    fn from_str(text: &str) -> Result<Self, SizeError> {
        let side = |digits: &str| {
            let plain =
                (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten().filter(|side| SIDES.contains(side))
        };
        let trimmed = text.trim();
        let (width, height) = trimmed.split_once(['x', 'X', '×']).unwrap_or((trimmed, trimmed));
        match (side(width.trim()), side(height.trim())) {
            (Some(width), Some(height)) => Ok(Self { width, height }),
            _ => Err(SizeError { text: text.chars().take(40).collect() }),
        }
    }
}

/// What pictures are made to be; what is not asked for stays as the source has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShapeRequest {
    /// Their size.
    pub size: Option<Size>,
    /// Their channels: 1, grey, or 3.
    pub channels: Option<usize>,
}

impl ShapeRequest {
    /// The shape that pictures of `height`, `width` and `channels` are made to have.
    ///
    /// # Errors
    /// [`PictureShapeError`] if it is not supported.
    pub fn of(
        self,
        height: usize,
        width: usize,
        channels: usize,
    ) -> Result<PictureShape, PictureShapeError> {
        let size = self.size.unwrap_or(Size { width, height });
        PictureShape::new(size.height, size.width, self.channels.unwrap_or(channels))
    }

    /// The shape of pictures that come in any size: CIFAR's, where nothing else is asked for.
    ///
    /// # Errors
    /// [`PictureShapeError`] if it is not supported.
    pub fn of_files(self) -> Result<PictureShape, PictureShapeError> {
        let [height, width, channels] = PictureShape::CIFAR.dims();
        self.of(height, width, channels)
    }
}

#[cfg(test)]
mod tests {
    use super::{PictureShape, ShapeRequest, Size};

    #[test]
    fn sides_and_channels_have_their_ranges() {
        let shape = PictureShape::new(12, 20, 1).expect("12 rows of 20");
        assert_eq!((shape.area(), shape.bytes(), shape.to_string()), (240, 240, "12x20x1".into()));
        assert_eq!(PictureShape::CIFAR.bytes(), 3072);
        for (height, width, channels) in [
            (7, 32, 3),
            (32, 65, 3),
            (32, 32, 2),
            (32, 32, 4),
            (32, 32, 0),
            (0, 0, 1),
            (usize::MAX, 8, 1),
        ] {
            let error = PictureShape::new(height, width, channels).expect_err("out of range");
            assert!(error.to_string().contains("sides are 8 to 64"), "{error}");
        }
    }

    #[test]
    fn a_size_is_a_side_or_two() {
        let size = |width, height| Ok(Size { width, height });
        assert_eq!("28".parse(), size(28, 28));
        assert_eq!(" 20x12 ".parse(), size(20, 12));
        assert_eq!("64X8".parse(), size(64, 8));
        for bad in [
            "",
            "x",
            "7",
            "65",
            "32x",
            "32x32x3",
            "-8",
            "+32",
            "1e1",
            "３２",
            "32.0",
            &"9".repeat(99),
        ] {
            let error = bad.parse::<Size>().expect_err(bad).to_string();
            assert!(error.contains("such as 64x48") && error.len() < 250, "{error}");
        }
    }

    #[test]
    fn what_is_not_asked_for_stays() {
        let request = ShapeRequest { size: None, channels: Some(1) };
        assert_eq!(request.of(20, 30, 3), PictureShape::new(20, 30, 1));
        assert_eq!(request.of_files(), PictureShape::new(32, 32, 1));
        assert!(ShapeRequest::default().of(100, 100, 1).is_err());
    }
}
