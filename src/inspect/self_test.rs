//! The self-test of a device: runs every operator of a model, forward and backward, and a step of Adam,
//! on the device and on a reference, from the same numbers, and tells the relative error of each tensor.

use std::ops::Range;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData, Transaction};
use serde::Serialize;

use crate::data::pictures::PictureShape;
use crate::data::rng::{Purpose, Rng};
use crate::kernels::ssim::inside;
use crate::nn::{
    Activation, AnyLayer, Branches, Net, Parameter, SampleStreams, Shape, fused_groups,
};
use crate::ops::{self, LossKind};
use crate::optim::{Optimizer, OptimizerKind};
use crate::spec::run::named as choice;
use crate::spec::{Kind, RunConfig, ValidModel};
use crate::step::autodiff;
use crate::step::batch::one_hot;
use crate::step::loss;
use crate::step::transfer::{TransferError, read};
use crate::train::error::TrainError;

mod batches;
#[cfg(test)]
mod tests;

/// The largest difference that passes, as a part of the largest value of the same tensor. Rounding
/// of 32-bit sums over a map comes to about 1e-6, a wrong operator to far more; gradients are held
/// to the same against Keras.
pub const TOLERANCE: f64 = 1e-4;

/// Pictures that go through each operator.
const BATCH: usize = 2;

/// One tensor, compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What computed it, with the sizes it has in the model.
    pub operator: String,
    /// What it is: the output, or a gradient.
    pub tensor: String,
    /// The largest difference, as a part of the largest value; infinite where a value is not a
    /// number.
    pub difference: f64,
    /// Whether that is within [`TOLERANCE`].
    pub passed: bool,
}

/// Compares `device` with `reference` for the model and the settings of `config`, on pictures of this
/// shape.
///
/// # Errors
/// [`TrainError`] where the settings are wrong or a device does not answer.
pub async fn check(
    config: &RunConfig,
    picture: PictureShape,
    device: &Device,
    reference: &Device,
) -> Result<Vec<Check>, TrainError> {
    let model = config.model(picture, config.model.spec().classes_without_data())?;
    let mut checks = Vec::new();
    for operator in operators(config, picture, &model) {
        let name = operator.name();
        let found = operator.run(device);
        let expected = operator.run(reference);
        let found = values(found).await?;
        for ((tensor, found), (_, expected)) in found.into_iter().zip(values(expected).await?) {
            let difference = difference(&found, &expected);
            let passed = difference <= TOLERANCE;
            checks.push(Check { operator: name.clone(), tensor, difference, passed });
        }
    }
    Ok(checks)
}

/// The largest difference, as a part of the largest expected value.
fn difference(found: &[f32], expected: &[f32]) -> f64 {
    let largest = expected.iter().fold(f64::MIN_POSITIVE, |most, x| most.max(f64::from(x.abs())));
    let apart = |(a, b): (&f32, &f32)| {
        let apart = f64::from((a - b).abs());
        if apart.is_nan() { f64::INFINITY } else { apart }
    };
    if found.len() != expected.len() {
        return f64::INFINITY;
    }
    found.iter().zip(expected).map(apart).fold(0.0, f64::max) / largest
}

/// Values with a name each, still on the device.
type NamedTensors = Vec<(String, Tensor<1>)>;

async fn values(named: NamedTensors) -> Result<Vec<(String, Vec<f32>)>, TransferError> {
    let (names, tensors): (Vec<String>, Vec<Tensor<1>>) = named.into_iter().unzip();
    let transfer = tensors.into_iter().fold(Transaction::default(), Transaction::register);
    Ok(names.into_iter().zip(read(transfer).await?.rest()).collect())
}

/// Something a model is made of.
enum Operator<'a> {
    /// Layers that are computed together.
    Layers {
        of: &'a ValidModel,
        range: Range<usize>,
    },
    Relu,
    /// From logits to the loss.
    Loss(&'a RunConfig, &'a ValidModel),
    /// The loss of the inner stages of a stacked autoencoder.
    CodeLoss,
    /// A step of the run's optimizer.
    Step(&'a RunConfig),
    /// Making a batch, with its noise.
    MakeBatch(&'a RunConfig, PictureShape),
    /// Structural similarity of reconstructions.
    Similarity(PictureShape),
}

/// The operators of a model, each once.
fn operators<'a>(
    config: &'a RunConfig,
    picture: PictureShape,
    of: &'a ValidModel,
) -> Vec<Operator<'a>> {
    let mut seen: Vec<(&[AnyLayer], Shape)> = Vec::new();
    let mut operators = Vec::new();
    for range in fused_groups(&of.layers, &of.inputs()) {
        let case = (&of.layers[range.clone()], of.input_of(range.start));
        if !seen.contains(&case) {
            seen.push(case);
            operators.push(Operator::Layers { of, range });
        }
    }
    operators.extend([Operator::Relu, Operator::Loss(config, of)]);
    if !of.stages.is_empty() {
        operators.push(Operator::CodeLoss);
    }
    operators.extend([Operator::Step(config), Operator::MakeBatch(config, picture)]);
    let has_windows = inside([picture.height(), picture.width()]).is_some();
    if of.kind == Kind::Autoencoder && has_windows {
        operators.push(Operator::Similarity(picture));
    }
    operators
}

/// Multiples of 1/16 between -1/2 and 1/2. Sums of their products have no rounding, so that it does
/// not decide which values a relu or a pooling lets through.
fn sixteenths(stream: u64, count: usize) -> Vec<f32> {
    let mut rng = Rng::new(0, Purpose::Samples, stream);
    std::iter::repeat_with(|| rng.below(17) as f32 / 16.0 - 0.5).take(count).collect()
}

/// Numbers between -1 and 1, none of them near 0.
fn numbers(stream: u64, count: usize) -> Vec<f32> {
    let mut rng = Rng::new(0, Purpose::Samples, stream);
    let number = || {
        let size = rng.range(0.05, 1.0);
        if rng.bits() & 1 == 1 { size } else { -size }
    };
    std::iter::repeat_with(number).take(count).collect()
}

fn tensor<const D: usize>(stream: u64, shape: [usize; D], device: &Device) -> Tensor<D> {
    let count = shape.iter().product();
    ops::from_data(TensorData::new(numbers(stream, count), shape), device)
}

/// The same numbers between 0 and 1, as pictures have them.
fn positive<const D: usize>(stream: u64, shape: [usize; D], device: &Device) -> Tensor<D> {
    let values = host_positive(stream, shape.iter().product());
    ops::from_data(TensorData::new(values, shape), device)
}

fn host_positive(stream: u64, count: usize) -> Vec<f32> {
    numbers(stream, count).into_iter().map(f32::abs).collect()
}

fn flat<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    let size = x.dims().iter().product::<usize>();
    x.reshape([size])
}

impl Operator<'_> {
    /// As the table calls it.
    fn name(&self) -> String {
        match self {
            Self::Layers { of, range } => {
                let names: Vec<String> =
                    of.layers[range.clone()].iter().map(|layer| layer.describe()).collect();
                let names = names.join(", ");
                format!("{names}, from {}", of.input_of(range.start))
            }
            Self::Relu => "relu".to_owned(),
            Self::Loss(config, of) => match of.reconstruction_output() {
                None => format!("softmax and {}", words(&config.loss).replace("cross ", "cross-")),
                Some(output) => format!("{} and {}", words(&output), words(&config.loss)),
            },
            Self::CodeLoss => "mean squared error of codes".to_owned(),
            Self::Step(config) => match &config.optimizer.kind {
                OptimizerKind::Adam(_) => "a step of Adam".to_owned(),
                other => format!("a step of {}", other.name()),
            },
            Self::MakeBatch(..) => "a batch of pictures".to_owned(),
            Self::Similarity(_) => "structural similarity".to_owned(),
        }
    }

    /// Its output and its gradients on `device`.
    fn run(&self, device: &Device) -> NamedTensors {
        let device = device.clone().autodiff();
        match self {
            Self::Layers { of, range } => layers(of, range, &device),
            Self::Relu => {
                let x = tensor::<2>(1, [BATCH, 512], &device).require_grad();
                let y = relu(x.clone());
                let loss = squared_error(y.clone());
                named(vec![("output", flat(y.inner()))], by_inputs(&x, loss))
            }
            Self::Loss(config, of) => task_loss(config, of, &device),
            Self::CodeLoss => {
                let x = tensor::<4>(1, [BATCH, 8, 8, 8], &device).require_grad();
                let loss = loss::squared_error(x.clone(), positive(2, [BATCH, 8, 8, 8], &device));
                named(vec![("mean loss", loss.clone().inner())], by_inputs(&x, loss))
            }
            Self::Step(config) => steps(config, &device.inner()),
            Self::MakeBatch(config, picture) => {
                batches::gathered(config, *picture, &device.inner())
            }
            Self::Similarity(picture) => batches::similarity(*picture, &device.inner()),
        }
    }
}

/// A choice as a person would write it.
fn words<T: Serialize>(value: &T) -> String {
    choice(value).trim_matches('"').replace('-', " ")
}

fn named(outputs: Vec<(&str, Tensor<1>)>, gradients: NamedTensors) -> NamedTensors {
    let own = |(name, values): (&str, Tensor<1>)| (name.to_owned(), values);
    outputs.into_iter().map(own).chain(gradients).collect()
}

/// A loss whose gradient differs from value to value.
fn squared_error<const D: usize>(y: Tensor<D>) -> Tensor<1> {
    let goals = positive(9, y.dims(), &y.device());
    ops::loss(y, goals, LossKind::SquaredError)
}

fn by_inputs<const D: usize>(x: &Tensor<D>, loss: Tensor<1>) -> NamedTensors {
    let gradients = loss.backward();
    let found =
        x.grad(&gradients).map(|gradient| ("gradient by inputs".to_owned(), flat(gradient)));
    found.into_iter().collect()
}

fn layers(of: &ValidModel, range: &Range<usize>, device: &Device) -> NamedTensors {
    let net = Net::new(&of.layers, &of.inputs(), 1, device);
    let norm = matches!(of.layers[range.start], AnyLayer::BatchNormalization(_));
    let weights = net.sizes().into_iter().zip(1..).map(|(size, at)| sixteenths(at, size)).collect();
    // A variance is no such number; of the others there are as many.
    let net = if norm { Some(net) } else { net.with_values(weights) };
    let Some(mut net) = net else { return Vec::new() };
    let x = leaf(0, of.input_of(range.start), device);
    // A residual block by itself adds what has gone around its layers.
    let skips = match &of.layers[range.start] {
        AnyLayer::Residual(block) => block.input.map(|shape| leaf(100, shape, device)),
        _ => None,
    };
    let inputs = Branches { main: x, skips: skips.into_iter().collect(), kl: None };
    let mut found = Vec::new();
    let range = range.clone();
    if norm {
        let y = net.forward_branches(inputs.clone(), range.clone());
        found.push(("output after training", output(&y.main)));
    }
    let streams = SampleStreams { indices: (0..BATCH as u32).collect(), ..Default::default() };
    let Branches { main: y, kl, .. } =
        net.forward_training_branches(inputs.clone(), range, &streams);
    found.push(("output", output(&y)));
    found.extend(kl.clone().map(|kl| ("divergence", kl.inner())));
    let loss = match y {
        Activation::Map(y) => squared_error(y),
        Activation::Flat(y) => squared_error(y),
    };
    let loss = kl.into_iter().fold(loss, ops::sum);
    let gradients = loss.backward();
    let mut found = named(found, Vec::new());
    for (input, name) in inputs.into_iter().zip(["inputs", "the block's input"]) {
        let gradient = autodiff::gradient(&input, &gradients);
        found.push((format!("gradient by {name}"), output(&gradient)));
    }
    let by_parameter = |Parameter { name, values, .. }: Parameter<Tensor<1>>| {
        (format!("gradient by {name}"), values)
    };
    found.extend(net.gradients(&gradients).into_iter().map(by_parameter));
    found
}

/// Inputs of a layer, whose gradient is kept.
fn leaf(stream: u64, shape: Shape, device: &Device) -> Activation {
    let rows = |shape: &[usize]| {
        TensorData::new(sixteenths(stream, shape.iter().product()), shape.to_vec())
    };
    autodiff::leaf(match shape {
        Shape::Map { height, width, channels } => {
            Activation::Map(ops::from_data(rows(&[BATCH, channels, height, width]), device))
        }
        Shape::Flat(count) => Activation::Flat(ops::from_data(rows(&[BATCH, count]), device)),
    })
}

fn output(x: &Activation) -> Tensor<1> {
    match autodiff::untracked(x.clone()) {
        Activation::Map(y) => flat(y),
        Activation::Flat(y) => flat(y),
    }
}

fn task_loss(config: &RunConfig, of: &ValidModel, device: &Device) -> NamedTensors {
    let Some(kind) = of.reconstruction_output() else {
        let classes = of.classes();
        let x = tensor::<2>(1, [BATCH, classes], device).require_grad();
        let labels = [classes.saturating_sub(1) as i32 / 3; BATCH];
        let goals = one_hot(&labels, classes, device);
        let weights = config.class_weights.as_ref().map(|_| positive(3, [BATCH], device));
        let loss = loss::classification(x.clone(), goals, weights, config.loss);
        return named(vec![("mean loss", loss.clone().inner())], by_inputs(&x, loss));
    };
    let Shape::Map { height, width, channels } = of.input else { return Vec::new() };
    let shape = [BATCH, channels, height, width];
    let x = tensor::<4>(1, shape, device).require_grad();
    let outputs = loss::activate(x.clone(), kind).inner();
    let loss =
        loss::reconstruction(x.clone(), positive(2, shape, device), config.loss_function(), kind);
    let found = vec![("output", flat(outputs)), ("mean loss", loss.clone().inner())];
    named(found, by_inputs(&x, loss))
}

/// Two steps of two parameters, so that the second step has state to begin with.
fn steps(config: &RunConfig, device: &Device) -> NamedTensors {
    let mut optimizer = Optimizer::new(config.optimizer.clone(), config.rates(1));
    let many = |stream| tensor::<1>(stream, [1000], device);
    let few = |stream| tensor::<1>(stream, [10], device);
    let first = optimizer.step(vec![many(1), few(5)], vec![Some(many(2)), Some(few(6))]);
    let moved =
        optimizer.step(first.into_iter().flatten().collect(), vec![Some(many(9)), Some(few(10))]);
    let mut found: Vec<(String, Tensor<1>)> = Vec::new();
    let mut add = |what: &str, both: Vec<Option<Tensor<1>>>| {
        for (of, values) in ["weights", "bias"].into_iter().zip(both) {
            found.extend(values.map(|values| (format!("{of}{what}"), values)));
        }
    };
    add("", moved);
    for (at, name) in optimizer.state_names().into_iter().enumerate() {
        add(&format!(", {name}"), optimizer.state(at));
    }
    found
}
