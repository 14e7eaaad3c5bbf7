//! The binary version: records of a label, or two in CIFAR-100, and three planes.

use super::cifar100::Pairs;
use super::{CifarError, Labels};
use crate::data::pictures::{PictureShape, Pictures};

/// Height and width of CIFAR's pictures, in pixels.
pub(super) const SIDE: usize = PictureShape::CIFAR.width();
/// Red, green and blue.
pub(super) const CHANNELS: usize = PictureShape::CIFAR.channels();
/// Bytes of one of CIFAR's pictures.
pub(super) const PICTURE_BYTES: usize = PictureShape::CIFAR.bytes();

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

/// Pictures of a batch, with one label each.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) pictures: Pictures,
    /// Whether it has the two labels of CIFAR-100.
    pub(super) is_100: bool,
    /// Whether the two go together as CIFAR-100's do; nothing where only one is there.
    pub(super) pairs: Pairs,
}

/// Reads a file of records, such as `data_batch_1.bin`: of CIFAR-10, or of CIFAR-100 with its fine
/// labels.
///
/// # Errors
/// If the bytes are not whole records.
pub fn records(file: &str, bytes: &[u8]) -> Result<Pictures, CifarError> {
    batch(file, bytes, Labels::Fine).map(|batch| batch.pictures)
}

/// The same, with the labels that are asked for.
pub(super) fn batch(file: &str, bytes: &[u8], chosen: Labels) -> Result<Batch, CifarError> {
    if bytes.is_empty() {
        return Err(CifarError::Empty { file: file.into() });
    }
    let length = bytes.len() as u64;
    let Some(is_100) = layout(length) else {
        return Err(CifarError::RecordLength { file: file.into(), bytes: length });
    };
    if !is_100 && chosen == Labels::Coarse {
        return Err(CifarError::NoCoarse { file: file.into() });
    }
    let (labels, size) = if is_100 { (2, RECORD_BYTES_100) } else { (1, RECORD_BYTES) };
    let mut pictures = Pictures::with_capacity(PictureShape::CIFAR, bytes.len() / size);
    let mut pairs = Pairs::default();
    for record in bytes.chunks_exact(size) {
        let (labels, planes) = record.split_at(labels);
        let label = match *labels {
            [coarse, fine] => {
                pairs.see(i64::from(coarse), i64::from(fine));
                if chosen == Labels::Coarse { coarse } else { fine }
            }
            _ => labels[0],
        };
        if let Ok(planes) = planes.try_into() {
            pictures.push(label, &from_planes(planes));
        }
    }
    Ok(Batch { pictures, is_100, pairs })
}

/// Red, green and blue planes as pixels of three bytes.
pub(super) fn from_planes(planes: &[u8; PICTURE_BYTES]) -> [u8; PICTURE_BYTES] {
    let mut pixels = [0; PICTURE_BYTES];
    for (at, pixel) in pixels.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        *pixel = std::array::from_fn(|channel| planes[channel * SIDE * SIDE + at]);
    }
    pixels
}
