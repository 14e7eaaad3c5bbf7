//! One file of a picture, from its bytes to the pixels of a data set: what it is (`format`), whether it is whole and
//! how it is turned, before anything is decoded (`header`), and one way to make it small (`shrink`). PNG
//! is decoded here; of other formats a driver decodes bytes that leave decoders no choice, with a crate in
//! the terminal and with the browser on the page, and gives the pixels back.

mod crop;
mod exif;
mod fault;
mod format;
mod header;
mod jpeg;
mod png;
mod resize;
mod shrink;

pub use crop::Crop;
pub use fault::Fault;
pub use format::{Content, Format, HEAD_BYTES, Kind, content};
pub use resize::Resizer;
pub use shrink::luma;

use crate::data::pictures::PictureShape;
use header::Header;
use shrink::Shrinker;

/// A file with more bytes is not read.
pub const MOST_BYTES: u64 = 64_000_000;
/// A picture with more pixels is not decoded: a small file may unpack into more than there is memory.
pub const MOST_PIXELS: u64 = 100_000_000;

/// A picture of the size of a data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    /// `[y][x][channel]`.
    pub pixels: Vec<u8>,
    /// How many bits are used of 16, where the file has 16.
    pub bits: Option<u32>,
}

/// What a driver has to decode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// Which decoder it needs.
    pub format: Format,
    /// Columns as they are stored.
    pub width: u32,
    /// Rows as they are stored.
    pub height: u32,
    /// The file, without what decoders treat differently.
    pub bytes: Vec<u8>,
}

/// A file on its way to being small.
#[derive(Debug, Clone)]
pub struct PictureFile {
    found: Result<Option<u32>, Fault>,
    encoded: Option<Encoded>,
    crop: Crop,
    shrinker: Shrinker,
}

impl PictureFile {
    /// Looks at a file, and decodes it if it is a PNG; it becomes a picture of the shape `to`. Anything
    /// may be given.
    #[must_use]
    pub fn open(bytes: &[u8], to: PictureShape) -> Self {
        Self::read(bytes, to).unwrap_or_else(Self::failed)
    }

    /// A file of which it is known that it cannot be taken.
    #[must_use]
    pub fn failed(fault: Fault) -> Self {
        let mut file = Self::decoded(1, 1, PictureShape::CIFAR);
        file.found = Err(fault);
        file
    }

    /// A picture that a driver has decoded already, such as a frame of a film: the rows of [`Self::crop`]
    /// are still to be given. An empty one, or one that is too large, fails at the end.
    #[must_use]
    pub fn decoded(width: u32, height: u32, to: PictureShape) -> Self {
        let found = match u64::from(width) * u64::from(height) {
            0 => Err(Fault::Damaged),
            pixels if pixels > MOST_PIXELS => Err(Fault::Pixels),
            _ => Ok(None),
        };
        let upright = exif::Orientation::default();
        let crop = Crop::middle(width.max(1), height.max(1), upright, to);
        let shrinker = Shrinker::new(crop, upright, to);
        Self { found, encoded: None, crop, shrinker }
    }

    fn read(bytes: &[u8], to: PictureShape) -> Result<Self, Fault> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(Fault::Bytes);
        }
        let format = match content(bytes) {
            Content::Picture(format) => format,
            Content::Known(kind) => return Err(Fault::Known(kind)),
            Content::Empty => return Err(Fault::Empty),
            Content::AppleDouble | Content::Unknown => return Err(Fault::NoPicture),
        };
        let Header { width, height, orientation, plain } = header::read(format, bytes)?;
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(Fault::Pixels);
        }
        if width == 0 || height == 0 {
            return Err(Fault::Damaged);
        }
        let crop = Crop::middle(width, height, orientation, to);
        let mut shrinker = Shrinker::new(crop, orientation, to);
        if format == Format::Png {
            let found = Ok(png::decode(&plain, crop, &mut shrinker)?);
            return Ok(Self { found, encoded: None, crop, shrinker });
        }
        let bytes = plain.into_owned();
        let encoded = Some(Encoded { format, width, height, bytes });
        Ok(Self { found: Ok(None), encoded, crop, shrinker })
    }

    /// What a driver has to decode before the picture can be finished.
    #[must_use]
    pub fn encoded(&self) -> Option<&Encoded> {
        self.encoded.as_ref()
    }

    /// The part of the picture that is used.
    #[must_use]
    pub fn crop(&self) -> Crop {
        self.crop
    }

    /// Takes rows of [`Self::crop`] from a driver, from the top, as many as it has at hand: four bytes a
    /// pixel, red, green, blue, and opacity, not multiplied by it.
    pub fn rows(&mut self, rgba: &[u8]) {
        let row = (self.crop.width as usize).saturating_mul(4).max(1);
        rgba.chunks_exact(row).for_each(|row| self.shrinker.row(row));
    }

    /// Takes values of 16 bits in place of [`Self::rows`], all of them at once, likewise four a pixel.
    pub fn rows_of_16_bits(&mut self, rgba: &[u16]) {
        let colours = rgba.as_chunks::<4>().0.iter().flat_map(|pixel| &pixel[..3]);
        let bits = png::bits_used(colours.copied().max().unwrap_or_default());
        let bytes: Vec<u8> = rgba
            .iter()
            .enumerate()
            .map(|(place, &value)| png::byte(value, if place % 4 == 3 { 16 } else { bits }))
            .collect();
        self.rows(&bytes);
        self.found = self.found.and(Ok(Some(bits)));
    }

    /// A driver's decoder failed.
    pub fn fail(&mut self, fault: Fault) {
        self.found = Err(fault);
    }

    /// The small picture.
    ///
    /// # Errors
    /// Why the file is not taken; [`Fault::Damaged`] if a driver gave too few rows.
    pub fn finish(self) -> Result<Small, Fault> {
        let bits = self.found?;
        Ok(Small { pixels: self.shrinker.finish().ok_or(Fault::Damaged)?, bits })
    }
}
