//! Damaged files: whatever is done to the bytes, they are refused with a sentence, or read as
//! something that keeps every promise. The damage is random but always the same.

use crate::official::{
    Python, binary_files, gzip, pictures, python_batch, python_files, read, read_files,
    record_file, six_batches, tar,
};
use std::fmt::Display;
use tabgrad::data::cifar;
use tabgrad::data::manifest::{Manifest, ManifestError};
use tabgrad::data::pack::{Meta, Packed};
use tabgrad::data::pictures::Pictures;
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::data::shard::{Shard, ShardError};

/// Does one of eight kinds of harm to some bytes, near the start on every second occasion, where
/// headers are.
fn damage(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let near = rng.below(2) == 0;
    let reach = if near { bytes.len().min(600) } else { bytes.len() };
    let mut place = |out: &[u8]| rng.below(reach.min(out.len()).max(1) as u32) as usize;
    let (at, to) = (place(&out), place(&out));
    let (low, high) = (at.min(to), at.max(to));
    match rng.below(8) {
        0 => out.truncate(at),
        1 => out[at] ^= 1 << rng.below(8),
        2 => (0..20).for_each(|_| {
            let at = rng.below(reach as u32) as usize;
            out[at] = rng.bits() as u8;
        }),
        3 => out.swap(at, to),
        4 => out.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
        5 => drop(out.drain(low..high)),
        6 => out.extend_from_within(low..high),
        _ => out.splice(at..at, (0..9).map(|_| rng.bits() as u8)).for_each(drop),
    }
    out
}

fn check_sentence(error: &impl Display) {
    let text = error.to_string();
    let first = text.chars().next().unwrap();
    assert!(first.is_uppercase() || first == '`', "{text}");
    assert!(text.ends_with('.'), "{text}");
}

fn check_pictures(pictures: &Pictures) {
    assert_eq!(pictures.pixels().len(), pictures.len() * 3072);
}

#[test]
fn shards() {
    let good = pictures(5, 10, 1);
    let bytes = Shard::of(&good, 0..5, 10).unwrap().to_bytes();
    let mut seen = std::collections::BTreeSet::new();
    for case in 0..400 {
        let mut rng = Rng::new(case, Purpose::Noise, 1);
        match Shard::parse(&damage(&bytes, &mut rng)) {
            // The number of classes is outside the checksum; the manifest's SHA-256 covers it.
            Ok(shard) => assert_eq!(shard.to_pictures(), good),
            Err(error) => {
                check_sentence(&error);
                let kind = format!("{error:?}");
                seen.insert(kind.split([' ', '{']).next().unwrap().to_owned());
            }
        }
    }
    for kind in ["NotAShard", "NewerVersion", "TruncatedHeader", "Length", "Shape", "Checksum"] {
        assert!(
            seen.iter().any(|seen| seen.starts_with(kind)),
            "no damage led to {kind}: {seen:?}"
        );
    }
    // A count that would need terabytes.
    let mut huge = bytes.clone();
    huge[12..16].fill(0xff);
    assert!(matches!(Shard::parse(&huge), Err(ShardError::Length { count: u32::MAX, .. })));
}

#[test]
fn manifests() {
    let classes = ["a", "b", "c"].map(String::from).to_vec();
    let meta = Meta { name: "x".into(), source: "y.".into(), synthetic: true, classes };
    let packed = Packed::new(meta, pictures(7, 3, 1), pictures(3, 3, 2), 2).unwrap();
    let good = packed.manifest();
    let text = good.to_json();
    assert_eq!(Manifest::parse(&text).as_ref(), Ok(good));
    let words =
        ["null", "-1", "1e999", "18446744073709551615", "\"\"", "[]", "{}", "\"../x\"", "true"];
    let mut refused = 0;
    for case in 0..400 {
        let mut rng = Rng::new(case, Purpose::Noise, 2);
        let damaged = if case % 2 == 0 {
            String::from_utf8_lossy(&damage(text.as_bytes(), &mut rng)).into_owned()
        } else {
            // A value swapped for one that cannot be.
            let mut lines: Vec<String> = text.lines().map(String::from).collect();
            let line = &mut lines[rng.below(text.lines().count() as u32) as usize];
            let start = line.find(": ").map_or(0, |at| at + 2);
            let comma = if line.ends_with(',') { "," } else { "" };
            let word = words[rng.below(words.len() as u32) as usize];
            line.replace_range(start.., &format!("{word}{comma}"));
            lines.join("\n")
        };
        match Manifest::parse(&damaged) {
            Ok(manifest) => assert_eq!(manifest.validate(), Ok(())),
            Err(error) => {
                check_sentence(&error);
                refused += 1;
            }
        }
    }
    assert!(refused > 250, "only {refused}");
    let newer = text.replacen("\"version\": 1", "\"version\": 3", 1);
    assert_eq!(Manifest::parse(&newer), Err(ManifestError::NewerVersion { found: 3 }));
}

#[test]
fn record_files() {
    let bytes = record_file(&pictures(3, 10, 1));
    for case in 0..200 {
        let mut rng = Rng::new(case, Purpose::Noise, 3);
        match cifar::records("a.bin", &damage(&bytes, &mut rng)) {
            Ok(pictures) => check_pictures(&pictures),
            Err(error) => {
                check_sentence(&error);
                assert!(error.to_string().contains("`a.bin`"));
            }
        }
    }
}

#[test]
fn packed_archives() {
    let batches = six_batches();
    for files in [binary_files(&batches), python_files(&batches, Python::Two)] {
        let bytes = gzip(&tar(&files));
        let good = read("a", &bytes).unwrap();
        for case in 0..150 {
            let mut rng = Rng::new(case, Purpose::Noise, 4);
            match read("a", &damage(&bytes, &mut rng)) {
                // Gzip's checksum lets nothing through but what is not content.
                Ok(cifar) => assert_eq!(cifar, good),
                Err(error) => check_sentence(&error),
            }
        }
    }
}

#[test]
fn archives_damaged_before_packing() {
    let batches = six_batches();
    for files in [binary_files(&batches), python_files(&batches, Python::Five)] {
        let bytes = tar(&files);
        for case in 0..150 {
            let mut rng = Rng::new(case, Purpose::Noise, 5);
            let damaged = damage(&bytes, &mut rng);
            let packed = if case % 2 == 0 { gzip(&damaged) } else { damaged };
            match read("a", &packed) {
                Ok(cifar) => {
                    [&cifar.train, &cifar.test].into_iter().for_each(check_pictures);
                    let labels = cifar.train.labels().iter().chain(cifar.test.labels());
                    assert!(labels.max().copied().map(usize::from) < Some(cifar.classes.len()));
                }
                Err(error) => check_sentence(&error),
            }
        }
    }
}

#[test]
fn python_batches() {
    for style in Python::ALL {
        let bytes = python_batch(&pictures(2, 10, 1), style);
        for case in 0..150 {
            let mut rng = Rng::new(case, Purpose::Noise, 6);
            let files = vec![("test_batch".to_owned(), damage(&bytes, &mut rng))];
            match read_files("a", &files) {
                Ok(cifar) => [&cifar.train, &cifar.test].into_iter().for_each(check_pictures),
                Err(error) => {
                    check_sentence(&error);
                    assert!(error.contains("`test_batch`") || error.contains("`a`"), "{error}");
                }
            }
        }
    }
}
