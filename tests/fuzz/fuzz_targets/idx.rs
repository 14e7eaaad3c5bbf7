//! Any bytes are MNIST or a sentence: as they are, packed, and as one of four good files with bytes of it
//! replaced as the input says; and whatever shape is asked for, what is read can be packed.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;

use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use std::io::Write;
use tabgrad::data::archive::Entry;
use tabgrad::data::idx::{Choices, HEAD_BYTES, Survey};
use tabgrad::data::pack::{Meta, Packed};
use tabgrad::data::pictures::{ShapeRequest, Size};

fn idx(dims: &[u8], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|&length| bytes.extend([0, 0, 0, length]));
    bytes.extend(values);
    bytes
}

fn good() -> [(&'static str, Vec<u8>); 4] {
    let pixels: Vec<u8> = (0..6 * 9 * 8).map(|at| at as u8).collect();
    let (images, labels) = (idx(&[6, 9, 8], &pixels), idx(&[6], &[0, 1, 2, 0, 1, 2]));
    [
        ("train-images-idx3-ubyte", images.clone()),
        ("train-labels-idx1-ubyte", labels.clone()),
        ("t10k-images-idx3-ubyte", images),
        ("t10k-labels-idx1-ubyte", labels),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fuzz_target!(|data: &[u8]| {
    let [choice, width, height, rest @ ..] = data else { return };
    let size = (choice & 1 == 1).then(|| Size {
        width: usize::from(*width) % 60 + 6,
        height: usize::from(*height) % 60 + 6,
    });
    let channels = [None, Some(1), Some(3)][usize::from(choice / 2 % 3)];
    let choices = Choices { shape: ShapeRequest { size, channels }, known: None };
    check(vec![("data.idx".into(), rest.to_vec())], choices);
    let mut files: Vec<(String, Vec<u8>)> =
        good().map(|(name, bytes)| (name.to_owned(), bytes)).to_vec();
    let damaged = usize::from(*choice) % 4;
    files[damaged].1 = edits::edit(files[damaged].1.clone(), rest, edits::anywhere);
    if choice & 64 == 64 {
        files.iter_mut().for_each(|(_, bytes)| *bytes = gzip(bytes));
    }
    check(files, choices);
});

fn check(files: Vec<(String, Vec<u8>)>, choices: Choices) {
    let entry = |(path, bytes): &(String, Vec<u8>)| Entry {
        path: path.clone(),
        bytes: bytes.len() as u64,
    };
    let mut survey = Survey::new("x", &files.iter().map(entry).collect::<Vec<_>>());
    for index in survey.wanted().to_vec() {
        let bytes = &files[index].1;
        survey.see(index, &bytes[..bytes.len().min(HEAD_BYTES)]);
    }
    let read = survey.import(choices).and_then(|import| {
        let Some(mut import) = import else { return Ok(None) };
        for index in import.wanted().collect::<Vec<_>>() {
            import.add(index, &files[index].1)?;
        }
        import.finish().map(Some)
    });
    match read {
        Ok(Some(found)) => {
            let meta = Meta {
                name: found.name,
                source: found.source,
                synthetic: false,
                classes: found.classes,
            };
            let packed = Packed::new(meta, found.train, found.test, 100).unwrap();
            for index in 0..packed.count() {
                let (name, bytes) = (packed.name(index).unwrap(), packed.bytes(index).unwrap());
                assert!(packed.manifest().verify(name, &bytes).is_ok());
            }
        }
        Ok(None) => {}
        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
    }
}
