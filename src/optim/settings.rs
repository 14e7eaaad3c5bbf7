//! Settings as data: structs whose fields have a default, a range and a sentence, declared once. From that
//! JSON is read and written (defaults are not), ranges are checked, and the terminal makes its flags.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` of the {of} is {value}, but must be {range}.")]
pub struct OutOfRange {
    /// What it is a setting of, such as `optimizer`.
    pub of: &'static str,
    /// Its name.
    pub field: &'static str,
    /// What was given.
    pub value: String,
    /// What is allowed.
    pub range: &'static str,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The smallest number.
    pub least: f64,
    /// The largest one.
    pub most: f64,
    /// The same in words.
    pub words: &'static str,
}

impl Range {
    /// From `least` to `most`.
    #[must_use]
    pub const fn new(least: f64, most: f64, words: &'static str) -> Self {
        Self { least, most, words }
    }

    /// A switch, which is one of two.
    pub const SWITCH: Self = Self::new(0.0, 1.0, "true or false");
    /// A share of something.
    pub const SHARE: Self = Self::new(0.0, 1.0, "0 to 1");
    /// A share that leaves something: 1 in 32 bits begins half a unit below it.
    pub const LESS_THAN_ONE: Self = Self::new(0.0, 0.999_999, "0 to 0.999999");
    /// What is divided by: in 32 bits neither 0 nor infinite.
    pub const POSITIVE: Self = Self::new(1e-37, 1e38, "a number from 1e-37 to 1e38");
    /// The same, or nothing.
    pub const NOT_NEGATIVE: Self = Self::new(0.0, 1e38, "a number from 0 to 1e38");
    /// A count of steps or epochs.
    pub const COUNT: Self = Self::new(1.0, 4e9, "a whole number from 1 to 4000000000");
    /// The same, or none.
    pub const COUNT_OR_NONE: Self = Self::new(0.0, 4e9, "a whole number from 0 to 4000000000");

    fn contains(&self, number: f64) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

/// How a setting is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// True or false.
    Switch,
    /// Numbers.
    List,
    /// One of some words.
    Word,
}

/// A setting, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    /// One sentence about it.
    pub about: &'static str,
    /// How it is written.
    pub form: Form,
    /// Its default as JSON.
    pub default: Value,
    /// What it may be.
    pub range: Range,
}

/// One of several: its name, one sentence about it, and its settings.
pub type Choice = (&'static str, &'static str, Vec<Field>);

/// What a setting can be made of.
pub trait SettingValue: Serialize + DeserializeOwned + PartialEq {
    /// How it is written.
    const FORM: Form;

    /// The numbers in it; none where it is left out.
    fn numbers(&self) -> Vec<f64>;
}

impl SettingValue for f64 {
    const FORM: Form = Form::Number;

    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl SettingValue for u32 {
    const FORM: Form = Form::Whole;

    fn numbers(&self) -> Vec<f64> {
        vec![f64::from(*self)]
    }
}

impl SettingValue for bool {
    const FORM: Form = Form::Switch;

    fn numbers(&self) -> Vec<f64> {
        Vec::new()
    }
}

impl SettingValue for Vec<f64> {
    const FORM: Form = Form::List;

    fn numbers(&self) -> Vec<f64> {
        self.clone()
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    const FORM: Form = T::FORM;

    fn numbers(&self) -> Vec<f64> {
        self.as_ref().map_or_else(Vec::new, T::numbers)
    }
}

/// Whether a setting is in its range.
///
/// # Errors
/// [`OutOfRange`] where it is not.
pub fn check<V: SettingValue>(
    of: &'static str,
    field: &'static str,
    value: &V,
    range: Range,
) -> Result<(), OutOfRange> {
    match value.numbers().into_iter().find(|number| !range.contains(*number)) {
        Some(number) => {
            Err(OutOfRange { of, field, value: number.to_string(), range: range.words })
        }
        None => Ok(()),
    }
}

/// A struct of settings.
pub trait Settings: Default + Sized {
    /// Its fields.
    fn fields() -> Vec<Field>;

    /// Reads those that `map` has, and takes them out of it. `what` is what they are settings of.
    ///
    /// # Errors
    /// A sentence without its full stop, where one cannot be read.
    fn take(what: &str, map: &mut Map<String, Value>) -> Result<Self, String>;

    /// Those that are not the defaults.
    fn changed(&self) -> Map<String, Value>;

    /// Whether all are in their ranges.
    ///
    /// # Errors
    /// [`OutOfRange`] for the first that is not.
    fn check(&self, of: &'static str) -> Result<(), OutOfRange>;
}

/// Reads a struct of settings, all of which it has to know.
///
/// # Errors
/// A sentence without its full stop.
pub fn read<S: Settings>(what: &str, value: Value) -> Result<S, String> {
    let Value::Object(mut map) = value else {
        return Err(format!("{what} is {value}, but must be an object"));
    };
    let found = S::take(what, &mut map)?;
    refuse_unknown(what, &map, &S::fields())?;
    Ok(found)
}

/// An error where something is left in `map` once all settings were taken out of it.
///
/// # Errors
/// A sentence without its full stop.
pub fn refuse_unknown(what: &str, map: &Map<String, Value>, known: &[Field]) -> Result<(), String> {
    let Some(name) = map.keys().next() else { return Ok(()) };
    let names: Vec<String> = known.iter().map(|field| format!("`{}`", field.name)).collect();
    let has = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Err(format!("{what} has no setting `{name}`; its settings are {has}"))
}

/// Numbers by their bits: JSON has no infinity, and reading it may round.
pub(crate) mod exact {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(value.to_bits())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        u64::deserialize(from).map(f64::from_bits)
    }
}

/// Declares a struct of settings.
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr, $range:expr;)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default),* }
            }
        }

        // Some have no settings.
        #[allow(unused_imports, unused_variables, unused_mut)]
        impl $crate::optim::settings::Settings for $name {
            fn fields() -> Vec<$crate::optim::settings::Field> {
                use $crate::optim::settings::{Field, SettingValue};
                let default = Self::default();
                vec![$(Field {
                    name: stringify!($field),
                    about: concat!($($doc),+).trim_ascii(),
                    form: <$type as SettingValue>::FORM,
                    default: serde_json::to_value(&default.$field).unwrap_or_default(),
                    range: $range,
                }),*]
            }

            fn take(
                what: &str,
                map: &mut serde_json::Map<String, serde_json::Value>,
            ) -> Result<Self, String> {
                let mut found = Self::default();
                $(if let Some(value) = map.remove(stringify!($field)) {
                    let error = |error| format!("`{}` of {what}: {error}", stringify!($field));
                    found.$field = serde_json::from_value(value).map_err(error)?;
                })*
                Ok(found)
            }

            fn changed(&self) -> serde_json::Map<String, serde_json::Value> {
                let default = Self::default();
                let mut map = serde_json::Map::new();
                $(if self.$field != default.$field {
                    let value = serde_json::to_value(&self.$field).unwrap_or_default();
                    map.insert(stringify!($field).to_owned(), value);
                })*
                map
            }

            fn check(
                &self,
                of: &'static str,
            ) -> Result<(), $crate::optim::settings::OutOfRange> {
                $($crate::optim::settings::check(of, stringify!($field), &self.$field, $range)?;)*
                Ok(())
            }
        }
    };
}

/// Declares a choice between structs of settings: in JSON an object whose `type` names one, or the name
/// alone.
macro_rules! choices {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident: $of:literal {
            $($(#[doc = $doc:literal])+ $variant:ident($settings:ty) = $json:literal;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant($settings)),+
        }

        impl $name {
            /// The name of each, one sentence about it and its settings.
            #[must_use]
            pub fn all() -> Vec<$crate::optim::settings::Choice> {
                use $crate::optim::settings::Settings;
                vec![$(($json, concat!($($doc),+).trim_ascii(), <$settings>::fields())),+]
            }

            /// Its name.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $json),+
                }
            }

            /// Whether all settings are in their ranges.
            ///
            /// # Errors
            /// [`OutOfRange`](crate::optim::settings::OutOfRange) for the first that is not.
            pub fn check(&self) -> Result<(), $crate::optim::settings::OutOfRange> {
                match self {
                    $(Self::$variant(settings) => {
                        $crate::optim::settings::Settings::check(settings, $of)
                    })+
                }
            }

            /// Reads an object with `type`, or a name.
            ///
            /// # Errors
            /// A sentence without its full stop.
            pub fn read(value: serde_json::Value) -> Result<Self, String> {
                use serde_json::Value;
                let mut map = match value {
                    Value::String(name) => [("type".to_owned(), Value::String(name))].into_iter().collect(),
                    Value::Object(map) => map,
                    other => return Err(format!(
                        concat!("the ", $of, " is {}, but must be a name or an object with a `type`"),
                        other
                    )),
                };
                let names = [$($json),+].join(", ");
                let name = match map.remove("type") {
                    Some(Value::String(name)) => name,
                    _ => return Err(format!(
                        concat!("the ", $of, " has no `type`; use one of {}"), names
                    )),
                };
                match name.as_str() {
                    $($json => {
                        let what = concat!("the ", $of, " ", $json);
                        let value = Value::Object(map);
                        Ok(Self::$variant($crate::optim::settings::read(what, value)?))
                    })+
                    other => Err(format!(
                        concat!("there is no ", $of, " `{}`; use one of {}"), other, names
                    )),
                }
            }

            /// As an object with `type`.
            #[must_use]
            pub fn write(&self) -> serde_json::Map<String, serde_json::Value> {
                let mut map = match self {
                    $(Self::$variant(settings) => {
                        $crate::optim::settings::Settings::changed(settings)
                    })+
                };
                map.insert("type".to_owned(), self.name().into());
                map
            }
        }
    };
}

/// Implements serde's traits for something that is read from and written as a JSON value.
macro_rules! as_json {
    ($name:ty, $read:expr, $write:expr) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = <serde_json::Value as serde::Deserialize>::deserialize(from)?;
                $read(value).map_err(<D::Error as serde::de::Error>::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&$write(self), to)
            }
        }
    };
}

pub(crate) use {as_json, choices, settings};
