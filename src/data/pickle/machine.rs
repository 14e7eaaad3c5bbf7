//! The opcodes of a pickle, one after another, turned into a list of values. It knows no opcode
//! beyond those that NumPy arrays, lists, dictionaries and strings take in protocols 0 to 5.

use super::{Id, Name, PickleError, Value, text};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The stack machine that a pickle is a program for, with the places of the marks beside the
/// stack.
#[derive(Debug, Default)]
pub(super) struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the current opcode is, for errors.
    opcode_at: usize,
    values: Vec<Value<'a>>,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
}

impl<'a> Machine<'a> {
    /// A machine that is about to read these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// Everything that was made.
    pub(super) fn into_values(self) -> Vec<Value<'a>> {
        self.values
    }

    /// Executes one opcode; the value, when it was the last.
    pub(super) fn step(&mut self) -> Result<Option<Id>, PickleError> {
        self.opcode_at = self.at;
        let code = self.array::<1>()?[0];
        match code {
            b'.' => return self.pop().map(Some),
            0x80 => drop(self.take(1)?), // PROTO, its version
            0x95 => drop(self.take(8)?), // FRAME, its length
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_mark()?),
            b'2' => {
                let id = self.pop()?;
                self.stack.extend([id, id]);
            }

            b'q' => self.memoize_at(|machine| Ok(u32::from(machine.array::<1>()?[0])))?,
            b'r' => self.memoize_at(|machine| Ok(u32::from_le_bytes(machine.array()?)))?,
            0x94 => self.memoize_at(|machine| Ok(machine.memo.len() as u32))?,
            // Protocol 0 writes numbers as text.
            b'p' => self.memoize_at(|machine| machine.number())?,
            b'g' => {
                let key = self.number()?;
                self.recall(key)?;
            }
            b'h' => {
                let key = u32::from(self.array::<1>()?[0]);
                self.recall(key)?;
            }
            b'j' => {
                let key = u32::from_le_bytes(self.array()?);
                self.recall(key)?;
            }

            b'N' => self.push(Value::None),
            0x88 => self.push(Value::Bool(true)),
            0x89 => self.push(Value::Bool(false)),
            b'K' => {
                let value = self.array::<1>()?[0];
                self.push(Value::Int(value.into()));
            }
            b'M' => {
                let value = u16::from_le_bytes(self.array()?);
                self.push(Value::Int(value.into()));
            }
            b'J' => {
                let value = i32::from_le_bytes(self.array()?);
                self.push(Value::Int(value.into()));
            }
            0x8a => self.long::<1>()?,
            0x8b => self.long::<4>()?,
            b'I' | b'L' => self.written_integer()?,
            b'F' => {
                self.line()?;
                self.push(Value::Float);
            }
            b'G' => {
                self.take(8)?;
                self.push(Value::Float);
            }

            b'U' | b'C' => {
                let bytes = self.counted::<1>()?;
                self.push(Value::Bytes(bytes.into()));
            }
            // BINSTRING's length is signed, but a negative one is beyond any file as well.
            b'T' | b'B' => {
                let bytes = self.counted::<4>()?;
                self.push(Value::Bytes(bytes.into()));
            }
            // BINBYTES8, and the BYTEARRAY8 of protocol 5.
            0x8e | 0x96 => {
                let bytes = self.counted::<8>()?;
                self.push(Value::Bytes(bytes.into()));
            }
            b'S' => {
                let bytes = text::quoted(self.line()?);
                let bytes = bytes.ok_or_else(|| self.damaged("a string is not as Python's"))?;
                self.push(Value::Bytes(bytes));
            }
            b'V' => {
                let text = text::raw_unicode(self.line()?);
                let text = text.ok_or_else(|| self.damaged("a text is not as Python's"))?;
                self.push(Value::Text(text));
            }
            // NEXT_BUFFER, and READONLY_BUFFER after it.
            0x97 | 0x98 => return Err(PickleError::OutOfBand),
            0x8c => self.text::<1>()?,
            b'X' => self.text::<4>()?,
            0x8d => self.text::<8>()?,

            b')' => self.push(Value::Tuple(Vec::new())),
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let items = self.pop_mark()?;
                self.push(Value::Tuple(items));
            }
            b'l' => {
                let items = self.pop_mark()?;
                self.push(Value::List(items));
            }
            b'd' => {
                let items = self.pop_mark()?;
                self.push(Value::Dict(Vec::new()));
                self.set(&items)?;
            }
            b']' => self.push(Value::List(Vec::new())),
            b'a' => {
                let item = self.pop()?;
                self.append(vec![item])?;
            }
            b'e' => {
                let items = self.pop_mark()?;
                self.append(items)?;
            }
            b'}' => self.push(Value::Dict(Vec::new())),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.pop_mark()?;
                self.set(&items)?;
            }

            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.name(&String::from_utf8_lossy(module), &String::from_utf8_lossy(name))?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (&self.values[module], &self.values[name]) {
                    (Value::Text(module), Value::Text(name)) => {
                        let (module, name) = (module.clone(), name.clone());
                        self.name(&module, &name)?;
                    }
                    _ => return Err(self.damaged("a name is not text")),
                }
            }
            b'R' => self.reduce()?,
            b'b' => self.build()?,
            _ => {
                return Err(PickleError::Opcode { code, at: self.opcode_at });
            }
        }
        Ok(None)
    }

    fn damaged(&self, what: &'static str) -> PickleError {
        PickleError::Damaged { at: self.opcode_at, what }
    }

    fn take(&mut self, n: u64) -> Result<&'a [u8], PickleError> {
        let rest = &self.bytes[self.at..];
        let n = usize::try_from(n).ok().filter(|&n| n <= rest.len());
        let n = n.ok_or(PickleError::Truncated { at: self.bytes.len() })?;
        self.at += n;
        Ok(&rest[..n])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let bytes = self.take(N as u64)?;
        bytes.try_into().map_err(|_| PickleError::Truncated { at: self.bytes.len() })
    }

    /// Bytes after their number, which takes `N` bytes itself.
    fn counted<const N: usize>(&mut self) -> Result<&'a [u8], PickleError> {
        let mut length = [0; 8];
        length[..N].copy_from_slice(&self.array::<N>()?);
        self.take(u64::from_le_bytes(length))
    }

    fn text<const N: usize>(&mut self) -> Result<(), PickleError> {
        let bytes = self.counted::<N>()?;
        let text = str::from_utf8(bytes).map_err(|_| self.damaged("a text is not UTF-8"))?;
        self.push(Value::Text(text.into()));
        Ok(())
    }

    /// A number of the memo, in decimal, on a line of its own.
    fn number(&mut self) -> Result<u32, PickleError> {
        let number = str::from_utf8(self.line()?).ok().and_then(|line| line.trim().parse().ok());
        number.ok_or_else(|| self.damaged("a number is not written in digits"))
    }

    /// An integer in decimal; `01` and `00` are true and false; a Python 2 `long` ends in `L`.
    fn written_integer(&mut self) -> Result<(), PickleError> {
        let line = str::from_utf8(self.line()?).unwrap_or_default().trim();
        let value = match line {
            "01" => Some(Value::Bool(true)),
            "00" => Some(Value::Bool(false)),
            _ => line.strip_suffix('L').unwrap_or(line).parse().ok().map(Value::Int),
        };
        let value = value.ok_or_else(|| self.damaged("an integer is not one of 64 bits"))?;
        self.push(value);
        Ok(())
    }

    /// A Python 2 `long`: little-endian, signed, of up to eight bytes.
    fn long<const N: usize>(&mut self) -> Result<(), PickleError> {
        let bytes = self.counted::<N>()?;
        let Some(unused) = 8_usize.checked_sub(bytes.len()) else {
            return Err(self.damaged("an integer has more than 64 bits"));
        };
        let mut padded = [0; 8];
        padded[unused..].copy_from_slice(bytes);
        // Shifted down from the top, so that the sign follows.
        let value = if bytes.is_empty() { 0 } else { i64::from_le_bytes(padded) >> (8 * unused) };
        self.push(Value::Int(value));
        Ok(())
    }

    /// What is before the next end of a line, which is taken too.
    fn line(&mut self) -> Result<&'a [u8], PickleError> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n');
        let end = end.ok_or(PickleError::Truncated { at: self.bytes.len() })?;
        self.at += end + 1;
        Ok(&rest[..end])
    }

    fn push(&mut self, value: Value<'a>) {
        self.stack.push(self.values.len());
        self.values.push(value);
    }

    /// The top of the stack, but nothing from below the last mark.
    fn pop(&mut self) -> Result<Id, PickleError> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(self.damaged("a value is missing"));
        }
        self.stack.pop().ok_or_else(|| self.damaged("a value is missing"))
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        match self.marks.pop() {
            Some(mark) if mark <= self.stack.len() => Ok(self.stack.split_off(mark)),
            _ => Err(self.damaged("a mark is missing")),
        }
    }

    fn top(&mut self) -> Result<&mut Value<'a>, PickleError> {
        let missing = self.damaged("a value is missing");
        let id = *self.stack.last().ok_or_else(|| missing.clone())?;
        self.values.get_mut(id).ok_or(missing)
    }

    fn tuple(&mut self, n: usize) -> Result<(), PickleError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let start = self.stack.len().checked_sub(n).filter(|&start| start >= floor);
        let start = start.ok_or_else(|| self.damaged("a value is missing"))?;
        let items = self.stack.split_off(start);
        self.push(Value::Tuple(items));
        Ok(())
    }

    fn append(&mut self, items: Vec<Id>) -> Result<(), PickleError> {
        let not_a_list = self.damaged("items are added to something that is not a list");
        match self.top()? {
            Value::List(list) => list.extend(items),
            _ => return Err(not_a_list),
        }
        Ok(())
    }

    fn set(&mut self, items: &[Id]) -> Result<(), PickleError> {
        let not_a_dict = self.damaged("entries are added to something that is not a dictionary");
        let (pairs, rest) = items.as_chunks::<2>();
        match self.top()? {
            Value::Dict(dict) if rest.is_empty() => dict.extend(pairs.iter().map(|&[k, v]| (k, v))),
            _ => return Err(not_a_dict),
        }
        Ok(())
    }

    fn memoize_at(
        &mut self,
        key: impl FnOnce(&mut Self) -> Result<u32, PickleError>,
    ) -> Result<(), PickleError> {
        let key = key(self)?;
        let top = self.stack.last().copied();
        let top = top.ok_or_else(|| self.damaged("there is nothing to remember"))?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), PickleError> {
        let id = self.memo.get(&key).copied();
        let id = id.ok_or_else(|| self.damaged("it refers to a value it never remembered"))?;
        self.stack.push(id);
        Ok(())
    }

    fn name(&mut self, module: &str, name: &str) -> Result<(), PickleError> {
        // NumPy 2 renamed `numpy.core`.
        let core = module.strip_prefix("numpy.core.").or(module.strip_prefix("numpy._core."));
        let name = match (core.unwrap_or(module), name) {
            ("multiarray", "_reconstruct") if core.is_some() => Name::Reconstruct,
            ("numeric", "_frombuffer") if core.is_some() => Name::FromBuffer,
            ("multiarray", "scalar") if core.is_some() => Name::Scalar,
            ("numpy", "ndarray") => Name::NdArray,
            ("numpy", "dtype") => Name::Dtype,
            ("_codecs", "encode") => Name::Encode,
            ("__builtin__" | "builtins", "bytes") => Name::Bytes,
            ("__builtin__" | "builtins", "bytearray") => Name::Bytearray,
            _ => {
                let name: String = format!("{module}.{name}").chars().take(80).collect();
                return Err(PickleError::Name { name });
            }
        };
        self.push(Value::Name(name));
        Ok(())
    }

    /// A call: what it would make stands on the stack, and nothing is called.
    fn reduce(&mut self) -> Result<(), PickleError> {
        let (tuple, callee) = (self.pop()?, self.pop()?);
        let (Value::Tuple(arguments), &Value::Name(name)) =
            (&self.values[tuple], &self.values[callee])
        else {
            return Err(self.damaged("a call is not of a name with a tuple"));
        };
        let made = match (name, arguments.first().copied()) {
            (Name::Reconstruct, _) => Value::Array(None),
            (Name::FromBuffer, Some(_)) => Value::Buffer(tuple),
            (Name::Dtype, Some(text)) => Value::Dtype(text, None),
            (Name::Encode, Some(text)) => Value::Latin1(text),
            (Name::Scalar, Some(dtype)) if arguments.len() == 2 => {
                Value::Scalar(dtype, arguments[1])
            }
            (Name::Bytes | Name::Bytearray, None) => Value::Bytes(Cow::Borrowed(b"")),
            // `bytearray` of Latin-1 text and its encoding, or of bytes.
            (Name::Bytearray, Some(id)) => match &self.values[id] {
                Value::Text(_) => Value::Latin1(id),
                // It may be large, and asked for again and again: no copy.
                Value::Latin1(_) | Value::Bytes(_) => {
                    self.stack.push(id);
                    return Ok(());
                }
                _ => return Err(self.damaged("a bytearray is made of something else")),
            },
            _ => return Err(self.damaged("a call has no arguments, or is of a class")),
        };
        self.push(made);
        Ok(())
    }

    /// State for the object below it.
    fn build(&mut self) -> Result<(), PickleError> {
        let state = self.pop()?;
        let stateless = self.damaged("state is given to something that has none");
        match self.top()? {
            Value::Array(slot) | Value::Dtype(_, slot) => *slot = Some(state),
            _ => return Err(stateless),
        }
        Ok(())
    }
}
