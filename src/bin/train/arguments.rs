//! What the `train` command is asked for. The flags of a run's settings, and what the help says of them,
//! come from the library's table of settings.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser};
use serde_json::{Map, Value};
use tabgrad::backend::Backend;
use tabgrad::spec::settings::{Setting, Values, settings};
use tabgrad::spec::{Model, ModelSpec, Preset, RunConfig};

use crate::files;

use crate::learning;

/// Trains a model on a data folder made by data-prep. Settings that are not given are the
/// model's own.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Arguments {
    /// A file with any other model as JSON, such as `--print-spec` prints.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    spec: Option<PathBuf>,
    /// A file with the settings of a run as JSON, such as `--print-run` prints. What is given beside it
    /// comes before it.
    #[arg(long, value_name = "FILE")]
    run: Option<PathBuf>,
    /// Folder with manifest.json and shards.
    #[arg(
        long,
        value_name = "FOLDER",
        required_unless_present_any = ["check", "summary", "print_run", "print_spec"]
    )]
    pub(crate) data: Option<PathBuf>,
    /// What computes.
    #[arg(long, default_value = Backend::ALL[0].name())]
    pub(crate) backend: String,
    /// Instead of training, print the model's layers, with so many outputs as the data has classes; where
    /// no data is named, ten.
    #[arg(long)]
    pub(crate) summary: bool,
    /// Instead of training, print all settings of the run as JSON.
    #[arg(long)]
    pub(crate) print_run: bool,
    /// Instead of training, print the model as JSON: the layers of a preset, to begin another one with.
    #[arg(long)]
    pub(crate) print_spec: bool,
    /// Instead of training, compare the backend with flex on every operator of the model. Ends
    /// with 1 where they differ, and with 3 where there is no device.
    #[arg(long)]
    pub(crate) check: bool,
    /// A file to store the run in after each epoch and at the end, as .safetensors.
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// A file that --save wrote, to go on with its run, with its settings, on the same data.
    #[arg(
        long,
        value_name = "FILE",
        requires = "data",
        conflicts_with_all = ["spec", "run", "check", "summary", "print_run", "print_spec"]
    )]
    pub(crate) resume: Option<PathBuf>,
    /// One JSON object a line: the plan, then each epoch, then how the run ended.
    #[arg(long)]
    pub(crate) json: bool,
    /// With --json, a line for each step too.
    #[arg(long, requires = "json")]
    pub(crate) steps: bool,
    /// The settings that were given, by their keys.
    #[arg(skip)]
    given: Map<String, Value>,
    /// Those of them that say how it learns.
    #[arg(skip)]
    learning: Map<String, Value>,
}

impl Arguments {
    /// Those of the command line; ends the command where they are none.
    pub(crate) fn parse_all() -> Result<Self> {
        let mut command = Self::command().mut_args(|one| one.help_heading("Running"));
        command = command.arg(model_flag()).args(settings().iter().map(flag));
        let matches = command.args(learning::flags()).get_matches();
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        arguments.given = given(&matches)?;
        arguments.learning = learning::given(&matches)?;
        Ok(arguments)
    }

    /// The run's settings: those given, on top of those of its file, on top of the model's own.
    pub(crate) fn config(&self) -> Result<RunConfig> {
        let mut all = match &self.run {
            Some(file) => files::json_object(file)?,
            None => Map::new(),
        };
        if let Some(file) = &self.spec {
            all.insert("model".to_owned(), serde_json::to_value(Model::from(spec(file)?))?);
        }
        all.extend(self.given.clone());
        learning::add(self.learning.clone(), &mut all);
        if !all.contains_key("model") {
            bail!("Name a model with --model or --spec, or a stored run with --resume.");
        }
        let config = RunConfig::from_settings(all);
        match &self.run {
            Some(file) => config.with_context(|| file.display().to_string()),
            None => Ok(config?),
        }
    }
}

fn spec(file: &Path) -> Result<ModelSpec> {
    let text = files::text(file)?;
    ModelSpec::from_json(&text).with_context(|| file.display().to_string())
}

fn model_flag() -> Arg {
    let names: Vec<&str> = Preset::all().map(Preset::name).collect();
    let help = format!("A model that comes with tabgrad: {}.", names.join(", "));
    Arg::new("model").long("model").value_name("PRESET").help(help).conflicts_with("resume")
}

/// The flag of a setting.
fn flag(setting: &Setting) -> Arg {
    let name = match setting.values {
        Values::Whole { .. } | Values::Number { .. } => "NUMBER",
        Values::Choice { .. } => "WORD",
        Values::Json => "JSON",
    };
    let default = match setting.default() {
        None => "the model's own".to_owned(),
        Some(Value::Null) => "none".to_owned(),
        Some(Value::String(word)) => word,
        Some(value) => value.to_string(),
    };
    let none = if setting.optional { ", or none" } else { "" };
    let help = format!("{} It is {}{none}. [default: {default}]", setting.about, setting.values);
    Arg::new(setting.key)
        .long(setting.flag)
        .value_name(name)
        .help(help)
        .help_heading("Settings")
        .allow_hyphen_values(true)
        .conflicts_with("resume")
}

/// The settings on the command line, as they stand in a run's JSON.
fn given(matches: &ArgMatches) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    if let Some(name) = matches.get_one::<String>("model") {
        found.insert("model".to_owned(), name.as_str().into());
    }
    for setting in settings() {
        if let Some(typed) = matches.get_one::<String>(setting.key) {
            found.insert(setting.key.to_owned(), value(&setting, typed)?);
        }
    }
    Ok(found)
}

/// What was typed, as JSON. Whether it is in its range, the library says.
fn value(setting: &Setting, typed: &str) -> Result<Value> {
    if setting.optional && typed == "none" {
        return Ok(Value::Null);
    }
    let refuse = |found: &dyn std::fmt::Display| {
        bail!("{} is {found}, but must be {}.", setting.name, setting.values)
    };
    Ok(match setting.values {
        Values::Whole { .. } => match typed.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) => return refuse(&typed),
        },
        Values::Number { .. } => match typed.parse::<f64>() {
            // JSON has neither infinity nor what is no number.
            Ok(number) if number.is_finite() => number.into(),
            Ok(number) => return refuse(&number),
            Err(_) => return refuse(&typed),
        },
        Values::Choice { .. } => typed.into(),
        Values::Json => serde_json::from_str(typed).unwrap_or_else(|_| typed.into()),
    })
}
