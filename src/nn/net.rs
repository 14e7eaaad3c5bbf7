//! A network: layers with their parameters on a device, run one after another.

use std::ops::Range;
use std::rc::Rc;

use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::batch_normalization::SharedNorm;
use super::fusion::{self, Group};
use super::parameter::{Parameter, ParameterSpec};
use super::{Activation, AnyLayer, Branches, Context, SampleStreams, Shape, residual};
use crate::kernels::norm::Moments;
use crate::ops;

/// A parameter that a network cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// There is none of that layer, name and shape.
    #[error(
        "This model has no `{name}` of shape {shape:?} with {values} values in layer {layer} \
         (counted from 0). Give parameters as the same model gave them."
    )]
    Unknown {
        /// The layer.
        layer: usize,
        /// The name.
        name: &'static str,
        /// The shape.
        shape: Vec<usize>,
        /// How many values were given.
        values: usize,
    },
    /// A value is infinite or not a number.
    #[error(
        "The `{name}` of layer {layer} (counted from 0) has values that are not finite numbers. \
         Give parameters of a run that did not diverge."
    )]
    NotFinite {
        /// The layer.
        layer: usize,
        /// The name.
        name: &'static str,
    },
}

/// A network. A copy shares its tensors until one of the two changes.
#[derive(Debug, Clone)]
pub struct Net {
    structure: Rc<Structure>,
    /// Every parameter, flattened in the device's layout, in the order of the layers.
    weights: Vec<Tensor<1>>,
}

/// What does not change in training.
#[derive(Debug)]
struct Structure {
    layers: Vec<AnyLayer>,
    /// What each layer gets.
    inputs: Vec<Shape>,
    /// Of every parameter, its layer and what the layer says of it.
    specs: Vec<(usize, ParameterSpec)>,
    /// The parameters of each layer, by their index among all.
    ranges: Vec<Range<usize>>,
    /// How many residual blocks begin at each layer.
    beginning: Vec<usize>,
}

impl Net {
    /// `layers`, of which the first takes `input`, with initial values drawn from `seed`. On an
    /// autodiff device those that are trained require gradients. The shapes must have been
    /// validated.
    #[must_use]
    pub fn new(layers: &[AnyLayer], inputs: &[Shape], seed: u64, device: &Device) -> Self {
        let mut specs = Vec::new();
        let mut ranges = Vec::new();
        for (index, (layer, input)) in layers.iter().zip(inputs).enumerate() {
            let start = specs.len();
            specs.extend(layer.parameters(*input).into_iter().map(|spec| (index, spec)));
            ranges.push(start..specs.len());
        }
        let initial = |(index, (_, spec)): (usize, &(usize, ParameterSpec))| {
            let values = spec.initializer.values(spec.size(), seed, index as u64);
            let values = ops::from_data(TensorData::new(values, [spec.size()]), device);
            spec.to_device(values).detach().set_require_grad(spec.trainable)
        };
        let weights = specs.iter().enumerate().map(initial).collect();
        let (layers, inputs) = (layers.to_vec(), inputs.to_vec());
        let beginning = residual::beginning_at(&layers);
        Self { structure: Rc::new(Structure { layers, inputs, specs, ranges, beginning }), weights }
    }

    /// Layers `range` as at inference: batch normalisation uses its moving statistics.
    ///
    /// # Panics
    /// If `x` does not have the shape that the first of them expects, or a residual block is not whole.
    #[must_use]
    pub fn forward(&self, x: Activation, range: Range<usize>) -> Activation {
        self.forward_branches(x.into(), range).main
    }

    /// [`Net::forward`] of layers that may be a part of residual blocks.
    ///
    /// # Panics
    /// If the branches are not those that the layers before leave.
    #[must_use]
    pub fn forward_branches(&self, x: Branches, range: Range<usize>) -> Branches {
        self.run(x, range, &mut Context::inference(), |_, _| {})
    }

    /// Layers `range` as in a training step on the pictures of `streams`: batch normalisation uses
    /// the batch's statistics and moves its own.
    ///
    /// # Panics
    /// If `x` does not have the shape that the first of them expects, or a residual block is not whole.
    #[must_use]
    pub fn forward_training(
        &mut self,
        x: Activation,
        range: Range<usize>,
        streams: &SampleStreams,
    ) -> Activation {
        self.forward_training_branches(x.into(), range, streams).main
    }

    /// [`Net::forward_training`] of layers that may be a part of residual blocks.
    ///
    /// # Panics
    /// If the branches are not those that the layers before leave.
    #[must_use]
    pub fn forward_training_branches(
        &mut self,
        x: Branches,
        range: Range<usize>,
        streams: &SampleStreams,
    ) -> Branches {
        let mut moved = Vec::new();
        let y = self.run(x, range, &mut Context::training(streams), |index, value| {
            moved.push((index, value));
        });
        for (index, value) in moved {
            self.weights[index] = value;
        }
        y
    }

    fn run(
        &self,
        x: Branches,
        range: Range<usize>,
        context: &mut Context<'_>,
        mut moved: impl FnMut(usize, Tensor<1>),
    ) -> Branches {
        let Structure { layers, inputs, ranges, beginning, .. } = &*self.structure;
        let mut x = x;
        let mut next = range.start;
        while next < range.end {
            x = self.begin_residuals(x, next);
            let limit = fusion::limit(beginning, next, range.end);
            let Group { block, layer, end } = Group::new(&layers[..limit], inputs[next], next);
            next = end;
            let weights = &self.weights[ranges[layer].clone()];
            context.layer = layer;
            context.skips = x.skips;
            let main = match block {
                Some(block) => {
                    block.conv.forward_block(weights, x.main, block.upsample, block.pool)
                }
                None => layers[layer].forward(weights, x.main, context),
            };
            let skips = std::mem::take(&mut context.skips);
            x = Branches { main, skips, kl: context.kl.take().or(x.kl) };
            for (index, value) in context.updates.drain(..) {
                moved(ranges[layer].start + index, value);
            }
        }
        x
    }

    /// `x` as layer `layer` finds it, once the residual blocks that begin there have kept it.
    #[must_use]
    pub(crate) fn begin_residuals(&self, mut x: Branches, layer: usize) -> Branches {
        let count = self.structure.beginning.get(layer).copied().unwrap_or(0);
        x.skips.extend((0..count).map(|_| x.main.clone()));
        x
    }

    /// What the loss grows by because of the weights of layers `trained`, `[1]`, through which gradients
    /// flow to them; `None` where none of them has a penalty.
    #[must_use]
    pub fn penalty(&self, trained: &[Range<usize>]) -> Option<Tensor<1>> {
        self.penalty_on(trained, Tensor::clone)
    }

    /// [`Net::penalty`] as a number, off the autodiff device.
    #[must_use]
    pub fn penalty_value(&self, trained: &[Range<usize>]) -> Option<Tensor<1>> {
        self.penalty_on(trained, |weights| weights.clone().inner())
    }

    fn penalty_on(
        &self,
        trained: &[Range<usize>],
        given: impl Fn(&Tensor<1>) -> Tensor<1>,
    ) -> Option<Tensor<1>> {
        let all = self.structure.specs.iter().zip(&self.weights);
        let penalties = all.filter_map(|((layer, spec), weights)| {
            let trains = trained.iter().any(|range| range.contains(layer));
            let penalty = spec.penalty.filter(|_| trains)?;
            Some(ops::penalty(given(weights), penalty))
        });
        penalties.reduce(ops::sum)
    }

    /// The network without autodiff.
    #[must_use]
    pub(crate) fn inner(&self) -> Self {
        let weights = self.weights.iter().map(|value| value.clone().inner()).collect();
        Self { structure: Rc::clone(&self.structure), weights }
    }

    /// All parameters, trained or not, in the order of the layers.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter<Tensor<1>>> {
        self.named(self.weights().into_iter().map(Some))
    }

    /// The gradients of those parameters that have one.
    #[must_use]
    pub fn gradients(&self, gradients: &Gradients) -> Vec<Parameter<Tensor<1>>> {
        self.named(self.weights.iter().map(|value| value.grad(gradients)))
    }

    /// Values that belong to the parameters, such as an optimizer's state, in Keras' layout.
    /// `values` are by the index of the parameter, flattened in the device's layout.
    pub(crate) fn named(
        &self,
        values: impl IntoIterator<Item = Option<Tensor<1>>>,
    ) -> Vec<Parameter<Tensor<1>>> {
        let specs = self.structure.specs.iter();
        let named = specs.zip(values).filter_map(|((layer, spec), values)| {
            let values = spec.to_keras(values?);
            Some(Parameter { layer: *layer, name: spec.name, shape: spec.shape.clone(), values })
        });
        named.collect()
    }

    /// Every parameter by its index, flattened in the device's layout, off the autodiff device.
    #[must_use]
    pub(crate) fn weights(&self) -> Vec<Tensor<1>> {
        self.weights.iter().map(|value| value.clone().inner()).collect()
    }

    /// The gradient of every parameter that has one, by its index.
    #[must_use]
    pub(crate) fn take_gradients(&self, mut gradients: Gradients) -> Vec<Option<Tensor<1>>> {
        self.weights.iter().map(|value| value.grad_remove(&mut gradients)).collect()
    }

    /// How many values every parameter has, by its index.
    #[must_use]
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.structure.specs.iter().map(|(_, spec)| spec.size()).collect()
    }

    /// The same, `None` for those that are not trained when layers `trained` are.
    #[must_use]
    pub(crate) fn trained_sizes(&self, trained: &[Range<usize>]) -> Vec<Option<usize>> {
        let size = |(layer, spec): &(usize, ParameterSpec)| {
            let trained = spec.trainable && trained.iter().any(|range| range.contains(layer));
            trained.then(|| spec.size())
        };
        self.structure.specs.iter().map(size).collect()
    }

    /// Whether layers `range` have weights that training changes.
    #[must_use]
    pub(crate) fn learns(&self, range: &Range<usize>) -> bool {
        self.trained_sizes(std::slice::from_ref(range)).iter().any(Option::is_some)
    }

    /// The same network with other values, by the index of their parameter and flattened in the
    /// device's layout; `None` if they do not fit.
    #[must_use]
    pub(crate) fn with_values(mut self, values: Vec<Vec<f32>>) -> Option<Self> {
        if !values.iter().map(Vec::len).eq(self.sizes()) {
            return None;
        }
        for (index, values) in values.into_iter().enumerate() {
            let size = values.len();
            let data = TensorData::new(values, [size]);
            let value = ops::from_data(data, &self.weights[index].device());
            self.replace(index, value);
        }
        Some(self)
    }

    /// Takes `values` where there are any, by the index of their parameter, off the autodiff device.
    pub(crate) fn update(&mut self, values: impl IntoIterator<Item = Option<Tensor<1>>>) {
        for (index, value) in values.into_iter().enumerate() {
            if let Some(value) = value {
                self.weights[index] = value.autodiff().require_grad();
            }
        }
    }

    /// Puts `given` in the place of the parameter that it is named after.
    ///
    /// # Errors
    /// [`ParameterError`] where there is none, or the values cannot be trained with.
    pub fn put(&mut self, given: &Parameter) -> Result<(), ParameterError> {
        if !given.values.iter().all(|value| value.is_finite()) {
            return Err(ParameterError::NotFinite { layer: given.layer, name: given.name });
        }
        self.put_any(given)
    }

    /// [`Net::put`] of values that may be no numbers.
    pub(crate) fn put_any(&mut self, given: &Parameter) -> Result<(), ParameterError> {
        let Parameter { layer, name, shape, values } = given;
        let found = self.structure.specs.iter().position(|(of, spec)| {
            (of, spec.name, &spec.shape) == (layer, name, shape) && spec.size() == values.len()
        });
        let Some(index) = found else {
            let (shape, values) = (shape.clone(), values.len());
            return Err(ParameterError::Unknown { layer: *layer, name, shape, values });
        };
        let data = TensorData::new(values.clone(), [values.len()]);
        let value = ops::from_data(data, &self.weights[index].device());
        self.replace(index, self.structure.specs[index].1.to_device(value));
        Ok(())
    }

    fn replace(&mut self, index: usize, value: Tensor<1>) {
        let trainable = self.weights[index].is_require_grad();
        self.weights[index] = value.detach().set_require_grad(trainable);
    }

    /// The batch normalisations among layers `range`, in order.
    pub(crate) fn norms(&self, range: &Range<usize>) -> Vec<SharedNorm> {
        let Structure { layers, ranges, .. } = &*self.structure;
        let norms = range.clone().filter_map(|layer| match layers.get(layer) {
            Some(AnyLayer::BatchNormalization(norm)) => {
                let own = ranges[layer].clone();
                Some(norm.shared(layer, own.start, &self.weights[own]))
            }
            _ => None,
        });
        norms.collect()
    }

    /// Moves the moving statistics of the normalisation in layer `layer`, which are on `device`,
    /// towards `moments` of a batch; another layer has none.
    pub(crate) fn move_towards(&mut self, layer: usize, moments: &Moments, device: &Device) {
        let structure = Rc::clone(&self.structure);
        let Some(AnyLayer::BatchNormalization(norm)) = structure.layers.get(layer) else { return };
        let range = structure.ranges[layer].clone();
        let channels = moments.mean.len();
        let values = [moments.mean.as_slice(), &moments.variance].concat();
        let moments = ops::from_data(TensorData::new(values, [2, channels]), device);
        for (index, value) in norm.moved(&self.weights[range.clone()], &moments) {
            self.weights[range.start + index] = value;
        }
    }
}
