//! Pictures as a canvas takes them. An atlas is one `ImageData` with pictures of one size below each other:
//! each of them is drawn from there without being copied, and however many there are, one image crosses to
//! the page. Grey pictures have three equal colours there.

use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

use super::failure::Failure;
use super::image::{PIXEL_BYTES, image};
use crate::data::picture_file::luma;
use crate::data::pictures::PictureShape;

/// Pictures below each other in one image.
#[derive(Serialize, Tsify)]
pub struct Sheet {
    #[serde(with = "preserve")]
    #[tsify(type = "ImageData")]
    image: ImageData,
    /// Pixels of a row of a picture.
    width: u32,
    /// Rows of a picture.
    height: u32,
}

/// Pictures below each other in one image; `null` for none, since an image has at least one row.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct Atlas(#[tsify(type = "Sheet | null")] Option<Sheet>);

impl Atlas {
    /// Of bytes `[picture][y][x][channel]`.
    pub(super) fn of_bytes(bytes: &[u8], shape: PictureShape) -> Result<Self, JsValue> {
        Self::of(bytes.iter().copied(), shape)
    }

    /// Of values `[picture][y][x][channel]` in 0 to 1. A cast saturates: what is outside is cut.
    pub(super) fn of_values(values: &[f32], shape: PictureShape) -> Result<Self, JsValue> {
        Self::of(values.iter().map(|value| (value * 255.0 + 0.5) as u8), shape)
    }

    fn of(values: impl ExactSizeIterator<Item = u8>, shape: PictureShape) -> Result<Self, JsValue> {
        let count = values.len() / shape.bytes();
        if count == 0 {
            return Ok(Self(None));
        }
        let image = image(values, shape, count * shape.height())?;
        let [height, width, _] = shape.dims().map(|length| length as u32);
        Ok(Self(Some(Sheet { image, width, height })))
    }
}

/// The bytes `[picture][y][x][channel]` of pictures of this shape below each other in an image, without
/// opacity; where they are grey, their luma. Anything but an image is refused here: an exception that
/// JavaScript throws while a session is borrowed would leave it so.
pub(super) fn bytes_of(image: &JsValue, shape: PictureShape) -> Result<Vec<u8>, Failure> {
    let refused = |message| Failure { name: "ImportError", message };
    let image = image.dyn_ref::<ImageData>().ok_or_else(|| {
        refused(
            "The pictures are no image. Give an ImageData with the pictures below each other."
                .into(),
        )
    })?;
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width != shape.width() || height % shape.height() != 0 {
        let [rows, columns, _] = shape.dims();
        return Err(refused(format!(
            "An image of {width}x{height} pixels has no pictures of {columns}x{rows} below each other. Make \
             it {columns} wide, and {rows} high for each picture."
        )));
    }
    let rgba = image.data().0;
    let pixels = rgba.as_chunks::<PIXEL_BYTES>().0.iter();
    let colours = pixels.map(|&[red, green, blue, _]| [red, green, blue]);
    Ok(match shape.channels() {
        1 => colours.map(luma).collect(),
        _ => colours.flatten().collect(),
    })
}
