//! What is said on the terminal. Whoever listens may go away (`data-prep inspect DIR | head -1`), which
//! is no failure of ours.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Writes a result, and the end of a line.
///
/// # Errors
/// If nobody reads it any more, or there is no room for it: an [`io::Error`], which [`end`] knows.
pub fn say(text: Arguments<'_>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush())
}

/// Writes a remark beside the results. Where it cannot be, it is not: the results matter more.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "Note: {text}");
}

/// How a command ends: an error in one sentence, and nothing at all where only nobody listened.
#[must_use]
pub fn end(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else {
        return ExitCode::SUCCESS;
    };
    let closed = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    if error.downcast_ref::<io::Error>().is_some_and(closed) {
        return ExitCode::SUCCESS;
    }
    let _ = writeln!(io::stderr(), "Error: {error:#}");
    ExitCode::FAILURE
}
