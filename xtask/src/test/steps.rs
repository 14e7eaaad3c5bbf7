//! The steps of `cargo xtask test`, in order: what is quick to fail comes first. Knows which
//! programs check what; how they are run and counted is elsewhere.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::Command;

use super::runners::{Stop, check, compile, tests};
use super::summary::Counts;
use crate::command::{cargo, node, npm};
use crate::project::Project;
use crate::setup::{self, WASM_TARGET};
use crate::site::Site;
use crate::{browser, data, package, server};

/// One step.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Bench) -> Result<Counts, Stop>,
}

/// Every step. Rust is compiled in release mode throughout: training is too slow without, and one
/// mode means that every dependency is built once.
pub(crate) const STEPS: [Step; 11] = [
    Step { name: "format", about: "is the Rust code formatted?", run: format },
    Step { name: "units", about: "the page's modules in Node", run: units },
    Step { name: "commands", about: "the tests of these commands", run: commands },
    Step { name: "lint", about: "clippy on everything native", run: lint },
    Step { name: "lint-wasm", about: "clippy on what only wasm has", run: lint_wasm },
    Step { name: "docs", about: "do the documentation's links hold?", run: docs },
    Step { name: "native", about: "the Rust tests on this machine", run: native },
    Step { name: "package", about: "the library as WebAssembly", run: build_package },
    Step { name: "types", about: "the type check of the page", run: types },
    Step { name: "wasm", about: "the Rust tests in headless Chromium", run: wasm },
    Step { name: "page", about: "the page itself in headless Chromium", run: page },
];

/// The second backend, which native tests compare ours with.
const WITH_ORACLE: [&str; 2] = ["--features", "tabgrad/ndarray"];

/// The steps' names, for the command line.
pub(crate) fn names() -> [&'static str; STEPS.len()] {
    std::array::from_fn(|index| STEPS[index].name)
}

/// What steps share, each found or installed at the first step that asks.
pub(crate) struct Bench<'a> {
    project: &'a Project,
    npm: OnceCell<Result<(), String>>,
    browser: OnceCell<Result<browser::Tested, String>>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        Self { project, npm: OnceCell::new(), browser: OnceCell::new() }
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        cargo(self.project, arguments)
    }

    fn npm_packages(&self) -> Result<(), Stop> {
        let install = || setup::npm_packages(self.project, setup::Packages::All);
        let installed = self.npm.get_or_init(|| install().map_err(|error| format!("{error:#}")));
        installed.clone().map_err(Stop::Failed)
    }

    /// On a developer's machine the browser tests are skipped without one. CI is there to run
    /// them, so that is a failure.
    fn browser(&self) -> Result<&browser::Tested, Stop> {
        self.browser.get_or_init(browser::for_tests).as_ref().map_err(|reason| {
            let ci = std::env::var_os("CI").is_some();
            if ci { Stop::Failed(reason.clone()) } else { Stop::CouldNotRun(reason.clone()) }
        })
    }
}

fn format(bench: &Bench) -> Result<Counts, Stop> {
    check(&mut bench.cargo(&["fmt", "--all", "--check"]))
}

/// The files are named one by one: what a folder or a pattern means has changed between versions
/// of Node.
fn units(bench: &Bench) -> Result<Counts, Stop> {
    let folder = bench.project.root.join("tests/www");
    let entries = folder.read_dir().map_err(anyhow::Error::from)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        return Err(Stop::Failed(format!("{} has no *.test.mjs", folder.display())));
    }
    tests(node(bench.project).args(["--test", "--test-reporter=spec"]).args(files))
}

/// Unoptimised, unlike the rest: these are the dependencies that we were ourselves built from.
fn commands(bench: &Bench) -> Result<Counts, Stop> {
    tests(&mut bench.cargo(&["test", "--locked", "-p", "xtask"]))
}

fn lint(bench: &Bench) -> Result<Counts, Stop> {
    let what = ["clippy", "--release", "--locked", "--workspace", "--all-targets"];
    check(bench.cargo(&what).args(WITH_ORACLE).args(["--", "-D", "warnings"]))
}

fn lint_wasm(bench: &Bench) -> Result<Counts, Stop> {
    setup::wasm_target(bench.project)?;
    let mut clippy = bench.cargo(&["clippy", "--release", "--locked", "--lib", "--tests"]);
    check(on_wasm(&mut clippy).args(["--", "-D", "warnings"]))
}

fn docs(bench: &Bench) -> Result<Counts, Stop> {
    let mut doc = bench.cargo(&["doc", "--release", "--locked", "--workspace", "--no-deps"]);
    check(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

const NATIVE: [&str; 5] = ["test", "--release", "--locked", "--workspace", "--exclude=xtask"];

fn native(bench: &Bench) -> Result<Counts, Stop> {
    compile_native(bench)?;
    tests(bench.cargo(&NATIVE).args(WITH_ORACLE).arg("--no-fail-fast"))
}

/// The native tests, and with them the `train` command.
fn compile_native(bench: &Bench) -> Result<(), Stop> {
    compile(bench.cargo(&NATIVE).args(WITH_ORACLE).arg("--no-run"))
}

fn build_package(bench: &Bench) -> Result<Counts, Stop> {
    setup::wasm_target(bench.project)?;
    package::build_all(bench.project)?;
    Ok(Counts::PASS)
}

/// After the package, whose generated types the page is checked against.
fn types(bench: &Bench) -> Result<Counts, Stop> {
    bench.npm_packages()?;
    check(&mut npm(bench.project, &["run", "--silent", "check"]))
}

fn wasm(bench: &Bench) -> Result<Counts, Stop> {
    let browser = bench.browser()?;
    setup::wasm_target(bench.project)?;
    // The runner that `.cargo/config.toml` names, built here so that one sees it being built.
    let mut runner = bench.cargo(&["build", "--locked", "-p", "xtask"]);
    compile(runner.args(["--features", "test-runner", "--bin", "wasm-bindgen-test-runner"]))?;
    let what = ["test", "--release", "--locked", "--test", "it"];
    compile(on_wasm(&mut bench.cargo(&what)).arg("--no-run"))?;
    tests(on_wasm(&mut bench.cargo(&what)).env("CHROMEDRIVER", &browser.driver))
}

/// The library as the page gets it.
fn on_wasm(cargo: &mut Command) -> &mut Command {
    cargo.args(["--target", WASM_TARGET, "-p", package::NAME]);
    cargo.args(["--no-default-features", "--features", "train"])
}

fn page(bench: &Bench) -> Result<Counts, Stop> {
    let browser = bench.browser()?;
    bench.npm_packages()?;
    let project = bench.project;
    setup::wasm_target(project)?;
    package::build_all(project)?;
    let data = data::small(project)?;
    // It answers until this program ends.
    let server = server::serve(Site::new(project, &data), Some(0))?;
    compile_native(bench)?;
    let train =
        project.target.join("release/train").with_extension(std::env::consts::EXE_EXTENSION);
    let mut script = node(project);
    script.args(["--test-reporter=spec", "tests/e2e/run.mjs", "--url", &server.url]);
    script.arg("--data").arg(&data).arg("--train").arg(&train);
    tests(script.env("CHROMIUM", &browser.chromium))
}
