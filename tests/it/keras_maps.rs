//! Single layers and small networks beside Keras: `tests/keras/make_map_fixtures.py` writes what Keras makes
//! of them, and each is repeated here on every CPU backend, natively and in a browser, or on the one that is
//! named (see `support`). The largest difference of each class is printed.
//!
//! A difference counts as a part of the tensor's largest value.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value as Json;
use tabgrad::backend::Backend;
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::nn::{Activation, AnyLayer, Net, Parameter, SampleStreams, Shape};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{backends, tell_differences};

/// Of a layer's output.
const FORWARD: f64 = 2e-6;
/// Of its gradients.
const GRADIENTS: f64 = 1e-5;
/// Of losses in ten steps, and of the weights after them.
const DESCENT: f64 = 1e-4;

const FIXTURE: &str = include_str!("../keras/fixtures/layers-of-maps.json");

/// The fixture's values in -1 to 1.
fn drawn(index: u64, shape: &[usize]) -> Vec<f32> {
    let mut rng = Rng::new(shape.len() as u64, Purpose::Samples, index);
    (0..shape.iter().product()).map(|_| rng.range(-1.0, 1.0)).collect()
}

fn sizes(json: &Json) -> Vec<usize> {
    serde_json::from_value(json.clone()).expect("sizes")
}

fn float(json: &Json) -> f64 {
    json.as_f64().unwrap_or_else(|| panic!("{json} is no number"))
}

fn list(json: &Json) -> &[Json] {
    json.as_array().unwrap_or_else(|| panic!("{json} is no list"))
}

/// The largest difference of values from Keras' of a tensor.
#[track_caller]
fn apart(what: &str, ours: &[f32], keras: &Json) -> f64 {
    assert_eq!(ours.len(), sizes(&keras["shape"]).iter().product::<usize>(), "{what}");
    let norm = ours.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    let largest = float(&keras["largest"]).max(1e-3);
    let by_norm = (norm - float(&keras["norm"])).abs() / float(&keras["norm"]).max(1e-3);
    let sample = list(&keras["sample"]);
    let kept = sample.iter().enumerate().map(|(i, value)| {
        let ours = f64::from(ours[i * ours.len() / sample.len()]);
        (ours - float(value)).abs() / largest
    });
    kept.fold(by_norm, f64::max)
}

/// A network with the fixture's weights.
struct Case {
    net: Net,
    layers: Vec<AnyLayer>,
    shapes: Vec<Shape>,
}

impl Case {
    fn new(input: &Json, layers: &[Json], device: &Device) -> Self {
        let [height, width, channels] = sizes(input).try_into().expect("a shape of maps");
        let layers: Vec<AnyLayer> = layers
            .iter()
            .map(|layer| serde_json::from_value(layer.clone()).expect("a layer"))
            .collect();
        let mut shapes = vec![Shape::Map { height, width, channels }];
        for layer in &layers {
            let next = layer.output_shape(shapes[shapes.len() - 1]).expect("it fits");
            shapes.push(next);
        }
        let mut net = Net::new(&layers, &shapes[..layers.len()], 1, device);
        let mut index = 0;
        for (at, layer) in layers.iter().enumerate() {
            for spec in layer.parameters(shapes[at]) {
                index += 1;
                let ends = spec.shape[..spec.shape.len() - 1].iter().product::<usize>().max(1);
                let size = (3.0 / ends as f32).sqrt();
                let values = drawn(index, &spec.shape).into_iter().map(|x| x * size).collect();
                let (name, shape) = (spec.name, spec.shape);
                net.put(&Parameter { layer: at, name, shape, values }).expect("its own");
            }
        }
        Self { net, layers, shapes }
    }

    /// Maps `[picture][y][x][channel]`, or rows, as the network takes and gives them.
    fn tensor(values: Vec<f32>, batch: usize, shape: Shape, device: &Device) -> Activation {
        match shape {
            Shape::Map { height, width, channels } => {
                let data = TensorData::new(values, [batch, height, width, channels]);
                Activation::Map(Tensor::<4>::from_data(data, device).permute([0, 3, 1, 2]))
            }
            Shape::Flat(units) => {
                let data = TensorData::new(values, [batch, units]);
                Activation::Flat(Tensor::from_data(data, device))
            }
        }
    }

    /// The shape of a batch of a layer's inputs, as Keras has it.
    fn dims(&self, at: usize, batch: usize) -> Vec<usize> {
        match self.shapes[at] {
            Shape::Map { height, width, channels } => vec![batch, height, width, channels],
            Shape::Flat(units) => vec![batch, units],
        }
    }

    /// The network's outputs of `x`.
    fn outputs(&mut self, x: Activation) -> Activation {
        self.net.forward_training(x, 0..self.layers.len(), &SampleStreams::default())
    }
}

async fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data_async().await.expect("the device works");
    data.try_into_vec().expect("32-bit values")
}

/// The values of outputs in Keras' order.
async fn rows(outputs: Activation) -> Vec<f32> {
    host(outputs.rows()).await
}

/// The largest difference of a layer's output, and of its gradients.
async fn single(case: &Json, batch: usize, device: &Device) -> [f64; 2] {
    let what = case["layer"].to_string();
    let device = &device.clone().autodiff();
    let mut network = Case::new(&case["input"], std::slice::from_ref(&case["layer"]), device);
    let layer = &network.layers[0];
    assert_eq!(layer.default_name(), case["name"].as_str().expect("a name"), "{what}");
    let parameters: usize =
        layer.parameters(network.shapes[0]).iter().map(|spec| spec.size()).sum();
    assert_eq!(Some(parameters as u64), case["parameters"].as_u64(), "{what}");
    let inputs = network.dims(0, batch);
    let Activation::Map(x) = Case::tensor(drawn(100, &inputs), batch, network.shapes[0], device)
    else {
        panic!("{what} takes no maps")
    };
    let x = x.detach().require_grad();
    let y = network.outputs(Activation::Map(x.clone()));
    let factors = drawn(101, &network.dims(1, batch));
    let factors = Case::tensor(factors, batch, network.shapes[1], device);
    let forward = apart(&what, &rows(y.clone()).await, &case["output"]);
    let gradients = match (y, factors) {
        (Activation::Map(y), Activation::Map(factors)) => (y * factors).sum().backward(),
        (Activation::Flat(y), Activation::Flat(factors)) => (y * factors).sum().backward(),
        _ => panic!("{what} gives something else"),
    };
    let by_input = Activation::Map(x.grad(&gradients).expect("a gradient"));
    let mut backward = apart(&what, &rows(by_input).await, &case["byInput"]);
    let by_weights = network.net.gradients(&gradients);
    assert_eq!(by_weights.len(), list(&case["byWeights"]).len(), "{what}");
    for (ours, keras) in by_weights.into_iter().zip(list(&case["byWeights"])) {
        let what = format!("{what}, {}", ours.name);
        assert_eq!(ours.shape, sizes(&keras["shape"]), "{what}");
        backward = backward.max(apart(&what, &host(ours.values).await, keras));
    }
    [forward, backward]
}

/// The largest difference of a network's losses in some steps of gradient descent, and of its weights after
/// them.
async fn descent(case: &Json, (batch, rate): (usize, f32), device: &Device) -> f64 {
    let what = case["name"].as_str().expect("a name");
    let device = &device.clone().autodiff();
    let mut network = Case::new(&case["input"], list(&case["layers"]), device);
    let last = network.layers.len();
    let draw = float(&case["draw"]) as u64;
    let x = drawn(draw, &network.dims(0, batch));
    let goals = drawn(draw + 1, &network.dims(last, batch));
    let count = goals.len() as f32;
    let x = Case::tensor(x, batch, network.shapes[0], device);
    let goals = Case::tensor(goals, batch, network.shapes[last], device);
    let mut worst = Worst::default();
    for (step, keras) in list(&case["losses"]).iter().enumerate() {
        let loss = match (network.outputs(x.clone()), goals.clone()) {
            (Activation::Map(y), Activation::Map(goals)) => squared(y - goals) / count,
            (Activation::Flat(y), Activation::Flat(goals)) => squared(y - goals) / count,
            _ => panic!("{what} gives something else"),
        };
        let gradients = loss.backward();
        let [ours] = host(loss.inner()).await.try_into().expect("a number");
        let error = (f64::from(ours) - float(keras)).abs() / float(keras);
        worst.add(error, || format!("loss {step} is {ours} instead of {keras}"));
        let moved = network.net.parameters().into_iter().zip(network.net.gradients(&gradients));
        let mut next = Vec::new();
        for (weight, gradient) in moved {
            let values = host(weight.values).await;
            let by = host(gradient.values).await;
            let values = values.iter().zip(by).map(|(value, by)| value - rate * by).collect();
            next.push(Parameter {
                layer: weight.layer,
                name: weight.name,
                shape: weight.shape,
                values,
            });
        }
        for one in &next {
            network.net.put(one).expect("its own");
        }
    }
    for (weight, keras) in network.net.parameters().into_iter().zip(list(&case["weights"])) {
        let what = format!("{what}, {} of layer {}", weight.name, weight.layer);
        assert_eq!(weight.shape, sizes(&keras["shape"]), "{what}");
        let values = host(weight.values).await;
        let error = apart(&what, &values, keras);
        worst.add(error, || format!("{what} has {values:?} instead of {keras}"));
    }
    assert!(worst.error < DESCENT, "{:e}: {}", worst.error, worst.what);
    worst.error
}

/// The largest difference, and where it is.
#[derive(Default)]
struct Worst {
    error: f64,
    what: String,
}

impl Worst {
    fn add(&mut self, error: f64, what: impl FnOnce() -> String) {
        if error > self.error || error.is_nan() {
            *self = Self { error, what: what() };
        }
    }
}

fn squared<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    (x.clone() * x).sum()
}

async fn check(backend: Backend) {
    let fixture: Json = serde_json::from_str(FIXTURE).expect("a fixture is JSON");
    let batch = float(&fixture["batch"]) as usize;
    let device = backend.device().await.expect("a device");
    let mut worst: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for case in list(&fixture["layers"]) {
        let found = single(case, batch, &device).await;
        let within = found[0] < FORWARD && found[1] < GRADIENTS;
        assert!(within, "{} of {} on {backend:?}: {found:?}", case["layer"], case["input"]);
        let class = case["layer"]["type"].as_str().expect("a class").to_owned();
        let most = worst.entry(class).or_default();
        *most = [0, 1].map(|at| most[at].max(found[at]));
    }
    for (class, [forward, backward]) in worst {
        let row = [("outputs", forward), ("gradients", backward)];
        tell_differences("layer", &class, backend.name(), &row);
    }
    let rate = float(&fixture["rate"]) as f32;
    for case in list(&fixture["networks"]) {
        let found = descent(case, (batch, rate), &device).await;
        let name = case["name"].as_str().expect("a name");
        tell_differences("network", name, backend.name(), &[("losses and weights", found)]);
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn layers_of_maps_are_those_of_keras() {
    // Only a GPU is ever awaited for long, so blocking works in a browser too.
    pollster::block_on(async {
        for backend in backends() {
            check(backend).await;
        }
    });
}
