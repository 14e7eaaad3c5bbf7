//! The `data-prep` command: arguments in, a folder or one sentence of error out.
#![allow(clippy::print_stderr)] // A command's errors belong on the terminal.

use clap::Parser;
use data_prep::{args::Args, commands};
use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
