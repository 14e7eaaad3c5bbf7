//! Pixels as a canvas takes them.

use js_sys::Uint8ClampedArray;
use wasm_bindgen::prelude::*;
use web_sys::ImageData;

use crate::data::pictures::{CHANNELS, SIDE};

/// Bytes of a pixel in an `ImageData`: red, green, blue, opacity.
pub(super) const PIXEL_BYTES: usize = 4;

/// The bytes of opaque pixels.
pub(super) fn opaque(pixels: impl ExactSizeIterator<Item = [u8; CHANNELS]>) -> Vec<u8> {
    let mut rgba = Vec::with_capacity(pixels.len() * PIXEL_BYTES);
    for [red, green, blue] in pixels {
        rgba.extend_from_slice(&[red, green, blue, u8::MAX]);
    }
    rgba
}

/// An image of rows 32 pixels wide. It keeps the array that it is made of, which may be no view of this module's
/// memory.
pub(super) fn image(rgba: &[u8], height: usize) -> Result<ImageData, JsValue> {
    let bytes = Uint8ClampedArray::from(rgba);
    ImageData::new_with_js_u8_clamped_array_and_sh(&bytes, SIDE as u32, height as u32)
}
