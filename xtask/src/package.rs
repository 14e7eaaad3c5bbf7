//! From Rust to `pkg/`: cargo compiles the library to wasm, wasm-bindgen writes the JavaScript
//! beside it. Knows nothing of the page that loads them.

use std::path::Path;
use std::process::Command;

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
    /// The library's feature.
    pub(crate) feature: &'static str,
    /// Cargo's profile, and the name of its folder in the target folder.
    pub(crate) profile: &'static str,
    /// About how long it takes to compile, the first time.
    duration: &'static str,
}

/// What trains on the CPU: the page cannot do without it.
pub(crate) const CPU: Package =
    Package { name: "cpu", feature: "train", profile: "release", duration: "4 minutes" };

/// What trains on the GPU, and on the CPU too. The page asks for it when it finds a GPU.
pub(crate) const GPU: Package =
    Package { name: "gpu", feature: "gpu", profile: "gpu", duration: "10 to 15 minutes" };

/// The file in `pkg/` that tells the page which packages are there.
const LIST: &str = "packages.json";

/// Brings both packages in `pkg/` up to date.
pub(crate) fn build_all(project: &Project) -> Result<()> {
    build(project, &CPU)?;
    build(project, &GPU)?;
    list(project, &[&CPU, &GPU])
}

/// Tells the page that it can load `packages`, and no others.
pub(crate) fn list(project: &Project, packages: &[&Package]) -> Result<()> {
    let names: Vec<String> = packages.iter().map(|package| format!("{:?}", package.name)).collect();
    let path = project.root.join("pkg").join(LIST);
    std::fs::write(&path, format!("[{}]\n", names.join(", ")))
        .with_context(|| format!("could not write {}", path.display()))
}

impl Package {
    /// The options that make cargo compile this package.
    pub(crate) fn compiled<'a>(&self, cargo: &'a mut Command) -> &'a mut Command {
        cargo.args(["-p", NAME, "--profile", self.profile, "--target", WASM_TARGET]);
        cargo.args(["--no-default-features", "--features", self.feature])
    }
}

/// Cargo knows when there is nothing to compile; wasm-bindgen does not, so a stamp beside its
/// output tells which wasm file it was made from.
pub(crate) fn build(project: &Project, package: &Package) -> Result<()> {
    let target = project.target.join(WASM_TARGET).join(package.profile);
    let wasm = target.join(NAME).with_extension("wasm");
    say(&format!(
        "Compiling the network code to WebAssembly, for the {}{}",
        package.name.to_uppercase(),
        if wasm.exists() { String::new() } else { format!(" ({} on 2 cores)", package.duration) }
    ));
    let mut compile = cargo(project, &["build", "--locked", "--lib"]);
    execute(package.compiled(&mut compile), "the library did not compile to WebAssembly")?;

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
