//! The command as people use it.

use crate::official::{
    Files, Python, binary_files, gzip, pictures, python_files, record_file, six_batches, tar,
};
use crate::support::{Folder, contents, run_badly, run_well, two_files};
use data_prep::inspect;
use image::RgbImage;
use tabgrad::data::loader::Loader;

fn unpack(folder: &Folder, files: &Files) {
    files.iter().for_each(|(name, content)| drop(folder.write(name, content)));
}

#[test]
fn every_form_of_cifar10_gives_the_same_folder() {
    let folder = Folder::new("forms");
    let batches = six_batches();
    let (binary, python) = (binary_files(&batches), python_files(&batches, Python::Two));
    unpack(&folder, &binary);
    unpack(&folder, &python);
    let forms = [
        folder.write("a.tar.gz", &gzip(&tar(&binary))),
        folder.write("misnamed.zip", &gzip(&tar(&python))),
        folder.join("cifar-10-batches-bin"),
        folder.join("cifar-10-batches-py"),
    ];
    let out = folder.join("out");
    let mut seen = Vec::new();
    for form in forms {
        run_well(&["cifar10", "--from", &form, "--out", &out]);
        seen.push(contents(&out));
    }
    assert_eq!(seen[0].len(), 3);
    assert!(seen.iter().all(|files| *files == seen[0]));
}

#[test]
fn a_folder_of_pictures_is_read_resized_and_sorted() {
    let folder = Folder::new("pictures");
    for (split, class, size, red) in
        [("train", "zebra", 32, 10), ("train", "ant", 64, 20), ("test", "ant", 20, 30)]
    {
        folder.write(&format!("in/{split}/{class}/notes.txt"), b"not a picture");
        let picture = RgbImage::from_pixel(size, size, image::Rgb([red, 100, 200]));
        picture.save(folder.join(&format!("in/{split}/{class}/1.png"))).unwrap();
    }
    let out = folder.join("out");
    run_well(&["cifar10", "--from", &folder.join("in"), "--out", &out]);
    let read = inspect::read(out.as_ref()).unwrap();
    let data = read.data();
    assert_eq!(read.manifest().classes, ["ant", "zebra"]);
    assert_eq!(data.train.labels(), [0, 1]);
    assert_eq!(data.train.pixels()[..3], [20, 100, 200]);
    assert_eq!(data.test.pixels()[..3], [30, 100, 200]);
}

#[test]
fn a_subset_is_random_but_repeats_and_keeps_the_order() {
    let folder = Folder::new("subset");
    let train = folder.write("train.bin", &record_file(&pictures(40, 10, 1)));
    let test = folder.write("test.bin", &record_file(&pictures(9, 10, 2)));
    let pack = |name: &str, more: &[&str]| {
        let out = folder.join(name);
        run_well(&[&two_files(&train, &test, &out)[..], more].concat());
        inspect::read(out.as_ref()).unwrap()
    };
    let all = pack("all", &["--shard-size", "16"]);
    assert_eq!(all.manifest().train.shards.len(), 3);
    let train_of = |folder: &Loader| folder.data().train.clone();
    let some = pack("some", &["--train", "10", "--test", "3", "--seed", "4"]);
    let (all, chosen) = (train_of(&all), train_of(&some));
    assert_eq!((chosen.len(), some.data().test.len()), (10, 3));
    let mut rest = all.iter();
    assert!(chosen.iter().all(|picture| rest.any(|other| other == picture)), "out of order");
    let again = pack("again", &["--train", "10", "--test", "3", "--seed", "4"]);
    assert_eq!(train_of(&again), chosen);
    let other = pack("other", &["--train", "10", "--test", "3", "--seed", "5"]);
    assert_ne!(train_of(&other), chosen);
    let out = folder.join("more");
    let error = run_badly(&[&two_files(&train, &test, &out)[..], &["--train", "41"]].concat());
    assert!(error.contains("has 40 pictures, 41 were asked for"), "{error}");
}

#[test]
fn an_older_folder_is_replaced_whole_or_not_at_all() {
    let folder = Folder::new("replace");
    let out = folder.join("deep/er/out");
    let draw = |seed: &'static str, train: &'static str| {
        ["synthetic", "--train", train, "--test", "2", "--seed", seed, "--shard-size", "3", "--out"]
    };
    run_well(&[&draw("1", "9")[..], &[&out]].concat());
    run_well(&["inspect", &out]);
    let older = contents(&out);
    assert_eq!(older.len(), 6, "three training shards, one test shard, manifest and contact sheet");
    // Nothing to learn from: refused before anything is written.
    run_badly(&[&draw("1", "0")[..], &[&out]].concat());
    run_badly(&["cifar10", "--from", &folder.join("nowhere"), "--out", &out]);
    assert_eq!(contents(&out), older);
    run_well(&[&draw("2", "3")[..], &[&out]].concat());
    assert_eq!(contents(&out).len(), 3);
    let beside = std::fs::read_dir(folder.path().join("deep/er")).unwrap().count();
    assert_eq!(beside, 1, "something was left beside the folder");
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = Folder::new("others");
    let mine = folder.write("mine/letter.txt", b"dear");
    let mine = mine.strip_suffix("/letter.txt").unwrap();
    let draw = |out: &str| run_badly(&["synthetic", "--train", "2", "--test", "2", "--out", out]);
    assert!(draw(mine).contains("holds `letter.txt`"));
    assert!(draw(&folder.write("file", b"x")).contains("is a file"));
    folder.write("json/manifest.json", b"{\"name\": \"a web app\"}");
    assert!(draw(&folder.join("json")).contains("no tabgrad manifest"));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    run_well(&["synthetic", "--train", "2", "--test", "2", "--out", &folder.join("empty")]);
}

#[test]
fn inspect_counts_checks_and_draws() {
    let folder = Folder::new("inspect");
    let out = folder.join("out");
    run_well(&["synthetic", "--train", "30", "--test", "5", "--out", &out]);
    let sheet = folder.join("sheet.png");
    let report = run_well(&["inspect", &out, "--sheet", &sheet]);
    assert!(report.contains("(synthetic)"), "{report}");
    let total: Vec<&str> =
        report.lines().find(|line| line.starts_with("total")).unwrap().split_whitespace().collect();
    assert_eq!(total, ["total", "30", "5"]);
    assert_eq!(image::open(sheet).unwrap().width(), 16 * 70 + 6);
    let mut bytes = std::fs::read(folder.path().join("out/train-000.tgs")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    folder.write("out/train-000.tgs", &bytes);
    let error = run_badly(&["inspect", &out]);
    assert!(error.contains("`train-000.tgs` is not the file the manifest describes"), "{error}");
}
