//! The official formats are read as they are described, whichever of them it is.

use crate::official::{
    Python, binary_files, gzip, pictures, python_batch, python_files, python_meta, record_file,
    six_batches, tar,
};
use tabgrad::data::cifar::{self, Batches, CLASSES, CifarError};
use tabgrad::data::pack::{PackError, SHARD_SIZE, decode};
use tabgrad::data::pictures::Pictures;

fn joined(batches: &[Pictures]) -> Pictures {
    let mut all = Pictures::default();
    batches.iter().for_each(|batch| all.extend(batch));
    all
}

#[test]
fn records_become_pixels() {
    let mut file = vec![7];
    file.extend((0..3072_usize).map(|at| (at / 1024 * 100 + at % 32) as u8));
    let pictures = cifar::records("one", &file).unwrap();
    let (label, pixels) = pictures.get(0).unwrap();
    assert_eq!(label, 7);
    assert_eq!(pixels[..6], [0, 100, 200, 1, 101, 201]);
    assert_eq!(pixels[32 * 3..32 * 3 + 3], [0, 100, 200]);
}

#[test]
fn every_archive_gives_the_same_pictures() {
    let batches = six_batches();
    let binary = tar(&binary_files(&batches));
    let mut archives = vec![gzip(&binary), binary];
    for style in [Python::Two, Python::TwoFortran, Python::ThreeProtocolTwo, Python::Four] {
        archives.push(gzip(&tar(&python_files(&batches, style))));
    }
    for archive in archives {
        assert!(cifar::is_archive(&archive));
        let cifar = cifar::archive("a", &archive).unwrap();
        assert_eq!(cifar.train, joined(&batches[..5]));
        assert_eq!(cifar.test, batches[5]);
        assert_eq!(cifar.classes, CLASSES);
    }
}

#[test]
fn class_names_come_from_the_archive_when_they_are_usable() {
    let names: Vec<String> = (0..10).map(|n| format!("class {n}")).collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let read = |name: &str, content: Vec<u8>| {
        let mut files = binary_files(&six_batches());
        files.push((name.into(), content));
        cifar::archive("a", &tar(&files)).unwrap().classes
    };
    assert_eq!(read("x/batches.meta.txt", (names.join("\n") + "\n\n").into_bytes()), names);
    assert_eq!(read("x/batches.meta", python_meta(&refs)), names);
    assert_eq!(read("x/batches.meta", python_meta(&refs[..9])), CLASSES);
    assert_eq!(read("x/batches.meta.txt", b"\xff".to_vec()), CLASSES);
}

#[test]
fn missing_and_doubled_batches_are_named() {
    let mut files = binary_files(&six_batches());
    files.retain(|(name, _)| !name.ends_with("_3.bin") && !name.ends_with("test_batch.bin"));
    let error = cifar::archive("some.tar", &tar(&files)).unwrap_err();
    assert!(
        matches!(&error, CifarError::Missing { missing, .. } if missing == "data_batch_3, test_batch")
    );
    let mut files = binary_files(&six_batches());
    files.push(files[0].clone());
    let error = cifar::archive("some.tar", &tar(&files)).unwrap_err();
    assert_eq!(error, CifarError::Twice { file: "data_batch_1.bin".into() });
}

#[test]
fn a_pickle_that_would_run_something_is_refused() {
    let mut batches = Batches::default();
    let error = batches.add("data_batch_1", b"\x80\x02cos\nsystem\nU\x04evil\x85R.").unwrap_err();
    assert!(error.to_string().contains("`os.system`"), "{error}");
}

#[test]
fn a_pickle_of_something_else_is_refused() {
    for bytes in [&b"\x80\x02}."[..], b"\x80\x02N.", b"\x80\x02]K\x01a."] {
        let error = Batches::default().add("test_batch", bytes).unwrap_err();
        assert!(matches!(error, CifarError::Batch { .. }), "{error}");
    }
    // One label too few for the rows.
    let mut bytes = python_batch(&pictures(3, 10, 1), Python::Two);
    let at = bytes.windows(3).position(|window| window == b"]q\x02").unwrap() + 4;
    bytes.drain(at..at + 2);
    let error = Batches::default().add("test_batch", &bytes).unwrap_err();
    assert!(matches!(error, CifarError::Batch { .. }), "{error}");
}

/// Programs of a few bytes that make a naive reader use all memory or all stack.
#[test]
fn pickle_bombs_are_refused_quickly() {
    let nested = [&b"\x80\x02"[..], &b"]".repeat(1_000_000), &b"a".repeat(999_999), b"."].concat();
    let marks = b"(".repeat(5_000_000);
    let mut laughs = b"\x80\x02]q\x00".to_vec();
    for _ in 0..200_000 {
        laughs.extend_from_slice(b"h\x00h\x00\x86q\x00");
    }
    let claim = b"\x80\x02T\xff\xff\xff\x7fabc.".to_vec();
    for bytes in [nested, marks, laughs, claim] {
        let error = Batches::default().add("test_batch", &bytes).unwrap_err();
        assert!(matches!(error, CifarError::Pickle { .. }), "{error}");
    }
}

#[test]
fn what_is_dropped_on_the_page_is_packed() {
    let batches = six_batches();
    let archive = gzip(&tar(&binary_files(&batches)));
    let packed = decode("cifar-10-binary.tar.gz", &archive, None).unwrap();
    let manifest = packed.manifest();
    assert_eq!((manifest.train.count, manifest.test.count, packed.count()), (10, 2, 2));
    for index in 0..packed.count() {
        let bytes = packed.bytes(index).unwrap();
        manifest.verify(packed.name(index).unwrap(), &bytes).unwrap();
    }
    assert_eq!(
        decode("a.gz", &archive, Some(&[])).unwrap_err(),
        PackError::ArchiveAndMore { file: "a.gz".into() }
    );

    let (train, test) = (pictures(SHARD_SIZE + 1, 10, 3), pictures(4, 10, 4));
    let packed = decode("a.bin", &record_file(&train), Some(&record_file(&test))).unwrap();
    assert_eq!((packed.count(), packed.name(1)), (3, Some("train-001.tgs")));
    assert_eq!((packed.name(3), packed.bytes(3)), (None, None));

    let packed = decode("a.bin", &record_file(&pictures(13, 10, 5)), None).unwrap();
    assert_eq!((packed.manifest().train.count, packed.manifest().test.count), (11, 2));
    assert!(packed.manifest().source.contains("the last 2 of its 13 pictures"));
    let single = decode("a.bin", &record_file(&pictures(1, 10, 5)), None).unwrap_err();
    assert_eq!(single, PackError::Single { file: "a.bin".into() });
    let neither = decode("cat.jpg", b"\xff\xd8\xff", None).unwrap_err().to_string();
    assert!(neither.starts_with("`cat.jpg` is not CIFAR-10"), "{neither}");
}
