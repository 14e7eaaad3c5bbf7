//! One try of a download: what is missing is asked for, and a server that falls silent is left.

use crate::progress;
use anyhow::{Context, Result, anyhow};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;
use ureq::Body;
use ureq::http::{Response, StatusCode, header};

/// Bytes that go from the network to the file at once.
const PIECE: usize = 1 << 16;
/// Pieces that may wait for the file.
const WAITING: usize = 16;

/// Why a try ended.
pub(super) enum Failure {
    /// Another one may do better; the reason, without a stop.
    Transfer(String),
    /// No other would.
    Final(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Final(error)
    }
}

/// A file on its way: its first part, and a note of which version of the file that is.
pub(super) struct Part {
    path: PathBuf,
    note: PathBuf,
}

impl Part {
    /// Of `file`, beside it.
    pub(super) fn beside(file: &Path) -> Self {
        let named = |ending: &str| {
            let mut name = file.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            file.with_file_name(name)
        };
        Self { path: named(".part"), note: named(".part-of") }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn note(&self) -> &Path {
        &self.note
    }

    /// Forgets what has come.
    pub(super) fn discard(&self) -> Result<()> {
        for file in [&self.path, &self.note] {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error)
                        .with_context(|| format!("{} cannot be removed", file.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// How much has come, and of which version; nothing of another address's file.
    fn state(&self, url: &str) -> (u64, Option<String>) {
        let have = self.path.metadata().map_or(0, |metadata| metadata.len());
        let note = fs::read_to_string(&self.note).unwrap_or_default();
        match note.split_once('\n') {
            Some((from, version)) if from == url => {
                (have, Some(version.to_owned()).filter(|version| !version.is_empty()))
            }
            // A part that nothing is known of: the MD5 tells in the end.
            None => (have, None),
            Some(_) => (0, None),
        }
    }

    fn begin(&self, url: &str, version: Option<&str>, append: bool) -> Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        let open = || -> io::Result<File> {
            let file = options.open(&self.path)?;
            fs::write(&self.note, format!("{url}\n{}", version.unwrap_or_default()))?;
            Ok(file)
        };
        open().with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

/// Fetches what is missing in `part`; whether it went on from what was there.
pub(super) fn go_on(url: &str, part: &Part, silence: Duration) -> Result<bool, Failure> {
    let (have, version) = part.state(url);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_resolve(Some(silence))
        .timeout_connect(Some(silence))
        .timeout_send_request(Some(silence))
        .timeout_recv_response(Some(silence))
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
        if let Some(version) = &version {
            // Another version comes whole.
            request = request.header("If-Range", version);
        }
    }
    let response = request.call().map_err(|error| match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::Final(error.into()),
        _ => Failure::Transfer(error.to_string()),
    })?;
    let now = version_of(&response);
    let have = match response.status() {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if continues(&response, have) => {
            if version.is_some() && now.is_some() && version != now {
                part.discard()?;
                return Err(Failure::Transfer("the file has changed on the server".into()));
            }
            have
        }
        StatusCode::PARTIAL_CONTENT => {
            part.discard()?;
            let text = "the server sent another part of the file than was asked for";
            return Err(Failure::Transfer(text.into()));
        }
        // All of it is here already, or it is from another file; the MD5 tells.
        StatusCode::RANGE_NOT_SATISFIABLE if have > 0 => return Ok(true),
        status if status.is_server_error() => {
            return Err(Failure::Transfer(format!("the server answers {status}")));
        }
        status @ (StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) => {
            return Err(Failure::Transfer(format!("the server answers {status}")));
        }
        status => return Err(Failure::Final(anyhow!("the server answers {status}"))),
    };
    let length = response.body().content_length();
    let mut file = part.begin(url, now.as_deref(), have > 0)?;
    let bar = progress::bytes("Fetching", have + length.unwrap_or(0));
    bar.set_position(have);
    let came = receive(response, &mut file, silence, |n| bar.inc(n));
    bar.finish_and_clear();
    // What has come is kept whatever became of the rest.
    let flushed = file.sync_all();
    let came = came?;
    flushed.with_context(|| format!("{} cannot be written", part.path.display()))?;
    if length.is_some_and(|length| came < length) {
        return Err(Failure::Transfer("the transfer broke off".into()));
    }
    Ok(have > 0)
}

/// Writes a body to a file, piece by piece; how many bytes there were. Reading may block for ever, so
/// it is done by a thread that is left behind where nothing comes for `silence`.
fn receive(
    response: Response<Body>,
    file: &mut File,
    silence: Duration,
    tell: impl Fn(u64),
) -> Result<u64, Failure> {
    let (give, take) = mpsc::sync_channel::<io::Result<Vec<u8>>>(WAITING);
    let mut body = response.into_body().into_reader();
    thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = body.read(&mut piece).map(|n| {
                piece.truncate(n);
                piece
            });
            let is_last = read.as_ref().map_or(true, Vec::is_empty);
            // Nobody waits for it any more: so be it.
            if give.send(read).is_err() || is_last {
                return;
            }
        }
    });
    let mut came = 0;
    loop {
        match take.recv_timeout(silence) {
            Ok(Ok(piece)) if piece.is_empty() => return Ok(came),
            Ok(Ok(piece)) => {
                file.write_all(&piece).context("The part that has come cannot be written")?;
                came += piece.len() as u64;
                tell(piece.len() as u64);
            }
            Ok(Err(error)) => {
                return Err(Failure::Transfer(format!("the transfer broke off ({error})")));
            }
            Err(RecvTimeoutError::Timeout) => {
                let seconds = silence.as_secs_f32();
                return Err(Failure::Transfer(format!(
                    "the server was silent for {seconds} seconds"
                )));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Failure::Transfer("the transfer broke off".into()));
            }
        }
    }
}

/// Whether an answer begins where `have` bytes end.
fn continues(response: &Response<Body>, have: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.is_some_and(|range| range.starts_with(&format!("bytes {have}-")))
}

/// What names the version of a file: a strong `ETag`, or when it was changed.
fn version_of(response: &Response<Body>) -> Option<String> {
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let tag = text(header::ETAG).filter(|tag| tag.starts_with('"'));
    tag.or(text(header::LAST_MODIFIED)).map(str::to_owned)
}
