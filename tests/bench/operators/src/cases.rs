//! The operators of the ten models, each once, with random inputs of the right shapes, and what
//! their definitions cost in multiply-adds or in bytes.

use std::hint::black_box;

use tabgrad::data::pictures::PictureShape;
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::kernels::conv::{self, ConvBlock, ConvShape};
use tabgrad::kernels::pool::Pool;
use tabgrad::kernels::update::{self, Rule};
use tabgrad::kernels::{dense, loss, norm};
use tabgrad::nn::{ActivationFunction, AnyLayer, Padding, Shape};
use tabgrad::spec::{Preset, RunConfig, ValidModel};

/// Pictures of a call: a part of a step.
pub(crate) const PICTURES: usize = tabgrad::parallel::microbatch::PICTURES;

/// Keras' Adam.
const ADAM: Rule = Rule::Adam { first_rate: 0.1, second_rate: 1e-3, epsilon: 1e-7, amsgrad: false };

/// What a call costs.
#[derive(Clone, Copy)]
pub(crate) enum Cost {
    /// Multiplications and additions, as if every product of the definition were made.
    Flops(f64),
    /// Bytes that have to be read and written.
    Bytes(f64),
    /// Both, of which whichever takes longer is the limit.
    Both { flops: f64, bytes: f64 },
}

/// An operator in one direction.
pub(crate) struct Case<'a> {
    pub(crate) name: &'a str,
    /// Those that have it.
    pub(crate) models: &'a [&'static str],
    pub(crate) direction: &'static str,
    /// Pictures of a call; `None` of what is done once a step.
    pub(crate) pictures: Option<usize>,
    pub(crate) cost: Cost,
    pub(crate) run: &'a mut dyn FnMut(),
}

/// What is measured: an operator's shape.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Operator {
    Block(ConvBlock),
    Dense { inputs: usize, units: usize },
    BatchNorm { side: usize, channels: usize },
    CrossEntropy { classes: usize },
    BinaryCrossEntropy,
    Adam { parameters: usize },
}

/// Calls `visit` with every operator and direction.
pub(crate) fn each(mut visit: impl FnMut(Case<'_>)) {
    for (operator, models) in operators() {
        let name = name(&operator);
        let mut tell = |direction, cost, run: &mut dyn FnMut()| {
            let pictures = (direction != "step").then_some(PICTURES);
            visit(Case { name: &name, models: &models, direction, pictures, cost, run });
        };
        match operator {
            Operator::Block(block) => of_block(&block, &mut tell),
            Operator::Dense { inputs, units } => of_dense(inputs, units, &mut tell),
            Operator::BatchNorm { side, channels } => of_norm(side, channels, &mut tell),
            Operator::CrossEntropy { classes } => {
                let (given, wanted) = (values(PICTURES * classes), values(PICTURES * classes));
                tell("both", Cost::Bytes(bytes(3 * given.len())), &mut || {
                    black_box(loss::cross_entropy(black_box(&given), &wanted, classes));
                });
            }
            Operator::BinaryCrossEntropy => {
                let count = PICTURES * PictureShape::CIFAR.bytes();
                let (given, wanted) = (values(count), values(count));
                tell("both", Cost::Bytes(bytes(3 * given.len())), &mut || {
                    black_box(loss::binary_cross_entropy(black_box(&given), &wanted, Some(3)));
                });
            }
            Operator::Adam { parameters } => {
                let [mut value, gradient, mut first] = [0; 3].map(|_| values(parameters));
                let mut second: Vec<f32> = first.iter().map(|moment| moment * moment).collect();
                tell("step", Cost::Bytes(bytes(7 * parameters)), &mut || {
                    let state = &mut [first.as_mut_slice(), second.as_mut_slice()];
                    update::step(ADAM, 1e-3, black_box(&mut value), &gradient, state);
                });
            }
        }
    }
}

type Tell<'a> = &'a mut dyn FnMut(&'static str, Cost, &mut dyn FnMut());

fn of_block(block: &ConvBlock, tell: Tell<'_>) {
    let ConvShape { channels, filters, kernel, side, .. } = block.shape;
    let input_side = if block.upsample { side / 2 } else { side };
    let inputs = values(PICTURES * input_side * input_side * channels);
    let weights = values(filters * channels * kernel * kernel);
    let bias = values(filters);
    let places = block.shape.output_side() * block.shape.output_side();
    let products = (PICTURES * places * weights.len()) as f64;
    tell("forward", Cost::Flops(2.0 * products), &mut || {
        black_box(conv::forward(block, black_box(&inputs), &weights, &bias));
    });
    let conv::Forward { outputs, argmax } = conv::forward(block, &inputs, &weights, &bias);
    let gradients = values(outputs.len());
    // Nobody asks for the gradients of pictures.
    let deep = channels != PictureShape::CIFAR.channels();
    let cost = Cost::Flops(if deep { 4.0 } else { 2.0 } * products);
    tell("backward", cost, &mut || {
        let forward = (outputs.as_slice(), argmax.as_slice());
        black_box(conv::backward(block, black_box(&inputs), &weights, forward, &gradients, deep));
    });
}

fn of_dense(count: usize, units: usize, tell: Tell<'_>) {
    let (inputs, weights) = (values(PICTURES * count), values(count * units));
    let (bias, gradients) = (values(units), values(PICTURES * units));
    let products = (PICTURES * weights.len()) as f64;
    tell("forward", Cost::Flops(2.0 * products), &mut || {
        black_box(dense::forward(black_box(&inputs), &weights, &bias));
    });
    tell("backward", Cost::Flops(4.0 * products), &mut || {
        black_box(dense::backward(black_box(&inputs), &weights, &gradients, units));
    });
}

fn of_norm(side: usize, channels: usize, tell: Tell<'_>) {
    let inputs = values(PICTURES * side * side * channels);
    let (gamma, beta, gradients) = (values(channels), values(channels), values(inputs.len()));
    let scales = |inputs: &[f32]| {
        let norm::Moments { mean, variance } = norm::moments(inputs, channels);
        norm::Normalizer::new(&mean, &variance, 1e-3)
    };
    // Read for the mean, for the variance and to be normalised, which is written.
    tell("forward", Cost::Bytes(bytes(4 * inputs.len())), &mut || {
        let inputs = black_box(&inputs);
        black_box(norm::forward(inputs, &scales(inputs), &gamma, &beta));
    });
    let scales = scales(&inputs);
    // Inputs and gradients are read for two sums and once more.
    tell("backward", Cost::Bytes(bytes(6 * inputs.len())), &mut || {
        black_box(norm::backward(black_box(&inputs), &scales, &gamma, &gradients, true));
    });
}

/// Of so many numbers of 32 bits.
pub(crate) fn bytes(count: usize) -> f64 {
    (4 * count) as f64
}

/// Values in -1 to 1.
pub(crate) fn values(count: usize) -> Vec<f32> {
    let mut rng = Rng::new(count as u64, Purpose::Samples, 0);
    (0..count).map(|_| rng.range(-1.0, 1.0)).collect()
}

/// Every operator of the models, and the models that have it.
fn operators() -> Vec<(Operator, Vec<&'static str>)> {
    let mut found: Vec<(Operator, Vec<&'static str>)> = Vec::new();
    for model in Preset::all() {
        let built =
            RunConfig::new(model).model(PictureShape::CIFAR, 10).expect("presets can be built");
        for operator in of_model(&built) {
            match found.iter_mut().find(|(known, _)| *known == operator) {
                Some((_, models)) if models.contains(&model.name()) => {}
                Some((_, models)) => models.push(model.name()),
                None => found.push((operator, vec![model.name()])),
            }
        }
    }
    found
}

fn of_model(ValidModel { layers, shapes, .. }: &ValidModel) -> Vec<Operator> {
    let mut found = Vec::new();
    let mut parameters = 0;
    let [height, width, channels] = PictureShape::CIFAR.dims();
    let mut before = Shape::Map { height, width, channels };
    for (index, (layer, shape)) in layers.iter().zip(shapes).enumerate() {
        let relu = layer.activation() == ActivationFunction::Relu;
        match (layer, before) {
            (AnyLayer::Conv2D(conv), Shape::Map { height: side, channels, .. }) => {
                let filters = conv.filters.count().expect("the data is known");
                let (kernel, stride) = (conv.kernel_size.height, conv.strides.height);
                let total = match conv.padding {
                    Padding::Valid => 0,
                    Padding::Same => (side.div_ceil(stride) - 1) * stride + kernel - side,
                };
                let padding = (total / 2, total.div_ceil(2));
                let shape = ConvShape { channels, filters, kernel, stride, padding, side };
                let upsample = index > 0 && matches!(layers[index - 1], AnyLayer::UpSampling2D(_));
                let pool = match layers.get(index + 1) {
                    Some(AnyLayer::MaxPooling2D(_)) => Some(Pool::Max),
                    Some(AnyLayer::AveragePooling2D(_)) => Some(Pool::Average),
                    _ => None,
                };
                parameters += filters * (channels * kernel * kernel + 1);
                found.push(Operator::Block(ConvBlock { shape, upsample, relu, pool }));
            }
            (AnyLayer::Dense(_), Shape::Flat(inputs)) => {
                let units = shape.size();
                parameters += (inputs + 1) * units;
                found.push(Operator::Dense { inputs, units });
            }
            (AnyLayer::BatchNormalization(_), Shape::Map { height: side, channels, .. }) => {
                parameters += 2 * channels;
                found.push(Operator::BatchNorm { side, channels });
            }
            _ => {}
        }
        before = *shape;
    }
    found.push(match before {
        Shape::Flat(classes) => Operator::CrossEntropy { classes },
        Shape::Map { .. } => Operator::BinaryCrossEntropy,
    });
    found.push(Operator::Adam { parameters });
    found
}

fn name(operator: &Operator) -> String {
    match operator {
        Operator::Block(ConvBlock { shape, upsample, relu, pool }) => {
            let ConvShape { channels, filters, kernel, stride, padding, side } = shape;
            let mut name =
                format!("{kernel}x{kernel} convolution, {channels} to {filters}, {side}x{side}");
            let mut add = |holds: bool, what: &str| name += if holds { what } else { "" };
            add(*stride > 1, ", strided");
            add(*padding == (0, 0) && *kernel > 1, ", without border");
            add(*upsample, ", upsampled before");
            add(*relu, ", relu");
            add(*pool == Some(Pool::Max), ", max pooled");
            add(*pool == Some(Pool::Average), ", average pooled");
            name
        }
        Operator::Dense { inputs, units } => format!("dense, {inputs} to {units}"),
        Operator::BatchNorm { side, channels } => {
            format!("batch normalisation, {channels} of {side}x{side}")
        }
        Operator::CrossEntropy { classes } => format!("cross-entropy, {classes} classes"),
        Operator::BinaryCrossEntropy => "binary cross-entropy of a picture".to_owned(),
        Operator::Adam { parameters } => format!("Adam, {parameters} parameters"),
    }
}
