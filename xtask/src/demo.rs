//! `cargo xtask demo`: from a fresh clone to a page that trains, in one command. The steps are put in
//! order here; each has a file of its own.

use anyhow::Result;

use crate::command::say;
use crate::package::{CPU, GPU, INTAKE, RELAXED_SIMD};
use crate::project::Project;
use crate::site::Site;
use crate::{browser, data, package, server, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: data::Choice,
    /// Listen on this port [default: the first free one from 8000 on]
    #[arg(long)]
    port: Option<u16>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Do not build what trains on the GPU
    #[arg(long)]
    no_gpu: bool,
}

/// Sets up, builds and serves until it is ended with Ctrl-C.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    setup::wasm_target(project)?;
    setup::npm_packages(project, setup::Packages::Page)?;
    // The data first: a wrong --data or --from is told before minutes of compiling.
    let data = arguments.data.folder(project)?;
    let mut served = vec![&CPU, &INTAKE];
    served.iter().try_for_each(|package| package::build(project, package))?;
    package::list(project, &served)?;
    let server = server::serve(Site::new(project, &data)?, arguments.port)?;
    say("Ready");
    println!("\n    {}\n\nThe page is served to this machine only. Ctrl-C ends it.", server.url);
    if !arguments.no_open {
        browser::open(&server.url);
    }
    // Beside the server, which answers meanwhile: the page trains with what is there.
    let mut add = |package, news: &str, without: &str| -> Result<()> {
        match package::build(project, package) {
            Ok(()) => {
                served.push(package);
                package::list(project, &served)?;
                say(news);
            }
            Err(error) => eprintln!("{without}: {error:#}."),
        }
        Ok(())
    };
    add(
        &RELAXED_SIMD,
        "The page trains faster now, where the browser has relaxed SIMD. Reload it",
        "The page trains without relaxed SIMD",
    )?;
    if !arguments.no_gpu {
        add(
            &GPU,
            "The page can train on a GPU now, where the browser has one. Reload it",
            "The page trains on the CPU only",
        )?;
    }
    server.wait()
}
