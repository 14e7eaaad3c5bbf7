//! Small networks of single layers beside Keras: `tests/keras/layer_fixtures.py` writes what Keras makes
//! of them, forward, backward and in ten steps of plain gradient descent, and each is repeated here on
//! every CPU backend, natively and in a browser, or on the GPU. The largest difference of each is
//! printed; it counts as a part of the tensor's largest value.

use burn::tensor::{Device, Tensor, TensorData};
use tabgrad::backend::Backend;
use tabgrad::data::pictures::PictureShape;
use tabgrad::nn::{Activation, Net, Parameter, SampleStreams, Shape};
use tabgrad::ops::{self, LossKind};
use tabgrad::spec::ValidModel;
use tabgrad::spec::model::ModelSpec;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::keras::{float, list, whole};
use crate::support::{backends, pictures, tell_differences};

type Json = serde_json::Value;

const CLASSES: usize = 10;

/// What is compared, and how far it may be apart.
const COMPARED: [(&str, f64); 5] = [
    ("outputs", 1e-5),
    ("gradients", 1e-4),
    ("losses", 1e-4),
    ("weights", 1e-3),
    ("trained", 1e-3),
];

async fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data_async().await.expect("the device works");
    data.try_into_vec().expect("32-bit values")
}

/// The largest difference from what a fixture keeps of a tensor, as a part of the largest value and of the
/// norm of `beside`, the tensor itself or what it belongs to.
pub(crate) fn apart(ours: &[f32], keras: &Json, beside: &[&Json]) -> f64 {
    let sample = list(&keras["sample"]);
    let most = |name: &str| beside.iter().map(|one| float(&one[name])).fold(1e-30, f64::max);
    let norm = ours.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
    let norms = (norm - float(&keras["norm"])).abs() / most("norm");
    let values = sample.iter().enumerate().map(|(i, value)| {
        (f64::from(ours[i * ours.len() / sample.len()]) - float(value)).abs() / most("largest")
    });
    // A difference that is not a number is larger than any.
    values.chain([norms]).fold(0.0, |most, one| if one <= most { most } else { one })
}

/// The largest difference of parameters, or of their gradients.
pub(crate) fn largest_apart(ours: &[Parameter], keras: &Json, case: &str) -> f64 {
    let keras = list(keras);
    let named = |one: &Parameter| (one.layer, one.name.to_owned());
    let names: Vec<_> = keras
        .iter()
        .map(|one| (whole(&one["layer"]), one["name"].as_str().unwrap_or_default().to_owned()))
        .collect();
    assert_eq!(ours.iter().map(named).collect::<Vec<_>>(), names, "{case}");
    let all = ours.iter().zip(keras).map(|(ours, one)| {
        // A bias counts beside its kernel: before a normalisation it moves nothing.
        let layer = keras.iter().filter(|other| other["layer"] == one["layer"]);
        apart(&ours.values, one, &layer.collect::<Vec<_>>())
    });
    all.fold(0.0, f64::max)
}

struct Case<'a> {
    fixture: &'a Json,
    settings: &'a Json,
    device: Device,
    net: Net,
    layers: usize,
}

impl<'a> Case<'a> {
    async fn new(name: &str, settings: &'a Json, backend: Backend) -> Self {
        let fixture = &settings["cases"][name];
        let spec = serde_json::json!({
            "input": [32, 32, 3], "layers": fixture["layers"], "task": {"type": "classify"}
        });
        let spec: ModelSpec = serde_json::from_value(spec).expect("a model");
        let model = ValidModel::new(&spec, name, PictureShape::CIFAR, CLASSES)
            .expect("a model that can be built");
        let device = backend.device().await.expect("a device").autodiff();
        let seed = settings["seed"].as_u64().expect("a seed");
        let net = Net::new(&model.layers, &model.inputs(), seed, &device);
        Self { fixture, settings, device, net, layers: model.layers.len() }
    }

    /// Batch `index` of the pictures: inputs, one-hot labels, and where they are in the data.
    fn batch(&self, index: usize) -> (Activation, Tensor<2>, Vec<u32>) {
        let [batch, batches] = ["batch", "batches"].map(|name| whole(&self.settings[name]));
        let all = pictures(batch * batches, 1);
        let indices: Vec<u32> = (0..).skip(index * batch).take(batch).collect();
        let mut values: Vec<f32> = Vec::new();
        let mut targets = vec![0.0_f32; batch * CLASSES];
        for (row, &index) in indices.iter().enumerate() {
            let (label, pixels) = all.get(index as usize).expect("a picture");
            values.extend(pixels.iter().map(|byte| f32::from(*byte) / 255.0));
            targets[row * CLASSES + usize::from(label)] = 1.0;
        }
        let x = Tensor::<4>::from_data(TensorData::new(values, [batch, 32, 32, 3]), &self.device);
        let targets = Tensor::from_data(TensorData::new(targets, [batch, CLASSES]), &self.device);
        (Activation::Map(x.permute([0, 3, 1, 2])), targets, indices)
    }

    async fn outputs(&self) -> Vec<f32> {
        let (x, ..) = self.batch(0);
        match self.net.forward(x, 0..self.layers) {
            Activation::Flat(logits) => host(logits.inner()).await,
            Activation::Map(y) => panic!("{y:?} of a classifier"),
        }
    }

    /// The loss of batch `index` in `epoch` and its gradients, with penalties.
    async fn gradients(&mut self, index: usize, epoch: u32) -> (f64, Vec<Parameter>) {
        let (x, targets, indices) = self.batch(index);
        let seed = self.settings["seed"].as_u64().expect("a seed");
        let streams = SampleStreams { seed, epoch, indices: indices.into() };
        // As burn has them: what is moved in the pass is no leaf.
        let before = self.net.clone();
        let Activation::Flat(logits) = self.net.forward_training(x, 0..self.layers, &streams)
        else {
            panic!("maps of a classifier");
        };
        let mut loss = ops::loss(logits, targets, LossKind::CrossEntropy);
        if let Some(penalty) = before.penalty(std::slice::from_ref(&(0..self.layers))) {
            loss = loss + penalty;
        }
        let value = host(loss.clone().inner()).await[0];
        let mut gradients = Vec::new();
        for Parameter { layer, name, shape, values } in before.gradients(&loss.backward()) {
            gradients.push(Parameter { layer, name, shape, values: host(values).await });
        }
        (value.into(), gradients)
    }

    async fn parameters(&self) -> Vec<Parameter> {
        let mut found = Vec::new();
        for Parameter { layer, name, shape, values } in self.net.parameters() {
            found.push(Parameter { layer, name, shape, values: host(values).await });
        }
        found
    }

    /// The largest differences, in the order of [`COMPARED`].
    async fn differences(mut self, name: &str) -> [f64; 5] {
        let itself = |ours: &[f32], keras: &Json| apart(ours, keras, &[keras]);
        let outputs = itself(&self.outputs().await, &self.fixture["outputs"]);
        let start = self.net.clone();
        let (loss, found) = self.gradients(0, 0).await;
        self.net = start;
        let gradients = largest_apart(&found, &self.fixture["gradients"], name);
        let mut losses = (loss / float(&self.fixture["loss"]) - 1.0).abs();
        let (batches, rate) =
            (whole(&self.settings["batches"]), float(&self.settings["rate"]) as f32);
        for (step, keras) in list(&self.fixture["losses"]).iter().enumerate() {
            let (loss, gradients) = self.gradients(step % batches, (step / batches) as u32).await;
            losses = losses.max((loss / float(keras) - 1.0).abs());
            let parameters = self.parameters().await;
            for gradient in gradients {
                let same =
                    |one: &&Parameter| (one.layer, one.name) == (gradient.layer, gradient.name);
                let mut moved = parameters.iter().find(same).expect("its parameter").clone();
                for (value, slope) in moved.values.iter_mut().zip(&gradient.values) {
                    *value -= rate * slope;
                }
                self.net.put(&moved).expect("it is the network's own");
            }
        }
        let weights = largest_apart(&self.parameters().await, &self.fixture["weights"], name);
        let trained = itself(&self.outputs().await, &self.fixture["trained"]);
        [outputs, gradients, losses, weights, trained]
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn layers_are_those_of_keras() {
    let fixtures = include_str!("../keras/fixtures/layers.json");
    let fixtures: Json = serde_json::from_str(fixtures).expect("fixtures are JSON");
    let cases = fixtures["cases"].as_object().expect("cases");
    assert!(cases.len() > 40, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for backend in backends() {
        for name in cases.keys() {
            // Only a GPU is ever awaited for long, so blocking works in a browser too.
            let found = pollster::block_on(async {
                Case::new(name, &fixtures, backend).await.differences(name).await
            });
            let row: Vec<_> = COMPARED.into_iter().map(|(what, _)| what).zip(found).collect();
            tell_differences("network", name, backend.name(), &row);
            for ((what, tolerance), found) in COMPARED.into_iter().zip(found) {
                if found > tolerance || found.is_nan() {
                    wrong.push(format!("{name} on {}: {what} are {found:e} apart", backend.name()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[wasm_bindgen_test(unsupported = test)]
pub fn initial_weights_are_spread_as_those_of_keras() {
    let fixtures = include_str!("../keras/fixtures/layers.json");
    let fixtures: Json = serde_json::from_str(fixtures).expect("fixtures are JSON");
    let device = pollster::block_on(Backend::Flex.device()).expect("a device").autodiff();
    let drawn = fixtures["initializers"].as_object().expect("initializers");
    assert_eq!(drawn.len(), 4);
    for (name, keras) in drawn {
        let conv = serde_json::json!({
            "type": "Conv2D", "filters": 60, "kernel_size": 3, "kernel_initializer": name
        });
        let layer = serde_json::from_value(conv).expect("a layer");
        let shape = Shape::Map { height: 8, width: 8, channels: 40 };
        let net = Net::new(&[layer], &[shape], 11, &device);
        let kernel = net.parameters().swap_remove(0);
        let values = pollster::block_on(host(kernel.values));
        let square = |x: &f32| f64::from(*x).powi(2);
        let variance = values.iter().map(square).sum::<f64>() / values.len() as f64;
        let largest = values.iter().fold(0.0_f64, |most, x| most.max(f64::from(x.abs())));
        for (what, ours, keras) in [
            ("variance", variance, float(&keras["variance"])),
            ("largest", largest, float(&keras["largest"])),
        ] {
            assert!(
                (ours / keras - 1.0).abs() < 0.03,
                "{what} of {name}: {ours}, Keras' is {keras}"
            );
        }
    }
}
