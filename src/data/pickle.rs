//! Reads the Python pickles that CIFAR-10 is published in, and executes nothing: a closed list of
//! opcodes and five names of classes and functions, of which the arguments are kept and no more.
//! It knows nothing of CIFAR-10, and takes any bytes whatever.
//!
//! Why no crate: `serde-pickle` 1.2.0 reads these files, but copies a value on every duplication
//! and memo reference and walks values by recursion, so that some dozens of crafted bytes exhaust
//! the memory or the stack. Here values live in one list and refer to each other by index: nothing
//! is copied, nothing recurses, and memory grows with the number of opcodes, which is limited.

mod machine;

use machine::Machine;
use std::borrow::Cow;
use thiserror::Error;

/// A batch of CIFAR-10 takes about 60,000: one per label, two per file name. Ten times that.
const MAX_OPCODES: usize = 600_000;

/// What is wrong with a pickle.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PickleError {
    /// The bytes end before the value does.
    #[error("the pickle ends in the middle of a value, at byte {at}")]
    Truncated {
        /// Where more was expected.
        at: usize,
    },
    /// An opcode that these files do not use.
    #[error("the pickle has opcode {code:#04x} at byte {at}, which CIFAR-10 files do not use")]
    Opcode {
        /// The opcode.
        code: u8,
        /// Its place.
        at: usize,
    },
    /// A class or function other than NumPy's arrays.
    #[error(
        "the pickle asks for `{name}`, which is not one of the names a NumPy array needs; nothing from a pickle is executed here"
    )]
    Name {
        /// Module and name.
        name: String,
    },
    /// Opcodes that do not go together.
    #[error("the pickle is damaged at byte {at}: {what}")]
    Damaged {
        /// The opcode's place.
        at: usize,
        /// What does not fit.
        what: &'static str,
    },
    /// More opcodes than any batch has.
    #[error("the pickle has more than {MAX_OPCODES} opcodes, far more than a CIFAR-10 batch")]
    TooLong,
}

/// An index into the list of values.
pub(crate) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Reconstruct,
    NdArray,
    Dtype,
    Encode,
}

#[derive(Debug)]
enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// Python 3 bytes, or a Python 2 string.
    Bytes(&'a [u8]),
    Text(&'a str),
    /// Bytes that Python 3 writes in protocol 2 as text, to be encoded as Latin-1.
    Latin1(Id),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Name(Name),
    /// An array, and the state that BUILD gives it.
    Array(Option<Id>),
    /// A dtype, and the text it was made from.
    Dtype(Id),
}

/// A two-dimensional array of bytes.
#[derive(Debug)]
pub(crate) struct ByteArray<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Whether columns, not rows, lie together.
    pub(crate) fortran: bool,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// A pickle that has been read.
#[derive(Debug)]
pub(crate) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    root: Id,
}

impl<'a> Pickle<'a> {
    /// Reads a pickle of protocol 2 to 4.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, PickleError> {
        let mut machine = Machine::new(bytes);
        for _ in 0..MAX_OPCODES {
            if let Some(root) = machine.step()? {
                let values = machine.into_values();
                return Ok(Self { values, root });
            }
        }
        Err(PickleError::TooLong)
    }

    /// The entry of the outermost dictionary with this key, given as text or as bytes.
    pub(crate) fn entry(&self, key: &str) -> Option<Id> {
        let Value::Dict(entries) = &self.values[self.root] else {
            return None;
        };
        let is_key = |id| match &self.values[id] {
            Value::Bytes(bytes) => *bytes == key.as_bytes(),
            Value::Text(text) => *text == key,
            Value::Latin1(text) => matches!(self.values[*text], Value::Text(text) if text == key),
            _ => false,
        };
        entries.iter().rev().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    /// A list of integers.
    pub(crate) fn integers(&self, id: Id) -> Option<Vec<i64>> {
        let Value::List(items) = &self.values[id] else {
            return None;
        };
        items.iter().map(|&item| self.integer(item)).collect()
    }

    /// A list of strings; bytes must be UTF-8.
    pub(crate) fn strings(&self, id: Id) -> Option<Vec<String>> {
        let Value::List(items) = &self.values[id] else {
            return None;
        };
        let string = |&item: &Id| match &self.values[item] {
            Value::Text(text) => Some((*text).to_owned()),
            _ => String::from_utf8(self.bytes(item)?.into_owned()).ok(),
        };
        items.iter().map(string).collect()
    }

    /// A two-dimensional NumPy array of unsigned bytes, whose length goes with its shape.
    pub(crate) fn byte_array(&self, id: Id) -> Option<ByteArray<'a>> {
        let Value::Array(Some(state)) = self.values[id] else {
            return None;
        };
        let Value::Tuple(state) = &self.values[state] else {
            return None;
        };
        let &[_version, shape, dtype, fortran, bytes] = state.as_slice() else {
            return None;
        };
        let Value::Dtype(dtype) = self.values[dtype] else {
            return None;
        };
        let is_u1 = match self.values[dtype] {
            Value::Text(text) => text == "u1",
            _ => *self.bytes(dtype)? == *b"u1",
        };
        let Value::Tuple(shape) = &self.values[shape] else {
            return None;
        };
        let &[rows, columns] = shape.as_slice() else {
            return None;
        };
        let rows = usize::try_from(self.integer(rows)?).ok()?;
        let columns = usize::try_from(self.integer(columns)?).ok()?;
        let fortran = match self.values[fortran] {
            Value::Bool(fortran) => fortran,
            Value::Int(fortran) => fortran != 0,
            _ => return None,
        };
        let bytes = self.bytes(bytes)?;
        let fits = is_u1 && rows.checked_mul(columns) == Some(bytes.len());
        fits.then_some(ByteArray { rows, columns, fortran, bytes })
    }

    fn integer(&self, id: Id) -> Option<i64> {
        match self.values[id] {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    fn bytes(&self, id: Id) -> Option<Cow<'a, [u8]>> {
        match self.values[id] {
            Value::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Value::Latin1(text) => match self.values[text] {
                Value::Text(text) => {
                    let bytes: Option<Vec<u8>> =
                        text.chars().map(|c| u8::try_from(c).ok()).collect();
                    bytes.map(Cow::Owned)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
