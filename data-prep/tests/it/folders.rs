//! What the folders around pictures mean: splits, classes, names, and what is passed over.

use crate::drawn::{numbered, png};
use crate::support::{Folder, run_badly, run_told};
use data_prep::inspect;
use tabgrad::data::loader::Loader;

/// What was packed of the folder `in`, and what was said about it.
fn packed(folder: &Folder) -> (Loader, String) {
    let out = folder.join("out");
    let said = run_told(&["cifar10", "--from", &folder.join("in"), "--out", &out]);
    (inspect::read(out.as_ref()).unwrap(), said)
}

fn refused(folder: &Folder) -> String {
    run_badly(&["cifar10", "--from", &folder.join("in"), "--out", &folder.join("out")])
}

/// Pictures of each class in training, and in the test.
fn counts(read: &Loader) -> Vec<(usize, usize)> {
    let of = |labels: &[u8], label: usize| {
        labels.iter().filter(|&&one| usize::from(one) == label).count()
    };
    let data = read.data();
    (0..read.manifest().classes.len())
        .map(|label| (of(data.train.labels(), label), of(data.test.labels(), label)))
        .collect()
}

#[test]
fn what_systems_leave_lying_about_is_passed_over() {
    let folder = Folder::new("junk");
    for (split, count) in [("train", 6), ("test", 2)] {
        for class in ["cat", "dog"] {
            numbered(&folder, &format!("in/{split}/{class}"), count);
            let twin = b"\0\x05\x16\x07\0\x02\0\0Mac OS X        ";
            (0..count)
                .for_each(|n| drop(folder.write(&format!("in/{split}/{class}/._{n}.png"), twin)));
            folder.write(&format!("in/{split}/{class}/copy.png"), twin);
            folder.write(&format!("in/{split}/{class}/Thumbs.db"), b"\xd0\xcf\x11\xe0");
        }
        folder.write(&format!("in/{split}/.DS_Store"), b"Bud1");
        folder.write(&format!("in/{split}/.cache/deep/1.png"), &png([1, 1, 1]));
    }
    folder.write("in/readme.txt", b"Cats and dogs.");
    let (read, said) = packed(&folder);
    assert_eq!(counts(&read), [(6, 2), (6, 2)]);
    assert_eq!(read.manifest().classes, ["cat", "dog"]);
    assert!(said.contains("Left out: one file is no picture: in/readme.txt; 28 files are hidden or a system’s own: in/test/"), "{said}");
}

#[test]
fn folders_inside_a_class_belong_to_it() {
    let folder = Folder::new("nested");
    for class in ["cat", "dog"] {
        numbered(&folder, &format!("in/train/{class}"), 1);
        numbered(&folder, &format!("in/train/{class}/camera-a"), 3);
        numbered(&folder, &format!("in/train/{class}/camera-b/2024"), 3);
        numbered(&folder, &format!("in/test/{class}/camera-b/2024"), 3);
    }
    let (read, said) = packed(&folder);
    assert_eq!(counts(&read), [(7, 3), (7, 3)]);
    assert!(!said.contains("Left out"), "{said}");
}

#[test]
fn splits_are_known_by_many_names_in_any_case() {
    let pairs = [
        ("train", "valid"),
        ("train", "val"),
        ("training", "testing"),
        ("training", "validation"),
        ("Train", "Test"),
        ("TRAIN", "dev"),
        ("train_set", "test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"),
    ];
    for (train, test) in pairs {
        let folder = Folder::new("splits");
        for class in ["cat", "dog"] {
            numbered(&folder, &format!("in/{train}/{class}"), 6);
            numbered(&folder, &format!("in/{test}/{class}"), 2);
        }
        let (read, _) = packed(&folder);
        assert_eq!(read.manifest().classes, ["cat", "dog"], "{train} and {test}");
        assert_eq!(counts(&read), [(6, 2), (6, 2)], "{train} and {test}");
        assert_eq!(read.manifest().source, "A folder of pictures.");
    }
}

#[test]
fn validation_beside_a_test_is_passed_over_and_said() {
    let folder = Folder::new("holdout");
    for split in ["train", "test", "val"] {
        numbered(&folder, &format!("in/{split}/cat"), 2);
        numbered(&folder, &format!("in/{split}/dog"), 2);
    }
    let (read, said) = packed(&folder);
    assert_eq!(counts(&read), [(2, 2), (2, 2)]);
    let expected =
        "4 pictures lie in a folder for validation, beside one for the test: in/val/cat/0.png";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn splits_may_lie_inside_the_classes() {
    let folder = Folder::new("inside");
    for class in ["cat", "dog"] {
        numbered(&folder, &format!("in/{class}/train"), 4);
        numbered(&folder, &format!("in/{class}/test"), 1);
    }
    let (read, _) = packed(&folder);
    assert_eq!(
        (counts(&read), &read.manifest().classes[..]),
        (vec![(4, 1); 2], &["cat".into(), "dog".into()][..])
    );
}

#[test]
fn without_splits_one_in_six_is_kept_wherever_the_folder_lies() {
    let folder = Folder::new("undivided");
    for root in ["in", "elsewhere/deeper/pets"] {
        numbered(&folder, &format!("{root}/cat"), 12);
        numbered(&folder, &format!("{root}/train"), 6);
        numbered(&folder, &format!("{root}/only"), 1);
    }
    let (read, said) = packed(&folder);
    // A folder of trains is a class.
    assert_eq!(read.manifest().classes, ["cat", "only", "train"]);
    assert_eq!(counts(&read), [(10, 2), (1, 0), (5, 1)]);
    assert!(read.manifest().source.contains("One in six of each class"));
    assert!(said.contains("The class “only” has no test pictures"), "{said}");
    let out = folder.join("other");
    run_told(&["cifar10", "--from", &folder.join("elsewhere"), "--out", &out]);
    assert_eq!(inspect::read(out.as_ref()).unwrap().data().test, read.data().test);
}

#[test]
fn one_name_in_two_forms_is_one_class() {
    let folder = Folder::new("forms-of-names");
    // Decomposed as a Mac writes it, and composed.
    numbered(&folder, "in/train/Ka\u{308}se", 3);
    numbered(&folder, "in/train/cre\u{300}me bru\u{302}le\u{301}e", 3);
    numbered(&folder, "in/test/Käse", 2);
    numbered(&folder, "in/test/crème brûlée", 2);
    let (read, _) = packed(&folder);
    assert_eq!(read.manifest().classes, ["Käse", "crème brûlée"]);
    assert_eq!(counts(&read), [(3, 2), (3, 2)]);
}

#[test]
fn names_that_differ_in_capitals_alone_are_one_class_across_splits_only() {
    let folder = Folder::new("capitals");
    ["in/train/Cat", "in/test/cat", "in/train/a", "in/train/A", "in/test/a", "in/test/A"]
        .iter()
        .for_each(|name| numbered(&folder, name, 2));
    let (read, said) = packed(&folder);
    assert_eq!(read.manifest().classes, ["A", "Cat", "a"]);
    assert_eq!(counts(&read), [(2, 2); 3]);
    assert!(said.contains("The folders “Cat” and “cat” are taken for one class."), "{said}");
}

#[test]
fn numbers_come_in_the_order_of_counting_and_names_stay_what_they_are() {
    let folder = Folder::new("names");
    (0..12).for_each(|n| numbered(&folder, &format!("in/{n}"), 2));
    let (read, said) = packed(&folder);
    let expected: Vec<String> = (0..12).map(|n| n.to_string()).collect();
    assert_eq!(read.manifest().classes, expected);
    assert!(!said.contains("classifiers"), "{said}");

    let folder = Folder::new("odd");
    let long = "x".repeat(200);
    let odd = [
        "<img src=x onerror=alert(1)>",
        "=1+1",
        "\"quoted\"",
        "قطة",
        "trailing ",
        "-",
        "null",
        "tab\tin",
        &long,
    ];
    for name in odd {
        numbered(&folder, &format!("in/{name}"), 2);
    }
    let (read, _) = packed(&folder);
    let classes = &read.manifest().classes;
    for name in [
        "<img src=x onerror=alert(1)>",
        "=1+1",
        "\"quoted\"",
        "قطة",
        "trailing",
        "-",
        "null",
        "tab in",
    ] {
        assert!(classes.iter().any(|class| class == name), "{name}: {classes:?}");
    }
    assert!(classes.iter().all(|class| class.chars().count() <= 120));
}

#[test]
fn one_class_or_none_is_taken_and_said() {
    let folder = Folder::new("flat");
    numbered(&folder, "in", 12);
    let (read, said) = packed(&folder);
    assert_eq!(read.manifest().classes, ["in"]);
    assert_eq!(counts(&read), [(10, 2)]);
    assert!(said.contains("There is one class, “in”. The classifiers need at least two"), "{said}");

    let folder = Folder::new("one");
    numbered(&folder, "in/train/faces", 5);
    numbered(&folder, "in/test/faces", 2);
    let (read, _) = packed(&folder);
    assert_eq!((counts(&read), read.manifest().classes[0].as_str()), (vec![(5, 2)], "faces"));

    let folder = Folder::new("none");
    numbered(&folder, "in", 1);
    assert!(refused(&folder).contains("each needs two that can be used"));
    let folder = Folder::new("nothing");
    folder.write("in/cat/a.txt", b"a");
    let error = refused(&folder);
    assert!(
        error.contains(
            "No pictures were found among one file. Left out: one file is no picture: in/cat/a.txt."
        ),
        "{error}"
    );
}

#[test]
fn splits_without_classes_are_refused_and_labels_beside_them_are_read() {
    let folder = Folder::new("kaggle");
    numbered(&folder, "in/train", 12);
    numbered(&folder, "in/test", 4);
    let error = refused(&folder);
    assert!(
        error.contains("The folders “train” and “test” hold pictures and no folders of classes"),
        "{error}"
    );
    folder.write("in/trainLabels.csv", b"these are no labels");
    assert!(refused(&folder).contains("The labels seem to be in “trainLabels.csv”"));

    let labels: String =
        (0..12).map(|n| format!("{n},{}\n", if n % 2 == 0 { "frog" } else { "ship" })).collect();
    folder.write("in/trainLabels.csv", format!("id,label\n{labels}").as_bytes());
    folder.write("in/sampleSubmission.csv", b"id,label\n1,cat\n");
    let (read, said) = packed(&folder);
    assert_eq!(read.manifest().classes, ["frog", "ship"]);
    assert_eq!(counts(&read), [(5, 1), (5, 1)]);
    assert!(said.contains("The classes of the pictures were read from trainLabels.csv."), "{said}");
    assert!(said.contains("4 pictures lie in the test folder without a class"), "{said}");
    // Frogs are those of even numbers.
    let red = |label: u8| {
        let data = read.data();
        let all = data.train.iter().chain(data.test.iter());
        all.filter(|(one, _)| *one == label)
            .map(|(_, pixels)| pixels[0] / 9 % 2)
            .collect::<Vec<_>>()
    };
    assert_eq!((red(0), red(1)), (vec![0; 6], vec![1; 6]));
}

#[test]
fn classes_that_lack_a_split_are_said_and_the_rest_is_kept() {
    let folder = Folder::new("lacking");
    ["in/train/a", "in/train/b", "in/test/a", "in/test/c"]
        .iter()
        .for_each(|name| numbered(&folder, name, 2));
    // A test folder without classes beside them.
    numbered(&folder, "in/test", 3);
    let (read, said) = packed(&folder);
    assert_eq!(read.manifest().classes, ["a", "b"]);
    assert_eq!(counts(&read), [(2, 2), (2, 0)]);
    assert!(
        said.contains(
            "2 pictures are of classes without training pictures: in/test/c/0.png, in/test/c/1.png"
        ),
        "{said}"
    );
    assert!(
        said.contains("The class “b” has no test pictures, so it is not measured how well"),
        "{said}"
    );
    assert!(said.contains("3 pictures lie in the test folder without a class"), "{said}");
}

#[test]
fn test_folders_alone_are_no_classes() {
    let folder = Folder::new("untrained");
    ["in/test/cat", "in/test/dog", "in/val/cat"].iter().for_each(|name| numbered(&folder, name, 2));
    let error = refused(&folder);
    assert!(error.contains("No training pictures are left that can be used."), "{error}");
}

#[test]
fn more_classes_than_labels_are_refused() {
    let folder = Folder::new("many");
    (0..257).for_each(|n| drop(folder.write(&format!("in/c{n}/1.png"), &png([9, 9, 9]))));
    let error = refused(&folder);
    assert!(error.contains("There are 257 folders of classes, and at most 256"), "{error}");
}
