//! What a fresh machine lacks: Rust's wasm target and the npm packages. Each is installed only
//! when it is missing, and nothing outside rustup and the repository.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::command::{execute, npm, output, say};
use crate::project::Project;

/// The target the page's code is compiled to.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that Rust can compile to wasm.
pub(crate) fn wasm_target(project: &Project) -> Result<()> {
    if has_wasm_target(project) {
        return Ok(());
    }
    say("Adding Rust's WebAssembly target");
    let mut rustup = Command::new("rustup");
    // In the repository, so that rustup adds it to the toolchain that is used there.
    rustup.args(["target", "add", WASM_TARGET]).current_dir(&project.root);
    let added = execute(&mut rustup, "rustup could not add the target");
    if let Err(error) = added {
        bail!(
            "Rust has no target {WASM_TARGET}, and adding it failed: {error:#}. With rustup, run \
             `rustup target add {WASM_TARGET}`; with a distribution's Rust, install its package \
             of that target (Debian: libstd-rust-dev-wasm32)"
        );
    }
    Ok(())
}

/// Asks the compiler itself, so that a Rust without rustup will do too.
fn has_wasm_target(project: &Project) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]).current_dir(&project.root);
    output(&mut rustc, "rustc did not answer").is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Which of the npm packages a command needs.
#[derive(Clone, Copy)]
pub(crate) enum Packages {
    /// What the page loads.
    Page,
    /// That, and the tools that check, test and shrink it.
    All,
}

/// Makes sure that the npm packages are installed as the lock file says.
pub(crate) fn npm_packages(project: &Project, packages: Packages) -> Result<()> {
    // One package of each sort tells whether the sort is there.
    let (sign, arguments): (_, &[&str]) = match packages {
        Packages::Page => ("uplot", &["ci", "--no-audit", "--no-fund", "--omit=dev"]),
        Packages::All => ("typescript", &["ci", "--no-audit", "--no-fund"]),
    };
    let installed = modified(&project.root.join("node_modules/.package-lock.json"));
    let locked = modified(&project.root.join("package-lock.json"));
    if project.npm_package(sign).is_dir() && installed.is_some() && installed >= locked {
        return Ok(());
    }
    say("Installing the npm packages");
    execute(&mut npm(project, arguments), "npm could not install the packages")
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}
