//! Any bytes are CIFAR-10 or an error. Besides the input itself, small official files are read
//! with bytes of them replaced as the input says, and packed with gzip only then, so that the
//! checksum does not stop them.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;
#[allow(dead_code)] // The tests use more of it.
#[path = "../../../data-prep/tests/it/official.rs"]
mod official;

use libfuzzer_sys::fuzz_target;
use official::{
    Python, binary_files, gzip, pictures, python_batch, python_files, python_meta, read, read_files,
    record_file, tar, zip,
};
use std::sync::LazyLock;
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::pack::{Meta, Packed};

static OFFICIAL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let batches = std::array::from_fn(|n| pictures(1, 10, n as u64));
    let mut files = vec![record_file(&pictures(2, 10, 1)), tar(&binary_files(&batches))];
    files.extend(Python::ALL.map(|style| python_batch(&batches[0], style)));
    files.push(tar(&python_files(&batches, Python::Two)));
    files.push(zip(&python_files(&batches, Python::Five)));
    files.push(python_meta(&CLASSES, Python::Zero, "label_names"));
    files
});

fuzz_target!(|data: &[u8]| {
    check(data);
    let [choice, edits @ ..] = data else { return };
    let good = OFFICIAL[usize::from(*choice) % OFFICIAL.len()].clone();
    let bytes = edits::edit(good, edits, edits::anywhere);
    check(&bytes);
    if choice % 2 == 0 {
        check(&gzip(&bytes));
    }
});

fn check(bytes: &[u8]) {
    // As they were given, as a batch, and as the names of one.
    let good = || ("test_batch.bin".to_owned(), record_file(&pictures(1, 10, 1)));
    let file = |name: &str| (name.to_owned(), bytes.to_vec());
    let read = [
        read("a", bytes),
        read_files("a", &[file("data_batch_1")]),
        read_files("a", &[good(), file("batches.meta.txt")]),
        read_files("a", &[file("test_batch"), file("batches.meta")]),
    ];
    for read in read {
        match read {
            Ok(cifar) => {
                let meta = Meta {
                    name: cifar.name,
                    source: cifar.source,
                    synthetic: false,
                    classes: cifar.classes,
                };
                let packed = Packed::new(meta, cifar.train, cifar.test, 100).unwrap();
                let manifest = packed.manifest();
                for index in 0..packed.count() {
                    let (name, bytes) = (packed.name(index).unwrap(), packed.bytes(index).unwrap());
                    assert!(manifest.verify(name, &bytes).is_ok());
                }
            }
            Err(error) => assert!(error.ends_with('.')),
        }
    }
}
