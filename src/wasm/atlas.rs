//! Pictures as a canvas takes them. An atlas is one `ImageData` with pictures below each other: each of
//! them is drawn from there without being copied, and however many there are, one image crosses to the
//! page.

use serde::Serialize;
use serde_wasm_bindgen::preserve;
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

use super::failure::Failure;
use super::image::{PIXEL_BYTES, image, opaque};
use crate::data::pictures::{CHANNELS, SIDE};

/// Pictures below each other, 32 pixels wide; `null` for none, since an image has at least one row.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct Atlas(
    #[serde(with = "preserve")]
    #[tsify(type = "ImageData | null")]
    JsValue,
);

impl Atlas {
    /// Of bytes `[picture][y][x][channel]`.
    pub(super) fn of_bytes(rgb: &[u8]) -> Result<Self, JsValue> {
        Self::of_pixels(rgb.as_chunks().0.iter().copied())
    }

    /// Of values `[picture][y][x][channel]` in 0 to 1. A cast saturates: what is outside is cut.
    pub(super) fn of_values(values: &[f32]) -> Result<Self, JsValue> {
        let bytes = |pixel: &[f32; CHANNELS]| pixel.map(|value| (value * 255.0 + 0.5) as u8);
        Self::of_pixels(values.as_chunks().0.iter().map(bytes))
    }

    fn of_pixels(pixels: impl ExactSizeIterator<Item = [u8; CHANNELS]>) -> Result<Self, JsValue> {
        let rgba = opaque(pixels);
        let height = rgba.len() / (SIDE * PIXEL_BYTES);
        if height == 0 {
            return Ok(Self(JsValue::NULL));
        }
        Ok(Self(image(&rgba, height)?.into()))
    }
}

/// The bytes `[picture][y][x][channel]` of an atlas, without opacity. Anything but an image is refused
/// here: an exception that JavaScript throws while a session is borrowed would leave it so.
pub(super) fn bytes_of(atlas: &JsValue) -> Result<Vec<u8>, Failure> {
    let refused = |message| Failure { name: "ImportError", message };
    let atlas = atlas.dyn_ref::<ImageData>().ok_or_else(|| {
        refused(
            "The pictures are no image. Give an ImageData with the pictures below each other."
                .into(),
        )
    })?;
    let (width, height) = (atlas.width() as usize, atlas.height() as usize);
    if width != SIDE || height % SIDE != 0 {
        return Err(refused(format!(
            "An image of {width}x{height} pixels has no pictures of {SIDE}x{SIDE} below each other. Make it \
             {SIDE} wide, and {SIDE} high for each picture."
        )));
    }
    let rgba = atlas.data().0;
    let pixels = rgba.as_chunks::<PIXEL_BYTES>().0.iter();
    Ok(pixels.flat_map(|&[red, green, blue, _]| [red, green, blue]).collect())
}
