//! The web server of `demo` and of the end-to-end tests: files of a `Site`, to this machine only.
//! It speaks just enough HTTP for that. One thread and one request per connection: browsers open
//! connections that they may never use, and those must not make a request on another one wait, as
//! they do where connections share a pool.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::site::{Site, media_type};

/// Where `demo` listens unless it is told otherwise.
const DEFAULT_PORT: u16 = 8000;
/// The longest request that is read. Browsers' are below 2 KiB.
const HEAD_LIMIT: usize = 16 * 1024;
/// How long a connection may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that answers until the program ends.
pub(crate) struct Running {
    /// The page's address.
    pub(crate) url: String,
    accepting: thread::JoinHandle<()>,
}

impl Running {
    /// Waits for the server, which is to say until the program is ended.
    pub(crate) fn wait(self) -> Result<()> {
        if self.accepting.join().is_err() { bail!("the web server stopped") } else { Ok(()) }
    }
}

/// Serves `site` on `port`, which must be free; without one, on the first free port from 8000 on.
pub(crate) fn serve(site: Site, port: Option<u16>) -> Result<Running> {
    let listener = match port {
        Some(port) => listen(port)?,
        None => (DEFAULT_PORT..DEFAULT_PORT + 20)
            .find_map(|port| listen(port).ok())
            .map_or_else(|| listen(0), Ok)?,
    };
    let address = listener.local_addr().context("the server's own address is not known")?;
    let site = Arc::new(site);
    let accepting = thread::spawn(move || {
        loop {
            let Ok((stream, _)) = listener.accept() else {
                // Most likely too many open files: others will close.
                thread::sleep(Duration::from_millis(20));
                continue;
            };
            let site = Arc::clone(&site);
            // A browser that goes away in the middle of an answer is no error of ours.
            thread::spawn(move || converse(&stream, &site).ok());
        }
    });
    Ok(Running { url: format!("http://{address}/"), accepting })
}

/// Loopback only: nobody else on the network sees the page.
fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).or_else(|error| match error.kind() {
        ErrorKind::AddrInUse => bail!(
            "port {port} is taken by another program. Leave out --port to use the next free one, \
             or name another"
        ),
        ErrorKind::PermissionDenied => bail!(
            "this user may not listen on port {port}. Name one from 1024 on, or leave out --port"
        ),
        _ => Err(error).with_context(|| format!("could not listen on port {port}")),
    })
}

/// One request and its answer.
fn converse(stream: &TcpStream, site: &Site) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let Some(head) = read_head(stream)? else { return Ok(()) };
    answer(stream, &head, site)?;
    // What the other side still sends is read, or closing would cut the answer short.
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream.take(HEAD_LIMIT as u64), &mut io::sink()).map(drop)
}

/// Reads up to the empty line that ends a request's head. Nothing when none was sent.
fn read_head(mut stream: impl Read) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut part)?;
        if count == 0 || head.len() > HEAD_LIMIT {
            return Ok(None);
        }
        head.extend_from_slice(&part[..count]);
    }
    Ok(String::from_utf8(head).ok())
}

fn answer(mut stream: &TcpStream, head: &str, site: &Site) -> io::Result<()> {
    let Some((method, url)) = request(head) else {
        return refuse(stream, "400 Bad Request", "This is no HTTP request.\n");
    };
    if !matches!(method, "GET" | "HEAD") {
        return refuse(stream, "405 Method Not Allowed", "This server only hands out files.\n");
    }
    let opened = site.find(url).and_then(|path| Some((File::open(&path).ok()?, path)));
    let Some((file, path)) = opened else {
        return refuse(stream, "404 Not Found", &format!("There is no {url} here.\n"));
    };
    let length = file.metadata()?.len();
    let ending = site.ending(&path);
    let head = head_of("200 OK", media_type(&path), length + ending.len() as u64);
    write!(stream, "{head}")?;
    if method == "GET" {
        io::copy(&mut file.take(length), &mut stream)?;
        stream.write_all(&ending)?;
    }
    Ok(())
}

fn refuse(mut stream: &TcpStream, status: &str, text: &str) -> io::Result<()> {
    let head = head_of(status, media_type(Path::new("refusal.txt")), text.len() as u64);
    write!(stream, "{head}{text}")
}

/// An answer's head. The page shows how much of a file has arrived, so the length is always told;
/// `no-cache` has rebuilt files seen at the next reload.
fn head_of(status: &str, media_type: &str, length: u64) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\
         Allow: GET, HEAD\r\nConnection: close\r\n\r\n"
    )
}

/// The method and the address in a request's first line.
fn request(head: &str) -> Option<(&str, &str)> {
    let mut words = head.lines().next()?.split(' ');
    let (method, url, version) = (words.next()?, words.next()?, words.next()?);
    (words.next().is_none() && version.starts_with("HTTP/1.")).then_some((method, url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read() {
        assert_eq!(request("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n"), Some(("GET", "/a?b")));
        for head in ["", "GET /", "GET / HTTP/2", "GET / two HTTP/1.1", "\u{16}\u{3}\u{1}"] {
            assert_eq!(request(head), None, "{head:?}");
        }
    }

    #[test]
    fn a_taken_port_is_named() {
        let taken = listen(0).expect("a free port");
        let port = taken.local_addr().expect("bound").port();
        let words = listen(port).expect_err("taken").to_string();
        assert!(words.contains(&format!("port {port} is taken")), "{words}");
    }

    fn ask(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("connected");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("answered");
        text
    }

    #[test]
    fn silent_connections_hold_nobody_up() {
        let folder = std::env::temp_dir().join(format!("tabgrad-server-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        std::fs::write(folder.join("index.html"), "hello").expect("file");
        let server = serve(Site::of_folder(folder.clone()), Some(0)).expect("serves");
        let address = server.url.trim_start_matches("http://").trim_end_matches('/');
        let silent: Vec<_> = (0..12).map(|_| TcpStream::connect(address)).collect();
        let got = ask(address, "GET / HTTP/1.1\r\n\r\n");
        let head = ask(address, "HEAD / HTTP/1.1\r\n\r\n");
        let missing = ask(address, "GET /../secret HTTP/1.1\r\n\r\n");
        let posted = ask(address, "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
        drop(silent);
        std::fs::remove_dir_all(&folder).expect("removed");
        assert!(got.starts_with("HTTP/1.1 200") && got.ends_with("\r\n\r\nhello"), "{got}");
        assert!(head.contains("Content-Length: 5\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
        assert!(posted.starts_with("HTTP/1.1 405"), "{posted}");
    }
}
