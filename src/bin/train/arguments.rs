//! What the `train` command is asked for.

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use serde_json::Value;
use tabgrad::backend::Backend;
use tabgrad::spec::RunConfig;

/// Trains a model on a data folder made by data-prep. Settings that are not given are the
/// model's own.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// The model: cnn-max-2, cnn-avg-2, cnn-max-3, cnn-avg-3, cnn-max-4, cnn-avg-4, cae,
    /// cae-bn, cae-denoise, sae or cae-classifier.
    #[arg(long, required_unless_present = "resume")]
    pub(crate) model: Option<String>,
    /// Folder with manifest.json and shards.
    #[arg(long, required_unless_present = "check")]
    pub(crate) data: Option<PathBuf>,
    /// Passes over the training pictures, in each phase.
    #[arg(long)]
    pub(crate) epochs: Option<u32>,
    /// Pictures per optimizer step.
    #[arg(long)]
    pub(crate) batch: Option<usize>,
    /// Adam's learning rate.
    #[arg(long)]
    pub(crate) lr: Option<f64>,
    /// Seed of weights, order and noise.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Epochs without a better validation loss after which to stop.
    #[arg(long)]
    pub(crate) patience: Option<u32>,
    /// Padding of a CNN's convolutions: valid or same.
    #[arg(long)]
    pub(crate) padding: Option<String>,
    /// Output of an autoencoder: sigmoid or relu.
    #[arg(long)]
    pub(crate) output: Option<String>,
    /// Loss: cross-entropy, binary-cross-entropy or mean-squared-error.
    #[arg(long)]
    pub(crate) loss: Option<String>,
    /// Corruption of the input, where the model has one: gaussian, salt-and-pepper or masking.
    #[arg(long)]
    pub(crate) noise: Option<String>,
    /// Strength of the corruption, 0 to 1.
    #[arg(long)]
    pub(crate) noise_level: Option<f64>,
    /// What computes.
    #[arg(long, default_value = Backend::ALL[0].name())]
    pub(crate) backend: String,
    /// Instead of training, compare the backend with flex on every operator of the model. Ends
    /// with 1 where they differ, and with 3 where there is no device.
    #[arg(long)]
    pub(crate) check: bool,
    /// A file to store the run in after each epoch and at the end, as .safetensors.
    #[arg(long)]
    pub(crate) save: Option<PathBuf>,
    /// A file that --save wrote, to go on with its run, with its settings, on the same data.
    #[arg(
        long,
        requires = "data",
        conflicts_with_all = [
            "model", "epochs", "batch", "lr", "seed", "patience", "padding", "output", "loss",
            "noise", "noise_level", "check",
        ]
    )]
    pub(crate) resume: Option<PathBuf>,
    /// One JSON object a line: the plan, then each epoch, then how the run ended.
    #[arg(long)]
    pub(crate) json: bool,
    /// With --json, a line for each step too.
    #[arg(long, requires = "json")]
    pub(crate) steps: bool,
}

impl Arguments {
    /// The settings given, on top of the model's own.
    pub(crate) fn config(&self) -> Result<RunConfig> {
        let given = [
            ("model", self.model.as_deref().map(Value::from)),
            ("epochs", self.epochs.map(Value::from)),
            ("batchSize", self.batch.map(Value::from)),
            ("seed", self.seed.map(Value::from)),
            ("patience", self.patience.map(Value::from)),
            ("padding", self.padding.as_deref().map(Value::from)),
            ("output", self.output.as_deref().map(Value::from)),
            ("loss", self.loss.as_deref().map(Value::from)),
            ("noise", self.noise.as_deref().map(Value::from)),
        ];
        let given: serde_json::Map<String, Value> =
            given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let mut config = RunConfig::from_json(&Value::Object(given).to_string())?;
        // Not every one of these is a number that JSON has.
        config.learning_rate = self.lr.unwrap_or(config.learning_rate);
        config.noise_level = self.noise_level.unwrap_or(config.noise_level);
        config.validate()?;
        Ok(config)
    }
}
