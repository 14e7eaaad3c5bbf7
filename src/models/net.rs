//! A network with weights: an architecture's layers, each with its parameters, run one after
//! another. Knows no loss and no optimizer.

use std::ops::Range;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use super::architecture::{Architecture, Layer, PoolKind, Shape};
use super::layers::{self, BatchNorm, Conv2d, Dense, Initializer};

/// What a layer computes with.
#[derive(Module, Debug)]
enum Unit {
    Conv(Conv2d),
    BatchNorm(BatchNorm),
    Dense(Dense),
    Fixed(Fixed),
}

/// A layer without parameters.
#[derive(Module, Debug)]
struct Fixed {
    #[module(skip)]
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    Pool(PoolKind),
    UpSample,
    Flatten,
}

/// What flows between layers.
#[derive(Debug, Clone)]
pub enum Flow {
    /// `[batch, channels, height, width]`
    Map(Tensor<4>),
    /// `[batch, units]`
    Flat(Tensor<2>),
}

/// A network.
#[derive(Module, Debug)]
pub struct Net {
    units: Vec<Unit>,
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
    pub fn forward(&self, x: Flow, range: Range<usize>) -> Flow {
        self.units[range].iter().fold(x, |x, unit| match (unit, x) {
            (Unit::BatchNorm(norm), Flow::Map(x)) => Flow::Map(norm.forward(x)),
            (unit, x) => apply(unit, x),
        })
    }

    /// Layers `range` as in training: batch normalisation uses the batch's statistics and moves
    /// its own.
    ///
    /// # Panics
    /// If `x` does not have the shape that the first of them expects.
    #[must_use]
    pub fn forward_training(&mut self, x: Flow, range: Range<usize>) -> Flow {
        self.units[range].iter_mut().fold(x, |x, unit| match (unit, x) {
            (Unit::BatchNorm(norm), Flow::Map(x)) => Flow::Map(norm.train(x)),
            (unit, x) => apply(unit, x),
        })
    }

    /// The parameters of layers `range`, trained or not, each flattened in burn's layout, in
    /// the order of the layers.
    #[must_use]
    pub fn parameters(&self, range: Range<usize>) -> Vec<Tensor<1>> {
        let mut parameters = Parameters::default();
        for unit in &self.units[range] {
            unit.visit(&mut parameters);
        }
        parameters.0
    }
}

/// Collects parameters, flattened, in visiting order.
#[derive(Default)]
struct Parameters(Vec<Tensor<1>>);

impl ModuleVisitor for Parameters {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val().inner();
        let size = value.shape().num_elements();
        self.0.push(value.reshape([size]));
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
        (Layer::Pool(kind), _) => fixed(Does::Pool(kind)),
        (Layer::UpSample, _) => fixed(Does::UpSample),
        (Layer::Flatten, _) => fixed(Does::Flatten),
        (layer, input) => unreachable!("{layer:?} after {input:?}: Architecture checks shapes"),
    }
}

fn apply(unit: &Unit, x: Flow) -> Flow {
    match (unit, x) {
        (Unit::Conv(conv), Flow::Map(x)) => Flow::Map(conv.forward(x)),
        (Unit::Dense(dense), Flow::Flat(x)) => Flow::Flat(dense.forward(x)),
        (Unit::Fixed(fixed), Flow::Map(x)) => match fixed.does {
            Does::Pool(kind) => Flow::Map(layers::pool(x, kind)),
            Does::UpSample => Flow::Map(layers::upsample(x)),
            Does::Flatten => Flow::Flat(layers::flatten(x)),
        },
        (unit, x) => unreachable!("{unit:?} got {x:?}: Architecture checks shapes"),
    }
}
