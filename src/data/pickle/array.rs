//! NumPy's arrays in a pickle: made empty and then given their state, or made of a buffer, as
//! protocol 5 does.

use super::{Id, Pickle, Value};
use std::borrow::Cow;

/// An array of bytes.
#[derive(Debug)]
pub(crate) struct ByteArray<'a> {
    /// Its length in each dimension.
    pub(crate) shape: Vec<usize>,
    /// Whether the first dimension, not the last, lies together.
    pub(crate) fortran: bool,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Whole numbers of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    signed: bool,
    size: usize,
    big: bool,
}

impl Kind {
    /// The numbers in these bytes, if they are whole numbers and fit into 64 bits.
    pub(super) fn integers(self, bytes: &[u8]) -> Option<Vec<i64>> {
        let whole = self.size > 0 && bytes.len().is_multiple_of(self.size);
        if !whole {
            return None;
        }
        bytes.chunks_exact(self.size).map(|bytes| self.integer(bytes)).collect()
    }

    fn integer(self, bytes: &[u8]) -> Option<i64> {
        let mut wide = [0; 8];
        wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
        if self.big {
            wide.get_mut(..bytes.len())?.reverse();
        }
        let unused = 8 * (8 - u32::try_from(bytes.len()).ok()?);
        if self.signed {
            return Some(i64::from_le_bytes(wide).checked_shl(unused)? >> unused);
        }
        i64::try_from(u64::from_le_bytes(wide)).ok()
    }
}

/// The parts of an array, however it was made.
struct Parts {
    shape: Id,
    dtype: Id,
    bytes: Id,
    fortran: bool,
}

impl Pickle<'_> {
    /// An array of unsigned bytes, whose length goes with its shape.
    pub(crate) fn byte_array(&self, id: Id) -> Option<ByteArray<'_>> {
        let parts = self.parts(id)?;
        let is_bytes = self.dtype(parts.dtype)? == Kind { signed: false, size: 1, big: false };
        let shape = self.shape(parts.shape)?;
        let bytes = self.bytes(parts.bytes)?;
        let fits = is_bytes && size_of_shape(&shape) == Some(bytes.len());
        fits.then_some(ByteArray { shape, fortran: parts.fortran, bytes })
    }

    /// A one-dimensional array of whole numbers.
    pub(super) fn integer_array(&self, id: Id) -> Option<Vec<i64>> {
        let parts = self.parts(id)?;
        let values = self.dtype(parts.dtype)?.integers(&self.bytes(parts.bytes)?)?;
        (self.shape(parts.shape)? == [values.len()]).then_some(values)
    }

    fn parts(&self, id: Id) -> Option<Parts> {
        match self.values[id] {
            Value::Array(Some(state)) => {
                let Value::Tuple(state) = &self.values[state] else {
                    return None;
                };
                let &[_version, shape, dtype, fortran, bytes] = state.as_slice() else {
                    return None;
                };
                let fortran = match self.values[fortran] {
                    Value::Bool(fortran) => fortran,
                    Value::Int(fortran) => fortran != 0,
                    _ => return None,
                };
                Some(Parts { shape, dtype, bytes, fortran })
            }
            Value::Buffer(arguments) => {
                let Value::Tuple(arguments) = &self.values[arguments] else {
                    return None;
                };
                let &[bytes, dtype, shape, order] = arguments.as_slice() else {
                    return None;
                };
                let fortran = match &self.values[order] {
                    Value::Text(order) => *order == "F",
                    _ => *self.bytes(order)? == *b"F",
                };
                Some(Parts { shape, dtype, bytes, fortran })
            }
            _ => None,
        }
    }

    fn shape(&self, id: Id) -> Option<Vec<usize>> {
        let Value::Tuple(shape) = &self.values[id] else {
            return None;
        };
        shape.iter().map(|&length| usize::try_from(self.integer_of(length)?).ok()).collect()
    }

    /// An integer that is one itself, not a number of NumPy's.
    fn integer_of(&self, id: Id) -> Option<i64> {
        match self.values[id] {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// A dtype of whole numbers: `u1`, `i8`, with the order of its bytes in its state.
    pub(super) fn dtype(&self, id: Id) -> Option<Kind> {
        let Value::Dtype(text, state) = self.values[id] else {
            return None;
        };
        let text = match &self.values[text] {
            Value::Text(text) => text.clone().into_owned().into_bytes(),
            _ => self.bytes(text)?.into_owned(),
        };
        let text = text.strip_prefix(b"|").or(text.strip_prefix(b"<")).unwrap_or(&text);
        let (signed, size) = match text {
            b"u1" => (false, 1),
            b"u2" => (false, 2),
            b"u4" => (false, 4),
            b"u8" => (false, 8),
            b"i1" => (true, 1),
            b"i2" => (true, 2),
            b"i4" => (true, 4),
            b"i8" => (true, 8),
            _ => return None,
        };
        let order = state.and_then(|state| match &self.values[state] {
            Value::Tuple(state) => state.get(1).copied(),
            _ => None,
        });
        let big = order.is_some_and(|order| match &self.values[order] {
            Value::Text(order) => *order == ">",
            _ => self.bytes(order).is_some_and(|order| *order == *b">"),
        });
        Some(Kind { signed, size, big: big && size > 1 })
    }
}

fn size_of_shape(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |size, &length| size.checked_mul(length))
}
