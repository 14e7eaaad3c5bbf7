//! Layers, shapes and numbers in the words of messages.

use serde_json::Value;

use crate::nn::{AnyLayer, Shape};

/// What reaches a layer.
pub(super) fn shape(shape: Shape) -> String {
    match shape {
        Shape::Map { height, width, channels } => {
            format!("a {height}x{width} map of {channels} channels")
        }
        Shape::Flat(units) => format!("a vector of {}", thousands(units as u64)),
    }
}

/// A layer by its name and those of its settings that decide which maps it takes, such as
/// `` `conv2d_3`, 3x3, valid ``; its class where the name does not tell it.
pub(super) fn layer(name: &str, layer: &AnyLayer) -> String {
    let settings = serde_json::to_value(layer).unwrap_or_default();
    let mut words = vec![format!("`{name}`")];
    if !name.starts_with(&layer.default_name()) {
        words.push(layer.class().to_owned());
    }
    for key in ["kernel_size", "pool_size"] {
        words.extend(settings.get(key).and_then(size));
    }
    if let Some(strides) = settings.get("strides").and_then(size).filter(|size| size != "1x1") {
        words.push(format!("strides {strides}"));
    }
    words.extend(settings.get("padding").and_then(Value::as_str).map(str::to_owned));
    words.join(", ")
}

/// `3` and `[3, 3]` as `3x3`.
fn size(setting: &Value) -> Option<String> {
    let (height, width) = match setting {
        Value::Array(sides) => (sides.first()?.as_u64()?, sides.get(1)?.as_u64()?),
        side => (side.as_u64()?, side.as_u64()?),
    };
    Some(format!("{height}x{width}"))
}

/// `1234567` as `1,234,567`.
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
