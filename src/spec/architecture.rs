//! The models as lists of layers. Shapes and names only: no weights, no tensors.

use std::ops::Range;

use crate::data::pictures::{CHANNELS, SIDE};
use crate::spec::config::{ConfigError, Kind, Model, Padding, RunConfig};

/// One layer, by its settings. Activations belong to the layer, as in Keras; the last layer of a
/// model has none here, because losses work on its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Convolution, square kernel, with bias.
    Conv {
        /// Output channels.
        filters: usize,
        /// Side of the kernel.
        kernel: usize,
        /// Step of the kernel, in both directions.
        stride: usize,
        /// Border.
        padding: Padding,
        /// Whether a relu follows.
        relu: bool,
    },
    /// Batch normalisation over all but channels.
    BatchNorm,
    /// 2x2 pooling with stride 2; an odd last row or column is dropped.
    Pool(PoolKind),
    /// Each value becomes a 2x2 block.
    UpSample,
    /// Map to vector, in the order y, x, channel.
    Flatten,
    /// Fully connected, with bias.
    Dense {
        /// Outputs.
        units: usize,
        /// Whether a relu follows.
        relu: bool,
    },
}

/// What a 2x2 window becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolKind {
    /// Its largest value.
    Max,
    /// Its mean.
    Average,
}

/// Size of what flows between two layers, for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Height and width (always equal here), and channels.
    Map {
        /// Height and width.
        side: usize,
        /// Channels.
        channels: usize,
    },
    /// A vector.
    Flat(usize),
}

/// One stage of a stacked autoencoder: the layers of its encoder and of its decoder, as places
/// in the joined network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Layers from the previous code to this stage's code.
    pub encoder: Range<usize>,
    /// Layers from this stage's code back to the previous one.
    pub decoder: Range<usize>,
}

/// A model that can be built: its layers, and the stages if it is stacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Architecture {
    /// The model's name.
    pub model: Model,
    /// All layers, first to last.
    pub layers: Vec<Layer>,
    /// The shape after each layer, one entry per layer.
    pub shapes: Vec<Shape>,
    /// Stages trained before the whole, outermost first; empty but for `sae`.
    pub stages: Vec<Stage>,
    /// Layers of an autoencoder's encoder, the first of the list: the last of them gives the code.
    /// `None` for classifiers.
    pub code: Option<usize>,
}

/// The shape of a picture.
pub(super) const INPUT: Shape = Shape::Map { side: SIDE, channels: CHANNELS };

/// Classes of CIFAR-10, and of every data set that a classifier here is trained on.
pub const CLASSES: usize = 10;

const fn conv(filters: usize, padding: Padding, relu: bool) -> Layer {
    Layer::Conv { filters, kernel: 3, stride: 1, padding, relu }
}

const fn same(filters: usize) -> Layer {
    conv(filters, Padding::Same, true)
}

/// Blocks of convolution and pooling, then two dense layers and one sum per class.
fn classifier(filters: &[usize], pool: PoolKind, padding: Padding) -> Vec<Layer> {
    let mut layers = Vec::new();
    for &filters in filters {
        layers.extend([conv(filters, padding, true), Layer::Pool(pool)]);
    }
    layers.extend([
        Layer::Flatten,
        Layer::Dense { units: 64, relu: true },
        Layer::Dense { units: 64, relu: true },
        Layer::Dense { units: CLASSES, relu: false },
    ]);
    layers
}

/// Encoder to a 4x4x8 code.
fn encoder() -> Vec<Layer> {
    [16, 8, 8].into_iter().flat_map(|filters| [same(filters), Layer::Pool(PoolKind::Max)]).collect()
}

/// The encoder, and one hidden layer that tells its codes apart.
fn encoder_classifier() -> Vec<Layer> {
    let mut layers = encoder();
    layers.extend([
        Layer::Flatten,
        Layer::Dense { units: 64, relu: true },
        Layer::Dense { units: CLASSES, relu: false },
    ]);
    layers
}

/// The encoder, and the decoder back.
fn autoencoder() -> Vec<Layer> {
    let mut layers = encoder();
    for filters in [8, 8, 16] {
        layers.extend([same(filters), Layer::UpSample]);
    }
    layers.push(conv(CHANNELS, Padding::Same, false));
    layers
}

/// A strided encoder with normalised layers, and the decoder back.
fn normalised_autoencoder() -> Vec<Layer> {
    vec![
        same(32),
        Layer::BatchNorm,
        Layer::Conv { filters: 32, kernel: 3, stride: 2, padding: Padding::Same, relu: true },
        same(32),
        Layer::BatchNorm,
        Layer::UpSample,
        same(32),
        Layer::BatchNorm,
        Layer::Conv {
            filters: CHANNELS,
            kernel: 1,
            stride: 1,
            padding: Padding::Valid,
            relu: false,
        },
    ]
}

/// The layers of `autoencoder` told apart into three small autoencoders. Each decoder starts
/// with the upsampling that undoes its own pooling, so that its output has the shape of its
/// encoder's input; the innermost one also has the convolution at the code.
fn stages() -> Vec<Stage> {
    [(0..2, 11..13), (2..4, 9..11), (4..6, 6..9)]
        .map(|(encoder, decoder)| Stage { encoder, decoder })
        .to_vec()
}

impl Architecture {
    /// The layers of the configured model.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings do not fit the model or a map becomes too small for
    /// its convolution.
    pub fn new(config: &RunConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let padding = config.padding.unwrap_or(Padding::Same);
        let cnn = |filters: &[usize], pool| classifier(filters, pool, padding);
        let layers = match config.model {
            Model::CnnMax2 => cnn(&[32, 64], PoolKind::Max),
            Model::CnnAvg2 => cnn(&[32, 64], PoolKind::Average),
            Model::CnnMax3 => cnn(&[32, 64, 64], PoolKind::Max),
            Model::CnnAvg3 => cnn(&[32, 64, 64], PoolKind::Average),
            Model::CnnMax4 => cnn(&[32, 64, 64, 64], PoolKind::Max),
            Model::CnnAvg4 => cnn(&[32, 64, 64, 64], PoolKind::Average),
            Model::Cae | Model::CaeDenoise | Model::Sae => autoencoder(),
            Model::CaeBn => normalised_autoencoder(),
            Model::CaeClassifier => encoder_classifier(),
        };
        let code = match config.model {
            Model::Cae | Model::CaeDenoise | Model::Sae => Some(6),
            // After the second normalisation.
            Model::CaeBn => Some(5),
            _ => None,
        };
        let stages = if config.model == Model::Sae { stages() } else { Vec::new() };
        let shapes = shapes(config.model, &layers)?;
        Ok(Self { model: config.model, layers, shapes, stages, code })
    }

    /// Whether it classifies or reconstructs.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.model.kind()
    }

    /// The shape that reaches layer `index`.
    #[must_use]
    pub fn input_of(&self, index: usize) -> Shape {
        match index.checked_sub(1) {
            Some(before) => self.shapes[before],
            None => INPUT,
        }
    }
}

/// The shape after each layer.
fn shapes(model: Model, layers: &[Layer]) -> Result<Vec<Shape>, ConfigError> {
    let mut shape = INPUT;
    let (mut convolutions, mut pools) = (0, 0);
    let mut shapes = Vec::with_capacity(layers.len());
    for layer in layers {
        shape = match (*layer, shape) {
            (Layer::Conv { filters, kernel, stride, padding, .. }, Shape::Map { side, .. }) => {
                convolutions += 1;
                let side = match padding {
                    Padding::Same => side.div_ceil(stride),
                    Padding::Valid if side < kernel => {
                        return Err(ConfigError::MapTooSmall {
                            model: model.name(),
                            convolution: convolutions,
                            pools,
                            side,
                        });
                    }
                    Padding::Valid => (side - kernel) / stride + 1,
                };
                Shape::Map { side, channels: filters }
            }
            (Layer::Pool(_), Shape::Map { side, channels }) => {
                pools += 1;
                Shape::Map { side: side / 2, channels }
            }
            (Layer::UpSample, Shape::Map { side, channels }) => {
                Shape::Map { side: side * 2, channels }
            }
            (Layer::Flatten, Shape::Map { side, channels }) => Shape::Flat(side * side * channels),
            (Layer::Dense { units, .. }, Shape::Flat(_)) => Shape::Flat(units),
            (Layer::BatchNorm, shape) => shape,
            (layer, shape) => unreachable!("{layer:?} after {shape:?} in a model of ours"),
        };
        shapes.push(shape);
    }
    Ok(shapes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_valid_blocks_are_refused_with_the_reason() {
        let mut config = RunConfig::new(Model::CnnMax4);
        config.padding = Some(Padding::Valid);
        let error = Architecture::new(&config).expect_err("cannot be built").to_string();
        assert_eq!(
            error,
            "Convolution 4 of cnn-max-4 cannot be built: after 3 pooling layers the map is 2x2, \
             and a 3x3 convolution with `valid` padding needs at least 3x3. \
             Use `same` padding, or fewer blocks."
        );
    }

    #[test]
    fn autoencoders_end_in_the_shape_they_start_from() {
        for model in [Model::Cae, Model::CaeBn, Model::CaeDenoise, Model::Sae] {
            let architecture = Architecture::new(&RunConfig::new(model)).expect("builds");
            assert_eq!(architecture.shapes.last(), Some(&INPUT), "{model:?}");
        }
    }

    #[test]
    fn codes_have_the_sizes_that_are_promised() {
        let code = |model| {
            let of = Architecture::new(&RunConfig::new(model)).expect("builds");
            of.code.map(|layers| of.shapes[layers - 1])
        };
        for model in [Model::Cae, Model::CaeDenoise, Model::Sae] {
            assert_eq!(code(model), Some(Shape::Map { side: 4, channels: 8 }), "{model:?}");
        }
        assert_eq!(code(Model::CaeBn), Some(Shape::Map { side: 16, channels: 32 }));
        assert_eq!(code(Model::CnnMax2), None);
        assert_eq!(code(Model::CaeClassifier), None);
    }

    #[test]
    fn each_stage_gives_back_the_shape_of_the_code_before_it() {
        let sae = Architecture::new(&RunConfig::new(Model::Sae)).expect("builds");
        let mut next = 0;
        for stage in &sae.stages {
            assert_eq!(stage.encoder.start, next);
            next = stage.encoder.end;
            assert_eq!(sae.shapes[stage.decoder.end - 1], sae.input_of(stage.encoder.start));
            assert_eq!(sae.shapes[stage.encoder.end - 1], sae.input_of(stage.decoder.start));
        }
        assert_eq!(sae.stages.last().map(|stage| stage.decoder.start), Some(next));
    }
}
