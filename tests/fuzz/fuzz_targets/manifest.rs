//! Any text is a manifest or an error; what is accepted is valid, and survives being written. A
//! good manifest with values replaced by pieces of the input gets past the syntax.
#![no_main]

#[allow(dead_code)] // Other targets use more of it.
mod edits;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tabgrad::data::manifest::Manifest;
use tabgrad::data::pack::{Meta, Packed};
use tabgrad::data::pictures::{PictureShape, Pictures};

static GOOD: LazyLock<String> = LazyLock::new(|| {
    let mut pictures = Pictures::new(PictureShape::CIFAR);
    for label in [0, 1, 1] {
        pictures.push(label, &[label; 3072]);
    }
    let classes = vec!["ant".into(), "bee".into()];
    let meta = Meta { name: "two".into(), source: "A test.".into(), synthetic: true, classes };
    Packed::new(meta, pictures.clone(), pictures, 2).unwrap().manifest().to_json()
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check(&text);
    check(&edits::replace_values(&GOOD, &text));
});

fn check(text: &str) {
    match Manifest::parse(text) {
        Ok(manifest) => {
            assert_eq!(manifest.validate(), Ok(()));
            assert_eq!(Manifest::parse(&manifest.to_json()).as_ref(), Ok(&manifest));
            for (_, _, entry) in manifest.shards() {
                assert!(manifest.verify(&entry.file, text.as_bytes()).is_err());
            }
        }
        Err(error) => assert!(error.to_string().ends_with('.')),
    }
}
