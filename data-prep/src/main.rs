//! The `data-prep` command: arguments in, a folder or one sentence of error out.

use clap::Parser;
use data_prep::{args::Args, commands, output, terminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    output::clean_up_at_interrupt();
    terminal::end(commands::run(&Args::parse()))
}
