//! Archives of every kind, whole and harmed, made here byte by byte.

use super::{Archive, ArchiveError, Limits};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const LIMITS: Limits = Limits { entries: 100, bytes: 1_000_000 };

fn tar(files: &[(&str, usize)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for &(path, size) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(size as u64);
        let content = vec![b'x'; size];
        builder.append_data(&mut header, path, content.as_slice()).expect("memory takes it");
    }
    builder.into_inner().expect("memory takes it")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn zip(files: &[(&str, usize)], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for &(path, size) in files {
        if path.ends_with('/') {
            writer.add_directory(path, options).expect("memory takes it");
        } else {
            writer.start_file(path, options).expect("memory takes it");
            writer.write_all(&vec![b'x'; size]).expect("memory takes it");
        }
    }
    writer.finish().expect("memory takes it").into_inner()
}

/// Writes `bytes` at `offset` after each of the marks that begin an entry of the directory.
fn in_directory(zip: &mut [u8], offset: usize, bytes: &[u8]) {
    let marks: Vec<usize> =
        (0..zip.len()).filter(|&at| zip[at..].starts_with(b"PK\x01\x02")).collect();
    for at in marks {
        zip[at + offset..at + offset + bytes.len()].copy_from_slice(bytes);
    }
}

fn open(name: &str, bytes: &[u8]) -> Result<Option<Archive<Cursor<Vec<u8>>>>, ArchiveError> {
    Archive::open(name, Cursor::new(bytes.to_vec()), LIMITS)
}

fn opened(bytes: &[u8]) -> Archive<Cursor<Vec<u8>>> {
    open("a", bytes).expect("it is whole").expect("it is an archive")
}

fn refusal(name: &str, bytes: &[u8]) -> String {
    let error = open(name, bytes).map(|_| ()).expect_err("it is refused").to_string();
    assert!(error.ends_with('.') && error.contains(name), "{error}");
    error
}

fn listed(archive: &Archive<Cursor<Vec<u8>>>) -> Vec<String> {
    archive.entries().iter().map(|entry| format!("{} {}", entry.path, entry.bytes)).collect()
}

#[test]
fn every_kind_is_listed_and_read_in_any_order() {
    let files = [("d/b.bin", 9), ("d/notes", 20_000), ("a.bin", 0)];
    let tar = tar(&files);
    let halves = tar.split_at(700);
    let kinds = [
        zip(&files, CompressionMethod::Stored),
        zip(&files, CompressionMethod::Deflated),
        gzip(&tar),
        // Two members, as some programs write, and what a tape leaves behind them.
        [gzip(halves.0), gzip(halves.1), vec![0; 512]].concat(),
        tar,
    ];
    for bytes in kinds {
        let mut archive = opened(&bytes);
        assert_eq!(listed(&archive), ["d/b.bin 9", "d/notes 20000", "a.bin 0"]);
        for index in [1, 0, 2, 1] {
            let content = archive.read(index, 20_000).expect("it is whole");
            assert_eq!(content, vec![b'x'; files[index].1]);
        }
        assert_eq!(archive.head(1, 4).expect("it is whole"), b"xxxx");
        let error = archive.read(1, 19_999).expect_err("too large").to_string();
        assert!(error.contains("`d/notes` in `a` has 20000 bytes; at most 19999"), "{error}");
        assert!(archive.read(3, 9).is_err() && archive.head(3, 9).is_err());
        assert!(archive.remarks().is_empty());
    }
}

#[test]
fn other_files_are_no_archives_and_other_archives_are_named() {
    assert!(open("cat.png", b"\x89PNG\r\n\x1a\n").expect("none").is_none());
    assert!(open("records.bin", &[7; 3073]).expect("none").is_none());
    assert!(open("empty.bin", b"").expect("none").is_none());
    let cases: [(&str, &[u8], &str); 9] = [
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "is a 7z archive, which is not read here. Unpack it"),
        ("a.zip", b"Rar!\x1a\x07\x01\0", "is a RAR archive"),
        ("a.tar.xz", b"\xfd7zXZ\0\0", "is packed with xz"),
        ("a.tar.bz2", b"BZh91AY&SY", "is packed with bzip2"),
        ("a.tar.zst", b"\x28\xb5\x2f\xfd\0", "is packed with Zstandard"),
        ("a.zip", b"<!doctype html><title>404", "is a web page"),
        ("a.tar.gz", b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
        ("a.zip", b"", "is empty"),
        ("a.tgz", b"something", "does not begin like one"),
    ];
    for (name, bytes, expected) in cases {
        let error = refusal(name, bytes);
        assert!(error.contains(expected), "{error}");
    }
    let error = refusal("train.bin.gz", &gzip(&[0; 3073]));
    assert!(error.contains("one file packed with gzip"), "{error}");
}

#[test]
fn zips_that_need_other_programs_say_which_way_they_are_packed() {
    let good = zip(&[("cat/1.png", 40), ("cat/", 0)], CompressionMethod::Deflated);
    let cases: [(usize, &[u8], &str); 6] = [
        (8, &[1, 0], "protected by a password"),
        (8, &[0x41, 0], "protected by a password"),
        (10, &[14, 0], "LZMA"),
        (10, &[9, 0], "Deflate64"),
        (10, &[12, 0], "bzip2"),
        (10, &[77, 0], "a way of its own"),
    ];
    for (offset, value, expected) in cases {
        let mut bytes = good.clone();
        in_directory(&mut bytes, offset, value);
        let error = refusal("a.zip", &bytes);
        assert!(error.contains(expected), "{error}");
    }
    let mut last_of_three = good.clone();
    let end = last_of_three.len() - 22;
    last_of_three[end + 4..end + 8].copy_from_slice(&[2, 0, 2, 0]);
    assert!(refusal("a.zip", &last_of_three).contains("several files"));
    assert!(refusal("a.zip", &good[..good.len() - 30]).contains("cut off"));
}

#[test]
fn one_entry_with_a_password_leaves_the_others() {
    let mut bytes = zip(&[("a", 40), ("b", 50)], CompressionMethod::Deflated);
    let first = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a directory");
    bytes[first + 8] = 1;
    let mut archive = opened(&bytes);
    assert!(matches!(archive.read(0, 99), Err(ArchiveError::Password { .. })));
    assert_eq!(archive.read(1, 99).map(|content| content.len()), Ok(50));
}

#[test]
fn sizes_are_not_believed() {
    let good = zip(&[("a", 60_000)], CompressionMethod::Deflated);
    let mut small = good.clone();
    in_directory(&mut small, 24, &9_u32.to_le_bytes());
    let error = opened(&small).read(0, 99_999).expect_err("there is more").to_string();
    assert!(error.starts_with("`a` in `a` cannot be unpacked"), "{error}");
    let mut large = good;
    in_directory(&mut large, 24, &900_000_u32.to_le_bytes());
    let error = opened(&large).read(0, 999_999).expect_err("there is less").to_string();
    assert!(error.contains("bytes"), "{error}");
}

#[test]
fn bombs_are_not_unpacked() {
    let error = refusal("a", &gzip(&tar(&[("notes", 990_000), ("a.bin", 10_000)])));
    assert!(error.contains("more than 1000000 bytes"), "{error}");
    let mut archive = opened(&zip(&[("a", 700_000), ("b", 700_000)], CompressionMethod::Deflated));
    assert!(archive.read(0, 999_999).is_ok());
    let error = archive.read(1, 999_999).expect_err("too much in all").to_string();
    assert!(error.contains("unpacks to more than 1000000 bytes"), "{error}");
    let names: Vec<String> = (0..101).map(|n| format!("{n}.png")).collect();
    let many: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    for bytes in [zip(&many, CompressionMethod::Stored), tar(&many), gzip(&tar(&many))] {
        assert!(refusal("a", &bytes).contains("more than 100 entries"));
    }
}

#[test]
fn damage_is_noticed() {
    let tar = tar(&[("a.bin", 900)]);
    assert!(refusal("a", &tar[..700]).contains("ends inside `a.bin`"));
    let packed = gzip(&tar);
    for cut in [20, packed.len() - 1] {
        assert!(open("a", &packed[..cut]).is_err());
    }
    // A flip in gzip's checksum, and one in a zip's.
    let mut packed = packed;
    let end = packed.len();
    packed[end - 8] ^= 1;
    assert!(open("a", &packed).is_err());
    let mut bytes = zip(&[("a", 900)], CompressionMethod::Stored);
    bytes[100] ^= 1;
    assert!(opened(&bytes).read(0, 999).is_err());
}

#[test]
fn links_ways_out_and_doubles_are_passed_over_and_told() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut put = |path: &str, kind: tar::EntryType, target: &str, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        let name = &mut header.as_old_mut().name;
        name[..path.len()].copy_from_slice(path.as_bytes());
        if !target.is_empty() {
            header.set_link_name(target).expect("it is short");
        }
        header.set_cksum();
        builder.append(&header, content).expect("memory takes it");
    };
    put("cat/1.png", tar::EntryType::Regular, "", b"first");
    put("cat/same.png", tar::EntryType::Link, "cat/1.png", b"");
    put("cat/away.png", tar::EntryType::Symlink, "/etc/passwd", b"");
    put("../../evil", tar::EntryType::Regular, "", b"evil");
    put("/abs/2.png", tar::EntryType::Regular, "", b"abs");
    put("cat/1.png", tar::EntryType::Regular, "", b"second");
    let mut archive = opened(&builder.into_inner().expect("memory takes it"));
    assert_eq!(listed(&archive), ["cat/1.png 6", "cat/same.png 5", "abs/2.png 3"]);
    let contents: Vec<Vec<u8>> =
        (0..3).map(|index| archive.read(index, 99).expect("it is whole")).collect();
    assert_eq!(contents, [&b"second"[..], b"first", b"abs"]);
    let remarks = archive.remarks().join(" ");
    for part in ["a link was passed over", "leads out of the archive", "more than once"] {
        assert!(remarks.contains(part), "{remarks}");
    }
}

#[test]
fn names_in_a_zip_are_read_and_the_guess_is_told() {
    let mut bytes = zip(&[("K?fer/1.png", 4), ("V?gel/1.png", 4)], CompressionMethod::Stored);
    for at in 1..bytes.len() {
        if bytes[at] == b'?' {
            bytes[at] = if bytes[at - 1] == b'K' { 0x84 } else { 0x94 };
        }
    }
    let archive = opened(&bytes);
    assert_eq!(listed(&archive), ["Käfer/1.png 4", "Vögel/1.png 4"]);
    assert!(archive.remarks()[0].contains("code page 437"), "{:?}", archive.remarks());
    let mut bytes = zip(&[("a????/1.png", 4)], CompressionMethod::Stored);
    let unread = bytes.iter_mut().filter(|byte| **byte == b'?');
    unread.zip([0xb0, 0xff].into_iter().cycle()).for_each(|(byte, other)| *byte = other);
    let archive = opened(&bytes);
    assert_eq!(listed(&archive), ["a%B0%FF%B0%FF/1.png 4"]);
    assert!(archive.remarks()[0].contains("could not be read"), "{:?}", archive.remarks());
}

/// Whatever is done to the bytes, they are refused in a sentence or read as something.
#[test]
fn any_bytes_are_an_archive_or_an_error() {
    use crate::data::rng::{Purpose, Rng};
    let files = [("d/cat.png", 300), ("d/dog.png", 700), ("e", 0)];
    let tar = tar(&files);
    let good = [
        zip(&files, CompressionMethod::Deflated),
        zip(&files, CompressionMethod::Stored),
        gzip(&tar),
        tar,
    ];
    let mut read = 0;
    for case in 0..2_000_u64 {
        let mut rng = Rng::new(case, Purpose::Noise, 31);
        let mut bytes = good[case as usize % good.len()].clone();
        for _ in 0..=rng.below(4) {
            let at = rng.below(bytes.len() as u32) as usize;
            match rng.below(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = rng.bits() as u8,
                2 => bytes[at] ^= 1 << rng.below(8),
                _ => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
            }
        }
        match open("a", &bytes) {
            Ok(Some(mut archive)) => {
                for index in 0..archive.entries().len() {
                    match archive.read(index, 100_000) {
                        Ok(content) => {
                            read += 1;
                            assert_eq!(content.len() as u64, archive.entries()[index].bytes);
                        }
                        Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
                    }
                    let _ = archive.head(index, 10);
                }
                let clean = |path: &str| !path.chars().any(char::is_control);
                assert!(archive.entries().iter().all(|entry| clean(&entry.path)));
            }
            Ok(None) => {}
            Err(error) => assert!(error.to_string().ends_with('.'), "{error}"),
        }
    }
    assert!(read > 500, "only {read}");
}
