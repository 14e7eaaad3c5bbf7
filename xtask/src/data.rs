//! Which data folder the page gets: the user's, one made from the user's files, or the synthetic
//! one that data-prep draws.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::{cargo, execute, say};
use crate::project::Project;

/// Which pictures to train on. Neither: synthetic ones.
#[derive(clap::Args)]
pub(crate) struct Choice {
    /// Use this data folder (one with a manifest.json, as data-prep writes it)
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    data: Option<PathBuf>,
    /// Use CIFAR-10 from here: the official archive, its folder, or a folder of pictures
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
}

impl Choice {
    /// The folder, made if it has to be.
    pub(crate) fn folder(&self, project: &Project) -> Result<PathBuf> {
        match (&self.data, &self.from) {
            (Some(data), _) => given(data),
            (None, Some(from)) => converted(project, from),
            (None, None) => synthetic(project),
        }
    }
}

fn given(data: &Path) -> Result<PathBuf> {
    if !has_manifest(data) {
        bail!(
            "{} has no manifest.json, so it is no data folder. `--from {}` makes one from the \
             official CIFAR-10 files or from pictures",
            data.display(),
            data.display()
        );
    }
    data.canonicalize().with_context(|| format!("could not open {}", data.display()))
}

fn converted(project: &Project, from: &Path) -> Result<PathBuf> {
    let from = from.canonicalize().with_context(|| {
        format!("could not open {}. --from takes an archive or a folder", from.display())
    })?;
    let out = project.scratch().join("data/cifar10");
    let program = data_prep(project, &[])?;
    say(&format!("Converting {}", from.display()));
    let mut command = std::process::Command::new(program);
    command.arg("cifar10").arg("--from").arg(&from).arg("--out").arg(&out);
    execute(&mut command, "data-prep could not read these pictures")?;
    Ok(out)
}

fn synthetic(project: &Project) -> Result<PathBuf> {
    let out = project.scratch().join("data/synthetic");
    let program = data_prep(project, DRAWS_ONLY)?;
    // Pictures that an older data-prep drew are drawn again.
    let made = out.join("manifest.json").metadata().and_then(|metadata| metadata.modified());
    let built = program.metadata().and_then(|metadata| metadata.modified());
    if matches!((made, built), (Ok(made), Ok(built)) if made >= built) {
        return Ok(out);
    }
    say("Drawing the synthetic pictures");
    draw(&program, &out, &[])?;
    Ok(out)
}

/// A small synthetic folder for the end-to-end tests, always made anew.
pub(crate) fn small(project: &Project, data_prep: &Path) -> Result<PathBuf> {
    let out = project.scratch().join("data/test");
    say("Drawing 600 + 200 synthetic pictures");
    draw(data_prep, &out, &["--train", "600", "--test", "200"])?;
    Ok(out)
}

fn draw(program: &Path, out: &Path, sizes: &[&str]) -> Result<()> {
    let mut command = std::process::Command::new(program);
    command.args(["synthetic", "--out"]).arg(out).args(sizes);
    execute(&mut command, "data-prep could not draw the synthetic pictures")
}

/// What it takes to draw pictures: without the decoders of others' pictures and without
/// downloads, data-prep builds in less than half the time.
const DRAWS_ONLY: &[&str] = &["--no-default-features"];

/// Builds data-prep with these features and returns the program.
fn data_prep(project: &Project, features: &[&str]) -> Result<PathBuf> {
    let name = format!("data-prep{}", std::env::consts::EXE_SUFFIX);
    let program = project.target.join("release").join(name);
    if !program.exists() {
        say("Compiling data-prep");
    }
    let mut build = cargo(project, &["build", "--release", "--locked", "-p", "data-prep"]);
    execute(build.args(features), "data-prep did not compile")?;
    Ok(program)
}

fn has_manifest(folder: &Path) -> bool {
    folder.join("manifest.json").is_file()
}
