//! The table that Keras prints of a model: layers, output shapes, parameters. Text and numbers
//! from an architecture; no tensors.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::architecture::{Architecture, Layer, PoolKind, Shape};

/// A model's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The model's name.
    pub model: &'static str,
    /// One row a layer.
    pub layers: Vec<SummaryRow>,
    /// All parameters.
    pub total: usize,
    /// Those that training changes.
    pub trainable: usize,
    /// Those that it does not: the moving statistics of batch normalisation.
    pub non_trainable: usize,
    /// Multiplications, each with an addition, that one picture takes from input to output.
    pub multiply_adds: usize,
}

/// A layer's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryRow {
    /// Keras' default name, such as `conv2d_1`.
    pub name: String,
    /// Keras' class, such as `Conv2D`.
    pub kind: &'static str,
    /// Batch (`None`, any), then height, width, channels or units.
    pub output_shape: Vec<Option<usize>>,
    /// Parameters, trainable or not.
    pub parameters: usize,
    /// Multiplications, each with an addition, by the layer's kernel for one picture; 0 for layers
    /// without one.
    pub multiply_adds: usize,
}

impl Summary {
    /// The table of `architecture`.
    #[must_use]
    pub fn new(architecture: &Architecture) -> Self {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let (mut total, mut non_trainable) = (0, 0);
        let mut layers = Vec::with_capacity(architecture.layers.len());
        for (index, layer) in architecture.layers.iter().enumerate() {
            let (kind, name) = keras_names(*layer);
            let used = seen.entry(name).or_default();
            let name = if *used == 0 { name.to_owned() } else { format!("{name}_{used}") };
            *used += 1;
            let (trainable, fixed) = parameters(*layer, architecture.input_of(index));
            total += trainable + fixed;
            non_trainable += fixed;
            layers.push(SummaryRow {
                name,
                kind,
                output_shape: output_shape(architecture.shapes[index]),
                parameters: trainable + fixed,
                multiply_adds: multiply_adds(
                    *layer,
                    architecture.input_of(index),
                    architecture.shapes[index],
                ),
            });
        }
        let model = architecture.model.name();
        let multiply_adds = layers.iter().map(|row| row.multiply_adds).sum();
        let trainable = total - non_trainable;
        Self { model, layers, total, trainable, non_trainable, multiply_adds }
    }
}

fn keras_names(layer: Layer) -> (&'static str, &'static str) {
    match layer {
        Layer::Conv { .. } => ("Conv2D", "conv2d"),
        Layer::BatchNorm => ("BatchNormalization", "batch_normalization"),
        Layer::Pool(PoolKind::Max) => ("MaxPooling2D", "max_pooling2d"),
        Layer::Pool(PoolKind::Average) => ("AveragePooling2D", "average_pooling2d"),
        Layer::UpSample => ("UpSampling2D", "up_sampling2d"),
        Layer::Flatten => ("Flatten", "flatten"),
        Layer::Dense { .. } => ("Dense", "dense"),
    }
}

fn output_shape(shape: Shape) -> Vec<Option<usize>> {
    match shape {
        Shape::Map { side, channels } => vec![None, Some(side), Some(side), Some(channels)],
        Shape::Flat(units) => vec![None, Some(units)],
    }
}

/// Trainable and fixed parameters of a layer that receives `input`.
fn parameters(layer: Layer, input: Shape) -> (usize, usize) {
    let width = match input {
        Shape::Map { channels, .. } => channels,
        Shape::Flat(units) => units,
    };
    match layer {
        Layer::Conv { filters, kernel, .. } => ((kernel * kernel * width + 1) * filters, 0),
        Layer::BatchNorm => (2 * width, 2 * width),
        Layer::Dense { units, .. } => ((width + 1) * units, 0),
        Layer::Pool(_) | Layer::UpSample | Layer::Flatten => (0, 0),
    }
}

/// Multiplications of a kernel for one picture, from `input` to `output`.
fn multiply_adds(layer: Layer, input: Shape, output: Shape) -> usize {
    match (layer, input, output) {
        (
            Layer::Conv { kernel, .. },
            Shape::Map { channels, .. },
            Shape::Map { side, channels: filters },
        ) => side * side * kernel * kernel * channels * filters,
        (Layer::Dense { .. }, Shape::Flat(inputs), Shape::Flat(units)) => inputs * units,
        _ => 0,
    }
}

/// `1234567` as `1,234,567`.
fn thousands(n: usize) -> String {
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

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "-".repeat(74);
        writeln!(f, "Model: {}\n{line}", self.model)?;
        writeln!(f, "{:<42}{:<20}{:>12}\n{line}", "Layer (type)", "Output shape", "Parameters")?;
        for row in &self.layers {
            let layer = format!("{} ({})", row.name, row.kind);
            let sizes: Vec<String> = row
                .output_shape
                .iter()
                .map(|size| size.map_or_else(|| "None".to_owned(), |n| n.to_string()))
                .collect();
            let shape = format!("({})", sizes.join(", "));
            writeln!(f, "{layer:<42}{shape:<20}{:>12}", thousands(row.parameters))?;
        }
        writeln!(f, "{line}\nTotal parameters: {}", thousands(self.total))?;
        writeln!(f, "Trainable: {}", thousands(self.trainable))?;
        write!(f, "Not trainable: {}", thousands(self.non_trainable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::config::{Model, RunConfig};

    fn summary(model: Model) -> Summary {
        Summary::new(&Architecture::new(&RunConfig::new(model)).expect("builds"))
    }

    #[test]
    fn counts_are_those_of_keras() {
        for (model, total, non_trainable) in [
            (Model::CnnMax2, 171_722, 0),
            (Model::CnnAvg2, 171_722, 0),
            (Model::CnnMax3, 77_578, 0),
            (Model::CnnAvg3, 77_578, 0),
            (Model::CnnMax4, 114_506, 0),
            (Model::CnnAvg4, 114_506, 0),
            (Model::Cae, 4_963, 0),
            (Model::CaeBn, 29_123, 192),
            (Model::CaeDenoise, 4_963, 0),
            (Model::Sae, 4_963, 0),
            (Model::CaeClassifier, 11_098, 0),
        ] {
            let summary = summary(model);
            assert_eq!((summary.total, summary.non_trainable), (total, non_trainable), "{model:?}");
            assert_eq!(summary.trainable, total - non_trainable);
        }
        let encoder: usize = summary(Model::Cae).layers[..6].iter().map(|row| row.parameters).sum();
        assert_eq!(encoder, 2_192);
    }

    #[test]
    fn multiplications_are_those_counted_by_hand() {
        let of = |model| {
            let summary = summary(model);
            let rows: Vec<usize> = summary.layers.iter().map(|row| row.multiply_adds).collect();
            assert_eq!(summary.multiply_adds, rows.iter().sum::<usize>());
            rows
        };
        // 30*30*9*3*32, 13*13*9*32*64, (6*6*64)*64, 64*64 and 64*10.
        let cnn = [777_600, 0, 3_115_008, 0, 0, 147_456, 4_096, 640];
        assert_eq!(of(Model::CnnMax2), cnn);
        // 32*32*9*3*32; with stride 2, 16*16*9*32*32; 16*16*9*32*32; 32*32*9*32*32; 32*32*32*3.
        let bn = [884_736, 0, 2_359_296, 2_359_296, 0, 0, 9_437_184, 0, 98_304];
        assert_eq!(of(Model::CaeBn), bn);
        let json = serde_json::to_value(summary(Model::CnnMax2)).expect("serialises");
        assert_eq!(json["multiplyAdds"], 4_044_800);
        assert_eq!(json["layers"][0]["multiplyAdds"], 777_600);
    }

    #[test]
    fn prints_as_a_table() {
        let text = summary(Model::CnnMax3).to_string();
        assert!(text.contains(
            "max_pooling2d_2 (MaxPooling2D)            (None, 2, 2, 64)               0"
        ));
        assert!(text.ends_with("Total parameters: 77,578\nTrainable: 77,578\nNot trainable: 0"));
    }
}
