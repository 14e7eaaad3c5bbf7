//! The table that Keras prints of a model: layers, output shapes, parameters. Text and numbers
//! from a valid model.

use std::fmt;

use serde::Serialize;

use super::validate::ValidModel;
use super::words::thousands;
use crate::nn::{Shape, fused_groups};

/// A model's table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The model's name.
    pub model: String,
    /// One row a layer.
    pub layers: Vec<SummaryRow>,
    /// All parameters.
    pub total: usize,
    /// Those that training changes.
    pub trainable: usize,
    /// Those that it does not: the moving statistics of batch normalisation.
    pub non_trainable: usize,
    /// Multiplications, each with an addition, that one picture takes from input to output.
    pub multiply_adds: u64,
    /// Values of the largest tensor that one picture makes on its way, the picture among them. What is computed
    /// with the layer after it, as a convolution with its pooling, never lies in memory.
    pub largest_map: usize,
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
    pub multiply_adds: u64,
}

impl Summary {
    /// The table of `model`.
    #[must_use]
    pub fn new(model: &ValidModel) -> Self {
        let (mut trainable, mut non_trainable) = (0, 0);
        let mut layers = Vec::with_capacity(model.layers.len());
        for (index, layer) in model.layers.iter().enumerate() {
            let (input, output) = (model.input_of(index), model.shapes[index]);
            let mut parameters = 0;
            for one in layer.parameters(input) {
                parameters += one.size();
                *(if one.trainable { &mut trainable } else { &mut non_trainable }) += one.size();
            }
            layers.push(SummaryRow {
                name: model.names[index].clone(),
                kind: layer.class(),
                output_shape: output_shape(output),
                parameters,
                multiply_adds: layer.multiply_adds(input, output),
            });
        }
        let multiply_adds = layers.iter().map(|row| row.multiply_adds).sum();
        let total = trainable + non_trainable;
        let groups = fused_groups(&model.layers, &model.inputs());
        let in_memory = groups.iter().map(|group| model.shapes[group.end - 1].size());
        let largest_map = in_memory.fold(model.input.size(), usize::max);
        let model = model.name.clone();
        Self { model, layers, total, trainable, non_trainable, multiply_adds, largest_map }
    }
}

fn output_shape(shape: Shape) -> Vec<Option<usize>> {
    match shape {
        Shape::Map { height, width, channels } => {
            vec![None, Some(height), Some(width), Some(channels)]
        }
        Shape::Flat(units) => vec![None, Some(units)],
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |row: &SummaryRow| format!("{} ({})", row.name, row.kind);
        let longest = self.layers.iter().map(|row| named(row).chars().count()).max();
        // As wide as Keras' tables, or wider for longer names.
        let names = longest.unwrap_or_default().max(40) + 2;
        let line = "-".repeat(names + 32);
        writeln!(f, "Model: {}\n{line}", self.model)?;
        writeln!(
            f,
            "{:<names$}{:<20}{:>12}\n{line}",
            "Layer (type)", "Output shape", "Parameters"
        )?;
        for row in &self.layers {
            let layer = named(row);
            let sizes: Vec<String> = row
                .output_shape
                .iter()
                .map(|size| size.map_or_else(|| "None".to_owned(), |n| n.to_string()))
                .collect();
            let shape = format!("({})", sizes.join(", "));
            writeln!(f, "{layer:<names$}{shape:<20}{:>12}", thousands(row.parameters as u64))?;
        }
        writeln!(f, "{line}\nTotal parameters: {}", thousands(self.total as u64))?;
        writeln!(f, "Trainable: {}", thousands(self.trainable as u64))?;
        write!(f, "Not trainable: {}", thousands(self.non_trainable as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::PictureShape;
    use crate::spec::ModelSpec;
    use crate::spec::builder::LayerSettings as _;
    use crate::spec::run::RunConfig;

    fn summary(model: &str) -> Summary {
        let config = RunConfig::named(model).expect("a preset");
        Summary::new(&config.model(PictureShape::CIFAR, 10).expect("builds"))
    }

    #[test]
    fn counts_are_those_of_keras() {
        for (model, total, non_trainable) in [
            ("cnn-max-2", 171_722, 0),
            ("cnn-avg-2", 171_722, 0),
            ("cnn-max-3", 77_578, 0),
            ("cnn-avg-3", 77_578, 0),
            ("cnn-max-4", 114_506, 0),
            ("cnn-avg-4", 114_506, 0),
            ("cae", 4_963, 0),
            ("cae-bn", 29_123, 192),
            ("cae-denoise", 4_963, 0),
            ("sae", 4_963, 0),
            ("cae-classifier", 11_098, 0),
        ] {
            let summary = summary(model);
            assert_eq!((summary.total, summary.non_trainable), (total, non_trainable), "{model:?}");
            assert_eq!(summary.trainable, total - non_trainable);
        }
        let encoder: usize = summary("cae").layers[..6].iter().map(|row| row.parameters).sum();
        assert_eq!(encoder, 2_192);
    }

    #[test]
    fn multiplications_are_those_counted_by_hand() {
        let of = |model: &str| {
            let summary = summary(model);
            let rows: Vec<u64> = summary.layers.iter().map(|row| row.multiply_adds).collect();
            assert_eq!(summary.multiply_adds, rows.iter().sum::<u64>());
            rows
        };
        // 30*30*9*3*32, 13*13*9*32*64, (6*6*64)*64, 64*64 and 64*10.
        let cnn = [777_600, 0, 3_115_008, 0, 0, 147_456, 4_096, 640];
        assert_eq!(of("cnn-max-2"), cnn);
        // 32*32*9*3*32; with stride 2, 16*16*9*32*32; 16*16*9*32*32; 32*32*9*32*32; 32*32*32*3.
        let bn = [884_736, 0, 2_359_296, 2_359_296, 0, 0, 9_437_184, 0, 98_304];
        assert_eq!(of("cae-bn"), bn);
        let json = serde_json::to_value(summary("cnn-max-2")).expect("serialises");
        assert_eq!(json["multiplyAdds"], 4_044_800);
        assert_eq!(json["layers"][0]["multiplyAdds"], 777_600);
    }

    #[test]
    fn what_is_fused_never_lies_in_memory() {
        // The first pooled map; the map after the first convolution, which batch normalisation needs.
        assert_eq!(summary("cnn-max-2").largest_map, 15 * 15 * 32);
        assert_eq!(summary("cae-bn").largest_map, 32 * 32 * 32);
        // The picture, where each layer makes less of it.
        let spec = ModelSpec::classify([48, 20, 3]);
        let spec = spec.layer(crate::nn::layers::GlobalAveragePooling2D {});
        let spec = spec.layer(crate::nn::layers::Dense::classes().softmax()).build();
        let spec = spec.expect("builds");
        let shape = PictureShape::new(48, 20, 3).expect("a shape");
        let model = RunConfig::new(spec).model(shape, 4).expect("fits");
        assert_eq!(Summary::new(&model).largest_map, 48 * 20 * 3);
    }

    #[test]
    fn prints_as_a_table() {
        let text = summary("cnn-max-3").to_string();
        assert!(text.contains(
            "max_pooling2d_2 (MaxPooling2D)            (None, 2, 2, 64)               0"
        ));
        assert!(text.ends_with("Total parameters: 77,578\nTrainable: 77,578\nNot trainable: 0"));
    }
}
