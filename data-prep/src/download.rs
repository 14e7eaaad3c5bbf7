//! Fetches the official archive: within limits of time, going on where an earlier try stopped, and
//! checked by its published MD5. Until it is whole it has another name.

mod transfer;

use crate::output::sync_folder;
use anyhow::{Context, Result, bail};
use md5::{Digest, Md5};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;
use tabgrad::data::archive::Format;
use transfer::{Failure, Part};

/// Where the archive is published (<https://www.cs.toronto.edu/~kriz/cifar.html>).
pub const URL: &str = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
/// The MD5 published for the binary version.
pub const MD5_BINARY: &str = "c32a1d4ab5d03f1284b67883e8d87530";
/// The MD5 published for the Python version.
pub const MD5_PYTHON: &str = "c58f30108f718f92721af3b95e74349a";
/// Seconds that a server may be silent.
pub const SILENCE: u64 = 30;

const OTHERWISE: &str = "Without it: give an archive or pictures that you have with --from PATH, or draw pictures with data-prep synthetic --out DIR";
/// Tries in all, before giving up.
const TRIES: u32 = 5;

/// What to fetch, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// Where from, unless it is [`URL`].
    pub url: Option<&'a str>,
    /// The MD5 that it must have, unless it is one of the published ones.
    pub md5: Option<&'a str>,
    /// How long the server may be silent, unless it is [`SILENCE`].
    pub silence: Option<Duration>,
}

/// The archive, kept beside the folder `out` so that it is fetched once.
///
/// # Errors
/// If it cannot be fetched, or is not the published file; says what else one can do.
pub fn fetch(out: &Path, request: Request<'_>) -> Result<PathBuf> {
    let url = request.url.unwrap_or(URL);
    let known = request.md5.map_or_else(|| vec![MD5_BINARY, MD5_PYTHON], |md5| vec![md5]);
    let is_right = |file: &Path| -> Result<bool> {
        let sum = md5_of(file)?;
        Ok(known.iter().any(|known| known.eq_ignore_ascii_case(&sum)))
    };
    let file = out.with_file_name(name_of(url));
    if file.is_file() && is_right(&file)? {
        return Ok(file);
    }
    if let Some(parent) = out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    let silence = request.silence.unwrap_or(Duration::from_secs(SILENCE));
    let part = Part::beside(&file);
    let mut failure = String::new();
    for attempt in 1..=TRIES {
        if attempt > 1 {
            thread::sleep(silence.min(Duration::from_millis(250 << attempt)));
        }
        match transfer::go_on(url, &part, silence) {
            Ok(continued) => {
                if is_right(part.path())? {
                    part.finish(&file)?;
                    return Ok(file);
                }
                let what = what_came(part.path());
                part.discard()?;
                failure = format!("{what} its MD5 is none of {}", known.join(", "));
                // What came in one piece would come again.
                if !continued {
                    bail!(
                        "What came from {url} is not the published archive: {failure}. {OTHERWISE}."
                    );
                }
            }
            Err(Failure::Transfer(why)) => failure = why,
            Err(Failure::Final(error)) => {
                bail!("{url} cannot be downloaded: {error:#}. {OTHERWISE}.")
            }
        }
    }
    bail!(
        "{url} cannot be downloaded: {failure}. That was try {TRIES} of {TRIES}; the next command goes on where this one stopped. {OTHERWISE}."
    );
}

/// The last part of an address as a plain file name.
fn name_of(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    let plain = plain.trim_start_matches('.');
    if plain.is_empty() { "cifar-10.tar.gz".into() } else { plain.into() }
}

/// What a file is, if that says why it is not the one.
fn what_came(file: &Path) -> &'static str {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(512).read_to_end(&mut head));
    match read.ok().and_then(|_| Format::of(&head)) {
        Some(Format::WebPage) => "it is a web page, and",
        _ => "",
    }
}

fn md5_of(file: &Path) -> Result<String> {
    let mut handle =
        File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut hasher = Md5::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match handle.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Part {
    /// Gives the whole file its name.
    fn finish(&self, file: &Path) -> Result<()> {
        let put = || -> std::io::Result<()> {
            File::open(self.path())?.sync_all()?;
            fs::rename(self.path(), file)?;
            sync_folder(file)
        };
        put().with_context(|| format!("{} cannot be written", file.display()))?;
        // What was noted of the transfer is of no use to anybody any more.
        let _ = fs::remove_file(self.note());
        Ok(())
    }
}
