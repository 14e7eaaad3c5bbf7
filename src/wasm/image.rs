//! Pixels as a canvas takes them, and the shape of pictures as JavaScript has it.

use js_sys::Uint8ClampedArray;
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

use super::failure::Failure;
use crate::data::pictures::PictureShape;

/// Bytes of a pixel in an `ImageData`: red, green, blue, opacity.
pub(super) const PIXEL_BYTES: usize = 4;

/// The shape of a picture, in TypeScript.
#[wasm_bindgen(typescript_custom_section)]
const PICTURE_SHAPE: &str =
    "export interface PictureShape { width: number; height: number; channels: number; }";

/// The shape `{ width, height, channels }` of pictures; `None`, where it is `undefined` or `null`.
pub(super) fn picture_from(value: &JsValue) -> Result<Option<PictureShape>, Failure> {
    serde_wasm_bindgen::from_value(value.clone()).map_err(|error| Failure {
        name: "ConfigError",
        message: format!("This is no shape of pictures: {error}"),
    })
}

/// An image of values `[y][x][channel]` of pictures of this shape, `height` rows of them, opaque; grey ones
/// have three equal colours. It keeps the array that it is made of, which may be no view of this module's
/// memory.
pub(super) fn image(
    values: impl ExactSizeIterator<Item = u8>,
    shape: PictureShape,
    height: usize,
) -> Result<ImageData, JsValue> {
    let mut rgba = Vec::with_capacity(values.len() / shape.channels() * PIXEL_BYTES);
    let mut values = values;
    while let Some(first) = values.next() {
        let (second, third) = match shape.channels() {
            1 => (first, first),
            _ => (values.next().unwrap_or(first), values.next().unwrap_or(first)),
        };
        rgba.extend_from_slice(&[first, second, third, u8::MAX]);
    }
    let bytes = Uint8ClampedArray::from(rgba.as_slice());
    ImageData::new_with_js_u8_clamped_array_and_sh(&bytes, shape.width() as u32, height as u32)
}
