//! `cargo xtask bench`: builds what is measured and has `tests/bench/run.mjs` measure it.

use anyhow::{Result, anyhow};

use crate::command::{cargo, execute, node, say};
use crate::package::{self, CPU, GPU, RELAXED_SIMD};
use crate::project::Project;
use crate::site::Site;
use crate::{browser, data, operators, server, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: data::Choice,
    /// What is measured: the page on the CPU, the page on WebGPU, the native program
    #[arg(long, value_delimiter = ',', default_values = ["cpu", "native"], value_parser = ["cpu", "webgpu", "native"])]
    systems: Vec<String>,
    /// The models
    #[arg(long, value_delimiter = ',', default_values = ["cnn-max-2", "cnn-max-3", "cae"])]
    models: Vec<String>,
    /// Pictures per step
    #[arg(long, value_delimiter = ',', default_values = ["32", "128"])]
    batch: Vec<usize>,
    /// Workers that share a step; the page on the CPU only
    #[arg(long, value_delimiter = ',', default_values = ["1"])]
    threads: Vec<usize>,
    /// Steps of each case
    #[arg(long, default_value_t = 50)]
    steps: usize,
    /// Also tell what WebGPU is asked for in a step, or how long each kernel takes there
    #[arg(long, default_value = "none", value_parser = ["none", "count", "time"])]
    profile: String,
    /// Measure every operator of the ten models alone instead, natively and in the browser
    #[arg(long)]
    operators: bool,
}

/// Prints one JSON object a line, for each model, batch and system.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let measures = |system: &str| arguments.systems.iter().any(|asked| asked == system);
    let browser = browser::for_tests().map_err(|reason| anyhow!(reason))?;
    setup::wasm_target(project)?;
    setup::npm_packages(project, setup::Packages::All)?;
    if arguments.operators {
        return operators::run(project, &browser);
    }
    let data = arguments.data.folder(project)?;
    let mut packages = vec![&CPU, &RELAXED_SIMD];
    packages.iter().try_for_each(|package| package::build(project, package))?;
    if measures("webgpu") {
        package::build(project, &GPU)?;
        packages.push(&GPU);
    }
    package::list(project, &packages)?;
    if measures("native") {
        let mut build = cargo(project, &["build", "--release", "--locked", "--bin", "train"]);
        execute(&mut build, "the native program did not compile")?;
    }
    let train =
        project.target.join("release/train").with_extension(std::env::consts::EXE_EXTENSION);
    // It answers until this program ends.
    let server = server::serve(Site::new(project, &data)?, Some(0))?;
    say("Measuring");
    let numbers = |all: &[usize]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let mut script = node(project);
    script.env("CHROMIUM", browser.chromium).args(["tests/bench/run.mjs", "--url", &server.url]);
    script.arg("--train").arg(train).arg("--data").arg(&data);
    script.args([
        "--systems",
        &arguments.systems.join(","),
        "--models",
        &arguments.models.join(","),
    ]);
    script.args(["--batch", &numbers(&arguments.batch), "--steps", &arguments.steps.to_string()]);
    script.args(["--threads", &numbers(&arguments.threads), "--profile", &arguments.profile]);
    execute(&mut script, "the bench did not run to its end")
}
