//! The download, against a server on this machine that can break off and continue.

use crate::official::{binary_files, gzip, six_batches, tar};
use crate::support::{Folder, contents, run_badly, run_well};
use md5::{Digest, Md5};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// How a server of a test behaves.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Gives at most so many bytes per answer, then closes.
    Portions(usize),
    /// The first answers give half of what is asked for and then nothing for ever.
    Silent { answers: usize },
    /// Accepts, and says nothing at all.
    Dumb,
    /// Gives all of it whatever was asked for, the first time half of it.
    NoRanges,
    /// Has another file each time.
    Changing,
    /// Answers with this status.
    Status(&'static str),
}

/// Serves `file` and notes the ranges that were asked for. Its threads end with the process.
fn serve(file: Vec<u8>, manner: Manner) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/cifar.tar.gz", listener.local_addr().unwrap());
    let ranges = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&ranges);
    thread::spawn(move || {
        let mut silent = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut range, mut version) = (String::new(), String::new());
            for line in BufReader::new(&stream).lines() {
                let line = line.unwrap();
                let lower = line.to_lowercase();
                if line.is_empty() {
                    break;
                }
                if let Some(value) = lower.strip_prefix("range: bytes=") {
                    range = value.trim_end_matches('-').to_owned();
                }
                if let Some(value) = lower.strip_prefix("if-range: ") {
                    version = value.to_owned();
                }
            }
            noted.lock().unwrap().push(range.clone());
            let answer = noted.lock().unwrap().len();
            let tag = if manner == Manner::Changing { answer } else { 1 };
            let mut file = file.clone();
            // The last of them is the right one.
            if manner == Manner::Changing && answer < 3 {
                file.iter_mut().for_each(|byte| *byte ^= answer as u8);
            }
            let whole = manner == Manner::NoRanges
                || !version.is_empty() && version != format!("\"{tag}\"");
            let start: usize = if whole { 0 } else { range.parse().unwrap_or(0) };
            let head = match manner {
                Manner::Status(status) => format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
                _ if start >= file.len() => {
                    "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into()
                }
                _ => {
                    let status = if start == 0 { "200 OK" } else { "206 Partial Content" };
                    let (end, all, left) = (file.len() - 1, file.len(), file.len() - start);
                    format!(
                        "HTTP/1.1 {status}\r\nETag: \"{tag}\"\r\nContent-Range: bytes {start}-{end}/{all}\r\nContent-Length: {left}\r\nConnection: close\r\n\r\n"
                    )
                }
            };
            let half = start + (file.len() - start.min(file.len())) / 2;
            let end = match manner {
                Manner::Portions(portion) => start + portion,
                Manner::Silent { answers } if answer <= answers => half,
                Manner::NoRanges | Manner::Changing if answer < 3 => half,
                Manner::Status(_) | Manner::Dumb => start,
                _ => file.len(),
            };
            let body = file.get(start..end.min(file.len())).unwrap_or_default();
            if manner == Manner::Dumb {
                silent.push(stream);
                continue;
            }
            // The client may be gone by now; that is its business.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
            if matches!(manner, Manner::Silent { answers } if answer <= answers) {
                // Not closed: the client waits.
                silent.push(stream);
            }
        }
    });
    (address, ranges)
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a download needs in each test: little patience.
fn arguments<'a>(url: &'a str, md5: &'a str, out: &'a str) -> [&'a str; 10] {
    ["cifar10", "--download", "--url", url, "--md5", md5, "--timeout", "1", "--out", out]
}

fn archive() -> Vec<u8> {
    gzip(&tar(&binary_files(&six_batches())))
}

#[test]
fn a_broken_download_is_continued() {
    let file = archive();
    let portion = file.len() / 6 + 1;
    let (url, ranges) = serve(file.clone(), Manner::Portions(portion));
    let folder = Folder::new("download");
    let (out, md5) = (folder.join("out"), md5(&file));
    // Five tries get five sixths; the next command goes on from there.
    let error = run_badly(&arguments(&url, &md5, &out));
    assert!(error.contains("--from PATH") && error.contains("data-prep synthetic"), "{error}");
    assert!(error.contains("try 5 of 5"), "{error}");
    assert!(!folder.path().join("cifar.tar.gz").exists());
    run_well(&arguments(&url, &md5, &out));
    let mut expected = vec![String::new()];
    expected.extend((1..6).map(|n| (n * portion).to_string()));
    assert_eq!(*ranges.lock().unwrap(), expected);
    assert_eq!(contents(&out).len(), 3);
    assert_eq!(std::fs::read(folder.path().join("cifar.tar.gz")).unwrap(), file);
    // And now it is here, nothing is asked for, and nothing else lies beside it.
    run_well(&arguments(&url, &md5, &out));
    assert_eq!(ranges.lock().unwrap().len(), 6);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_server_that_falls_silent_is_left_and_asked_for_the_rest() {
    let file = archive();
    let (url, ranges) = serve(file.clone(), Manner::Silent { answers: 1 });
    let folder = Folder::new("silent");
    let (out, md5) = (folder.join("out"), md5(&file));
    run_well(&arguments(&url, &md5, &out));
    assert_eq!(*ranges.lock().unwrap(), [String::new(), (file.len() / 2).to_string()]);
    assert_eq!(std::fs::read(folder.path().join("cifar.tar.gz")).unwrap(), file);
}

#[test]
fn a_server_that_never_speaks_ends_in_a_sentence() {
    for manner in [Manner::Dumb, Manner::Silent { answers: 9 }] {
        let (url, ranges) = serve(archive(), manner);
        let folder = Folder::new("dumb");
        let error = run_badly(&arguments(&url, &"0".repeat(32), &folder.join("out")));
        assert!(error.contains("cannot be downloaded"), "{error}");
        assert_eq!(ranges.lock().unwrap().len(), 5, "{error}");
        assert!(!folder.path().join("cifar.tar.gz").exists());
    }
}

#[test]
fn a_server_without_ranges_and_a_file_that_changes_begin_again() {
    let file = archive();
    for manner in [Manner::NoRanges, Manner::Changing] {
        let (url, ranges) = serve(file.clone(), manner);
        let folder = Folder::new("again");
        let (out, md5) = (folder.join("out"), md5(&file));
        run_well(&arguments(&url, &md5, &out));
        assert_eq!(std::fs::read(folder.path().join("cifar.tar.gz")).unwrap(), file);
        assert_eq!(ranges.lock().unwrap().len(), 3);
    }
}

#[test]
fn what_is_not_there_is_not_asked_for_again_and_a_busy_server_is() {
    for (status, asked) in [("404 Not Found", 1), ("503 Service Unavailable", 5)] {
        let (url, ranges) = serve(archive(), Manner::Status(status));
        let folder = Folder::new("status");
        let error = run_badly(&arguments(&url, &"0".repeat(32), &folder.join("out")));
        assert!(error.contains(status), "{error}");
        assert_eq!(ranges.lock().unwrap().len(), asked);
        assert!(contents(folder.path().to_str().unwrap()).is_empty());
    }
}

#[test]
fn another_file_is_refused_and_not_kept() {
    let (url, _) = serve(b"<!doctype html>An error page".to_vec(), Manner::Portions(100));
    let folder = Folder::new("other-file");
    let error = run_badly(&["cifar10", "--download", "--url", &url, "--out", &folder.join("out")]);
    assert!(error.contains("is not the published archive: it is a web page"), "{error}");
    assert!(error.contains("c32a1d4ab5d03f1284b67883e8d87530"), "{error}");
    assert!(contents(folder.path().to_str().unwrap()).is_empty());
}

#[test]
fn without_a_network_the_alternatives_are_named() {
    // A port that was free a moment ago: nobody answers there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = Folder::new("no-network");
    let url = format!("http://{address}/x.tar.gz");
    let out = folder.join("out");
    let arguments = ["cifar10", "--download", "--url", &url, "--timeout", "1", "--out", &out];
    let error = run_badly(&arguments);
    assert!(
        error.contains("cannot be downloaded") && error.contains("data-prep synthetic"),
        "{error}"
    );
}
