//! The official formats are read as they are described, whichever of them it is, and those that
//! people make of them.

use crate::official::{
    Python, binary_files, gzip, pictures, python_batch, python_batch_of, python_files, python_meta,
    read, read_files, record_file, six_batches, tar,
};
use tabgrad::data::cifar::{self, CLASSES, Cifar};
use tabgrad::data::pictures::{PictureShape, Pictures};

fn joined(batches: &[Pictures]) -> Pictures {
    let mut all = Pictures::new(PictureShape::CIFAR);
    batches.iter().for_each(|batch| all.extend(batch));
    all
}

/// Pictures of these labels.
fn labelled(labels: &[u8]) -> Pictures {
    let mut all = Pictures::new(PictureShape::CIFAR);
    let random = pictures(labels.len(), 10, 7);
    random.iter().zip(labels).for_each(|((_, pixels), label)| all.push(*label, pixels));
    all
}

fn file(name: &str, content: Vec<u8>) -> (String, Vec<u8>) {
    (name.into(), content)
}

fn refusal(name: &str, files: &[(String, Vec<u8>)]) -> String {
    let error = read_files(name, files).map(|_| ()).expect_err("it is refused");
    assert!(error.ends_with('.'), "{error}");
    error
}

fn is_remarked(cifar: &Cifar, part: &str) -> bool {
    cifar.remarks.iter().all(|remark| remark.ends_with('.'))
        && cifar.remarks.iter().any(|remark| remark.contains(part))
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
    archives.extend(Python::ALL.map(|style| gzip(&tar(&python_files(&batches, style)))));
    for archive in archives {
        let cifar = read("cifar-10.tar.gz", &archive).unwrap();
        assert_eq!(cifar.train, joined(&batches[..5]));
        assert_eq!(cifar.test, batches[5]);
        assert_eq!(cifar.classes, CLASSES);
        assert!(cifar.remarks.is_empty(), "{:?}", cifar.remarks);
        // It is in the format, but not those pictures.
        assert_eq!(cifar.name, "CIFAR-10 subset");
        assert!(!cifar.source.contains("official"), "{}", cifar.source);
    }
}

#[test]
fn batches_are_found_wherever_they_lie_and_junk_is_not() {
    let batches = six_batches();
    let mut files = binary_files(&batches);
    for (path, _) in &mut files {
        *path = format!("Downloads/more/{path}");
    }
    files.push(file("Downloads/more/cifar-10-batches-bin/._data_batch_1.bin", vec![0; 9]));
    files.push(file("__MACOSX/cifar-10-batches-bin/data_batch_1.bin", vec![0; 9]));
    assert_eq!(read_files("Downloads", &files).unwrap().train, joined(&batches[..5]));
    // Both versions together: the binary one is enough.
    files.extend(python_files(&batches, Python::Two));
    let cifar = read_files("Downloads", &files).unwrap();
    assert_eq!((cifar.train.len(), cifar.test.len()), (10, 2));
    // And a copy of a part, which is passed over.
    files.push(file("copy/data_batch_1.bin", record_file(&batches[0])));
    let cifar = read_files("Downloads", &files).unwrap();
    assert_eq!(cifar.train, joined(&batches[..5]));
    assert!(is_remarked(&cifar, "`copy`"), "{:?}", cifar.remarks);
}

#[test]
fn a_part_of_the_batches_is_read_and_what_is_missing_is_told() {
    let batches = six_batches();
    let mut files = binary_files(&batches);
    files.retain(|(name, _)| !name.ends_with("_3.bin"));
    let cifar = read_files("x", &files).unwrap();
    assert_eq!((cifar.train.len(), cifar.test.len()), (8, 2));
    assert!(is_remarked(&cifar, "data_batch_3 is not there"), "{:?}", cifar.remarks);
    let two = vec![
        file("data_batch_1", python_batch(&labelled(&[0, 1, 2]), Python::Five)),
        file("test_batch", python_batch(&labelled(&[2, 1, 0]), Python::Five)),
    ];
    let cifar = read_files("2 files", &two).unwrap();
    assert_eq!((cifar.train.len(), cifar.test.len()), (3, 3));
    assert!(is_remarked(&cifar, "data_batch_2, data_batch_3, data_batch_4 and data_batch_5 are"));
}

#[test]
fn of_a_batch_alone_one_in_six_of_each_class_is_for_the_test() {
    let sorted: Vec<u8> = [[0; 13].as_slice(), &[1; 12], &[2; 2], &[3]].concat();
    for name in ["data_batch_1.bin", "test_batch.bin", "mine.bin"] {
        let cifar = read(name, &record_file(&labelled(&sorted))).unwrap();
        let count = |pictures: &Pictures| {
            [0, 1, 2, 3].map(|class| pictures.labels().iter().filter(|l| **l == class).count())
        };
        assert_eq!((count(&cifar.train), count(&cifar.test)), ([11, 10, 1, 1], [2, 2, 1, 0]));
        assert!(is_remarked(&cifar, "one in 6 pictures of each class, 5 in all"));
        assert!(cifar.source.contains("One in 6"), "{}", cifar.source);
    }
    let single = read("a.bin", &record_file(&labelled(&[0, 1]))).unwrap_err();
    assert!(single.starts_with("`a.bin` has a single picture of each class"), "{single}");
}

#[test]
fn files_by_other_names_are_read_and_the_test_is_told_by_its_name() {
    let files = vec![
        file("out_test.bin", record_file(&labelled(&[1, 0]))),
        file("out.bin", record_file(&labelled(&[0, 1, 1]))),
    ];
    let cifar = read_files("2 files", &files).unwrap();
    assert_eq!((cifar.train.labels(), cifar.test.labels()), (&[0, 1, 1][..], &[1, 0][..]));
    let pickles = vec![
        file("my_train.pkl", python_batch(&labelled(&[0, 1]), Python::Four)),
        file("my_test.pkl", python_batch(&labelled(&[1, 0]), Python::Zero)),
    ];
    assert_eq!(read_files("x", &pickles).unwrap().train.labels(), [0, 1]);
}

#[test]
fn own_records_keep_their_own_names() {
    let long: Vec<String> = (0..10).map(|n| format!("{n} {}", "long ".repeat(20))).collect();
    let read_with = |names: &str, labels: &[u8]| {
        let files = vec![
            file("signs/data_batch_1.bin", record_file(&labelled(labels))),
            file("signs/test_batch.bin", record_file(&labelled(labels))),
            file("signs/batches.meta.txt", names.as_bytes().to_vec()),
        ];
        read_files("cifar-10-batches-bin", &files).map(|cifar| (cifar.classes.clone(), cifar))
    };
    let (classes, cifar) = read_with("stop\nyield\r\npriority\n\n", &[0, 1, 2]).unwrap();
    assert_eq!(classes, ["stop", "yield", "priority"]);
    assert_eq!((cifar.name.as_str(), cifar.source.contains("own")), ("Own pictures", true));
    let ten: Vec<u8> = (0..10).collect();
    let trimmed: Vec<String> = long.iter().map(|name| name.trim().to_owned()).collect();
    assert_eq!(read_with(&long.join("\n"), &ten).unwrap().0, trimmed);
    // As many as a byte can tell apart, with labels that count from another number.
    let many: Vec<String> = (0..256).map(|n| format!("class {n}")).collect();
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(read_with(&many.join("\n"), &all).unwrap().0, many);
    // Classes without a picture are none, and the labels count those that are left.
    let (classes, cifar) = read_with("a\nb\nc\nd", &[1, 3, 3]).unwrap();
    assert_eq!((classes, cifar.train.labels()), (vec!["b".into(), "d".into()], &[0, 1, 1][..]));
    assert!(is_remarked(&cifar, "No picture shows “a”, “c”"), "{:?}", cifar.remarks);
    // An empty line in the middle has a number.
    assert_eq!(read_with("a\n\nc", &[0, 1, 2]).unwrap().0, ["a", "1", "c"]);
    let (classes, cifar) = read_with("same\nsame", &[0, 1]).unwrap();
    assert_eq!(classes, ["0", "1"]);
    assert!(is_remarked(&cifar, "names two classes “same”"));
    let error = read_with("stop\nyield", &[0, 1, 2]).unwrap_err();
    assert!(error.contains("label 2, but `signs/batches.meta.txt` names only 2"), "{error}");
}

#[test]
fn records_without_names_are_called_by_their_numbers_unless_they_are_cifar10() {
    let ten: Vec<u8> = (0..10).collect();
    let named = |name: &str, labels: &[u8]| {
        let files = vec![
            file(&format!("{name}/data_batch_1.bin"), record_file(&labelled(labels))),
            file(&format!("{name}/test_batch.bin"), record_file(&labelled(labels))),
        ];
        read_files(name, &files).unwrap()
    };
    let signs = named("signs", &[0, 1, 2]);
    assert_eq!(signs.classes, ["0", "1", "2"]);
    assert!(is_remarked(&signs, "no file with the names of the classes"), "{:?}", signs.remarks);
    assert_eq!(named("cifar-10-batches-bin", &[0, 1, 2]).classes, ["0", "1", "2"]);
    assert_eq!(named("signs", &ten).classes[0], "0");
    assert_eq!(named("cifar10-subset", &ten).classes, CLASSES);
    assert_eq!(named("cifar-100-like", &ten).classes[9], "9");
}

#[test]
fn cifar100_is_read_with_its_fine_labels() {
    let names: Vec<String> = (0..100).map(|n| format!("fine {n}")).collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let labels: Vec<u8> = (0..100).collect();
    let with_coarse = |pictures: &Pictures| -> Vec<u8> {
        let records = record_file(pictures);
        records.chunks_exact(3073).flat_map(|record| [&[19], record].concat()).collect()
    };
    let all = labelled(&labels);
    let binary = vec![
        file("cifar-100-binary/train.bin", with_coarse(&all)),
        file("cifar-100-binary/test.bin", with_coarse(&all)),
        file("cifar-100-binary/fine_label_names.txt", names.join("\n").into_bytes()),
        file("cifar-100-binary/coarse_label_names.txt", b"animals\n".to_vec()),
    ];
    let python = vec![
        file("cifar-100-python/train", python_batch_of(&all, Python::Two, "fine_labels")),
        file("cifar-100-python/test", python_batch_of(&all, Python::Five, "fine_labels")),
        file("cifar-100-python/meta", python_meta(&refs, Python::Two, "fine_label_names")),
    ];
    for files in [binary, python] {
        let cifar = read("a.tar.gz", &gzip(&tar(&files))).unwrap();
        // As many classes as there are are nothing to remark.
        assert!(!is_remarked(&cifar, "There are 100 classes"), "{:?}", cifar.remarks);
        assert_eq!((cifar.classes, cifar.train), (names.clone(), all.clone()));
        assert_eq!(cifar.name, "CIFAR-100 subset");
    }
    let mixed = vec![
        file("data_batch_1.bin", record_file(&all)),
        file("test_batch.bin", with_coarse(&all)),
    ];
    assert!(
        refusal("x", &mixed).contains("records of CIFAR-100 and other files those of CIFAR-10")
    );
}

#[test]
fn other_packages_are_called_by_their_names() {
    let cases = [
        ("cifar-10-batches-mat/data_batch_1.mat", "is the Matlab version of CIFAR-10"),
        ("data/digits.mat", "holds Matlab files (`data/digits.mat`)"),
        ("dataset/train.zip", "holds another archive, `dataset/train.zip`"),
        ("cifar-10/train.7z", "holds another archive"),
        ("x/cifar10.npz", "holds NumPy files"),
        ("x/train.h5", "holds HDF5 files"),
        ("x/train-00000.parquet", "holds table files"),
        ("MNIST/train-images-idx3-ubyte", "is called like one of MNIST"),
        ("x/data.pt", "holds PyTorch files"),
    ];
    for (path, expected) in cases {
        let error = refusal("given", &[file(path, vec![1; 40]), file("x/readme.txt", vec![])]);
        assert!(error.starts_with("`given` ") && error.contains(expected), "{error}");
    }
    // Pictures are somebody else's to read, whatever lies beside them.
    for path in ["cat/1.PNG", "train/a/1.jpeg", "cat/1.webp"] {
        let files = vec![file(path, vec![1]), file("test", vec![1]), file("old.zip", vec![1])];
        assert_eq!(refusal("given", &files), "It is something else.");
    }
    let names = vec![file("batches.meta.txt", b"a\nb".to_vec())];
    assert_eq!(refusal("given", &names), "It is something else.");
    let error = refusal("given", &[file("mine.bin", vec![1; 40])]);
    assert!(error.starts_with("`mine.bin` is not CIFAR-10"), "{error}");
}

#[test]
fn arrays_of_other_shapes_are_read_and_of_other_kinds_refused() {
    // (2, 3, 32, 32) and (2, 32, 32, 3), as people reshape them.
    let good = labelled(&[0, 1]);
    let flat = python_batch(&good, Python::Two);
    let shape = |bytes: &[u8]| {
        let was = b"(M\x02\0M\x00\x0ct";
        let at = flat.windows(was.len()).position(|window| window == was).unwrap();
        [&flat[..at], bytes, &flat[at + was.len()..]].concat()
    };
    let planes = shape(b"(K\x02K\x03K\x20K\x20t");
    let two = |batch: Vec<u8>| {
        let test = python_batch(&good, Python::Two);
        read_files("x", &[file("data_batch_1", batch), file("test_batch", test)])
    };
    assert_eq!(two(planes).unwrap().train, good);
    let by_pixels = two(shape(b"(K\x02K\x20K\x20K\x03t")).unwrap().train;
    let (_, first) = by_pixels.get(0).unwrap();
    assert_eq!(first, crate::official::planes(good.get(0).unwrap().1));
    let gray = two(shape(b"(M\x06\0M\x00\x04t")).unwrap_err();
    assert!(gray.contains("`labels` and the rows of `data` are not equally many"), "{gray}");
}

#[test]
fn a_pickle_that_would_run_something_is_refused() {
    for evil in [&b"\x80\x02cos\nsystem\nU\x04evil\x85R."[..], b"(dcposix\nsystem\nS'x'\n."] {
        let error = refusal("x", &[file("data_batch_1", evil.to_vec())]);
        assert!(error.contains("system`, which is not one of the names"), "{error}");
        // Said once, though it is an error within an error.
        assert_eq!(error.matches("the pickle asks").count(), 1, "{error}");
    }
}

#[test]
fn a_pickle_of_something_else_is_refused() {
    for bytes in [&b"\x80\x02}."[..], b"\x80\x02N.", b"\x80\x02]K\x01a."] {
        let error = refusal("x", &[file("test_batch", bytes.to_vec())]);
        assert!(error.contains("is a pickle, but not a CIFAR-10 batch"), "{error}");
    }
    // One label too few for the rows.
    let mut bytes = python_batch(&pictures(3, 10, 1), Python::Two);
    let at = bytes.windows(3).position(|window| window == b"]q\x02").unwrap() + 4;
    bytes.drain(at..at + 2);
    let error = refusal("x", &[file("test_batch", bytes)]);
    assert!(error.contains("not equally many"), "{error}");
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
    let marks = [&b"\x80\x02"[..], &marks].concat();
    for bytes in [nested, marks, laughs, claim] {
        let error = refusal("x", &[file("test_batch", bytes)]);
        assert!(error.starts_with("`test_batch` cannot be read: the pickle"), "{error}");
    }
}
