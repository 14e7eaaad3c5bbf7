//! Decoding by the crate `image`, of formats that `tabgrad` does not decode itself. Which pixels are
//! wanted, and what is made of them, is decided there.

use image::{DynamicImage, GenericImageView, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use tabgrad::data::picture_file::{Crop, Encoded, Fault, Format, PictureFile};
use tabgrad::data::pictures::PictureShape;

/// More than the pixels that are allowed take in any format.
const MOST_MEMORY: u64 = 2 << 30;

/// A file, decoded if it can be, on its way to this shape.
pub(super) fn picture(bytes: &[u8], shape: PictureShape) -> PictureFile {
    let mut file = PictureFile::open(bytes, shape);
    match file.encoded().map(decode) {
        Some(Some(picture)) => give(&mut file, &picture),
        Some(None) => file.fail(Fault::Damaged),
        None => {}
    }
    file
}

/// `None` if the file is damaged, or its header said another size.
fn decode(encoded: &Encoded) -> Option<DynamicImage> {
    let format = match encoded.format {
        Format::Png => ImageFormat::Png,
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Gif => ImageFormat::Gif,
        Format::WebP => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
        Format::Tiff => ImageFormat::Tiff,
    };
    let mut reader = ImageReader::with_format(Cursor::new(&encoded.bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    (picture.dimensions() == (encoded.width, encoded.height)).then_some(picture)
}

fn give(file: &mut PictureFile, picture: &DynamicImage) {
    let Crop { left, top, width, height } = file.crop();
    let deep = matches!(
        picture,
        DynamicImage::ImageLuma16(_)
            | DynamicImage::ImageLumaA16(_)
            | DynamicImage::ImageRgb16(_)
            | DynamicImage::ImageRgba16(_)
    );
    let crop = picture.crop_imm(left, top, width, height);
    if deep {
        file.rows_of_16_bits(crop.into_rgba16().as_raw());
    } else {
        file.rows(crop.into_rgba8().as_raw());
    }
}
