//! Lines on the terminal. Std's macros panic where nobody reads any more (`train … | head -1`); here
//! the command just ends: what `--save` wrote is whole after each epoch.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// Writes a result and the end of a line, or ends the command where nobody reads it.
pub(crate) fn say(text: Arguments<'_>) {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            complain(format_args!("The results cannot be written: {error}."));
            std::process::exit(1);
        }
    }
}

/// Writes an error, if anybody reads it.
pub(crate) fn complain(text: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{text}");
}
