//! `cargo xtask bench --operators`: builds the bench of single operators natively and for a browser, once
//! plain and once with relaxed SIMD, and runs each.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, execute, node, say};
use crate::project::Project;
use crate::setup::WASM_TARGET;
use crate::{browser, relaxed_simd};

/// Cargo's package.
const NAME: &str = "operators";

/// Prints one JSON object a line, for each build, operator and direction.
pub(crate) fn run(project: &Project, chromium: &browser::Tested) -> Result<()> {
    let mut build = cargo(project, &["build", "--release", "--locked", "-p", NAME]);
    execute(&mut build, "the bench of operators did not compile")?;
    let builds = [("plain", false), ("relaxed-simd", true)];
    let made = builds.map(|(name, relaxed)| Ok((name, for_browsers(project, name, relaxed)?)));
    let made = made.into_iter().collect::<Result<Vec<_>>>()?;
    say("Measuring");
    let native = project.target.join("release").join(NAME);
    let native = native.with_extension(std::env::consts::EXE_EXTENSION);
    execute(&mut std::process::Command::new(native), "the native bench did not run to its end")?;
    for (name, folder) in made {
        let mut script = node(project);
        script.env("CHROMIUM", &chromium.chromium).arg("tests/bench/operators/in-page.mjs");
        execute(script.arg(folder).arg(name), "the bench did not run to its end")?;
    }
    Ok(())
}

/// Compiles for a browser; gives the folder with the module.
fn for_browsers(project: &Project, name: &str, relaxed: bool) -> Result<PathBuf> {
    let compiled = project.target.join(WASM_TARGET).join("release");
    // Cargo gives both builds one file, and would take one for the other: it makes it anew.
    for folder in [&compiled, &compiled.join("deps")] {
        let _ = std::fs::remove_file(folder.join(NAME).with_extension("wasm"));
    }
    let mut build = cargo(project, &["build", "--release", "--locked", "--lib", "-p", NAME]);
    build.args(["--target", WASM_TARGET]);
    let build = if relaxed { relaxed_simd::ask(&mut build) } else { &mut build };
    execute(build, "the bench of operators did not compile to WebAssembly")?;
    let out = project.scratch().join(NAME).join(name);
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled.join(NAME).with_extension("wasm")).typescript(false);
    bindgen.no_modules(true)?.generate(&out).context("wasm-bindgen could not process it")?;
    Ok(out)
}
