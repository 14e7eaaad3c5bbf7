//! Trains a model natively: `train --model cnn-max-3 --data DIR`. It drives the trainer, and has the
//! clock, the files and the console that the library does without.

#[cfg(target_family = "wasm")]
fn main() {}

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    native::main()
}

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
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, bail};
    use burn::tensor::Device;
    use clap::Parser;
    use indicatif::{ProgressBar, ProgressStyle};
    use serde_json::{Value, json};
    use tabgrad::backend::{Backend, DeviceError};
    use tabgrad::data::loader::Loader;
    use tabgrad::data::manifest::FILE_NAME;
    use tabgrad::inspect::self_test::{self, Check, TOLERANCE};
    use tabgrad::spec::RunConfig;
    use tabgrad::train::events::{Plan, RunEvent};
    use tabgrad::train::trainer::Trainer;

    /// Work items between two updates of the console.
    const ITEMS_PER_ADVANCE: usize = 4;

    /// The exit code where the backend finds no device.
    const NO_DEVICE: u8 = 3;

    /// Trains a model on a data folder made by data-prep. Settings that are not given are the
    /// model's own.
    #[derive(Debug, Parser)]
    #[command(version)]
    struct Arguments {
        /// The model: cnn-max-2, cnn-avg-2, cnn-max-3, cnn-avg-3, cnn-max-4, cnn-avg-4, cae,
        /// cae-bn, cae-denoise, sae or cae-classifier.
        #[arg(long, required_unless_present = "resume")]
        model: Option<String>,
        /// Folder with manifest.json and shards.
        #[arg(long, required_unless_present = "check")]
        data: Option<PathBuf>,
        /// Passes over the training pictures, in each phase.
        #[arg(long)]
        epochs: Option<u32>,
        /// Pictures per optimizer step.
        #[arg(long)]
        batch: Option<usize>,
        /// Adam's learning rate.
        #[arg(long)]
        lr: Option<f64>,
        /// Seed of weights, order and noise.
        #[arg(long)]
        seed: Option<u64>,
        /// Epochs without a better validation loss after which to stop.
        #[arg(long)]
        patience: Option<u32>,
        /// Padding of a CNN's convolutions: valid or same.
        #[arg(long)]
        padding: Option<String>,
        /// Output of an autoencoder: sigmoid or relu.
        #[arg(long)]
        output: Option<String>,
        /// Loss: cross-entropy, binary-cross-entropy or mean-squared-error.
        #[arg(long)]
        loss: Option<String>,
        /// Corruption of the input, where the model has one: gaussian, salt-and-pepper or masking.
        #[arg(long)]
        noise: Option<String>,
        /// Strength of the corruption, 0 to 1.
        #[arg(long)]
        noise_level: Option<f64>,
        /// What computes.
        #[arg(long, default_value = Backend::ALL[0].name())]
        backend: String,
        /// Instead of training, compare the backend with flex on every operator of the model. Ends
        /// with 1 where they differ, and with 3 where there is no device.
        #[arg(long)]
        check: bool,
        /// A file to store the run in after each epoch and at the end, as .safetensors.
        #[arg(long)]
        save: Option<PathBuf>,
        /// A file that --save wrote, to go on with its run, with its settings, on the same data.
        #[arg(
            long,
            requires = "data",
            conflicts_with_all = [
                "model", "epochs", "batch", "lr", "seed", "patience", "padding", "output", "loss",
                "noise", "noise_level", "check",
            ]
        )]
        resume: Option<PathBuf>,
        /// One JSON object a line: the plan, then each epoch, then how the run ended.
        #[arg(long)]
        json: bool,
        /// With --json, a line for each step too.
        #[arg(long, requires = "json")]
        steps: bool,
    }

    impl Arguments {
        /// The settings given, on top of the model's own.
        fn config(&self) -> Result<RunConfig> {
            let given = [
                ("model", self.model.as_deref().map(Value::from)),
                ("epochs", self.epochs.map(Value::from)),
                ("batchSize", self.batch.map(Value::from)),
                ("learningRate", self.lr.map(Value::from)),
                ("seed", self.seed.map(Value::from)),
                ("patience", self.patience.map(Value::from)),
                ("padding", self.padding.as_deref().map(Value::from)),
                ("output", self.output.as_deref().map(Value::from)),
                ("loss", self.loss.as_deref().map(Value::from)),
                ("noise", self.noise.as_deref().map(Value::from)),
                ("noiseLevel", self.noise_level.map(Value::from)),
            ];
            let given: serde_json::Map<String, Value> = given
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .collect();
            Ok(RunConfig::from_json(&Value::Object(given).to_string())?)
        }
    }

    pub(super) fn main() -> ExitCode {
        match run(&Arguments::parse()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                if error.is::<DeviceError>() { NO_DEVICE.into() } else { ExitCode::FAILURE }
            }
        }
    }

    fn run(arguments: &Arguments) -> Result<()> {
        // Before a device is opened: what is wrong with the settings is wrong on every device.
        let config = match &arguments.resume {
            Some(_) => None,
            None => Some(arguments.config()?),
        };
        let backend: Backend = arguments.backend.parse()?;
        let device = pollster::block_on(backend.device())?;
        match (&arguments.data, config) {
            (_, Some(config)) if arguments.check => compare(&config, &device),
            (Some(folder), config) => train(arguments, config, &device, folder),
            (None, _) => bail!("Name a data folder with --data, made by data-prep."),
        }
    }

    /// The table of the self-test.
    fn compare(config: &RunConfig, device: &Device) -> Result<()> {
        let flex = pollster::block_on(Backend::Flex.device())?;
        let checks = pollster::block_on(self_test::check(config, device, &flex))?;
        for Check { operator, tensor, difference, passed } in &checks {
            let verdict = if *passed { "" } else { "  differs" };
            println!("{operator:56}  {tensor:28}  {difference:8.1e}{verdict}");
        }
        let wrong = checks.iter().filter(|check| !check.passed).count();
        if wrong > 0 {
            bail!("{wrong} of {} tensors differ by more than {TOLERANCE}.", checks.len());
        }
        println!("\nAll {} tensors agree within {TOLERANCE} of their largest value.", checks.len());
        Ok(())
    }

    fn train(
        arguments: &Arguments,
        config: Option<RunConfig>,
        device: &Device,
        folder: &Path,
    ) -> Result<()> {
        let loader = load(folder)?;
        let data = loader.data().clone();
        let mut trainer = match (&arguments.resume, config) {
            (Some(file), _) => {
                let stored = std::fs::read(file)
                    .with_context(|| format!("{} cannot be read", file.display()))?;
                Trainer::resume(&stored, data, device)?
            }
            (None, Some(config)) => Trainer::new(config, data, device)?,
            (None, None) => bail!("Name a model with --model, or a stored run with --resume."),
        };
        let plan = trainer.plan();
        let mut report = Report::new(arguments, &plan);
        report.begin(loader.manifest().name.as_str(), &plan);
        while !trainer.is_over() {
            let events = pollster::block_on(trainer.advance(ITEMS_PER_ADVANCE))?;
            let epoch = events.iter().any(|event| matches!(event, RunEvent::Epoch { .. }));
            for event in &events {
                report.show(event)?;
            }
            if let Some(file) = arguments.save.as_ref().filter(|_| epoch || trainer.is_over()) {
                save(&trainer, file)?;
            }
        }
        Ok(())
    }

    /// Stores the run beside the file and then in its place, so that a whole one is always there.
    fn save(trainer: &Trainer, file: &Path) -> Result<()> {
        let bytes = pollster::block_on(trainer.snapshot())?;
        let mut beside = file.as_os_str().to_owned();
        beside.push(".part");
        std::fs::write(&beside, bytes)
            .and_then(|()| std::fs::rename(&beside, file))
            .with_context(|| format!("{} cannot be written", file.display()))
    }

    fn load(folder: &Path) -> Result<Loader> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).with_context(|| {
                format!("{} cannot be read. Make a data folder with data-prep", path.display())
            })
        };
        let manifest = String::from_utf8(read(FILE_NAME)?).context("The manifest is not text")?;
        let mut loader = Loader::new(&manifest)?;
        let files: Vec<String> =
            loader.manifest().shards().map(|(_, _, entry)| entry.file.clone()).collect();
        for file in files {
            loader.add(&file, &read(&file)?)?;
        }
        Ok(loader)
    }

    /// What the console shows.
    struct Report {
        json: bool,
        steps: bool,
        bar: ProgressBar,
        epochs: u32,
        epoch_began: Instant,
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
            Self { json, steps, bar, epochs, epoch_began: Instant::now() }
        }

        fn begin(&self, data: &str, plan: &Plan) {
            if self.json {
                println!("{}", json!({ "type": "plan", "data": data, "plan": plan }));
            } else {
                println!("{}\n", plan.summary);
                println!(
                    "{} training and {} test pictures of {data}, batches of {}, seed {}\n",
                    plan.pictures.train,
                    plan.pictures.test,
                    plan.config.batch_size,
                    plan.config.seed
                );
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
                RunEvent::Diverged { message, .. } => {
                    self.bar.finish_and_clear();
                    bail!("{message}");
                }
                RunEvent::Validating { .. } => {}
            }
            Ok(())
        }

        fn line(&self, event: &RunEvent, took: Duration) -> Result<()> {
            let mut line = serde_json::to_value(event)?;
            match event {
                RunEvent::Step { .. } if !self.steps => return Ok(()),
                RunEvent::Validating { .. } => return Ok(()),
                RunEvent::Epoch { .. } => line["seconds"] = json!(took.as_secs_f64()),
                _ => {}
            }
            println!("{line}");
            Ok(())
        }

        fn text(&self, event: &RunEvent, took: Duration) {
            let RunEvent::Epoch {
                progress,
                loss,
                accuracy,
                val_loss,
                val_accuracy,
                psnr,
                ssim,
                ..
            } = event
            else {
                if let RunEvent::Phase { name, .. } = event {
                    self.bar.suspend(|| println!("{name}"));
                }
                return;
            };
            let mut text = format!("epoch {:>3}/{}  loss {loss:.4}", progress.epoch, self.epochs);
            let numbers = [
                ("accuracy", *accuracy),
                ("val loss", Some(*val_loss)),
                ("val accuracy", *val_accuracy),
                ("PSNR", *psnr),
                ("SSIM", *ssim),
            ];
            for (name, value) in numbers {
                if let Some(value) = value {
                    text.push_str(&format!("  {name} {value:.4}"));
                }
            }
            text.push_str(&format!("  {:.1} s", took.as_secs_f64()));
            self.bar.suspend(|| println!("{text}"));
        }
    }
}
