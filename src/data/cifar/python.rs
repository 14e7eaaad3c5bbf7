//! The Python version: a pickled dictionary with `data`, an array with a row for each picture, and
//! `labels`, or `fine_labels` and `coarse_labels` in CIFAR-100.

use super::cifar100::Pairs;
use super::records::{Batch, CHANNELS, PICTURE_BYTES, SIDE, from_planes};
use super::{CifarError, Labels};
use crate::data::pickle::{ByteArray, Pickle};
use crate::data::pictures::{PictureShape, Pictures};
use std::borrow::Cow;

/// Whether these bytes may be a pickle: of protocol 2 or later, or a dictionary of an earlier one.
pub(super) fn is_pickle(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 2..=5, ..] | [b'(', b'd', ..] | [b'}', ..])
}

/// The pictures of a batch, of CIFAR-100 with the labels that are asked for.
pub(super) fn batch(file: &str, bytes: &[u8], chosen: Labels) -> Result<Batch, CifarError> {
    let pickle =
        Pickle::parse(bytes).map_err(|why| CifarError::Pickle { file: file.into(), why })?;
    let wrong = |what| CifarError::Batch { file: file.into(), what };
    let list = |name| pickle.entry(name).and_then(|id| pickle.integers(id));
    let (fine, coarse) = (list("fine_labels"), list("coarse_labels"));
    let is_100 = fine.is_some() || coarse.is_some();
    let mut pairs = Pairs::default();
    if let (Some(fine), Some(coarse)) = (&fine, &coarse) {
        fine.iter().zip(coarse).for_each(|(&fine, &coarse)| pairs.see(coarse, fine));
    }
    let labels = match chosen {
        Labels::Coarse => coarse.ok_or_else(|| CifarError::NoCoarse { file: file.into() })?,
        Labels::Fine => fine
            .or_else(|| list("labels"))
            .ok_or_else(|| wrong("it has no list of whole numbers called `labels`"))?,
    };
    let data = pickle.entry("data").and_then(|id| pickle.byte_array(id));
    let data = data.ok_or_else(|| {
        wrong("it has no array of unsigned bytes called `data` whose size goes with its shape")
    })?;
    if labels.is_empty() || data.shape.first() != Some(&labels.len()) {
        return Err(wrong("`labels` and the rows of `data` are not equally many, or none"));
    }
    let (count, by_pixels) = match data.shape[1..] {
        [PICTURE_BYTES] | [CHANNELS, SIDE, SIDE] => (labels.len(), false),
        [SIDE, SIDE, CHANNELS] => (labels.len(), true),
        _ => return Err(wrong("the rows of `data` are not pictures of 3072 bytes")),
    };
    let by_rows = rows_together(&data, count);
    let mut pictures = Pictures::with_capacity(PictureShape::CIFAR, count);
    for (record, (row, label)) in by_rows.as_chunks().0.iter().zip(labels).enumerate() {
        let known = u8::try_from(label);
        let known = known.map_err(|_| CifarError::Label { file: file.into(), record, label })?;
        let row: &[u8; PICTURE_BYTES] = row;
        pictures.push(known, &if by_pixels { *row } else { from_planes(row) });
    }
    Ok(Batch { pictures, is_100, pairs })
}

/// The bytes of an array with the last dimension lying together.
fn rows_together<'a>(data: &'a ByteArray<'_>, count: usize) -> Cow<'a, [u8]> {
    if !data.fortran {
        return Cow::Borrowed(&data.bytes);
    }
    // The first dimension lies together: a step in the last one is the longest.
    let strides: Vec<usize> = data
        .shape
        .iter()
        .scan(1, |stride, length| {
            let this = *stride;
            *stride *= length;
            Some(this)
        })
        .collect();
    let mut offsets = vec![0];
    for (length, stride) in data.shape[1..].iter().zip(&strides[1..]) {
        offsets =
            offsets.iter().flat_map(|at| (0..*length).map(move |n| at + n * stride)).collect();
    }
    let row = |row| offsets.iter().map(move |at| data.bytes[row + at]);
    (0..count).flat_map(row).collect()
}

/// The names in `batches.meta` or, in CIFAR-100, those of the labels in `meta`; nothing where they
/// cannot be read.
pub(super) fn names(bytes: &[u8], labels: Labels) -> Option<Vec<String>> {
    let pickle = Pickle::parse(bytes).ok()?;
    let names = match labels {
        Labels::Fine => pickle.entry("fine_label_names").or(pickle.entry("label_names"))?,
        Labels::Coarse => pickle.entry("coarse_label_names")?,
    };
    pickle.strings(names).filter(|names| !names.is_empty())
}
