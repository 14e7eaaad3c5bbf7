//! From Rust to `pkg/`: cargo compiles the library to wasm, wasm-bindgen writes the JavaScript
//! beside it. Knows nothing of the page that loads them.

use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, execute, say};
use crate::project::Project;
use crate::setup::WASM_TARGET;

/// The file name that all packages share: `tabgrad.js` and `tabgrad_bg.wasm`.
pub(crate) const NAME: &str = "tabgrad";

/// One build of the library for the page.
pub(crate) struct Package {
    /// Its folder in `pkg/`.
    pub(crate) name: &'static str,
    /// The library's features, comma-separated.
    features: &'static str,
}

/// The builds that the page can load.
pub(crate) const PACKAGES: [Package; 1] = [Package { name: "cpu", features: "train" }];

/// Brings every package in `pkg/` up to date.
pub(crate) fn build_all(project: &Project) -> Result<()> {
    for package in &PACKAGES {
        build(project, package)?;
    }
    Ok(())
}

/// Cargo knows when there is nothing to compile; wasm-bindgen does not, so a stamp beside its
/// output tells which wasm file it was made from.
fn build(project: &Project, package: &Package) -> Result<()> {
    let target = project.target.join(WASM_TARGET).join("release");
    let wasm = target.join(NAME).with_extension("wasm");
    say(&format!(
        "Compiling the network code to WebAssembly, for the {}{}",
        package.name.to_uppercase(),
        if wasm.exists() { "" } else { " (minutes, the first time)" }
    ));
    let mut compile = cargo(project, &["build", "--release", "--locked", "--lib", "-p", NAME]);
    compile.args(["--target", WASM_TARGET, "--no-default-features", "--features"]);
    execute(compile.arg(package.features), "the library did not compile to WebAssembly")?;

    let out = project.root.join("pkg").join(package.name);
    let stamp = out.join(".made-from");
    let source = identity(&wasm)?;
    let complete = out.join(NAME).with_extension("js").is_file();
    if complete && std::fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == source) {
        return Ok(());
    }
    say(&format!("Writing {}", out.display()));
    // No stamp while the files are being written: an interrupted run is made again.
    let _ = std::fs::remove_file(&stamp);
    bind(&wasm, &out).context("wasm-bindgen could not process the compiled library")?;
    std::fs::write(&stamp, source).with_context(|| format!("could not write {}", stamp.display()))
}

fn bind(wasm: &Path, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(NAME).web(true)?;
    // Types for the page's type check, and a module that finds the wasm beside itself.
    bindgen.typescript(true).omit_default_module_path(false);
    bindgen.generate(out)
}

/// Tells one compiled file from another without reading its megabytes.
fn identity(wasm: &Path) -> Result<String> {
    let metadata = wasm.metadata().with_context(|| format!("cargo left no {}", wasm.display()))?;
    Ok(format!("{} bytes, {:?}\n", metadata.len(), metadata.modified()?))
}
