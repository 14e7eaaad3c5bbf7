//! The project's commands, `cargo xtask demo | dist | test | bench`: the arguments, and who answers them.

// Std's macros panic where nobody reads (`cargo xtask test | head -1`); here the work goes on.
macro_rules! print {
    ($($text:tt)*) => {
        crate::command::put(&mut std::io::stdout(), format_args!($($text)*))
    };
}
macro_rules! println {
    ($($text:tt)*) => {
        crate::command::put(&mut std::io::stdout(), format_args!("{}\n", format_args!($($text)*)))
    };
}
macro_rules! eprintln {
    ($($text:tt)*) => {
        crate::command::put(&mut std::io::stderr(), format_args!("{}\n", format_args!($($text)*)))
    };
}

mod bench; //       cargo xtask bench
mod browser; //     finds, installs and opens browsers
mod command; //     runs other programs and says plainly when it cannot
mod data; //        which data folder the page gets, made when it is missing
mod debian; //      packages of Debian, where they may be installed
mod demo; //        cargo xtask demo
mod dist; //        cargo xtask dist
mod operators; //   cargo xtask bench --operators
mod package; //     Rust to pkg/: cargo, then wasm-bindgen
mod project; //     where things are
mod relaxed_simd; // our own code compiled with relaxed SIMD
mod server; //      the loopback web server
mod setup; //       the wasm target and the npm packages
mod site; //        which file answers which address, for the server and for dist
mod stamp; //       which build a file of the site is of
mod test; //        cargo xtask test

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's commands.")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, build and serve the page on this machine
    Demo(demo::Arguments),
    /// Write a folder that any static web host can serve
    Dist(dist::Arguments),
    /// Run every check and every test
    Test(test::Arguments),
    /// Measure how fast models train, on this machine
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    if let Some(done) = relaxed_simd::compiler() {
        return done;
    }
    let arguments = Arguments::parse();
    let done = Project::find().and_then(|project| match arguments.command {
        Task::Demo(arguments) => demo::run(&project, &arguments).map(|()| ExitCode::SUCCESS),
        Task::Dist(arguments) => dist::run(&project, &arguments).map(|()| ExitCode::SUCCESS),
        Task::Bench(arguments) => bench::run(&project, &arguments).map(|()| ExitCode::SUCCESS),
        Task::Test(arguments) => Ok(test::run(&project, &arguments)),
    });
    done.unwrap_or_else(|error| {
        eprintln!("\nerror: {error:#}");
        ExitCode::FAILURE
    })
}
