//! Whether a model can be built and trained: the one place that says so. What passes is a
//! [`ValidModel`], which everything after it takes as it is.

use std::collections::HashMap;
use std::ops::Range;

use super::model::{ModelSpec, StageSpec, Task};
use crate::data::pictures::{CHANNELS, SIDE};
use crate::nn::{ActivationFunction, AnyLayer, LayerSetting, Shape, ShapeError};

/// Layers that a model may have; also, what fits into a stream of random numbers.
pub const MAX_LAYERS: usize = 200;
/// Values that a layer may give for one picture.
const MAX_VALUES: u64 = 1 << 20;
/// Parameters that a model may have: a quarter of a gigabyte, and three times that with Adam's.
const MAX_PARAMETERS: u64 = 1 << 26;

/// A model that can be built and trained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidModel {
    /// The model's name.
    pub name: String,
    /// The shape of a picture.
    pub input: Shape,
    /// All layers, first to last. The last one has no activation function: losses work on what
    /// comes before it, the logits.
    pub layers: Vec<AnyLayer>,
    /// The name of each layer.
    pub names: Vec<String>,
    /// The shape after each layer.
    pub shapes: Vec<Shape>,
    /// What it is trained to do.
    pub kind: Kind,
    /// The activation function of the output.
    pub output: ActivationFunction,
    /// Stages that are trained before the whole network, outermost first; empty unless stacked.
    pub stages: Vec<Stage>,
    /// Layers of an autoencoder's encoder, the first of the list: the last of them gives the code.
    /// `None` for classifiers.
    pub code: Option<usize>,
}

/// What a model is trained to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// To give class probabilities.
    Classifier,
    /// To give a picture.
    Autoencoder,
}

/// One stage of a stacked autoencoder: the layers of its encoder and of its decoder in the joined
/// network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Layers from the previous code to this stage's code.
    pub encoder: Range<usize>,
    /// Layers from this stage's code back to the previous one.
    pub decoder: Range<usize>,
}

/// A model that cannot be built or trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A convolution without padding on a map that is smaller than its kernel.
    #[error(
        "Convolution {convolution} of {model} cannot be built: after {pools} pooling layers the map is \
         {side}x{side}, and a {kernel}x{kernel} convolution with `valid` padding needs at least \
         {kernel}x{kernel}. Use `same` padding, or fewer blocks."
    )]
    MapTooSmall {
        /// The model's name.
        model: String,
        /// Which convolution, from 1.
        convolution: usize,
        /// Pooling layers before it.
        pools: usize,
        /// Side of the map that reaches it.
        side: usize,
        /// Side of its kernel.
        kernel: usize,
    },
    /// A layer that cannot be built where it is.
    #[error(
        "Layer {number} of {model}, `{layer}` ({class}), cannot be built: {shape} reaches it, and \
         {reason}."
    )]
    Layer {
        /// The model's name.
        model: String,
        /// Which layer, from 1.
        number: usize,
        /// Its name.
        layer: String,
        /// Keras' class.
        class: &'static str,
        /// The shape that reaches it.
        shape: String,
        /// Why not, and what to do.
        reason: String,
    },
    /// The model as a whole.
    #[error("{model} cannot be trained: {reason}.")]
    Model {
        /// The model's name.
        model: String,
        /// Why not, and what to do.
        reason: String,
    },
}

impl ValidModel {
    /// The model `spec`, called `name` in messages, for data of `classes` classes.
    ///
    /// # Errors
    /// [`ModelError`] with the first thing that is wrong.
    pub fn new(spec: &ModelSpec, name: &str, classes: usize) -> Result<Self, ModelError> {
        let refuse = |reason: String| Err(ModelError::Model { model: name.to_owned(), reason });
        if spec.input != [SIDE, SIDE, CHANNELS] {
            let [height, width, channels] = spec.input;
            return refuse(format!(
                "its input is {height}x{width}x{channels}, but pictures are \
                 {SIDE}x{SIDE}x{CHANNELS}. Use that"
            ));
        }
        if !(1..=MAX_LAYERS).contains(&spec.layers.len()) {
            let count = spec.layers.len();
            return refuse(format!("it has {count} layers. Use 1 to {MAX_LAYERS}"));
        }
        let input = Shape::Map { side: SIDE, channels: CHANNELS };
        let names = names(spec, name)?;
        let mut layers: Vec<AnyLayer> =
            spec.layers.iter().map(|one| one.layer.with_classes(classes)).collect();
        let shapes = shapes(&layers, &names, name, input)?;
        let output = spec.output();
        if let Some(last) = layers.last_mut() {
            last.set(LayerSetting::Activation(ActivationFunction::Linear));
        }
        for (index, layer) in layers.iter().enumerate() {
            let activation = layer.activation();
            if !matches!(activation, ActivationFunction::Linear | ActivationFunction::Relu) {
                return refuse(format!(
                    "layer {} (`{}`) has the activation `{activation:?}`, which only the last layer \
                     can have. Use relu or linear",
                    index + 1,
                    names[index]
                ));
            }
        }
        let mut model = Self {
            name: name.to_owned(),
            input,
            layers,
            names,
            shapes,
            kind: Kind::Classifier,
            output,
            stages: Vec::new(),
            code: None,
        };
        model.check_task(&spec.task, classes)?;
        model.stages = model.find_stages(&spec.stages)?;
        Ok(model)
    }

    /// The shape that reaches layer `index`.
    #[must_use]
    pub fn input_of(&self, index: usize) -> Shape {
        index.checked_sub(1).map_or(self.input, |before| self.shapes[before])
    }

    /// The shape that reaches each layer.
    #[must_use]
    pub fn inputs(&self) -> Vec<Shape> {
        (0..self.layers.len()).map(|index| self.input_of(index)).collect()
    }

    /// The classes that a classifier tells apart, its outputs; 0 for an autoencoder.
    #[must_use]
    pub fn classes(&self) -> usize {
        match self.shapes.last() {
            Some(Shape::Flat(units)) => *units,
            _ => 0,
        }
    }

    fn refuse<T>(&self, reason: String) -> Result<T, ModelError> {
        Err(ModelError::Model { model: self.name.clone(), reason })
    }

    fn check_task(&mut self, task: &Task, classes: usize) -> Result<(), ModelError> {
        let last = self.shapes.last().copied().unwrap_or(self.input);
        match task {
            Task::Classify => {
                if last != Shape::Flat(classes) {
                    return self.refuse(format!(
                        "it classifies, but its output is {last} and the data has {classes} classes. \
                         End it with Dense of as many units"
                    ));
                }
                if self.output != ActivationFunction::Softmax {
                    return self
                        .refuse("a classifier's output needs the activation softmax".into());
                }
            }
            Task::Reconstruct { code } => {
                self.kind = Kind::Autoencoder;
                if last != self.input {
                    return self.refuse(format!(
                        "it reconstructs pictures of {}, but its output is {last}. Bring the output \
                         to that shape",
                        self.input
                    ));
                }
                if !matches!(self.output, ActivationFunction::Sigmoid | ActivationFunction::Relu) {
                    return self.refuse(
                        "an autoencoder's output needs the activation sigmoid or relu".into(),
                    );
                }
                let index = self.index_of(code, "code")?;
                if index + 1 == self.layers.len() {
                    return self.refuse(format!(
                        "its code, `{code}`, is its output. Name an earlier layer"
                    ));
                }
                self.code = Some(index + 1);
            }
        }
        Ok(())
    }

    fn index_of(&self, name: &str, role: &str) -> Result<usize, ModelError> {
        match self.names.iter().position(|one| one == name) {
            Some(index) => Ok(index),
            None => {
                let names = self.names.join(", ");
                self.refuse(format!(
                    "its {role} names a layer `{name}`, which it does not have. Use one of {names}"
                ))
            }
        }
    }

    /// Layers that stand side by side, by their names.
    fn range_of(&self, names: &[String], role: &str) -> Result<Range<usize>, ModelError> {
        let indices: Result<Vec<usize>, _> =
            names.iter().map(|name| self.index_of(name, role)).collect();
        let indices = indices?;
        let Some(&first) = indices.first() else {
            return self.refuse(format!("its {role} names no layer"));
        };
        let range = first..first + indices.len();
        if indices.iter().copied().ne(range.clone()) {
            let names = names.join(", ");
            return self.refuse(format!(
                "the layers of its {role} ({names}) are not neighbours in the model's order. Name \
                 them as they follow one another"
            ));
        }
        Ok(range)
    }

    fn find_stages(&self, specs: &[StageSpec]) -> Result<Vec<Stage>, ModelError> {
        if !specs.is_empty() && self.kind != Kind::Autoencoder {
            return self.refuse("only an autoencoder is trained in stages".into());
        }
        let mut stages = Vec::new();
        let (mut begin, mut end) = (0, self.layers.len());
        for (number, spec) in (1..).zip(specs) {
            let encoder = self.range_of(&spec.encoder, &format!("stage {number}'s encoder"))?;
            let decoder = self.range_of(&spec.decoder, &format!("stage {number}'s decoder"))?;
            if encoder.start != begin || decoder.end != end || encoder.end > decoder.start {
                return self.refuse(format!(
                    "stage {number} does not lie inside the stage before it. Its encoder begins \
                     where that one's ends, and its decoder ends where that one's begins"
                ));
            }
            let (code, given) = (self.shapes[encoder.end - 1], self.input_of(decoder.start));
            if code != given {
                return self.refuse(format!(
                    "the code of stage {number} is {code}, but its decoder takes {given}"
                ));
            }
            let (input, output) = (self.input_of(encoder.start), self.shapes[decoder.end - 1]);
            if input != output {
                return self
                    .refuse(format!("stage {number} takes {input}, but gives back {output}"));
            }
            (begin, end) = (encoder.end, decoder.start);
            stages.push(Stage { encoder, decoder });
        }
        if !stages.is_empty() && begin != end {
            return self.refuse("its stages leave layers out. Name every layer in one".into());
        }
        Ok(stages)
    }
}

/// The name of each layer: its own, or Keras' default, which counts the layers of a class.
fn names(spec: &ModelSpec, model: &str) -> Result<Vec<String>, ModelError> {
    let mut used: HashMap<String, usize> = HashMap::new();
    let mut names: Vec<String> = Vec::with_capacity(spec.layers.len());
    for one in &spec.layers {
        let name = match &one.name {
            Some(name) => name.clone(),
            None => {
                let default = one.layer.default_name();
                let count = used.entry(default.clone()).or_default();
                *count += 1;
                if *count == 1 { default } else { format!("{default}_{}", *count - 1) }
            }
        };
        if name.is_empty() || name.len() > 64 || name.contains('/') || names.contains(&name) {
            let model = model.to_owned();
            let reason = format!(
                "the name `{name}` of a layer is used twice, empty, longer than 64 bytes or has a `/`. \
                 Give every layer a name of its own, or none"
            );
            return Err(ModelError::Model { model, reason });
        }
        names.push(name);
    }
    Ok(names)
}

/// The shape after each layer.
fn shapes(
    layers: &[AnyLayer],
    names: &[String],
    model: &str,
    input: Shape,
) -> Result<Vec<Shape>, ModelError> {
    let mut shape = input;
    let (mut convolutions, mut pools, mut parameters) = (0, 0, 0_u64);
    let mut shapes = Vec::with_capacity(layers.len());
    for (index, (layer, name)) in layers.iter().zip(names).enumerate() {
        let refuse = |reason| ModelError::Layer {
            model: model.to_owned(),
            number: index + 1,
            layer: name.clone(),
            class: layer.class(),
            shape: shape.to_string(),
            reason,
        };
        convolutions += usize::from(matches!(layer, AnyLayer::Conv2D(_)));
        let next = layer.output_shape(shape).map_err(|error| match error {
            ShapeError::SmallerThanKernel { kernel, side } => {
                let model = model.to_owned();
                ModelError::MapTooSmall { model, convolution: convolutions, pools, side, kernel }
            }
            ShapeError::Unfit(reason) => refuse(reason),
        })?;
        if next.values() > MAX_VALUES {
            return Err(refuse(format!(
                "it would give {next}, more than {MAX_VALUES} values for each picture. Use fewer \
                 filters or upsampling layers"
            )));
        }
        for one in layer.parameters(shape) {
            parameters = parameters.saturating_add(one.values());
        }
        if parameters > MAX_PARAMETERS {
            return Err(refuse(format!(
                "up to it there are {parameters} parameters, more than {MAX_PARAMETERS}. Use fewer \
                 filters or units"
            )));
        }
        pools +=
            usize::from(matches!(layer, AnyLayer::MaxPooling2D(_) | AnyLayer::AveragePooling2D(_)));
        shape = next;
        shapes.push(shape);
    }
    Ok(shapes)
}
