//! The binary version: records of a label, or two in CIFAR-100, and three planes.

use super::CifarError;
use crate::data::pictures::{CHANNELS, PICTURE_BYTES, Pictures, SIDE};

/// One label and three planes.
pub const RECORD_BYTES: usize = 1 + PICTURE_BYTES;
/// CIFAR-100 puts the label of a coarse class before that of the fine one.
pub(super) const RECORD_BYTES_100: usize = 2 + PICTURE_BYTES;

/// Whether a file this long has records, and whether those of CIFAR-100.
pub(super) fn layout(bytes: u64) -> Option<bool> {
    match bytes {
        0 => None,
        _ if bytes.is_multiple_of(RECORD_BYTES as u64) => Some(false),
        _ if bytes.is_multiple_of(RECORD_BYTES_100 as u64) => Some(true),
        _ => None,
    }
}

/// Reads a file of records, such as `data_batch_1.bin`: of CIFAR-10, or of CIFAR-100 with its fine
/// labels.
///
/// # Errors
/// If the bytes are not whole records.
pub fn records(file: &str, bytes: &[u8]) -> Result<Pictures, CifarError> {
    if bytes.is_empty() {
        return Err(CifarError::Empty { file: file.into() });
    }
    let length = bytes.len() as u64;
    let Some(is_100) = layout(length) else {
        return Err(CifarError::RecordLength { file: file.into(), bytes: length });
    };
    let (labels, size) = if is_100 { (2, RECORD_BYTES_100) } else { (1, RECORD_BYTES) };
    let mut pictures = Pictures::with_capacity(bytes.len() / size);
    for record in bytes.chunks_exact(size) {
        let (labels, planes) = record.split_at(labels);
        if let (Some(&label), Ok(planes)) = (labels.last(), planes.try_into()) {
            pictures.push(label, &from_planes(planes));
        }
    }
    Ok(pictures)
}

/// Red, green and blue planes as pixels of three bytes.
pub(super) fn from_planes(planes: &[u8; PICTURE_BYTES]) -> [u8; PICTURE_BYTES] {
    let mut pixels = [0; PICTURE_BYTES];
    for (at, pixel) in pixels.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        *pixel = std::array::from_fn(|channel| planes[channel * SIDE * SIDE + at]);
    }
    pixels
}
