//! The flags of how a run learns: optimizer, schedule, loss, early stopping, augmentation. They are made from
//! the library's own description of these settings, and so is what the help says of them.

use std::sync::LazyLock;

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value};
use tabgrad::optim::settings::{Choice, Field, Form, Settings};
use tabgrad::optim::{OptimizerConfig, OptimizerKind, ReduceOnPlateau, Schedule};
use tabgrad::spec::run::Augmentation;

/// The object that augmentation stands in.
const AUGMENTATION: &str = "augmentation";

/// Where a setting stands in a run's JSON.
struct Flag {
    /// What is typed after the two dashes.
    name: String,
    /// The object that it is in, unless it is the run itself.
    within: Option<&'static str>,
    /// Its name there.
    key: &'static str,
    form: Form,
    help: String,
}

fn default_of(field: &Field) -> String {
    match &field.default {
        Value::Null => "none".to_owned(),
        Value::Array(all) if all.is_empty() => "none".to_owned(),
        Value::String(word) => word.clone(),
        value => value.to_string(),
    }
}

fn help_of(field: &Field, of: &str) -> String {
    let about = field.about.trim_end_matches('.');
    let of = if of.is_empty() { String::new() } else { format!(" ({of})") };
    format!("{about}{of}: {}. [default: {}]", field.range.words, default_of(field))
}

/// The flags of the settings of some choices, each once, with the choices that have it.
fn of_choices(within: &'static str, choices: &[Choice]) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    for (_, _, fields) in choices {
        for field in fields {
            if flags.iter().any(|flag| flag.key == field.name) {
                continue;
            }
            let has = |(_, _, fields): &&Choice| fields.iter().any(|one| one.name == field.name);
            let default = |(name, _, fields): &Choice| {
                let own = fields.iter().find(|one| one.name == field.name)?;
                let differs = own.default != field.default;
                Some(if differs {
                    format!("{name}: {}", default_of(own))
                } else {
                    (*name).to_owned()
                })
            };
            let of: Vec<String> = choices.iter().filter(has).filter_map(default).collect();
            flags.push(Flag {
                name: field.name.replace('_', "-"),
                within: Some(within),
                key: field.name,
                form: field.form,
                help: help_of(field, &of.join(", ")),
            });
        }
    }
    flags
}

fn of_fields(within: &'static str, prefix: &str, fields: &[Field]) -> Vec<Flag> {
    let flag = |field: &Field| Flag {
        name: format!("{prefix}{}", field.name.replace('_', "-")),
        within: Some(within),
        key: field.name,
        form: field.form,
        help: help_of(field, ""),
    };
    fields.iter().map(flag).collect()
}

fn of_run(name: &str, key: &'static str, form: Form, help: &str) -> Flag {
    Flag { name: name.to_owned(), within: None, key, form, help: help.to_owned() }
}

/// A choice and what each of its words means.
fn words(about: &str, choices: &[Choice]) -> String {
    let words: Vec<String> = choices
        .iter()
        .map(|(name, about, _)| format!("{name} ({})", about.trim_end_matches('.')))
        .collect();
    format!("{about}: {}. [default: {}]", words.join(", "), choices[0].0)
}

static FLAGS: LazyLock<Vec<Flag>> = LazyLock::new(all);

/// All of them.
fn all() -> Vec<Flag> {
    let optimizers = OptimizerKind::all();
    let schedules = Schedule::all();
    let word = |name: &str, within, help: String| Flag {
        name: name.to_owned(),
        within: Some(within),
        key: "type",
        form: Form::Word,
        help,
    };
    let run = [
        of_run(
            "warmup",
            "warmupSteps",
            Form::Whole,
            "Steps in which the learning rate rises to where its schedule begins. [default: 0]",
        ),
        of_run(
            "warmup-from",
            "warmupFrom",
            Form::Number,
            "The learning rate that it rises from. [default: 0]",
        ),
        of_run(
            "min-delta",
            "minDelta",
            Form::Number,
            "How much lower than the best a validation loss must be to be better. [default: 0]",
        ),
        of_run(
            "restore-best-weights",
            "restoreBestWeights",
            Form::Switch,
            "End each phase with the weights of its best epoch.",
        ),
        of_run(
            "label-smoothing",
            "labelSmoothing",
            Form::Number,
            "The part of every label's probability that all classes share (cross-entropy): 0 to 0.999. [default: 0]",
        ),
        of_run(
            "class-weights",
            "classWeights",
            Form::List,
            "How much the pictures of each class count in training (classifiers): numbers with commas, or index=number for some. [default: 1]",
        ),
        of_run(
            "huber-delta",
            "huberDelta",
            Form::Number,
            "The distance at which Huber's loss becomes a line. [default: 1]",
        ),
        of_run(
            "top-k",
            "topK",
            Form::Whole,
            "Count how often the label is among so many most probable classes. [default: 5 for more than 10 classes]",
        ),
    ];
    let mut flags = vec![word("optimizer", "optimizer", words("The optimizer", &optimizers))];
    flags.extend(of_choices("optimizer", &optimizers));
    flags.extend(of_fields("optimizer", "", &OptimizerConfig::common_fields()));
    flags.push(word("schedule", "schedule", words("How the learning rate changes", &schedules)));
    flags.extend(of_choices("schedule", &schedules));
    flags.extend(run);
    flags.push(Flag {
        name: "reduce-on-plateau".to_owned(),
        within: Some("reduceOnPlateau"),
        key: "",
        form: Form::Switch,
        help: "Lower the learning rate when the validation loss no longer falls.".to_owned(),
    });
    flags.extend(of_fields("reduceOnPlateau", "plateau-", &ReduceOnPlateau::fields()));
    flags.extend(of_fields(AUGMENTATION, "", &Augmentation::fields()));
    flags
}

/// The flags for the command line.
pub(crate) fn flags() -> Vec<Arg> {
    let arg = |flag: &'static Flag| {
        let arg = Arg::new(flag.name.as_str())
            .long(flag.name.as_str())
            .help(flag.help.as_str())
            .help_heading(match flag.within {
                Some(AUGMENTATION) => "Augmentation of training pictures",
                _ => "Learning",
            })
            .conflicts_with("resume");
        match flag.form {
            Form::Switch => arg.action(ArgAction::SetTrue),
            Form::Number | Form::Whole => arg.value_name("NUMBER").allow_negative_numbers(true),
            Form::Word => arg.value_name("WORD"),
            Form::List => arg.value_name("NUMBERS").allow_hyphen_values(true),
        }
    };
    FLAGS.iter().map(arg).collect()
}

/// What was typed, as it stands in a run's JSON.
pub(crate) fn given(matches: &ArgMatches) -> Result<Map<String, Value>> {
    let mut run = Map::new();
    for flag in FLAGS.iter() {
        let value = match flag.form {
            Form::Switch => matches.get_flag(&flag.name).then_some(Value::Bool(true)),
            _ => match matches.get_one::<String>(&flag.name) {
                Some(typed) => Some(value(flag, typed)?),
                None => None,
            },
        };
        let Some(value) = value else { continue };
        match flag.within {
            None => {
                run.insert(flag.key.to_owned(), value);
            }
            Some(within) => {
                let object = run.entry(within).or_insert_with(|| Value::Object(Map::new()));
                if let (Value::Object(object), false) = (object, flag.key.is_empty()) {
                    object.insert(flag.key.to_owned(), value);
                }
            }
        }
    }
    Ok(run)
}

/// Puts what was typed into the settings of a run: settings of an optimizer or a schedule to those that are
/// there, unless another one is named.
pub(crate) fn add(typed: Map<String, Value>, run: &mut Map<String, Value>) {
    for (key, value) in typed {
        match (run.get_mut(&key), value) {
            (Some(Value::Object(there)), Value::Object(more)) if !more.contains_key("type") => {
                there.extend(more);
            }
            (_, value) => {
                run.insert(key, value);
            }
        }
    }
    // A setting without the choice that it belongs to is one of the default choice.
    for (within, default) in [("optimizer", OptimizerKind::all()), ("schedule", Schedule::all())] {
        if let Some(Value::Object(object)) = run.get_mut(within) {
            object.entry("type").or_insert_with(|| default[0].0.into());
        }
    }
}

fn value(flag: &Flag, typed: &str) -> Result<Value> {
    let read = match flag.form {
        Form::Word => Some(typed.into()),
        Form::Whole => typed.parse::<u64>().ok().map(Value::from),
        Form::List => list(typed),
        _ => number(typed),
    };
    let Some(value) = read else {
        let what = match flag.form {
            Form::Whole => "a whole number",
            Form::List => "numbers with commas between them",
            _ => "a number",
        };
        bail!("--{} is {typed}, but must be {what}.", flag.name);
    };
    Ok(value)
}

/// JSON has neither infinity nor what is no number.
fn number(typed: &str) -> Option<Value> {
    typed.trim().parse().ok().and_then(serde_json::Number::from_f64).map(Value::from)
}

/// `1,2.5`, or `3=2,7=0.5` by index.
fn list(typed: &str) -> Option<Value> {
    if typed.contains('=') {
        let entry = |entry: &str| {
            let (index, value) = entry.split_once('=')?;
            Some((index.trim().to_owned(), number(value)?))
        };
        return typed
            .split(',')
            .map(entry)
            .collect::<Option<Map<String, Value>>>()
            .map(Value::from);
    }
    typed.split(',').map(number).collect::<Option<Vec<Value>>>().map(Value::from)
}
