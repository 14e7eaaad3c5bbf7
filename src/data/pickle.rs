//! Reads the Python pickles that CIFAR-10 is published in, and those that people make of it with
//! other versions of Python and NumPy: protocols 0 to 5. It executes nothing: a closed list of
//! opcodes and a few names of classes and functions, of which the arguments are kept and no more.
//! It knows nothing of CIFAR-10, and takes any bytes whatever.
//!
//! Why no crate: `serde-pickle` 1.2.0 reads these files, but copies a value on every duplication
//! and memo reference and walks values by recursion, so that some dozens of crafted bytes exhaust
//! the memory or the stack. Here values live in one list and refer to each other by index: nothing
//! is copied, nothing recurses, and memory grows with the number of opcodes, which is limited.

mod array;
mod machine;
mod text;

pub(crate) use array::ByteArray;
use machine::Machine;
use std::borrow::Cow;
use thiserror::Error;

/// All of CIFAR-100 in one batch takes about 350,000 in protocol 0: two per label, three per file
/// name. Five times that.
const MAX_OPCODES: usize = 1_800_000;

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
    /// An array whose bytes are in another file.
    #[error("the pickle keeps its arrays outside of itself (`buffer_callback`); save it without")]
    OutOfBand,
    /// More opcodes than any batch has.
    #[error("the pickle has more than {MAX_OPCODES} opcodes, far more than a CIFAR-10 batch")]
    TooLong,
}

/// An index into the list of values.
pub(crate) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Reconstruct,
    FromBuffer,
    Scalar,
    NdArray,
    Dtype,
    Encode,
    Bytes,
    Bytearray,
}

#[derive(Debug)]
enum Value<'a> {
    None,
    Bool(bool),
    Int(i64),
    /// A number with a fraction: labels and pixels are none.
    Float,
    /// Python 3 bytes, or a Python 2 string.
    Bytes(Cow<'a, [u8]>),
    Text(Cow<'a, str>),
    /// Bytes that Python 3 writes in protocols 0 to 2 as text, to be encoded as Latin-1.
    Latin1(Id),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Name(Name),
    /// An array, and the state that BUILD gives it.
    Array(Option<Id>),
    /// An array made of a buffer: the tuple of buffer, dtype, shape and order.
    Buffer(Id),
    /// A number of NumPy's: its dtype and its bytes.
    Scalar(Id, Id),
    /// A dtype, the text it was made from, and the state that BUILD gives it.
    Dtype(Id, Option<Id>),
}

/// A pickle that has been read.
#[derive(Debug)]
pub(crate) struct Pickle<'a> {
    values: Vec<Value<'a>>,
    root: Id,
}

impl<'a> Pickle<'a> {
    /// Reads a pickle.
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
            Value::Bytes(bytes) => **bytes == *key.as_bytes(),
            Value::Text(text) => *text == key,
            Value::Latin1(text) => matches!(&self.values[*text], Value::Text(text) if *text == key),
            _ => false,
        };
        entries.iter().rev().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    /// A list, tuple or array of integers.
    pub(crate) fn integers(&self, id: Id) -> Option<Vec<i64>> {
        match &self.values[id] {
            Value::List(items) | Value::Tuple(items) => {
                items.iter().map(|&item| self.integer(item)).collect()
            }
            _ => self.integer_array(id),
        }
    }

    /// A list of strings, of at most a million bytes in all; bytes must be UTF-8.
    pub(crate) fn strings(&self, id: Id) -> Option<Vec<String>> {
        let (Value::List(items) | Value::Tuple(items)) = &self.values[id] else {
            return None;
        };
        // One long string may be in the list many times.
        let mut left = 1_000_000_usize;
        let string = |&item: &Id| {
            left = left.checked_sub(self.length(item)?)?;
            match &self.values[item] {
                Value::Text(text) => Some(text.clone().into_owned()),
                _ => String::from_utf8(self.bytes(item)?.into_owned()).ok(),
            }
        };
        items.iter().map(string).collect()
    }

    /// How long a string is, in bytes.
    fn length(&self, id: Id) -> Option<usize> {
        match &self.values[id] {
            Value::Bytes(bytes) => Some(bytes.len()),
            Value::Text(text) => Some(text.len()),
            Value::Latin1(text) => match &self.values[*text] {
                Value::Text(text) => Some(text.len()),
                _ => None,
            },
            _ => None,
        }
    }

    fn integer(&self, id: Id) -> Option<i64> {
        match self.values[id] {
            Value::Int(value) => Some(value),
            // Eight bytes, of which each may be two as text.
            Value::Scalar(dtype, bytes) if self.length(bytes)? <= 16 => {
                let kind = self.dtype(dtype)?;
                match kind.integers(&self.bytes(bytes)?)?.as_slice() {
                    &[value] => Some(value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn bytes<'s>(&'s self, id: Id) -> Option<Cow<'s, [u8]>> {
        match &self.values[id] {
            Value::Bytes(bytes) => Some(Cow::Borrowed(bytes)),
            Value::Latin1(text) => match &self.values[*text] {
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
