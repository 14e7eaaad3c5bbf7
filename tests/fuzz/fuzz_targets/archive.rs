//! Any bytes are an archive or an error; what is listed has clean paths, and is read as long as it is
//! said to be or refused. Besides the input itself, small archives are read with bytes of them
//! replaced as the input says.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;
#[allow(dead_code)] // The tests use more of it.
#[path = "../../../data-prep/tests/it/official.rs"]
mod official;

use libfuzzer_sys::fuzz_target;
use official::{Files, gzip, tar, zip};
use std::io::Cursor;
use std::sync::LazyLock;
use tabgrad::data::archive::{Archive, Limits};

const LIMITS: Limits = Limits { entries: 1_000, bytes: 10_000_000 };

static ARCHIVES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files: Files = vec![
        ("d/cat.png".into(), vec![7; 300]),
        ("d/K\u{e4}se.png".into(), (0..=255).collect()),
        ("e".into(), Vec::new()),
    ];
    vec![zip(&files), tar(&files), gzip(&tar(&files))]
});

fuzz_target!(|data: &[u8]| {
    check(data);
    let [choice, edits @ ..] = data else { return };
    let good = ARCHIVES[usize::from(*choice) % ARCHIVES.len()].clone();
    check(&edits::edit(good, edits, edits::anywhere));
});

fn check(bytes: &[u8]) {
    let mut archive = match Archive::open("a", Cursor::new(bytes), LIMITS) {
        Ok(Some(archive)) => archive,
        Ok(None) => return,
        Err(error) => return assert!(error.to_string().ends_with('.')),
    };
    let mut all = 0;
    for index in 0..archive.entries().len() {
        let entry = archive.entries()[index].clone();
        let parts = entry.path.split('/');
        assert!(parts.clone().all(|part| !part.is_empty() && part != "." && part != ".."));
        assert!(!entry.path.chars().any(char::is_control));
        match archive.read(index, 1_000_000) {
            Ok(content) => {
                assert_eq!(content.len() as u64, entry.bytes);
                all += entry.bytes;
                assert!(all <= LIMITS.bytes);
            }
            Err(error) => assert!(error.to_string().ends_with('.')),
        }
    }
    assert!(archive.remarks().iter().all(|remark| remark.ends_with('.')));
}
