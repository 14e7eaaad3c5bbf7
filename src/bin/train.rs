//! Trains a model natively: `train --model cnn-max-3 --data DIR`, or `--spec FILE` for any other. It drives the trainer, and has the
//! clock, the files and the console that the library does without.

#[cfg(target_family = "wasm")]
fn main() {}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(not(target_family = "wasm"))]
#[path = "train/arguments.rs"]
mod arguments;
#[cfg(not(target_family = "wasm"))]
#[path = "train/epoch.rs"]
mod epoch;
#[cfg(not(target_family = "wasm"))]
#[path = "train/files.rs"]
mod files;
#[cfg(not(target_family = "wasm"))]
#[path = "train/learning.rs"]
mod learning;
#[cfg(not(target_family = "wasm"))]
#[path = "train/terminal.rs"]
mod terminal;

/// In place of std's, which panics where nobody reads.
#[cfg(not(target_family = "wasm"))]
macro_rules! println {
    ($($text:tt)*) => { crate::terminal::say(format_args!($($text)*)) };
}

#[cfg(not(target_family = "wasm"))]
macro_rules! eprintln {
    ($($text:tt)*) => { crate::terminal::complain(format_args!($($text)*)) };
}

#[cfg(not(target_family = "wasm"))]
mod native {
    use std::path::Path;
    use std::process::ExitCode;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, bail};
    use burn::tensor::Device;
    use indicatif::{ProgressBar, ProgressStyle};
    use serde_json::{Value, json};
    use tabgrad::backend::{Backend, DeviceError};
    use tabgrad::data::pictures::PictureShape;
    use tabgrad::inspect::self_test::{self, Check, TOLERANCE};
    use tabgrad::spec::RunConfig;
    use tabgrad::spec::summary::Summary;
    use tabgrad::train::diagnosis::Finding;
    use tabgrad::train::events::{Plan, RunEvent};
    use tabgrad::train::trainer::Trainer;

    use crate::arguments::Arguments;
    use crate::{epoch, files};

    /// Work items between two updates of the console.
    const ITEMS_PER_ADVANCE: usize = 4;

    /// The exit code where the backend finds no device.
    const NO_DEVICE: u8 = 3;

    pub(super) fn main() -> ExitCode {
        match Arguments::parse_all().and_then(|arguments| run(&arguments)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                if error.is::<DeviceError>() { NO_DEVICE.into() } else { ExitCode::FAILURE }
            }
        }
    }

    fn run(arguments: &Arguments) -> Result<()> {
        // Before a device is opened, and long before the run ends: what is wrong with the settings or
        // with the place to save to stays wrong.
        let config = match &arguments.resume {
            Some(_) => None,
            None => Some(arguments.config()?),
        };
        if let Some(config) = &config
            && (arguments.summary || arguments.print_run || arguments.print_spec)
        {
            return print(arguments, config);
        }
        if let Some(file) = &arguments.save {
            files::check_writable(file)?;
        }
        let backend: Backend = arguments.backend.parse()?;
        let device = pollster::block_on(backend.device())?;
        match (&arguments.data, config) {
            (data, Some(config)) if arguments.check => {
                // Kernels are those of the pictures; without data, of CIFAR's.
                let picture = data.as_deref().map(files::load).transpose()?;
                let picture = picture.map_or(PictureShape::CIFAR, |loader| loader.data().shape());
                compare(&config, picture, &device, arguments.json)
            }
            (Some(folder), config) => train(arguments, config, &device, folder),
            (None, _) => bail!("Name a data folder with --data, made by data-prep."),
        }
    }

    /// What is asked for instead of training.
    fn print(arguments: &Arguments, config: &RunConfig) -> Result<()> {
        if arguments.print_run {
            println!("{}", serde_json::to_string_pretty(config)?);
        }
        if arguments.print_spec {
            println!("{}", serde_json::to_string_pretty(config.model.spec())?);
        }
        if arguments.summary {
            let (picture, classes) = match &arguments.data {
                Some(folder) => {
                    let manifest = files::manifest(folder)?;
                    (manifest.picture, manifest.classes.len())
                }
                None => {
                    let spec = config.model.spec();
                    (spec.picture_without_data(), spec.classes_without_data())
                }
            };
            println!("{}", Summary::new(&config.model(picture, classes)?));
        }
        Ok(())
    }

    /// The table of the self-test.
    fn compare(
        config: &RunConfig,
        picture: PictureShape,
        device: &Device,
        json: bool,
    ) -> Result<()> {
        let flex = pollster::block_on(Backend::Flex.device())?;
        let checks = pollster::block_on(self_test::check(config, picture, device, &flex))?;
        for check in &checks {
            let Check { operator, tensor, difference, passed } = check;
            let verdict = if *passed { "" } else { "  differs" };
            if json {
                println!("{}", json!({ "type": "check", "check": check }));
            } else {
                println!("{operator:56}  {tensor:28}  {difference:8.1e}{verdict}");
            }
        }
        let wrong = checks.iter().filter(|check| !check.passed).count();
        if wrong > 0 {
            bail!("{wrong} of {} tensors differ by more than {TOLERANCE}.", checks.len());
        }
        if !json {
            println!(
                "\nAll {} tensors agree within {TOLERANCE} of their largest value.",
                checks.len()
            );
        }
        Ok(())
    }

    fn train(
        arguments: &Arguments,
        config: Option<RunConfig>,
        device: &Device,
        folder: &Path,
    ) -> Result<()> {
        let loader = files::load(folder)?;
        let data = loader.data().clone();
        let mut remarks = Vec::new();
        let mut trainer = match (&arguments.resume, config) {
            (Some(file), _) => {
                let stored = std::fs::read(file)
                    .with_context(|| format!("{} cannot be read", file.display()))?;
                if !Trainer::knows_its_data(&stored)? {
                    remarks.push(format!(
                        "{} does not say which pictures it was made with, only how many: an earlier \
                         version stored it. Make sure that it was these.",
                        file.display()
                    ));
                }
                Trainer::resume(&stored, data, device)?
            }
            (None, Some(config)) => Trainer::new(config, data, device)?,
            (None, None) => bail!("Name a model with --model, or a stored run with --resume."),
        };
        let plan = trainer.plan();
        let mut report = Report::new(arguments, &plan);
        report.begin(loader.manifest().name.as_str(), &plan)?;
        for remark in remarks {
            report.remark(&remark);
        }
        let mut diverged = None;
        let mut unsaved = None;
        while !trainer.is_over() {
            let events = pollster::block_on(trainer.advance(ITEMS_PER_ADVANCE))?;
            let epoch = events.iter().any(|event| matches!(event, RunEvent::Epoch { .. }));
            for event in &events {
                report.show(event)?;
                if let RunEvent::Diverged { message, .. } = event {
                    diverged = Some(message.clone());
                }
            }
            if let Some(diagnosis) = pollster::block_on(trainer.diagnose())? {
                report.show(&diagnosis)?;
            }
            if let Some(file) = arguments.save.as_ref().filter(|_| epoch || trainer.is_over()) {
                // A disk that is full now need not be at the next epoch.
                unsaved = save(&trainer, file).err();
                if let Some(error) = &unsaved {
                    report.remark(&format!("The run could not be saved. {error:#}"));
                }
            }
        }
        if let Some(error) = unsaved {
            return Err(error.context("The run is over and could not be saved"));
        }
        if let Some(file) = &arguments.save {
            report.saved(file, trainer.progress().step);
        }
        match diverged {
            Some(message) => bail!("{message}"),
            None => Ok(()),
        }
    }

    fn save(trainer: &Trainer, file: &Path) -> Result<()> {
        files::save(&pollster::block_on(trainer.snapshot())?, file)
    }

    /// What the console shows.
    struct Report {
        json: bool,
        steps: bool,
        bar: ProgressBar,
        epochs: u32,
        epoch_began: Instant,
        /// What was found wrong with the run at the last epoch.
        findings: Vec<Finding>,
    }

    impl Report {
        fn new(arguments: &Arguments, plan: &Plan) -> Self {
            let bar = if arguments.json {
                ProgressBar::hidden()
            } else {
                ProgressBar::new(plan.total_steps)
            };
            let style = "{bar:30} step {pos}/{len}  {msg}  {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            let (json, steps) = (arguments.json, arguments.steps);
            let epochs = plan.config.epochs;
            let (epoch_began, findings) = (Instant::now(), Vec::new());
            Self { json, steps, bar, epochs, epoch_began, findings }
        }

        fn begin(&self, data: &str, plan: &Plan) -> Result<()> {
            if self.json {
                let mut plan_told = serde_json::to_value(plan)?;
                add_messages(&mut plan_told["caveats"], &plan.caveats);
                println!("{}", json!({ "type": "plan", "data": data, "plan": plan_told }));
            } else {
                println!("{}\n", plan.summary);
                println!(
                    "{} training and {} test pictures of {data}, batches of {}, seed {}\n",
                    plan.pictures.train,
                    plan.pictures.test,
                    plan.config.batch_size,
                    plan.config.seed
                );
                for caveat in &plan.caveats {
                    self.remark(&caveat.to_string());
                }
            }
            Ok(())
        }

        /// Something to know that changes nothing.
        fn remark(&self, words: &str) {
            if self.json {
                println!("{}", json!({ "type": "remark", "message": words }));
            } else {
                self.bar.suspend(|| println!("{words}"));
            }
        }

        fn saved(&self, file: &Path, step: u64) {
            if self.json {
                println!(
                    "{}",
                    json!({ "type": "saved", "file": file.to_string_lossy(), "step": step })
                );
            } else {
                println!("The weights after step {step} are in {}.", file.display());
            }
        }

        fn show(&mut self, event: &RunEvent) -> Result<()> {
            let took = self.epoch_began.elapsed();
            if self.json {
                self.line(event, took)?;
            } else {
                self.text(event, took);
            }
            match event {
                RunEvent::Epoch { .. } | RunEvent::Phase { .. } => {
                    self.epoch_began = Instant::now();
                }
                RunEvent::Step { progress, loss, .. } => {
                    self.bar.set_position(progress.step);
                    self.bar.set_message(format!("loss {loss:.4}"));
                }
                RunEvent::Finished { .. } => self.bar.finish_and_clear(),
                RunEvent::Diverged { .. } => self.bar.finish_and_clear(),
                RunEvent::Diagnosis { findings, .. } => self.findings.clone_from(findings),
                RunEvent::Validating { .. }
                | RunEvent::LearningRate { .. }
                | RunEvent::Restored { .. } => {}
            }
            Ok(())
        }

        fn line(&self, event: &RunEvent, took: Duration) -> Result<()> {
            let mut line = serde_json::to_value(event)?;
            match event {
                RunEvent::Step { .. } if !self.steps => return Ok(()),
                RunEvent::Validating { .. } => return Ok(()),
                RunEvent::Epoch { .. } => line["seconds"] = json!(took.as_secs_f64()),
                RunEvent::Diagnosis { findings, .. } => {
                    add_messages(&mut line["findings"], findings);
                }
                _ => {}
            }
            println!("{line}");
            Ok(())
        }

        fn text(&self, event: &RunEvent, took: Duration) {
            let RunEvent::Epoch { progress, .. } = event else {
                match event {
                    RunEvent::Phase { name, .. } => self.bar.suspend(|| println!("{name}")),
                    RunEvent::Diagnosis { findings, .. } => self.tell_new(findings),
                    RunEvent::LearningRate { learning_rate, .. } => {
                        self.remark(&format!("The learning rate is now {learning_rate:e}."));
                    }
                    RunEvent::Restored { best_epoch, val_loss, .. } => self.remark(&format!(
                        "The weights are those of epoch {best_epoch}, whose val loss is {val_loss:.4}."
                    )),
                    _ => {}
                }
                return;
            };
            let mut text = format!("epoch {:>3}/{}", progress.epoch, self.epochs);
            for (name, value) in epoch::numbers(event) {
                text.push_str(&format!("  {name} {value:.4}"));
            }
            text.push_str(&format!("  {:.1} s", took.as_secs_f64()));
            self.bar.suspend(|| println!("{text}"));
        }

        /// What was not found at the last epoch already: numbers change with each.
        fn tell_new(&self, findings: &[Finding]) {
            let sign = std::mem::discriminant;
            let known: Vec<_> = self.findings.iter().map(sign).collect();
            for finding in findings.iter().filter(|one| !known.contains(&sign(one))) {
                self.remark(&finding.to_string());
            }
        }
    }

    /// Puts its sentence into each of these records.
    fn add_messages<T: std::fmt::Display>(records: &mut Value, of: &[T]) {
        for (record, one) in records.as_array_mut().into_iter().flatten().zip(of) {
            record["message"] = json!(one.to_string());
        }
    }
}
