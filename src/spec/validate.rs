//! Whether a model can be built and trained: the one place that says so. What passes is a
//! [`ValidModel`], which everything after it takes as it is.

use std::ops::Range;

use super::layers::{names, shapes};
use super::limits::LIMITS;
use super::model::{ModelSpec, StageSpec, Task};
use super::run::Output;
use crate::data::pictures::PictureShape;
use crate::nn::{ActivationFunction, AnyLayer, LayerSetting, Shape, flattened, residual_across};

pub use super::model_error::ModelError;

/// A model that can be built and trained.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidModel {
    /// The model's name.
    pub name: String,
    /// The shape of a picture.
    pub input: Shape,
    /// All layers, first to last, those of a residual block before itself. The last one has no
    /// sigmoid or relu, a classifier's no softmax: losses work on what comes before it, the logits.
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

impl ValidModel {
    /// The model `spec`, called `name` in messages, for data of pictures of this shape and `classes`
    /// classes.
    ///
    /// # Errors
    /// [`ModelError`] with the first thing that is wrong.
    pub fn new(
        spec: &ModelSpec,
        name: &str,
        picture: PictureShape,
        classes: usize,
    ) -> Result<Self, ModelError> {
        let refuse = |reason: String| Err(ModelError::Model { model: name.to_owned(), reason });
        if spec.input != picture.dims() {
            let [height, width, channels] = spec.input;
            return refuse(format!(
                "its input is {height}x{width}x{channels}, but the pictures of the data are {picture} \
                 (height x width x channels). Give it that input, or make the data of its size with \
                 data-prep's --size and --channels"
            ));
        }
        for word in [&spec.name, &spec.title].into_iter().flatten() {
            if word.trim().is_empty() || word.chars().count() > LIMITS.name {
                let count = word.chars().count();
                return refuse(format!(
                    "a name or title of it has {count} letters. Use 1 to {}, or leave it out",
                    LIMITS.name
                ));
            }
        }
        let specs = flattened(&spec.layers);
        if !(1..=LIMITS.layers).contains(&specs.len()) {
            let count = specs.len();
            return refuse(format!("it has {count} layers. Use 1 to {}", LIMITS.layers));
        }
        let [height, width, channels] = spec.input;
        let input = Shape::Map { height, width, channels };
        let names = names(&specs)?;
        let mut layers: Vec<AnyLayer> =
            specs.iter().map(|one| one.layer.for_data(picture, classes)).collect();
        let shapes = shapes(&mut layers, &names, input)?;
        let output = spec.output();
        if let Some(last) = layers.last_mut().filter(|_| spec.task.takes_logits_of(output)) {
            last.set(LayerSetting::Activation(ActivationFunction::Linear));
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
        model.check_sampling(&spec.task)?;
        model.check_task(&spec.task, classes)?;
        model.stages = model.find_stages(&spec.stages)?;
        if !model.learns(0..model.layers.len()) {
            return model
                .refuse("none of its layers has weights to train. Add a Conv2D or Dense".into());
        }
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

    /// The activation function of a reconstruction; `None` of a classifier.
    #[must_use]
    pub fn reconstruction_output(&self) -> Option<Output> {
        match (self.kind, self.output) {
            (Kind::Classifier, _) => None,
            (Kind::Autoencoder, ActivationFunction::Relu) => Some(Output::Relu),
            (Kind::Autoencoder, ActivationFunction::Sigmoid) => Some(Output::Sigmoid),
            (Kind::Autoencoder, _) => Some(Output::Linear),
        }
    }

    /// Of a variational autoencoder, the factor of the divergence of its codes in its loss: see
    /// [`Sampling`](crate::nn::layers::Sampling).
    #[must_use]
    pub fn kl_weight(&self) -> Option<f64> {
        self.layers.iter().find_map(|layer| match layer {
            AnyLayer::Sampling(sampling) => sampling.kl_weight,
            _ => None,
        })
    }

    fn refuse<T>(&self, reason: String) -> Result<T, ModelError> {
        Err(ModelError::Model { model: self.name.clone(), reason })
    }

    /// Refuses a Sampling layer that is not the only one and the code of an autoencoder.
    fn check_sampling(&self, task: &Task) -> Result<(), ModelError> {
        let is_sampling = |index: &usize| matches!(self.layers[*index], AnyLayer::Sampling(_));
        let mut found = (0..self.layers.len()).filter(is_sampling);
        let Some(index) = found.next() else { return Ok(()) };
        let name = &self.names[index];
        if let Some(block) = residual_across(&self.layers, index + 1) {
            return self.refuse(format!(
                "its layer `{name}` (Sampling) stands inside of the residual block `{}`, whose input would                  go around the code. Put it before or after the block",
                self.names[block]
            ));
        }
        if let Some(other) = found.next() {
            return self.refuse(format!(
                "it has two Sampling layers, `{name}` and `{}`. Keep the one that gives the code",
                self.names[other]
            ));
        }
        match task {
            Task::Classify => self.refuse(format!(
                "it classifies, but its layer `{name}` (Sampling) gives the code of an autoencoder. Take                  it out, or give the model the task `reconstruct`"
            )),
            Task::Reconstruct { code } if code != name => self.refuse(format!(
                "its code is `{code}`, but that of a variational autoencoder is what its Sampling layer                  gives. Name `{name}` as the code, or take that layer out"
            )),
            Task::Reconstruct { .. } => Ok(()),
        }
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
                let index = self.index_of(code, "code")?;
                if index + 1 == self.layers.len() {
                    return self.refuse(format!(
                        "its code, `{code}`, is its output. Name an earlier layer"
                    ));
                }
                self.check_cut(index + 1, "the code")?;
                self.code = Some(index + 1);
            }
        }
        Ok(())
    }

    /// Refuses to cut the network before layer `cut`, where `what` ends, inside of a residual block.
    fn check_cut(&self, cut: usize, what: &str) -> Result<(), ModelError> {
        residual_across(&self.layers, cut).map_or(Ok(()), |block| {
            self.refuse(format!(
                "{what} ends inside of the residual block `{}`, whose input would be lost. End it before or \
                 after the block",
                self.names[block]
            ))
        })
    }

    /// Whether training can change anything in these layers.
    fn learns(&self, layers: Range<usize>) -> bool {
        layers.into_iter().any(|index| {
            let parameters = self.layers[index].parameters(self.input_of(index));
            parameters.iter().any(|one| one.trainable)
        })
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
            for cut in [encoder.end, decoder.start] {
                self.check_cut(cut, &format!("stage {number}"))?;
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
            if !self.learns(encoder.clone()) && !self.learns(decoder.clone()) {
                return self.refuse(format!(
                    "none of the layers of stage {number} has weights to train. Give it a Conv2D or Dense, \
                     or join it with the next"
                ));
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
