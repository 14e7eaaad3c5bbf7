//! `cargo xtask test`: every check and every test, quick ones first, with one summary at the end. The
//! steps themselves are in `test/steps.rs`.

mod runners; //     runs a program and reads its counts
mod steps; //       the steps, in order
mod summary; //     reads test runners' closing lines, and writes ours

use std::process::ExitCode;
use std::time::Instant;

use clap::builder::PossibleValuesParser;

use crate::command::say;
use crate::project::Project;
use runners::Stop;
use steps::{Context, STEPS};
use summary::{Report, Row};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Run only this step (may be given several times)
    #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(steps::names()))]
    only: Vec<String>,
}

/// Runs the steps. One that fails does not keep the others from running, so that one run shows
/// everything that is wrong; only code that does not compile ends it early.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> ExitCode {
    let context = Context::new(project);
    let wanted = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|n| n == name);
    let mut report = Report::default();
    let mut broken = None;
    for step in STEPS.iter().filter(|step| wanted(step.name)) {
        let start = Instant::now();
        let result = match broken {
            Some(earlier) => Err(Stop::CouldNotRun(format!("{earlier} does not compile"))),
            None => {
                say(&format!("{}: {}", step.name, step.about));
                (step.run)(&context)
            }
        };
        if matches!(result, Err(Stop::DoesNotCompile)) {
            broken = Some(step.name);
        }
        report.rows.push(Row { name: step.name, seconds: start.elapsed().as_secs_f64(), result });
    }
    // Its last line is for other programs, so nothing is printed after it.
    print!("\n{report}");
    if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
