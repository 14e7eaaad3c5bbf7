//! From Rust to `pkg/`: cargo compiles the library to wasm, wasm-bindgen writes the JavaScript
//! beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, execute, say};
use crate::project::Project;
use crate::relaxed_simd;
use crate::setup::WASM_TARGET;

/// The file name that all packages share: `tabgrad.js` and `tabgrad_bg.wasm`.
pub(crate) const NAME: &str = "tabgrad";

/// One build of the library for the page.
pub(crate) struct Package {
    /// Its folder in `pkg/`.
    pub(crate) name: &'static str,
    /// Cargo's package, whose only library is compiled.
    of: &'static str,
    /// The feature of cargo's package, and of the library.
    feature: &'static str,
    /// The library's feature that exports to JavaScript. Cargo's package asks for it itself; where the
    /// library is compiled alone, with the same features, cargo compiles it once for both.
    exports: &'static str,
    /// Whether our own code is compiled with relaxed SIMD. See [`crate::relaxed_simd`].
    relaxed_simd: bool,
    /// About how long it takes to compile, the first time.
    duration: &'static str,
}

/// What trains on the CPU in every browser: the page cannot do without it.
pub(crate) const CPU: Package = Package {
    name: "cpu",
    of: "tabgrad-plain",
    feature: "train",
    exports: TRAINER,
    relaxed_simd: false,
    duration: "4 minutes",
};

/// What trains on the CPU where the browser has relaxed SIMD, faster. Only our own code is compiled
/// again.
pub(crate) const RELAXED_SIMD: Package = Package {
    name: "relaxed-simd",
    of: "tabgrad-relaxed-simd",
    feature: "train",
    exports: TRAINER,
    relaxed_simd: true,
    duration: "1 minute after the CPU's",
};

/// What trains on the GPU, and on the CPU too. The page asks for it when it finds a GPU.
pub(crate) const GPU: Package = Package {
    name: "gpu",
    of: "tabgrad-gpu",
    feature: "gpu",
    exports: TRAINER,
    relaxed_simd: false,
    duration: "10 to 15 minutes",
};

/// What reads a visitor's own files: nothing of it trains, and only who brings files loads it.
pub(crate) const INTAKE: Package = Package {
    name: "intake",
    of: "tabgrad-intake",
    feature: "intake",
    exports: "intake",
    relaxed_simd: false,
    duration: "half a minute",
};

/// What every package that trains exports.
const TRAINER: &str = "page";

/// The file in `pkg/` that tells the page which packages are there.
const LIST: &str = "packages.json";

/// Brings all packages in `pkg/` up to date.
pub(crate) fn build_all(project: &Project) -> Result<()> {
    let all = [&CPU, &INTAKE, &RELAXED_SIMD, &GPU];
    all.iter().try_for_each(|package| build(project, package))?;
    list(project, &all)
}

/// Tells the page that it can load `packages`, and no others.
pub(crate) fn list(project: &Project, packages: &[&Package]) -> Result<()> {
    let names: Vec<String> = packages.iter().map(|package| format!("{:?}", package.name)).collect();
    let path = project.root.join("pkg").join(LIST);
    std::fs::write(&path, format!("[{}]\n", names.join(", ")))
        .with_context(|| format!("could not write {}", path.display()))
}

impl Package {
    /// The options that make cargo compile the library, or its tests, as for this package.
    pub(crate) fn library<'a>(&self, cargo: &'a mut Command) -> &'a mut Command {
        let features = format!("{},{}", self.feature, self.exports);
        self.compiled(cargo, NAME, &features)
    }

    fn compiled<'a>(&self, cargo: &'a mut Command, of: &str, features: &str) -> &'a mut Command {
        cargo.args(["-p", of, "--release", "--target", WASM_TARGET]);
        cargo.args(["--no-default-features", "--features", features]);
        if self.relaxed_simd { relaxed_simd::ask(cargo) } else { cargo }
    }

    /// The file that cargo writes.
    fn wasm(&self, project: &Project) -> PathBuf {
        let folder = project.target.join(WASM_TARGET).join("release");
        folder.join(self.of.replace('-', "_")).with_extension("wasm")
    }
}

/// Cargo knows when there is nothing to compile; wasm-bindgen does not, so a stamp beside its
/// output tells which wasm file it was made from.
pub(crate) fn build(project: &Project, package: &Package) -> Result<()> {
    let wasm = package.wasm(project);
    say(&format!(
        "Compiling the network code to WebAssembly: pkg/{}{}",
        package.name,
        if wasm.exists() { String::new() } else { format!(" ({} on 2 cores)", package.duration) }
    ));
    let mut compile = cargo(project, &["build", "--locked", "--lib"]);
    execute(
        package.compiled(&mut compile, package.of, package.feature),
        "the library did not compile to WebAssembly",
    )?;

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
