//! Runs other programs, cargo, node and npm among them. One that is missing or fails becomes a
//! sentence that says what to do.

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::project::Project;

const NODE_HINT: &str = "Install Node.js 20 or newer with npm \
    (Debian and Ubuntu: apt install nodejs npm; macOS: brew install node; \
    Windows: winget install OpenJS.NodeJS.LTS), then run the command again";

/// Says one step of the work as it begins, with the seconds since the first one.
pub(crate) fn say(step: &str) {
    static START: OnceLock<Instant> = OnceLock::new();
    let seconds = START.get_or_init(Instant::now).elapsed().as_secs();
    println!("[{seconds:>4} s] {step}");
}

/// Writes text, if anybody reads it.
pub(crate) fn put(to: &mut dyn Write, text: std::fmt::Arguments<'_>) {
    let _ = to.write_fmt(text).and_then(|()| to.flush());
}

/// The cargo that runs us, in the repository, with the target folder we were built in.
/// Cargo.lock was settled when we were built, so nothing below may change it.
pub(crate) fn cargo(project: &Project, arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(&project.root).env("CARGO_TARGET_DIR", &project.target);
    if std::io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// `node` in the repository.
pub(crate) fn node(project: &Project) -> Command {
    let mut command = Command::new("node");
    command.current_dir(&project.root);
    command
}

/// `npm` in the repository. On Windows it is a script, which has to be named in full.
pub(crate) fn npm(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments).current_dir(&project.root);
    command
}

/// Runs `command` to its end, its output going through, and fails with `failed` if it does.
pub(crate) fn execute(command: &mut Command, failed: &str) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if !status.success() {
        bail!("{failed} (`{}`: {status}); see its output above", shown(command));
    }
    Ok(())
}

/// Runs `command` and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command, failed: &str) -> Result<String> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("{failed} (`{}`: {}): {}", shown(command), output.status, words.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{failed}: it did not write text"))
}

/// The sentence for a program that could not even be started.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    let hint = match &*program {
        "node" | "npm" | "npm.cmd" => format!(". {NODE_HINT}"),
        _ => String::new(),
    };
    if error.kind() == ErrorKind::NotFound {
        anyhow!("the program `{program}` was not found{hint}")
    } else {
        anyhow!("the program `{program}` could not be started: {error}{hint}")
    }
}

/// The command as one would type it, for messages.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_says_what_to_install() {
        let error = std::io::Error::from(ErrorKind::NotFound);
        let words = not_started(&Command::new("npm"), &error).to_string();
        assert!(words.contains("`npm` was not found") && words.contains("apt install"), "{words}");
    }

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/usr/bin/cargo");
        assert_eq!(shown(command.args(["build", "--release"])), "cargo build --release");
    }
}
