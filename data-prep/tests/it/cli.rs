//! The command as people use it.

use crate::official::{
    Files, Python, binary_files, gzip, pictures, python_batch, python_files, record_file,
    six_batches, tar, zip,
};
use crate::support::{Folder, contents, run, run_badly, run_well, two_files};
use data_prep::inspect;
use image::RgbImage;
use std::process::{Command, Stdio};
use tabgrad::data::cifar::CLASSES;
use tabgrad::data::loader::Loader;
use tabgrad::data::pictures::{PictureShape, Pictures};

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
        folder.write("binary.zip", &zip(&binary)),
        folder.write("python.zip", &zip(&python)),
        folder.write("plain.tar", &tar(&binary)),
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
fn batches_may_be_given_by_name() {
    let folder = Folder::new("by-name");
    let train = folder.write("data_batch_1", &python_batch(&pictures(40, 10, 1), Python::Five));
    let test = folder.write("test_batch", &python_batch(&pictures(9, 10, 2), Python::Zero));
    let names = folder.write("batches.meta.txt", CLASSES.join("\n").as_bytes());
    let out = folder.join("out");
    let said = run_well(&["cifar10", "--from", &train, &test, &names, "--out", &out]);
    assert!(said.contains("40 training and 9 test pictures"), "{said}");
    let output = run(&["cifar10", "--from", &train, "--out", &out]);
    assert!(output.status.success());
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(notes.contains("Note: There is no test batch: one in 6"), "{notes}");
    let archive = folder.write("a.zip", &zip(&binary_files(&six_batches())));
    let error = run_badly(&["cifar10", "--from", &archive, &train, "--out", &out]);
    assert!(error.contains("Give one folder or one archive alone"), "{error}");
}

#[test]
fn pictures_in_archives_are_those_of_the_folder() {
    let folder = Folder::new("packed-pictures");
    let mut files = Vec::new();
    for (split, class, red) in
        [("train", "ant", 10), ("train", "bee", 20), ("test", "ant", 30), ("test", "bee", 40)]
    {
        let name = format!("in/{split}/{class}/1.png");
        let path = folder.write(&name, b"");
        RgbImage::from_pixel(40, 40, image::Rgb([red, 100, 200])).save(&path).unwrap();
        files.push((name, std::fs::read(&path).unwrap()));
    }
    let forms = [
        folder.join("in"),
        folder.write("in.zip", &zip(&files)),
        folder.write("in.tar", &tar(&files)),
        folder.write("in.tgz", &gzip(&tar(&files))),
    ];
    let out = folder.join("out");
    let mut seen = Vec::new();
    for form in forms {
        run_well(&["cifar10", "--from", &form, "--out", &out]);
        seen.push(contents(&out));
    }
    assert!(seen.iter().all(|files| *files == seen[0]));
    let nested = folder.write("nested.zip", &zip(&vec![("data/in.zip".into(), zip(&files))]));
    let error = run_badly(&["cifar10", "--from", &nested, "--out", &out]);
    assert!(error.contains("holds another archive, `data/in.zip`"), "{error}");
    assert_eq!(error.matches("another archive").count(), 1, "{error}");
}

#[test]
fn nobody_need_read_what_is_said() {
    let folder = Folder::new("pipe");
    let out = folder.join("out");
    let names: Vec<String> = (0..200).map(|n| format!("class {n} {}", "x".repeat(900))).collect();
    let mut all = Pictures::new(PictureShape::CIFAR);
    let random = pictures(200, 10, 1);
    random.iter().zip(0..).for_each(|((_, pixels), label)| all.push(label, pixels));
    let train = folder.write("data_batch_1.bin", &record_file(&all));
    let test = folder.write("test_batch.bin", &record_file(&all));
    let meta = folder.write("batches.meta.txt", names.join("\n").as_bytes());
    run_well(&["cifar10", "--from", &train, &test, &meta, "--out", &out]);
    // More than a pipe holds, so that a write meets the closed end.
    for arguments in [vec!["inspect", &out], vec!["inspect", "--help"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_data-prep"))
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {:?}", output.status);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_leaves_nothing_half() {
    let folder = Folder::new("interrupt");
    let out = folder.join("here/out");
    let mut interrupted = 0;
    for delay in 0..12 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_data-prep"))
            .args([
                "synthetic",
                "--train",
                "3000",
                "--test",
                "300",
                "--shard-size",
                "10",
                "--out",
                &out,
            ])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // At another moment each time: while pictures are drawn, or while shards are written.
        std::thread::sleep(std::time::Duration::from_millis(40 * delay));
        let id = child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let status = child.wait().unwrap();
        interrupted += usize::from(status.code() == Some(130));
        let beside: Vec<_> = std::fs::read_dir(folder.path().join("here"))
            .map(|entries| entries.flatten().map(|entry| entry.file_name()).collect())
            .unwrap_or_default();
        assert!(beside.iter().all(|name| name == "out"), "{beside:?}");
        if !beside.is_empty() {
            inspect::read(out.as_ref()).unwrap();
        }
    }
    assert!(interrupted > 0, "no interrupt came in time");
}

#[test]
fn what_a_killed_process_left_is_put_back() {
    let folder = Folder::new("killed");
    let out = folder.join("out");
    let draw = ["synthetic", "--train", "4", "--test", "2", "--out", &out];
    run_well(&draw);
    let older = contents(&out);
    // Killed between taking the older folder away and putting the new one in its place.
    std::fs::rename(&out, folder.join(".out.old-1")).unwrap();
    let empty = folder.write("empty.bin", b"");
    run_badly(&["cifar10", "--from", &empty, "--out", &out]);
    run_well(&[&draw[..], &["--seed", "5"]].concat());
    assert_ne!(contents(&out), older);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the folder and empty.bin");
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
