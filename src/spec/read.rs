//! Reads models and settings from JSON, and says of what is wrong where it stands (`layers[3].units`), what
//! is there and what would be right.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::model::{LayerSpec, ModelSpec, StageSpec, Task};
use super::validate::ModelError;
use crate::nn::AnyLayer;

/// Longer values are cut in messages.
const SHORT: usize = 40;
/// How alike two words are, from 0 to 1, of which one may be meant by the other.
const ALIKE: f64 = 0.5;

/// How serde's own messages begin.
const SERDES: [&str; 4] =
    ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];

/// What is wrong with a value, as a sentence without its full stop.
type Wrong = String;

/// `text` as JSON, which is no longer checked to be a model.
pub(super) fn json(text: &str) -> Result<Value, ModelError> {
    serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))
}

/// The model that `value` is.
pub(super) fn model(value: &Value) -> Result<ModelSpec, ModelError> {
    parts(value).map_err(unreadable)
}

fn unreadable(reason: String) -> ModelError {
    ModelError::Unreadable { reason }
}

/// A model's keys, with what stands below them still unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    title: Option<String>,
    input: [usize; 3],
    layers: Vec<Value>,
    task: Value,
    #[serde(default)]
    stages: Vec<Value>,
}

fn parts(value: &Value) -> Result<ModelSpec, Wrong> {
    let Parts { name, title, input, layers, task, stages } = typed(object(value, "It")?, "")?;
    let read_layers = layers.iter().enumerate().map(|(at, one)| layer(one, &place("layers", at)));
    Ok(ModelSpec {
        name,
        title,
        input,
        layers: read_layers.collect::<Result<_, _>>()?,
        task: one_of::<Task>(&task, "task", &["classify", "reconstruct"])?,
        stages: (stages.iter().enumerate())
            .map(|(at, one)| {
                let place = place("stages", at);
                typed::<StageSpec>(object(one, &format!("`{place}`"))?, &place)
            })
            .collect::<Result<_, _>>()?,
    })
}

/// Refuses what is no object: a list would be read by the order of its values.
fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Value, Wrong> {
    if value.is_object() {
        return Ok(value);
    }
    Err(format!("{place} is {}, but must be an object", short(value)))
}

fn place(list: &str, at: usize) -> String {
    format!("{list}[{at}]")
}

/// A layer and the layers in it, if it has some.
fn layer(value: &Value, path: &str) -> Result<LayerSpec, Wrong> {
    let inner = value.get("layers").and_then(Value::as_array);
    for (at, one) in inner.into_iter().flatten().enumerate() {
        layer(one, &format!("{path}.{}", place("layers", at)))?;
    }
    one_of(value, path, &AnyLayer::CLASSES)
}

/// What `value` is, whose `type` is one of `types`.
fn one_of<T: DeserializeOwned>(value: &Value, path: &str, types: &[&str]) -> Result<T, Wrong> {
    let Value::Object(object) = value else {
        return Err(format!("`{path}` is {}, but must be an object with a `type`", short(value)));
    };
    match object.get("type") {
        Some(Value::String(name)) if types.contains(&name.as_str()) => typed(value, path),
        Some(Value::String(name)) => Err(format!(
            "`{path}.type` is \"{}\", which there is not.{} Use one of: {}",
            cut(name),
            meant(name, types),
            types.join(", ")
        )),
        Some(other) => Err(format!(
            "`{path}.type` is {}, but must be one of: {}",
            short(other),
            types.join(", ")
        )),
        None => Err(format!("`{path}` has no `type`. Give it one of: {}", types.join(", "))),
    }
}

/// What `value` is. Where it is not, the key of the object that is to blame stands in the message.
pub(super) fn typed<T: DeserializeOwned>(value: &Value, path: &str) -> Result<T, Wrong> {
    let error = match T::deserialize(value) {
        Ok(read) => return Ok(read),
        Err(error) => error.to_string(),
    };
    let Value::Object(object) = value else {
        return Err(explained(&error, value, path, &[]));
    };
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if let Some(key) = named(&error, "unknown field `") {
        let known = quoted(error.split_once("expected ").map_or("", |(_, known)| known));
        let instead = match known.as_slice() {
            [] => "It has no settings".to_owned(),
            known => format!("Use {}", known.join(", ")),
        };
        let meant = meant(key, &known);
        return Err(format!("`{}` is no setting of it.{meant} {instead}", below(&cut(key))));
    }
    if let Some(key) = named(&error, "missing field `") {
        let whose = if path.is_empty() { "It".to_owned() } else { format!("`{path}`") };
        return Err(format!("{whose} has no `{key}`, which it needs"));
    }
    match culprit::<T>(object, &error) {
        Some(key) => Err(explained(&error, &object[key], &below(key), &quoted(&error))),
        None => Err(explained(&error, value, path, &[])),
    }
}

/// The key that `error` is about: taken out, with those before it, there is another error, or none. A
/// `type` is known to be good before the rest is read.
fn culprit<'a, T: DeserializeOwned>(
    object: &'a Map<String, Value>,
    error: &str,
) -> Option<&'a str> {
    let mut left = object.clone();
    object.keys().map(String::as_str).filter(|key| *key != "type").find(|key| {
        left.remove(*key);
        T::deserialize(&Value::Object(left.clone())).err().is_none_or(|e| e.to_string() != error)
    })
}

/// The sentence for an error about the `value` at `path`, which may be one of `choices`.
fn explained(error: &str, value: &Value, path: &str, choices: &[&str]) -> Wrong {
    if let Value::Array(all) = value
        && error.starts_with("invalid type: ") | error.starts_with("invalid value: ")
        && let Some(at) = all.iter().position(|one| error.contains(&one.to_string()))
    {
        return explained(error, &all[at], &place(path, at), choices);
    }
    // What a setting says of what stands in it says where.
    if error.contains(", expected ") && !SERDES.iter().any(|begin| error.starts_with(begin)) {
        return error.to_owned();
    }
    let place = if path.is_empty() { "It".to_owned() } else { format!("`{path}`") };
    let found = short(value);
    if let Some(given) = named(error, "unknown variant `") {
        let choices: Vec<&str> = choices.iter().copied().filter(|one| *one != given).collect();
        return format!(
            "{place} is {found}.{} Use {}",
            meant(given, &choices),
            choices.join(" or ")
        );
    }
    let expected = match error.rsplit_once("expected ") {
        Some((_, expected)) => expected,
        // Of a value that may be one of several things, its type says what.
        None if !error.contains("did not match any variant") => error,
        None => return format!("{place} is {found}, which it cannot be"),
    };
    let expected = match expected {
        "usize" | "u8" | "u32" | "u64" => "a whole number of 0 or more",
        "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "a list",
        "a map" | "map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other => other,
    };
    format!("{place} is {found}, but must be {expected}")
}

/// The word in a message of serde's that `begin` comes before.
fn named<'a>(error: &'a str, begin: &str) -> Option<&'a str> {
    Some(error.strip_prefix(begin)?.split_once('`')?.0)
}

/// All words between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Asks whether the most alike of `words` was meant, where one is.
pub(super) fn meant(given: &str, words: &[&str]) -> String {
    let given: String = given.chars().take(SHORT).flat_map(char::to_lowercase).collect();
    let likeness =
        |word: &&&str| strsim::normalized_damerau_levenshtein(&given, &word.to_lowercase());
    let nearest = words.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest {
        Some(word) if likeness(&word) >= ALIKE => format!(" Do you mean `{word}`?"),
        _ => String::new(),
    }
}

/// A value in a message.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("\"{}\"", cut(text)),
        other => other.to_string(),
    }
}

/// A text as part of a sentence: not too long, and on one line.
fn cut(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut cut: String = letters.take(SHORT).collect();
    if text.chars().nth(SHORT).is_some() {
        cut.push('…');
    }
    cut
}
