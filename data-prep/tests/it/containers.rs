//! The same pictures in a folder, a zip, a tar and a packed tar are one data set: there is one set of
//! rules for all of them.

use crate::drawn::{file, png, waves};
use crate::official::{gzip, tar, zip};
use crate::support::{Folder, contents, run_badly, run_told};
use image::ImageFormat;

/// Pictures as people have them: nested, of several formats and sizes, with what lies about between
/// them, and with a damaged one.
fn pets() -> Vec<(String, Vec<u8>)> {
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Bmp, ImageFormat::WebP];
    let mut files = Vec::new();
    for (seed, (split, class)) in [
        ("Training", "Katze"),
        ("Training", "Hund\tgross"),
        ("val", "Katze"),
        ("val", "Hund\tgross"),
    ]
    .into_iter()
    .enumerate()
    {
        for (n, format) in formats.into_iter().enumerate() {
            let picture = file(&waves(40, 33, (seed * 4 + n) as u32), format);
            // Named as what they are not.
            files.push((format!("pets/{split}/{class}/cam/{n}.png"), picture));
        }
        files.push((format!("pets/{split}/{class}/._0.png"), b"\0\x05\x16\x07\0\x02\0\0".to_vec()));
    }
    files.push(("pets/Training/Katze/torn.png".into(), png([1, 2, 3])[..40].to_vec()));
    files.push(("pets/Training/Icon\r".into(), b"icon".to_vec()));
    files.push(("pets/readme.txt".into(), b"Cats and dogs.".to_vec()));
    files
}

#[test]
fn a_folder_a_zip_and_a_tar_are_read_by_the_same_rules() {
    let folder = Folder::new("containers");
    let files = pets();
    files.iter().for_each(|(path, content)| drop(folder.write(path, content)));
    let archives = [
        folder.write("pets.zip", &zip(&files)),
        folder.write("pets.tar", &tar(&files)),
        folder.write("pets.tar.gz", &gzip(&tar(&files))),
    ];
    let packed = |from: &str, out: &str| {
        let out = folder.join(out);
        let said = run_told(&["cifar10", "--from", from, "--out", &out]);
        let notes: Vec<String> =
            said.lines().filter(|line| line.starts_with("Note: ")).map(str::to_owned).collect();
        (contents(&out), notes)
    };
    let expected = packed(&folder.join("pets"), "out-folder");
    let notes = expected.1.join(" ");
    for left_out in ["pets/readme.txt", "pets/Training/Katze/torn.png", "5 files are hidden"] {
        assert!(notes.contains(left_out), "{left_out}: {notes}");
    }
    for (n, archive) in archives.iter().enumerate() {
        let read = packed(archive, &format!("out-{n}"));
        assert!(read == expected, "{archive}: {:?} {notes}", read.1);
    }
}

#[test]
fn a_folder_and_archives_of_what_is_no_picture_are_refused_in_the_same_words() {
    let folder = Folder::new("containers-refused");
    let files = vec![
        ("things/a/one.txt".to_owned(), b"one".to_vec()),
        ("things/b/two.pdf".to_owned(), b"%PDF-1.4".to_vec()),
    ];
    files.iter().for_each(|(path, content)| drop(folder.write(path, content)));
    let refused =
        |from: &str| run_badly(&["cifar10", "--from", from, "--out", &folder.join("out")]);
    let expected = refused(&folder.join("things"));
    assert!(expected.contains("No pictures were found among 2 files"), "{expected}");
    for archive in [folder.write("a.zip", &zip(&files)), folder.write("a.tgz", &gzip(&tar(&files)))]
    {
        assert_eq!(refused(&archive), expected, "{archive}");
    }
}
