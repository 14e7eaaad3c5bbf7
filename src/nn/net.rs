//! A network with weights: an architecture's layers, each with its parameters, run one after
//! another. Knows no loss and no optimizer.

use std::ops::Range;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, TensorData};

use super::layers::{BatchNorm, Conv2d, Dense, Initializer};
use super::parameters::{Collected, Given, Look, Parameter, in_order};
use crate::ops::{self, Pool, Resize};
use crate::spec::architecture::{Architecture, Layer, PoolKind, Shape};

/// What a layer computes with.
#[derive(Module, Debug)]
pub(super) enum Unit {
    Conv(Conv2d),
    BatchNorm(BatchNorm),
    Dense(Dense),
    Fixed(Fixed),
}

/// A layer without parameters.
#[derive(Module, Debug)]
pub(super) struct Fixed {
    #[module(skip)]
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    Resize(Resize),
    Flatten,
}

/// What flows between layers.
#[derive(Debug, Clone)]
pub enum Activation {
    /// `[batch, channels, height, width]`
    Map(Tensor<4>),
    /// `[batch, units]`
    Flat(Tensor<2>),
}

impl Activation {
    /// A row for each picture, a map in Keras' order y, x, channel.
    #[must_use]
    pub fn rows(self) -> Tensor<2> {
        match self {
            Self::Map(x) => ops::flatten(x),
            Self::Flat(x) => x,
        }
    }

    /// The maps that [`Activation::rows`] made rows of.
    #[must_use]
    pub(crate) fn from_rows(rows: Tensor<2>, side: usize, channels: usize) -> Self {
        let [batch, _] = rows.dims();
        Self::Map(in_order(rows.reshape([batch, side, side, channels]).permute([0, 3, 1, 2])))
    }
}

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

/// A network.
#[derive(Module, Debug)]
pub struct Net {
    pub(super) units: Vec<Unit>,
}

impl Net {
    /// The layers of `architecture` with Glorot-uniform kernels and zero biases drawn from
    /// `seed`, on `device`. On an autodiff device the parameters require gradients.
    #[must_use]
    pub fn new(architecture: &Architecture, seed: u64, device: &Device) -> Self {
        let mut make = Initializer { seed, device, drawn: 0 };
        let units = architecture
            .layers
            .iter()
            .enumerate()
            .map(|(index, layer)| unit(*layer, architecture.input_of(index), &mut make))
            .collect();
        Self { units }
    }

    /// Layers `range` as at inference: batch normalisation uses its moving statistics.
    ///
    /// # Panics
    /// If `x` does not have the shape that the first of them expects.
    #[must_use]
    pub fn forward(&self, x: Activation, range: Range<usize>) -> Activation {
        let mut x = x;
        let mut next = range.start;
        while next < range.end {
            let step = Step::new(&self.units[..range.end], next);
            next = step.end;
            x = match (&self.units[step.at], x) {
                (Unit::BatchNorm(norm), Activation::Map(x)) => Activation::Map(norm.forward(x)),
                (unit, x) => apply(unit, x, &step),
            };
        }
        x
    }

    /// Layers `range` as in training: batch normalisation uses the batch's statistics and moves
    /// its own.
    ///
    /// # Panics
    /// If `x` does not have the shape that the first of them expects.
    #[must_use]
    pub fn forward_training(&mut self, x: Activation, range: Range<usize>) -> Activation {
        let mut x = x;
        let mut next = range.start;
        while next < range.end {
            let step = Step::new(&self.units[..range.end], next);
            next = step.end;
            x = match (&mut self.units[step.at], x) {
                (Unit::BatchNorm(norm), Activation::Map(x)) => Activation::Map(norm.train(x)),
                (unit, x) => apply(unit, x, &step),
            };
        }
        x
    }

    /// The layers that are computed together, all of them in order.
    #[must_use]
    pub(crate) fn together(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let step = || {
            let start = next;
            next = Step::new(&self.units, start).end;
            (start < self.units.len()).then_some(start..next)
        };
        std::iter::from_fn(step).collect()
    }

    /// All parameters, trained or not, in the order of the layers.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter<Tensor<1>>> {
        self.collect(Look::Values)
    }

    /// The gradients of those parameters that have one.
    #[must_use]
    pub fn gradients(&self, gradients: &Gradients) -> Vec<Parameter<Tensor<1>>> {
        self.collect(Look::Gradients(gradients))
    }

    /// What goes with the parameters, such as an optimizer's moments, in Keras' layout: `values`
    /// has it by the place of the parameter, flattened as the device has it.
    #[must_use]
    pub(crate) fn beside(&self, values: &[Option<Tensor<1>>]) -> Vec<Parameter<Tensor<1>>> {
        self.collect(Look::Beside(values))
    }

    /// Every parameter by its place, flattened as the device has it.
    #[must_use]
    pub(crate) fn places(&self) -> Vec<Tensor<1>> {
        let mut flat = Flattened(Vec::new());
        self.visit(&mut flat);
        flat.0
    }

    /// The gradient of every parameter that has one, by its place, flattened as the device has it.
    #[must_use]
    pub(crate) fn take_gradients(&self, gradients: Gradients) -> Vec<Option<Tensor<1>>> {
        let mut taken = Taken { gradients, found: Vec::new() };
        self.visit(&mut taken);
        taken.found
    }

    /// How many values every parameter has, by its place.
    #[must_use]
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let mut sizes = Sizes { learns: true, found: Vec::new() };
        self.visit(&mut sizes);
        sizes.found.into_iter().map(|(size, _)| size).collect()
    }

    /// The same, `None` for those that do not learn when layers `learning` do.
    #[must_use]
    pub(crate) fn learning_sizes(&self, learning: &[Range<usize>]) -> Vec<Option<usize>> {
        let mut sizes = Sizes { learns: true, found: Vec::new() };
        for (layer, unit) in self.units.iter().enumerate() {
            sizes.learns = learning.iter().any(|range| range.contains(&layer));
            unit.visit(&mut sizes);
        }
        sizes.found.into_iter().map(|(size, learns)| learns.then_some(size)).collect()
    }

    /// The same network with other values, by the place of their parameter and flattened as the
    /// device has them; `None` if they do not fit.
    #[must_use]
    pub(crate) fn with_values(self, values: Vec<Vec<f32>>) -> Option<Self> {
        let fits = values.iter().map(Vec::len).eq(self.sizes());
        fits.then(|| self.map(&mut Put(values.into_iter())))
    }

    /// Puts `given` in the place of the parameter that it is named after.
    ///
    /// # Errors
    /// [`ParameterError`] where there is none, or the values cannot be trained with.
    pub fn put(&mut self, given: &Parameter) -> Result<(), ParameterError> {
        if !given.values.iter().all(|value| value.is_finite()) {
            return Err(ParameterError::NotFinite { layer: given.layer, name: given.name });
        }
        self.place(given)
    }

    /// [`Net::put`] of values of any kind.
    pub(crate) fn place(&mut self, given: &Parameter) -> Result<(), ParameterError> {
        let Parameter { layer, name, shape, values } = given;
        let named = Given(given);
        let taken = match self.units.get_mut(*layer) {
            Some(Unit::Conv(conv)) => conv.take(&named),
            Some(Unit::BatchNorm(norm)) => norm.take(&named),
            Some(Unit::Dense(dense)) => dense.take(&named),
            Some(Unit::Fixed(_)) | None => false,
        };
        if taken {
            return Ok(());
        }
        let (shape, values) = (shape.clone(), values.len());
        Err(ParameterError::Unknown { layer: *layer, name, shape, values })
    }

    fn collect(&self, look: Look<'_>) -> Vec<Parameter<Tensor<1>>> {
        let mut collected = Collected { look, layer: 0, place: 0, found: Vec::new() };
        for (layer, unit) in self.units.iter().enumerate() {
            collected.layer = layer;
            match unit {
                Unit::Conv(conv) => conv.collect(&mut collected),
                Unit::BatchNorm(norm) => norm.collect(&mut collected),
                Unit::Dense(dense) => dense.collect(&mut collected),
                Unit::Fixed(_) => {}
            }
        }
        collected.found
    }
}

/// A walk over the parameters, in the order in which an optimizer meets them.
struct Flattened(Vec<Tensor<1>>);

impl ModuleVisitor for Flattened {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val().inner();
        let size = value.dims().iter().product::<usize>();
        self.0.push(value.reshape([size]));
    }
}

/// The same walk, over the gradients.
struct Taken {
    gradients: Gradients,
    found: Vec<Option<Tensor<1>>>,
}

impl ModuleVisitor for Taken {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.val().grad_remove(&mut self.gradients);
        self.found.push(gradient.map(|gradient| {
            let size = gradient.dims().iter().product::<usize>();
            gradient.reshape([size])
        }));
    }
}

/// The same walk, over how many values there are.
struct Sizes {
    learns: bool,
    /// Beside each, whether it learns.
    found: Vec<(usize, bool)>,
}

impl ModuleVisitor for Sizes {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let learns = self.learns && value.is_require_grad();
        self.found.push((value.dims().iter().product(), learns));
    }
}

/// The same walk, in which every parameter takes the next values.
struct Put(std::vec::IntoIter<Vec<f32>>);

impl ModuleMapper for Put {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (id, old, mapper) = param.consume();
        let values = self.0.next().unwrap_or_default();
        let value = Tensor::from_data(TensorData::new(values, old.dims()), &old.device());
        Param::from_mapped_value(id, value.set_require_grad(old.is_require_grad()), mapper)
    }
}

fn unit(layer: Layer, input: Shape, make: &mut Initializer<'_>) -> Unit {
    let fixed = |does| Unit::Fixed(Fixed { does });
    match (layer, input) {
        (Layer::Conv { filters, kernel, stride, padding, relu }, Shape::Map { channels, .. }) => {
            Unit::Conv(make.conv((filters, channels, kernel), stride, padding, relu))
        }
        (Layer::BatchNorm, Shape::Map { channels, .. }) => {
            Unit::BatchNorm(make.batch_norm(channels))
        }
        (Layer::Dense { units, relu }, Shape::Flat(inputs)) => {
            Unit::Dense(make.dense(inputs, units, relu))
        }
        (Layer::Pool(PoolKind::Max), _) => fixed(Does::Resize(Resize::MaxPool)),
        (Layer::Pool(PoolKind::Average), _) => fixed(Does::Resize(Resize::AveragePool)),
        (Layer::UpSample, _) => fixed(Does::Resize(Resize::UpSample)),
        (Layer::Flatten, _) => fixed(Does::Flatten),
        (layer, input) => unreachable!("{layer:?} after {input:?}: Architecture checks shapes"),
    }
}

/// Layers that are computed together: a convolution with the upsampling before and the pooling
/// after it, or any other layer alone.
struct Step {
    /// The layer, or the convolution among them.
    at: usize,
    upsample: bool,
    pool: Option<Pool>,
    /// The layer after them.
    end: usize,
}

impl Step {
    /// Those from layer `start` of `units` on.
    fn new(units: &[Unit], start: usize) -> Self {
        let resize = |at: usize| match units.get(at) {
            Some(Unit::Fixed(Fixed { does: Does::Resize(kind) })) => Some(*kind),
            _ => None,
        };
        let is_conv = |at: usize| matches!(units.get(at), Some(Unit::Conv(_)));
        let upsample = resize(start) == Some(Resize::UpSample) && is_conv(start + 1);
        let at = start + usize::from(upsample);
        let pool = match resize(at + 1) {
            Some(Resize::MaxPool) if is_conv(at) => Some(Pool::Max),
            Some(Resize::AveragePool) if is_conv(at) => Some(Pool::Average),
            _ => None,
        };
        Self { at, upsample, pool, end: at + 1 + usize::from(pool.is_some()) }
    }
}

fn apply(unit: &Unit, x: Activation, step: &Step) -> Activation {
    match (unit, x) {
        (Unit::Conv(conv), Activation::Map(x)) => {
            Activation::Map(conv.forward(x, step.upsample, step.pool))
        }
        (Unit::Dense(dense), Activation::Flat(x)) => Activation::Flat(dense.forward(x)),
        (Unit::Fixed(fixed), Activation::Map(x)) => match fixed.does {
            Does::Resize(kind) => Activation::Map(ops::resize(x, kind)),
            Does::Flatten => Activation::Flat(ops::flatten(x)),
        },
        (unit, x) => unreachable!("{unit:?} got {x:?}: Architecture checks shapes"),
    }
}
