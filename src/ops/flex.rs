//! The operators on burn-flex, by the kernels in `crate::kernels`. Only unwraps and wraps.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::ConvOptions;
use burn::tensor::TensorData;

use super::{Gradients, Kernels, LossKind, LossValue, Resize, Updated};
use crate::kernels::conv::Sizes;
use crate::kernels::{adam, conv, dense, loss, norm, resize};

/// A tensor whose values lie in order.
struct Ordered(FlexTensor);

impl Ordered {
    fn new(tensor: &FlexTensor) -> Self {
        Self(tensor.to_contiguous())
    }

    fn values(&self) -> &[f32] {
        self.0.as_slice().expect("contiguous values of 32 bits: models hold no others")
    }
}

fn dims<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.layout().shape();
    std::array::from_fn(|dim| shape[dim])
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape))
}

fn sizes(x: &FlexTensor, weight: &FlexTensor, options: &ConvOptions<2>) -> Sizes {
    let [_, channels, side, _] = dims(x);
    let [filters, _, kernel, _] = dims(weight);
    let padding = options.padding[0];
    Sizes { channels, filters, kernel, stride: options.stride[0], padding, side }
}

impl Kernels for Flex {
    fn conv(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        options: ConvOptions<2>,
    ) -> FlexTensor {
        let sizes = sizes(&x, &weight, &options);
        let [batch, ..] = dims::<4>(&x);
        let (x, weight, bias) = (Ordered::new(&x), Ordered::new(&weight), Ordered::new(&bias));
        let outputs = conv::forward(&sizes, x.values(), weight.values(), bias.values());
        tensor(outputs, [batch, sizes.filters, sizes.output_side(), sizes.output_side()])
    }

    fn conv_backward(
        x: FlexTensor,
        weight: FlexTensor,
        _bias: FlexTensor,
        gradient: FlexTensor,
        options: ConvOptions<2>,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        let sizes = sizes(&x, &weight, &options);
        let (x_dims, weight_dims) = (dims::<4>(&x), dims::<4>(&weight));
        let (x, weight) = (Ordered::new(&x), Ordered::new(&weight));
        let gradient = Ordered::new(&gradient);
        let gradients =
            conv::backward(&sizes, x.values(), weight.values(), gradient.values(), wants_inputs);
        Gradients {
            inputs: wants_inputs.then(|| tensor(gradients.inputs, x_dims)),
            weights: tensor(gradients.weights, weight_dims),
            bias: tensor(gradients.bias, [sizes.filters]),
        }
    }

    fn dense(x: FlexTensor, weight: FlexTensor, bias: FlexTensor) -> FlexTensor {
        let ([rows, _], [_, units]) = (dims(&x), dims(&weight));
        let (x, weight, bias) = (Ordered::new(&x), Ordered::new(&weight), Ordered::new(&bias));
        tensor(dense::forward(x.values(), weight.values(), bias.values()), [rows, units])
    }

    fn dense_backward(x: FlexTensor, weight: FlexTensor, gradient: FlexTensor) -> Gradients<Self> {
        let (x_dims, [count, units]) = (dims::<2>(&x), dims(&weight));
        let (x, weight) = (Ordered::new(&x), Ordered::new(&weight));
        let gradient = Ordered::new(&gradient);
        let gradients = dense::backward(x.values(), weight.values(), gradient.values(), units);
        Gradients {
            inputs: Some(tensor(gradients.inputs, x_dims)),
            weights: tensor(gradients.weights, [count, units]),
            bias: tensor(gradients.bias, [units]),
        }
    }

    fn loss_value(inputs: FlexTensor, targets: FlexTensor, kind: LossKind) -> LossValue<Self> {
        let shape = inputs.layout().shape().clone();
        let (inputs, targets) = (Ordered::new(&inputs), Ordered::new(&targets));
        let (values, targets) = (inputs.values(), targets.values());
        let loss = match kind {
            LossKind::CrossEntropy => loss::cross_entropy(values, targets, shape[1]),
            LossKind::BinaryCrossEntropy => loss::binary_cross_entropy(values, targets),
            LossKind::ClippedBinaryCrossEntropy => {
                loss::clipped_binary_cross_entropy(values, targets)
            }
            LossKind::SquaredError => loss::squared_error(values, targets),
        };
        LossValue {
            mean: tensor(vec![loss.mean], [1]),
            gradients: FlexTensor::from_data(TensorData::new(loss.gradients, shape)),
        }
    }

    fn squash(x: FlexTensor) -> FlexTensor {
        let shape = x.layout().shape().clone();
        let values = Ordered::new(&x).values().iter().map(|&x| loss::sigmoid(x)).collect();
        FlexTensor::from_data(TensorData::new::<f32, _>(values, shape))
    }

    fn resize(x: FlexTensor, kind: Resize) -> FlexTensor {
        let [batch, channels, side, _] = dims(&x);
        let x = Ordered::new(&x);
        let values = match kind {
            Resize::MaxPool => resize::max_pool(x.values(), side),
            Resize::AveragePool => resize::average_pool(x.values(), side),
            Resize::UpSample => resize::upsample(x.values(), side),
        };
        let side = kind.output_side(side);
        tensor(values, [batch, channels, side, side])
    }

    fn resize_backward(x: FlexTensor, gradient: FlexTensor, kind: Resize) -> FlexTensor {
        let shape @ [_, _, side, _] = dims(&x);
        let gradient = Ordered::new(&gradient);
        let gradients = gradient.values();
        let count = shape.iter().product();
        let values = match kind {
            Resize::MaxPool => {
                resize::max_pool_backward(Ordered::new(&x).values(), gradients, side)
            }
            Resize::AveragePool => resize::average_pool_backward(gradients, count, side),
            Resize::UpSample => resize::upsample_backward(gradients, side),
        };
        tensor(values, shape)
    }

    fn moments(x: FlexTensor) -> FlexTensor {
        let [_, channels, h, w] = dims(&x);
        let moments = norm::moments(Ordered::new(&x).values(), channels, h * w);
        tensor([moments.mean, moments.variance].concat(), [2, channels])
    }

    fn normalize(
        x: FlexTensor,
        moments: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        epsilon: f64,
    ) -> FlexTensor {
        let shape @ [_, _, h, w] = dims(&x);
        let channels = channels(&moments, epsilon);
        let (x, gamma, beta) = (Ordered::new(&x), Ordered::new(&gamma), Ordered::new(&beta));
        let outputs = norm::forward(x.values(), h * w, &channels, gamma.values(), beta.values());
        tensor(outputs, shape)
    }

    fn normalize_backward(
        x: FlexTensor,
        moments: FlexTensor,
        gamma: FlexTensor,
        gradient: FlexTensor,
        epsilon: f64,
        by_moments: bool,
    ) -> Gradients<Self> {
        let shape @ [_, count, h, w] = dims(&x);
        let channels = channels(&moments, epsilon);
        let (x, gamma, gradient) =
            (Ordered::new(&x), Ordered::new(&gamma), Ordered::new(&gradient));
        let (values, gradients) = (x.values(), gradient.values());
        let found = norm::backward(values, h * w, &channels, gamma.values(), gradients, by_moments);
        Gradients {
            inputs: Some(tensor(found.inputs, shape)),
            weights: tensor(found.gamma, [count]),
            bias: tensor(found.beta, [count]),
        }
    }

    fn adam(
        value: FlexTensor,
        gradient: FlexTensor,
        first: FlexTensor,
        second: FlexTensor,
        size: f32,
    ) -> Updated<Self> {
        let shape = value.layout().shape().clone();
        let [value, gradient, first, second] =
            [&value, &gradient, &first, &second].map(Ordered::new);
        let updated =
            adam::step(value.values(), gradient.values(), first.values(), second.values(), size);
        let [value, first, second] = [updated.value, updated.first, updated.second]
            .map(|values| FlexTensor::from_data(TensorData::new(values, shape.clone())));
        Updated { value, first, second }
    }
}

/// What `moments` `[2, channels]` normalise.
fn channels(moments: &FlexTensor, epsilon: f64) -> Vec<norm::Channel> {
    let moments = Ordered::new(moments);
    let (mean, variance) = moments.values().split_at(moments.values().len() / 2);
    norm::channels(mean, variance, epsilon as f32)
}
