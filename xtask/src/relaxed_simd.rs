//! Our own code compiled with relaxed SIMD, whose multiply-add rounds once. The feature cannot be set
//! for a whole build, because not every dependency compiles with it, and cargo has no flags for single
//! packages. It can hand the workspace's own to another compiler, though, and keeps what that one
//! makes apart: this program is it, and adds the flag.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::command::not_started;
use crate::setup::WASM_TARGET;

/// Set where cargo runs us as the compiler, to anything.
const ASKED: &str = "TABGRAD_RELAXED_SIMD";

/// Makes cargo compile our own code with relaxed SIMD.
pub(crate) fn ask(cargo: &mut Command) -> &mut Command {
    if let Ok(program) = std::env::current_exe() {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", program).env(ASKED, "1");
    }
    cargo
}

/// The compiler's answer, if we were run as it: with the path of the real one and its arguments.
pub(crate) fn compiler() -> Option<ExitCode> {
    std::env::var_os(ASKED)?;
    let mut given = std::env::args_os().skip(1);
    let mut rustc = Command::new(given.next()?);
    let given: Vec<OsString> = given.collect();
    // What is built for this machine, and what cargo asks of the compiler, stays as it is.
    if given.iter().any(|argument| argument == WASM_TARGET) {
        rustc.args(["-C", "target-feature=+relaxed-simd"]);
    }
    match rustc.args(given).status() {
        Ok(status) if status.success() => Some(ExitCode::SUCCESS),
        Ok(_) => Some(ExitCode::FAILURE),
        Err(error) => {
            eprintln!("{}", not_started(&rustc, &error));
            Some(ExitCode::FAILURE)
        }
    }
}
