//! Runs a program as a check or as a test runner, its output going through, and tells what it
//! found: that it passed, or how many tests did.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use super::summary::Counts;
use crate::command::not_started;

/// Why a step has no counts.
pub(crate) enum Stop {
    /// It failed as a whole.
    Failed(String),
    /// There is no program to run, nor will there be for later steps.
    DoesNotCompile,
    /// Something it needs is not there.
    CouldNotRun(String),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

/// A program that only passes or fails.
pub(crate) fn check(command: &mut Command) -> Result<Counts, Stop> {
    let status =
        command.stdin(Stdio::null()).status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(Counts::PASS)
    } else {
        Err(Stop::Failed("see its output above".to_owned()))
    }
}

/// A compilation without which the steps after it have nothing to run.
pub(crate) fn compile(command: &mut Command) -> Result<(), Stop> {
    check(command).map(drop).map_err(|_| Stop::DoesNotCompile)
}

/// A test runner: counts what it says at its end. One that ran nothing has not passed.
pub(crate) fn tests(command: &mut Command) -> Result<Counts, Stop> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        counts = pass_through(BufReader::new(output)).map_err(anyhow::Error::from)?;
    }
    let status = child.wait().map_err(anyhow::Error::from)?;
    if !status.success() && counts.failed == 0 {
        return Err(Stop::Failed(format!("it ended early, with {status}, after {counts}")));
    }
    if counts.passed + counts.failed == 0 {
        return Err(Stop::Failed("it ran no test".to_owned()));
    }
    Ok(counts)
}

/// Copies `output` to ours line by line, counting. Runners may write bytes that are not UTF-8.
fn pass_through(mut output: impl BufRead) -> std::io::Result<Counts> {
    let mut counts = Counts::default();
    let mut line = Vec::new();
    let mut not_run = 0;
    while output.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        counts += Counts::in_line(&String::from_utf8_lossy(&line));
        // libtest knows no test that finds out that it cannot run: it says so and counts as passed.
        not_run += u64::from(line.starts_with(b"not run: "));
        line.clear();
    }
    std::io::stdout().flush()?;
    counts.passed = counts.passed.saturating_sub(not_run);
    counts.skipped += not_run;
    Ok(counts)
}
