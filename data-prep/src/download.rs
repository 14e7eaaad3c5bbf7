//! Fetches the official archive: continues where an earlier try stopped, and checks the published
//! MD5.

use crate::progress;
use anyhow::{Context, Result, bail};
use md5::{Digest, Md5};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::StatusCode;

/// Where the archive is published (<https://www.cs.toronto.edu/~kriz/cifar.html>).
pub const URL: &str = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
/// The MD5 published for the binary version.
pub const MD5_BINARY: &str = "c32a1d4ab5d03f1284b67883e8d87530";
/// The MD5 published for the Python version.
pub const MD5_PYTHON: &str = "c58f30108f718f92721af3b95e74349a";

const OTHERWISE: &str = "Without it: give an archive or pictures that you have with --from PATH, or draw pictures with data-prep synthetic --out DIR";
/// A transfer that breaks off is continued so many times before giving up.
const TRIES: usize = 3;

/// The archive, kept beside the folder `out` so that it is fetched once.
///
/// # Errors
/// If it cannot be fetched, or is not the published file; says what else one can do.
pub fn fetch(out: &Path, url: Option<&str>, md5: Option<&str>) -> Result<PathBuf> {
    let url = url.unwrap_or(URL);
    let known = md5.map_or_else(|| vec![MD5_BINARY, MD5_PYTHON], |md5| vec![md5]);
    let is_right = |file: &Path| -> Result<bool> {
        let sum = md5_of(file)?;
        Ok(known.iter().any(|known| known.eq_ignore_ascii_case(&sum)))
    };
    let name = url.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("cifar-10.tar.gz");
    let file = out.with_file_name(name);
    if file.is_file() && is_right(&file)? {
        return Ok(file);
    }
    if let Some(parent) = out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    let part = out.with_file_name(format!("{name}.part"));
    let mut tries = 1;
    while let Err(error) = transfer(url, &part) {
        if tries == TRIES {
            bail!("{url} cannot be downloaded: {error:#}. {OTHERWISE}.");
        }
        tries += 1;
    }
    if !is_right(&part)? {
        fs::remove_file(&part)?;
        bail!(
            "What came from {url} is not the published archive: its MD5 is none of {}. {OTHERWISE}.",
            known.join(", ")
        );
    }
    fs::rename(&part, &file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(file)
}

/// Fetches what is missing in `part`.
fn transfer(url: &str, part: &Path) -> Result<()> {
    let have = part.metadata().map_or(0, |metadata| metadata.len());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let response = request.call()?;
    let range = response.headers().get("Content-Range").and_then(|value| value.to_str().ok());
    let continues = range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")));
    let have = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if continues => have,
        // All of it is here already, or it is from another file; the MD5 tells.
        StatusCode::RANGE_NOT_SATISFIABLE => return Ok(()),
        status => bail!("The server answers {status}"),
    };
    let mut options = OpenOptions::new();
    options.create(true).write(true).append(have > 0).truncate(have == 0);
    let mut file =
        options.open(part).with_context(|| format!("{} cannot be written", part.display()))?;
    let length = response.body().content_length();
    let bar = progress::bytes("Fetching", have + length.unwrap_or(0));
    bar.set_position(have);
    let mut body = bar.wrap_read(response.into_body().into_reader());
    io::copy(&mut body, &mut file).context("The transfer broke off")?;
    file.flush()?;
    bar.finish_and_clear();
    Ok(())
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
