//! Makers of small files in the official formats, built byte by byte and opcode by opcode, so
//! that no opaque file has to be kept. The fuzz targets in `tests/fuzz` use it too.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use tabgrad::data::pictures::{PICTURE_BYTES, Pictures};
use tabgrad::data::rng::{Purpose, Rng};

/// Random pictures with random labels below `classes`.
pub(crate) fn pictures(count: usize, classes: u32, seed: u64) -> Pictures {
    let mut rng = Rng::new(seed, Purpose::Noise, 0);
    let mut pictures = Pictures::default();
    for _ in 0..count {
        let label = rng.below(classes) as u8;
        pictures.push(label, &std::array::from_fn(|_| rng.bits() as u8));
    }
    pictures
}

/// One picture as CIFAR-10 stores it: plane after plane.
pub(crate) fn planes(pixels: &[u8; PICTURE_BYTES]) -> Vec<u8> {
    (0..3).flat_map(|channel| pixels.iter().skip(channel).step_by(3).copied()).collect()
}

/// A file of records.
pub(crate) fn record_file(pictures: &Pictures) -> Vec<u8> {
    pictures.iter().flat_map(|(label, pixels)| [vec![label], planes(pixels)].concat()).collect()
}

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
}

/// A Python batch.
pub(crate) fn python_batch(pictures: &Pictures, style: Python) -> Vec<u8> {
    let rows: Vec<Vec<u8>> = pictures.iter().map(|(_, pixels)| planes(pixels)).collect();
    let fortran = matches!(style, Python::TwoFortran);
    let data: Vec<u8> = if fortran {
        (0..PICTURE_BYTES).flat_map(|column| rows.iter().map(move |row| row[column])).collect()
    } else {
        rows.concat()
    };
    let mut out =
        Pickler { out: vec![0x80, if matches!(style, Python::Four) { 4 } else { 2 }], style };
    if matches!(style, Python::Four) {
        out.push(&[0x95, 0, 0, 0, 0, 0, 0, 0, 0]); // a frame; readers of whole files ignore its length
    }
    out.push(b"}q\x01(");
    out.string("batch_label");
    out.string("training batch 1 of 5");
    out.string("labels");
    out.push(b"]q\x02(");
    for &label in pictures.labels() {
        out.push(&[b'K', label]);
    }
    out.push(b"e");
    out.string("data");
    out.name("numpy.core.multiarray", "_reconstruct");
    out.name("numpy", "ndarray");
    out.push(b"K\x00\x85");
    out.string("b");
    out.push(b"\x87R(K\x01"); // (ndarray, (0,), "b"), called; then the state begins
    out.push(&[&b"M"[..], &(pictures.len() as u16).to_le_bytes(), b"M\x00\x0c\x86"].concat());
    out.name("numpy", "dtype");
    out.string("u1");
    out.push(b"K\x00K\x01\x87R(K\x03");
    out.string("|");
    out.push(b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb");
    out.push(if fortran { b"\x88" } else { b"\x89" });
    out.bytes(&data);
    out.push(b"tbu.");
    out.out
}

/// `batches.meta` with these names.
pub(crate) fn python_meta(names: &[&str]) -> Vec<u8> {
    let mut out = Pickler { out: b"\x80\x02}(".to_vec(), style: Python::Two };
    out.string("label_names");
    out.push(b"](");
    names.iter().for_each(|name| out.string(name));
    out.push(b"eu.");
    out.out
}

struct Pickler {
    out: Vec<u8>,
    style: Python,
}

impl Pickler {
    fn push(&mut self, opcodes: &[u8]) {
        self.out.extend_from_slice(opcodes);
    }

    fn string(&mut self, text: &str) {
        match self.style {
            Python::Two | Python::TwoFortran => {
                self.push(&[&[b'U', text.len() as u8], text.as_bytes()].concat())
            }
            Python::ThreeProtocolTwo => self.bytes(text.as_bytes()),
            Python::Four => {
                self.push(&[&[0x8c, text.len() as u8], text.as_bytes(), b"\x94"].concat())
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let counted = |code: u8, bytes: &[u8]| {
            [&[code][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
        };
        match self.style {
            Python::Two | Python::TwoFortran => self.push(&counted(b'T', bytes)),
            Python::Four => self.push(&counted(b'B', bytes)),
            Python::ThreeProtocolTwo => {
                let text: String = bytes.iter().copied().map(char::from).collect();
                self.push(b"c_codecs\nencode\n");
                self.push(&counted(b'X', text.as_bytes()));
                self.push(&counted(b'X', b"latin1"));
                self.push(b"\x86R");
            }
        }
    }

    fn name(&mut self, module: &str, name: &str) {
        if matches!(self.style, Python::Four) {
            let module = module.replace("numpy.core", "numpy._core");
            self.string(&module);
            self.string(name);
            self.push(b"\x93");
        } else {
            self.push(format!("c{module}\n{name}\n").as_bytes());
        }
    }
}

/// Files in an archive.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// The official binary archive with these pictures in its batches; out of order, as it is.
pub(crate) fn binary_files(batches: &[Pictures; 6]) -> Files {
    let order = [0, 2, 3, 5, 4, 1];
    let mut files: Files = order
        .iter()
        .map(|&n| {
            let name =
                if n == 5 { "test_batch.bin".into() } else { format!("data_batch_{}.bin", n + 1) };
            (format!("cifar-10-batches-bin/{name}"), record_file(&batches[n]))
        })
        .collect();
    files.push(("cifar-10-batches-bin/readme.html".into(), b"<html>".to_vec()));
    files
}

/// The official Python archive.
pub(crate) fn python_files(batches: &[Pictures; 6], style: Python) -> Files {
    let mut files: Files = (0..6)
        .map(|n| {
            let name = if n == 5 { "test_batch".into() } else { format!("data_batch_{}", n + 1) };
            (format!("cifar-10-batches-py/{name}"), python_batch(&batches[n], style))
        })
        .collect();
    files.reverse();
    files
}

/// Six batches of two pictures each.
pub(crate) fn six_batches() -> [Pictures; 6] {
    std::array::from_fn(|n| pictures(2, 10, n as u64))
}

/// A tar of these files.
pub(crate) fn tar(files: &Files) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, content.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Gzip of these bytes.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
