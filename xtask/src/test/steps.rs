//! The steps of `cargo xtask test` and the programs that each runs, in order: what is quick to fail
//! comes first.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::Command;

use super::runners::{Stop, check, compile, tests};
use super::summary::Counts;
use crate::command::{cargo, node, not_started, npm, say};
use crate::package::Package;
use crate::project::Project;
use crate::site::Site;
use crate::{browser, data, debian, package, server, setup};

/// One step.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Context) -> Result<Counts, Stop>,
}

/// Every step. Rust is compiled in release mode throughout: training is too slow without, and one
/// mode means that every dependency is built once.
pub(crate) const STEPS: [Step; 15] = [
    Step { name: "format", about: "is the Rust code formatted?", run: format },
    Step { name: "units", about: "the page's modules in Node", run: units },
    Step { name: "commands", about: "the tests of these commands", run: commands },
    Step { name: "lint", about: "clippy on everything native", run: lint },
    Step { name: "lint-wasm", about: "clippy on what only wasm has", run: lint_wasm },
    Step { name: "docs", about: "do the documentation's links hold?", run: docs },
    Step { name: "native", about: "the Rust tests on this machine", run: native },
    Step { name: "gpu", about: "operators and Keras' runs on this machine's GPU", run: gpu },
    Step { name: "package", about: "the library as WebAssembly", run: build_package },
    Step { name: "types", about: "the type check of the page", run: types },
    Step { name: "exports", about: "the package's exports in Node, with garbage", run: exports },
    Step { name: "wasm", about: "the Rust tests in headless Chromium", run: wasm },
    Step { name: "relaxed-simd", about: "the same with relaxed SIMD", run: relaxed_simd },
    Step { name: "webgpu", about: "Keras' runs on WebGPU in headless Chromium", run: webgpu },
    Step { name: "page", about: "the page itself in headless Chromium", run: page },
];

/// Every backend: native tests compare ours with burn-ndarray, and run on the GPU, too.
const EVERY_BACKEND: [&str; 2] = ["--features", "tabgrad/ndarray,tabgrad/gpu"];

/// The steps' names, for the command line.
pub(crate) fn names() -> [&'static str; STEPS.len()] {
    std::array::from_fn(|index| STEPS[index].name)
}

/// What steps share, each found or installed at the first step that asks.
pub(crate) struct Context<'a> {
    project: &'a Project,
    npm: OnceCell<Result<(), String>>,
    browser: OnceCell<Result<browser::Tested, String>>,
}

impl<'a> Context<'a> {
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

fn format(context: &Context) -> Result<Counts, Stop> {
    check(&mut context.cargo(&["fmt", "--all", "--check"]))
}

fn units(context: &Context) -> Result<Counts, Stop> {
    context.npm_packages()?;
    in_node(context, "tests/www")
}

/// The files are named one by one: what a folder or a pattern means has changed between versions
/// of Node.
fn in_node(context: &Context, folder: &str) -> Result<Counts, Stop> {
    let folder = context.project.root.join(folder);
    let entries = folder.read_dir().map_err(anyhow::Error::from)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        return Err(Stop::Failed(format!("{} has no *.test.mjs", folder.display())));
    }
    tests(node(context.project).args(["--test", "--test-reporter=spec"]).args(files))
}

/// Unoptimised, unlike the rest: these are the dependencies that we were ourselves built from.
fn commands(context: &Context) -> Result<Counts, Stop> {
    tests(&mut context.cargo(&["test", "--locked", "-p", "xtask"]))
}

fn lint(context: &Context) -> Result<Counts, Stop> {
    let what = ["clippy", "--release", "--locked", "--workspace", "--all-targets"];
    check(context.cargo(&what).args(EVERY_BACKEND).args(["--", "-D", "warnings"]))
}

fn lint_wasm(context: &Context) -> Result<Counts, Stop> {
    setup::wasm_target(context.project)?;
    let of = |package: &Package, what: &[&str]| {
        let mut clippy = context.cargo(what);
        check(package.library(&mut clippy).args(["--", "-D", "warnings"]))
    };
    of(&package::INTAKE, &["clippy", "--locked", "--lib"])?;
    of(&package::CPU, &["clippy", "--locked", "--lib", "--tests"])
}

/// What has documentation. `--examples` also makes cargo resolve features as for tests: with the same
/// backends, too, rustdoc reads the metadata of dependencies that clippy was given, instead of waiting
/// for other metadata of them all.
const DOCUMENTED: [&str; 12] = [
    "-p",
    "tabgrad",
    "-p",
    "data-prep",
    "-p",
    "xtask",
    "--lib",
    "--bin",
    "train",
    "--bin",
    "xtask",
    "--examples",
];

fn docs(context: &Context) -> Result<Counts, Stop> {
    let mut doc = context.cargo(&["doc", "--release", "--locked", "--no-deps"]);
    doc.args(DOCUMENTED).args(EVERY_BACKEND);
    check(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

const NATIVE: [&str; 6] = [
    "test",
    "--release",
    "--locked",
    "--workspace",
    "--exclude=xtask",
    "--config=xtask/native-tests.toml",
];

fn native(context: &Context) -> Result<Counts, Stop> {
    compile_native(context)?;
    tests(context.cargo(&NATIVE).args(EVERY_BACKEND).arg("--no-fail-fast"))
}

/// The native tests, and with them the programs `train` and `data-prep`.
fn compile_native(context: &Context) -> Result<(), Stop> {
    compile(context.cargo(&NATIVE).args(EVERY_BACKEND).arg("--no-run"))
}

/// Tests that run on whatever backend they are told.
const ON_A_BACKEND: [&str; 8] =
    ["--test", "it", "--", "--test-threads=1", "batches", "operators", "keras", "laws::seeds"];

/// Mesa's emulated Vulkan adapter is as good as a real one here.
fn gpu(context: &Context) -> Result<Counts, Stop> {
    compile_native(context)?;
    let mut found = adapter(context)?;
    if found.is_err() && debian::may_install() {
        say("Installing Mesa's Vulkan drivers with apt-get");
        debian::install(&["mesa-vulkan-drivers"])?;
        found = adapter(context)?;
    }
    found.map_err(|reason| Stop::CouldNotRun(format!("not run: no adapter. {reason}")))?;
    let mut tested = context.cargo(&NATIVE);
    tests(tested.args(EVERY_BACKEND).args(ON_A_BACKEND).env("TABGRAD_TEST_BACKEND", "wgpu"))
}

/// What `train` exits with where there is no device.
const NO_DEVICE: i32 = 3;

/// Whether `train` finds a GPU, or why not.
fn adapter(context: &Context) -> Result<Result<(), String>, Stop> {
    let mut train = Command::new(native_program(context.project, "train"));
    train.args(["--model", "cae", "--backend", "wgpu", "--check"]);
    let output = train.output().map_err(|error| Stop::from(not_started(&train, &error)))?;
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.code() {
        Some(0) => Ok(Ok(())),
        Some(NO_DEVICE) => Ok(Err(words)),
        _ => {
            let table = String::from_utf8_lossy(&output.stdout);
            Err(Stop::Failed(format!("the GPU does not pass the self-test: {words}\n{table}")))
        }
    }
}

/// A program that was compiled with the native tests.
fn native_program(project: &Project, name: &str) -> PathBuf {
    project.target.join("release").join(name).with_extension(std::env::consts::EXE_EXTENSION)
}

fn build_package(context: &Context) -> Result<Counts, Stop> {
    setup::wasm_target(context.project)?;
    package::build_all(context.project)?;
    Ok(Counts::PASS)
}

/// After the package, whose generated types the page is checked against.
fn types(context: &Context) -> Result<Counts, Stop> {
    context.npm_packages()?;
    check(&mut npm(context.project, &["run", "--silent", "check"]))
}

fn exports(context: &Context) -> Result<Counts, Stop> {
    in_node(context, "tests/wasm")
}

fn wasm(context: &Context) -> Result<Counts, Stop> {
    in_chromium(context, &package::CPU, &[])
}

/// Sums are rounded otherwise here: all but the test of bits must hold again.
fn relaxed_simd(context: &Context) -> Result<Counts, Stop> {
    in_chromium(context, &package::RELAXED_SIMD, &[])
}

/// The tests of that name run on the GPU; the others have run on the CPU.
fn webgpu(context: &Context) -> Result<Counts, Stop> {
    let browser = context.browser()?;
    context.npm_packages()?;
    let mut look = node(context.project);
    look.arg("tests/e2e/adapter.mjs").env("CHROMIUM", &browser.chromium);
    let found = look.output().map_err(|error| Stop::from(not_started(&look, &error)))?;
    match found.status.code() {
        Some(0) => in_chromium(context, &package::GPU, &["--", "keras::webgpu"]),
        Some(NO_DEVICE) => Err(Stop::CouldNotRun("not run: no adapter in Chromium".to_owned())),
        _ => Err(Stop::Failed(String::from_utf8_lossy(&found.stderr).trim().to_owned())),
    }
}

fn in_chromium(context: &Context, package: &Package, which: &[&str]) -> Result<Counts, Stop> {
    let browser = context.browser()?;
    setup::wasm_target(context.project)?;
    // The runner that `.cargo/config.toml` names, built here so that one sees it being built.
    let mut runner = context.cargo(&["build", "--locked", "-p", "xtask"]);
    compile(runner.args(["--features", "test-runner", "--bin", "wasm-bindgen-test-runner"]))?;
    let what = ["test", "--locked", "--test", "it"];
    compile(package.library(&mut context.cargo(&what)).arg("--no-run"))?;
    let mut tested = context.cargo(&what);
    tests(package.library(&mut tested).args(which).env("CHROMEDRIVER", &browser.driver))
}

fn page(context: &Context) -> Result<Counts, Stop> {
    let browser = context.browser()?;
    browser::firefox_for_tests();
    context.npm_packages()?;
    let project = context.project;
    setup::wasm_target(project)?;
    package::build_all(project)?;
    compile_native(context)?;
    let data = data::small(project, &native_program(project, "data-prep"))?;
    // It answers until this program ends.
    let server = server::serve(Site::new(project, &data)?, Some(0))?;
    let train = native_program(project, "train");
    let mut script = node(project);
    script.args(["--test-reporter=spec", "tests/e2e/run.mjs", "--url", &server.url]);
    script.arg("--data").arg(&data).arg("--train").arg(&train);
    tests(script.env("CHROMIUM", &browser.chromium))
}
