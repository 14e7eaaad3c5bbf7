//! The download, against a server on this machine that can break off and continue.

use crate::official::{binary_files, gzip, six_batches, tar};
use crate::support::{Folder, contents, run_badly, run_well};
use md5::{Digest, Md5};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// Serves `file`, at most `portion` bytes per answer, and notes the ranges that were asked for.
/// Its thread ends with the process.
fn serve(file: Vec<u8>, portion: usize) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/cifar.tar.gz", listener.local_addr().unwrap());
    let ranges = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&ranges);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut range = String::new();
            for line in BufReader::new(&stream).lines() {
                let line = line.unwrap().to_lowercase();
                if line.is_empty() {
                    break;
                }
                if let Some(value) = line.strip_prefix("range: bytes=") {
                    range = value.trim_end_matches('-').to_owned();
                }
            }
            noted.lock().unwrap().push(range.clone());
            let start: usize = range.parse().unwrap_or(0);
            let head = if start >= file.len() {
                "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into()
            } else {
                let status = if range.is_empty() { "200 OK" } else { "206 Partial Content" };
                let (end, all, left) = (file.len() - 1, file.len(), file.len() - start);
                format!(
                    "HTTP/1.1 {status}\r\nContent-Range: bytes {start}-{end}/{all}\r\nContent-Length: {left}\r\nConnection: close\r\n\r\n"
                )
            };
            let body = file.get(start..(start + portion).min(file.len())).unwrap_or_default();
            // The client may be gone by now; that is its business.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    (address, ranges)
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_broken_download_is_continued() {
    let file = gzip(&tar(&binary_files(&six_batches())));
    let portion = file.len() / 4 + 1;
    let (url, ranges) = serve(file.clone(), portion);
    let folder = Folder::new("download");
    let out = folder.join("out");
    let arguments = ["cifar10", "--download", "--url", &url, "--md5", &md5(&file), "--out", &out];
    // Three tries get three quarters; the next command goes on from there.
    let error = run_badly(&arguments);
    assert!(error.contains("--from PATH") && error.contains("data-prep synthetic"), "{error}");
    run_well(&arguments);
    let expected =
        ["".into(), portion.to_string(), (2 * portion).to_string(), (3 * portion).to_string()];
    assert_eq!(*ranges.lock().unwrap(), expected);
    assert_eq!(contents(&out).len(), 3);
    assert_eq!(std::fs::read(folder.path().join("cifar.tar.gz")).unwrap(), file);
    // And now it is here, nothing is asked for.
    run_well(&arguments);
    assert_eq!(ranges.lock().unwrap().len(), 4);
}

#[test]
fn another_file_is_refused_and_not_kept() {
    let (url, _) = serve(b"an error page".to_vec(), 100);
    let folder = Folder::new("other-file");
    let error = run_badly(&["cifar10", "--download", "--url", &url, "--out", &folder.join("out")]);
    assert!(error.contains("is not the published archive"), "{error}");
    assert!(error.contains("c32a1d4ab5d03f1284b67883e8d87530"), "{error}");
    assert!(contents(folder.path().to_str().unwrap()).is_empty());
}

#[test]
fn without_a_network_the_alternatives_are_named() {
    // A port that was free a moment ago: nobody answers there.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = Folder::new("no-network");
    let url = format!("http://{address}/x.tar.gz");
    let error = run_badly(&["cifar10", "--download", "--url", &url, "--out", &folder.join("out")]);
    assert!(
        error.contains("cannot be downloaded") && error.contains("data-prep synthetic"),
        "{error}"
    );
}
