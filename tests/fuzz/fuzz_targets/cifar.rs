//! Any bytes are CIFAR-10 or an error. Besides the input itself, small official files are read
//! with bytes of them replaced as the input says, and packed with gzip only then, so that the
//! checksum does not stop them.
#![no_main]

#[allow(dead_code)] // The tests use more of it.
#[path = "../../../data-prep/tests/it/official.rs"]
mod official;

use libfuzzer_sys::fuzz_target;
use official::{
    Python, binary_files, gzip, pictures, python_batch, python_files, record_file, tar,
};
use std::sync::LazyLock;
use tabgrad::data::cifar::Batches;
use tabgrad::data::pack::decode;

static OFFICIAL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let batches = std::array::from_fn(|n| pictures(1, 10, n as u64));
    let styles = [Python::Two, Python::TwoFortran, Python::ThreeProtocolTwo, Python::Four];
    let mut files = vec![record_file(&pictures(2, 10, 1)), tar(&binary_files(&batches))];
    files.extend(styles.map(|style| python_batch(&batches[0], style)));
    files.push(tar(&python_files(&batches, Python::Two)));
    files
});

fuzz_target!(|data: &[u8]| {
    check(data);
    let [choice, edits @ ..] = data else { return };
    let mut bytes = OFFICIAL[usize::from(*choice) % OFFICIAL.len()].clone();
    for &[low, high, mark, value] in edits.as_chunks::<4>().0 {
        if bytes.is_empty() {
            return;
        }
        let at = usize::from(u16::from_le_bytes([low, high])) % bytes.len();
        match mark {
            255 => bytes.truncate(at),
            254 => bytes.insert(at, value),
            253 => drop(bytes.drain(at..(at + usize::from(value)).min(bytes.len()))),
            _ => bytes[at] = value,
        }
    }
    check(&bytes);
    if choice % 2 == 0 {
        check(&gzip(&bytes));
    }
});

fn check(bytes: &[u8]) {
    match decode("a", bytes, None) {
        Ok(packed) => {
            let manifest = packed.manifest();
            for index in 0..packed.count() {
                let (name, bytes) = (packed.name(index).unwrap(), packed.bytes(index).unwrap());
                assert!(manifest.verify(name, &bytes).is_ok());
            }
        }
        Err(error) => assert!(error.to_string().ends_with('.')),
    }
    let mut batches = Batches::default();
    if let Err(error) = batches.add("data_batch_1", bytes) {
        assert!(error.to_string().ends_with('.'));
    }
}
