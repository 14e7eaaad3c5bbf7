//! CIFAR-100 with either of its labels, binary and Python, named by a file beside it or by what is known of
//! it; and pictures of CIFAR in other sizes.

use crate::official::{
    Files, Python, found, gzip, pictures, planes, python_batch_with, python_meta, record_file, tar,
};
use crate::support::{Folder, run_badly, run_well};
use data_prep::inspect;
use tabgrad::data::archive::Entry;
use tabgrad::data::cifar::{Choices, Cifar, Labels};
use tabgrad::data::pictures::{PictureShape, Pictures, ShapeRequest, Size};

/// Some fine labels with the coarse one of each, as they are published: beaver, maple_tree, rocket, worm, wolf.
const PAIRS: [(u8, u8); 5] = [(4, 0), (47, 17), (69, 19), (99, 13), (97, 8)];

fn read(files: &Files, choices: Choices) -> Result<Cifar, String> {
    let entries: Vec<Entry> = files
        .iter()
        .map(|(path, content)| Entry { path: path.clone(), bytes: content.len() as u64 })
        .collect();
    let mut import = found("data", &entries)?.with(choices);
    for index in import.wanted().collect::<Vec<_>>() {
        import.add(index, &files[index].1).map_err(|error| error.to_string())?;
    }
    import.finish().map_err(|error| error.to_string())
}

/// Pictures of the pairs, three times each.
fn some() -> Pictures {
    pictures(15, 10, 3)
}

fn pair(index: usize) -> (u8, u8) {
    PAIRS[index % PAIRS.len()]
}

/// The two files of the binary version.
fn binary(names: bool) -> Files {
    let records: Vec<u8> = some()
        .iter()
        .enumerate()
        .flat_map(|(index, (_, pixels))| {
            let (fine, coarse) = pair(index);
            [vec![coarse, fine], planes(pixels)].concat()
        })
        .collect();
    let mut files: Files = ["train.bin", "test.bin"]
        .map(|name| (format!("cifar-100-binary/{name}"), records.clone()))
        .to_vec();
    if names {
        let list = |kind: &str, count: usize| -> Vec<u8> {
            (0..count).map(|n| format!("{kind} {n}\n")).collect::<String>().into_bytes()
        };
        files.push(("cifar-100-binary/fine_label_names.txt".into(), list("fine", 100)));
        files.push(("cifar-100-binary/coarse_label_names.txt".into(), list("coarse", 20)));
    }
    files
}

/// Those of the Python version.
fn python(style: Python, names: bool) -> Files {
    let (fine, coarse): (Vec<u8>, Vec<u8>) = (0..15).map(pair).unzip();
    let batch =
        python_batch_with(&some(), style, &[("fine_labels", &fine), ("coarse_labels", &coarse)]);
    let mut files: Files =
        ["train", "test"].map(|name| (format!("cifar-100-python/{name}"), batch.clone())).to_vec();
    if names {
        let list: Vec<String> = (0..20).map(|n| format!("coarse {n}")).collect();
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        files.push((
            "cifar-100-python/meta".into(),
            python_meta(&list, style, "coarse_label_names"),
        ));
    }
    files
}

fn coarse() -> Choices {
    Choices { labels: Labels::Coarse, ..Choices::default() }
}

#[test]
fn both_versions_give_either_label_with_the_names_that_are_known() {
    for files in [binary(false), python(Python::Two, false), python(Python::Five, false)] {
        let fine = read(&files, Choices::default()).unwrap();
        assert_eq!(fine.classes, ["beaver", "maple_tree", "rocket", "wolf", "worm"]);
        assert_eq!(fine.name, "CIFAR-100 subset");
        assert!(fine.source.contains("fine classes"), "{}", fine.source);
        assert_eq!(fine.train.labels()[..5], [0, 1, 2, 4, 3]);
        let coarse = read(&files, coarse()).unwrap();
        let names = [
            "aquatic_mammals",
            "large_carnivores",
            "non-insect_invertebrates",
            "trees",
            "vehicles_2",
        ];
        assert_eq!(coarse.classes, names);
        assert!(coarse.source.contains("coarse classes"), "{}", coarse.source);
        assert_eq!(coarse.train.labels()[..5], [0, 3, 4, 2, 1]);
        assert_eq!(coarse.train.pixels(), some().pixels());
    }
}

#[test]
fn names_that_lie_beside_it_are_its_own() {
    let fine = read(&binary(true), Choices::default()).unwrap();
    assert_eq!(fine.classes, ["fine 4", "fine 47", "fine 69", "fine 97", "fine 99"]);
    for files in [binary(true), python(Python::Two, true)] {
        let coarse = read(&files, coarse()).unwrap();
        assert_eq!(coarse.classes[0], "coarse 0");
        assert_eq!(coarse.classes.last().unwrap(), "coarse 19");
    }
}

#[test]
fn labels_that_do_not_go_together_are_no_cifar_100_and_keep_their_numbers() {
    let mut files = binary(false);
    files[1].1[0] = 5;
    let found = read(&files, Choices::default()).unwrap();
    assert_eq!(found.classes, ["4", "47", "69", "97", "99"]);
}

#[test]
fn coarse_labels_of_cifar_10_are_refused() {
    let ten: Files = vec![
        ("data_batch_1.bin".into(), record_file(&some())),
        ("test_batch.bin".into(), record_file(&some())),
    ];
    let error = read(&ten, coarse()).unwrap_err();
    assert!(error.contains("has no coarse labels, which only CIFAR-100 has"), "{error}");
    let only_fine: Files = ["train", "test"]
        .map(|name| {
            let labels: Vec<u8> = (0..15).map(|at| pair(at).0).collect();
            (name.to_owned(), python_batch_with(&some(), Python::Two, &[("fine_labels", &labels)]))
        })
        .to_vec();
    assert!(read(&only_fine, coarse()).unwrap_err().contains("no coarse labels"));
    assert_eq!(read(&only_fine, Choices::default()).unwrap().classes[0], "4");
}

#[test]
fn pictures_become_what_is_asked_for() {
    let shape = |width, height, channels| Choices {
        shape: ShapeRequest { size: Some(Size { width, height }), channels },
        ..Choices::default()
    };
    let grey = read(&binary(false), shape(16, 16, Some(1))).unwrap();
    assert_eq!(grey.train.shape(), PictureShape::new(16, 16, 1).unwrap());
    assert!(
        grey.source.contains("were made 16x16, by the mean of what a pixel covers, and grey"),
        "{}",
        grey.source
    );
    // A pixel is the luma of the mean of four.
    let all = some();
    let (_, pixels) = all.get(0).unwrap();
    let mean = |channel: usize| {
        let at = |x: usize, y: usize| u32::from(pixels[(y * 32 + x) * 3 + channel]);
        (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4
    };
    let luma = (mean(0) * 19_595 + mean(1) * 38_470 + mean(2) * 7_471 + 0x8000) >> 16;
    assert_eq!(u32::from(grey.train.get(0).unwrap().1[0]), luma);
    let same = read(&binary(false), shape(32, 32, Some(3))).unwrap();
    assert_eq!(same.train.pixels(), some().pixels());
    assert!(!same.source.contains("were made"));
}

#[test]
fn the_command_takes_labels_and_sizes() {
    let folder = Folder::new("cifar100");
    let archive = folder.write("cifar-100-binary.tar.gz", &gzip(&tar(&binary(false))));
    let out = folder.join("out");
    let run = [
        "cifar10",
        "--from",
        &archive,
        "--labels",
        "coarse",
        "--size",
        "48x24",
        "--channels",
        "1",
        "--out",
        &out,
    ];
    run_well(&run);
    let loader = inspect::read(out.as_ref()).unwrap();
    assert_eq!(loader.manifest().picture, PictureShape::new(24, 48, 1).unwrap());
    assert_eq!(loader.manifest().classes[3], "trees");
    for (wrong, part) in [
        (["--size", "7"], "is no size of pictures"),
        (["--size", "32x32x3"], "is no size of pictures"),
        (["--channels", "2"], "with 2 channels are not supported"),
        (["--labels", "rough"], "coarse"),
    ] {
        let error =
            run_badly(&[&["cifar10", "--from", &archive, "--out", &out], &wrong[..]].concat());
        assert!(error.contains(part), "{error}");
    }
    let pictures = Folder::new("no-cifar");
    pictures.write("in/a/1.png", b"no picture");
    let from = pictures.join("in");
    let error = run_badly(&["cifar10", "--from", &from, "--labels", "coarse", "--out", &out]);
    assert!(error.contains("holds no CIFAR-100, which --labels coarse is about"), "{error}");
    let error = run_badly(&["cifar10", "--from", &from, "--dataset", "mnist", "--out", &out]);
    assert!(error.contains("which --dataset is about"), "{error}");
}
