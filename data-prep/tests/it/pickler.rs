//! Writes Python's pickles of batches, opcode by opcode, as several versions of Python and NumPy do.

/// How a Python batch is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Python {
    /// Protocol 2 by Python 2, as the official files are: byte strings, `numpy.core`.
    Two,
    /// The same, with the array stored column by column.
    TwoFortran,
    /// Protocol 2 by Python 3: bytes as Latin-1 text to be encoded.
    ThreeProtocolTwo,
    /// Protocol 4 by Python 3 and NumPy 2: frames, memos, text keys.
    Four,
    /// Protocol 0 by Python 3: numbers and texts in lines.
    Zero,
    /// Protocol 0 by Python 2: strings in quotes.
    ZeroQuoted,
    /// Protocol 5 by Python 3.14 and NumPy 2: the array made of a bytearray; labels of NumPy.
    Five,
}

impl Python {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Two,
        Self::TwoFortran,
        Self::ThreeProtocolTwo,
        Self::Four,
        Self::Zero,
        Self::ZeroQuoted,
        Self::Five,
    ];
}

pub(crate) struct Pickler {
    pub(crate) out: Vec<u8>,
    style: Python,
}

impl Pickler {
    pub(crate) fn new(style: Python) -> Self {
        let out = match style {
            Python::Zero | Python::ZeroQuoted => Vec::new(),
            // A frame; readers of whole files ignore its length.
            Python::Four => vec![0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0],
            Python::Five => vec![0x80, 5, 0x95, 0, 0, 0, 0, 0, 0, 0, 0],
            _ => vec![0x80, 2],
        };
        Self { out, style }
    }

    fn is_text(&self) -> bool {
        matches!(self.style, Python::Zero | Python::ZeroQuoted)
    }

    pub(crate) fn push(&mut self, opcodes: &[u8]) {
        self.out.extend_from_slice(opcodes);
    }

    fn line(&mut self, text: &str) {
        self.push(text.as_bytes());
        self.push(b"\n");
    }

    pub(crate) fn begin_dict(&mut self) {
        if self.is_text() {
            self.push(b"(dp0\n");
        } else {
            self.push(b"}q\x01(");
        }
    }

    /// A key and its value.
    pub(crate) fn item(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        self.string(key);
        value(self);
        if self.is_text() {
            self.push(b"s");
        }
    }

    pub(crate) fn end(&mut self) {
        self.push(if self.is_text() { b"." } else { b"u." });
    }

    pub(crate) fn labels(&mut self, labels: &[u8]) {
        match self.style {
            Python::Zero | Python::ZeroQuoted => {
                let written: String = labels.iter().map(|label| format!("I{label}\na")).collect();
                self.push(b"(lp1\n");
                self.push(written.as_bytes());
            }
            // `list(array)`: each label a number of NumPy's, of eight bytes.
            Python::Five => {
                self.push(b"](");
                for &label in labels {
                    self.name("numpy.core.multiarray", "scalar");
                    self.dtype("i8", "<");
                    self.push(&[b"C\x08", &u64::from(label).to_le_bytes()[..], b"\x86R"].concat());
                }
                self.push(b"e");
            }
            _ => {
                self.push(b"]q\x02(");
                labels.iter().for_each(|&label| self.push(&[b'K', label]));
                self.push(b"e");
            }
        }
    }

    fn number(&mut self, number: usize) {
        if self.is_text() {
            self.line(&format!("I{number}"));
        } else {
            self.push(&[&b"M"[..], &(number as u16).to_le_bytes()].concat());
        }
    }

    fn shape(&mut self, rows: usize) {
        self.push(b"(");
        self.number(rows);
        self.number(3072);
        self.push(b"t");
    }

    pub(crate) fn array(&mut self, data: &[u8], rows: usize, fortran: bool) {
        if matches!(self.style, Python::Five) {
            self.name("numpy.core.numeric", "_frombuffer");
            self.push(b"(");
            self.push(&[&[0x96][..], &(data.len() as u64).to_le_bytes(), data].concat());
            self.dtype("u1", "|");
            self.shape(rows);
            self.string("C");
            self.push(b"tR");
            return;
        }
        self.name("numpy.core.multiarray", "_reconstruct");
        self.push(b"(");
        self.name("numpy", "ndarray");
        self.push(b"(");
        self.number(0);
        self.push(b"t");
        self.bytes(b"b");
        self.push(b"tR("); // (ndarray, (0,), "b"), called; then the state begins
        self.number(1);
        self.shape(rows);
        self.dtype("u1", "|");
        match (self.is_text(), fortran) {
            (true, _) => self.line("I00"),
            (false, true) => self.push(b"\x88"),
            (false, false) => self.push(b"\x89"),
        }
        self.bytes(data);
        self.push(b"tb");
    }

    fn dtype(&mut self, kind: &str, order: &str) {
        self.name("numpy", "dtype");
        self.push(b"(");
        self.string(kind);
        self.number(0);
        self.number(1);
        self.push(b"tR(");
        self.number(3);
        self.string(order);
        self.push(b"NNN");
        if self.is_text() {
            self.push(b"I-1\nI-1\nI0\ntb");
        } else {
            self.push(b"J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb");
        }
    }

    pub(crate) fn string(&mut self, text: &str) {
        match self.style {
            Python::Two | Python::TwoFortran => {
                self.push(&[&[b'U', text.len() as u8], text.as_bytes()].concat());
            }
            Python::ThreeProtocolTwo => self.bytes(text.as_bytes()),
            Python::Four | Python::Five => {
                self.push(&[&[0x8c, text.len() as u8], text.as_bytes(), b"\x94"].concat());
            }
            Python::Zero => self.line(&format!("V{text}\np10")),
            Python::ZeroQuoted => self.line(&format!("S'{text}'\np10")),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let counted = |code: u8, bytes: &[u8]| {
            [&[code][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
        };
        match self.style {
            Python::Two | Python::TwoFortran => self.push(&counted(b'T', bytes)),
            Python::Four | Python::Five => self.push(&counted(b'B', bytes)),
            Python::ThreeProtocolTwo => {
                let text: String = bytes.iter().copied().map(char::from).collect();
                self.push(b"c_codecs\nencode\n");
                self.push(&counted(b'X', text.as_bytes()));
                self.push(&counted(b'X', b"latin1"));
                self.push(b"\x86R");
            }
            Python::Zero => {
                self.push(b"c_codecs\nencode\n(V");
                for &byte in bytes {
                    // As `raw-unicode-escape`, with what would end or bend the line as numbers.
                    match byte {
                        b'\\' | b'\n' | b'\r' | 0 | 0x1a => {
                            self.push(format!("\\u{byte:04x}").as_bytes());
                        }
                        _ => self.push(&[byte]),
                    }
                }
                self.push(b"\nVlatin1\ntR");
            }
            Python::ZeroQuoted => {
                let escaped: String = bytes
                    .iter()
                    .map(|&byte| match byte {
                        b'\\' => "\\\\".to_owned(),
                        b'\'' => "\\'".to_owned(),
                        b'\n' => "\\n".to_owned(),
                        0x20..0x7f => char::from(byte).to_string(),
                        _ => format!("\\x{byte:02x}"),
                    })
                    .collect();
                self.line(&format!("S'{escaped}'"));
            }
        }
    }

    fn name(&mut self, module: &str, name: &str) {
        if matches!(self.style, Python::Four | Python::Five) {
            let module = module.replace("numpy.core", "numpy._core");
            self.string(&module);
            self.string(name);
            self.push(b"\x93");
        } else {
            self.push(format!("c{module}\n{name}\n").as_bytes());
        }
    }
}
