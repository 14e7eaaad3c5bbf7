//! The operators on burn-flex, by the kernels in `crate::kernels`. Only unwraps and wraps.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

use super::{
    ConvBlockAttrs, ConvBlockOutput, Gradients, Kernels, LossKind, LossValue, Moved, Moving, Pool,
    Resize,
};
use crate::kernels::conv::{ConvBlock, ConvShape};
use crate::kernels::{adam, conv, dense, loss, norm, pool, upsample};

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

/// The same values in order, in memory of their own where nobody else holds them: what is changed
/// there is copied only if it must be.
fn ours(tensor: FlexTensor) -> FlexTensor {
    tensor.to_contiguous()
}

/// A tensor `[picture, channel, y, x]` whose values lie `[picture][y][x][channel]`: as the kernels
/// leave it, or copied.
fn maps(tensor: &FlexTensor) -> Ordered {
    Ordered::new(&tensor.permute(&[0, 2, 3, 1]))
}

/// The tensor of values `[picture][y][x][channel]`.
fn from_maps(values: Vec<f32>, [batch, channels, h, w]: [usize; 4]) -> FlexTensor {
    tensor(values, [batch, h, w, channels]).permute(&[0, 3, 1, 2])
}

fn block(x: &FlexTensor, weight: &FlexTensor, around: ConvBlockAttrs) -> ConvBlock {
    let [_, channels, side, _] = dims(x);
    let [filters, _, kernel, _] = dims(weight);
    let ConvBlockAttrs { stride, padding, doubled, relu, pool } = around;
    let side = if doubled { 2 * side } else { side };
    let shape = ConvShape { channels, filters, kernel, stride, padding, side };
    ConvBlock { shape, upsample: doubled, relu, pool }
}

impl Kernels for Flex {
    fn block(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        around: ConvBlockAttrs,
    ) -> ConvBlockOutput<Self> {
        let block = block(&x, &weight, around);
        let [batch, ..] = dims::<4>(&x);
        let (x, weight, bias) = (maps(&x), Ordered::new(&weight), Ordered::new(&bias));
        let conv::Forward { outputs, argmax } =
            conv::forward(&block, x.values(), weight.values(), bias.values());
        let side = block.output_side();
        let output = from_maps(outputs, [batch, block.shape.filters, side, side]);
        // A relu's gradient needs its outputs, a pooling's the routes.
        let kept = if block.pool.is_some() {
            let count = argmax.len();
            FlexTensor::from_data(TensorData::new(argmax, [count]))
        } else {
            output.clone()
        };
        ConvBlockOutput { output, kept: vec![kept] }
    }

    fn block_backward(
        x: FlexTensor,
        weight: FlexTensor,
        _bias: FlexTensor,
        kept: Vec<FlexTensor>,
        gradient: FlexTensor,
        around: ConvBlockAttrs,
        wants_inputs: bool,
    ) -> Gradients<Self> {
        let block = block(&x, &weight, around);
        let (x_dims, weight_dims) = (dims::<4>(&x), dims::<4>(&weight));
        let (x, weight, gradient) = (maps(&x), Ordered::new(&weight), maps(&gradient));
        let outputs;
        let forward: (&[f32], &[u8]) = if block.pool.is_some() {
            (&[], kept[0].as_slice().expect("routes as they were kept"))
        } else {
            outputs = maps(&kept[0]);
            (outputs.values(), &[])
        };
        let gradients = conv::backward(
            &block,
            x.values(),
            weight.values(),
            forward,
            gradient.values(),
            wants_inputs,
        );
        Gradients {
            inputs: wants_inputs.then(|| from_maps(gradients.inputs, x_dims)),
            weights: tensor(gradients.weights, weight_dims),
            bias: tensor(gradients.bias, [block.shape.filters]),
        }
    }

    fn dense(x: FlexTensor, weight: FlexTensor, bias: FlexTensor, relu: bool) -> FlexTensor {
        let ([rows, _], [_, units]) = (dims(&x), dims(&weight));
        let (x, weight, bias) = (Ordered::new(&x), Ordered::new(&weight), Ordered::new(&bias));
        let mut outputs = dense::forward(x.values(), weight.values(), bias.values());
        if relu {
            // What is not a number stays so.
            outputs.iter_mut().for_each(|sum| *sum = if *sum < 0.0 { 0.0 } else { *sum });
        }
        tensor(outputs, [rows, units])
    }

    fn dense_backward(
        x: FlexTensor,
        weight: FlexTensor,
        output: Option<FlexTensor>,
        gradient: FlexTensor,
    ) -> Gradients<Self> {
        let (x_dims, [count, units]) = (dims::<2>(&x), dims(&weight));
        let (x, weight) = (Ordered::new(&x), Ordered::new(&weight));
        let gradient = Ordered::new(&gradient);
        let masked: Vec<f32>;
        let gradient = match output.as_ref().map(Ordered::new) {
            None => gradient.values(),
            Some(output) => {
                let passed = output.values().iter().zip(gradient.values());
                masked = passed.map(|(y, slope)| if *y > 0.0 { *slope } else { 0.0 }).collect();
                &masked
            }
        };
        let gradients = dense::backward(x.values(), weight.values(), gradient, units);
        Gradients {
            inputs: Some(tensor(gradients.inputs, x_dims)),
            weights: tensor(gradients.weights, [count, units]),
            bias: tensor(gradients.bias, [units]),
        }
    }

    fn loss_value(inputs: FlexTensor, targets: FlexTensor, kind: LossKind) -> LossValue<Self> {
        judge(&inputs, &targets, kind, None).0
    }

    fn judge(
        inputs: FlexTensor,
        targets: FlexTensor,
        kind: LossKind,
    ) -> (LossValue<Self>, FlexTensor) {
        let choices = inputs.layout().shape()[1];
        let (loss, right) = judge(&inputs, &targets, kind, Some(choices));
        (loss, tensor(vec![right as f32], [1]))
    }

    fn right(outputs: FlexTensor, targets: FlexTensor) -> FlexTensor {
        let shape = outputs.layout().shape().clone();
        // Choices last, of a map as of a row.
        let [outputs, targets] = [&outputs, &targets]
            .map(|x| if shape.num_dims() == 4 { maps(x) } else { Ordered::new(x) });
        tensor(vec![loss::correct(outputs.values(), targets.values(), shape[1]) as f32], [1])
    }

    fn scale(mut x: FlexTensor, factor: FlexTensor) -> FlexTensor {
        let factor = Ordered::new(&factor).values()[0];
        // A loss is the end of most graphs: its own gradient is one.
        if factor != 1.0 {
            x.storage_mut::<f32>().iter_mut().for_each(|value| *value *= factor);
        }
        x
    }

    fn squash(mut x: FlexTensor) -> FlexTensor {
        loss::sigmoid_in_place(x.storage_mut());
        x
    }

    fn resize(x: FlexTensor, kind: Resize) -> FlexTensor {
        let [batch, channels, side, _] = dims(&x);
        let x = maps(&x);
        let (values, shape) = (x.values(), (side, channels));
        let values = match kind {
            Resize::MaxPool => pool::forward(Pool::Max, values, shape).0,
            Resize::AveragePool => pool::forward(Pool::Average, values, shape).0,
            Resize::UpSample => upsample::forward(values, shape),
        };
        let side = kind.output_side(side);
        from_maps(values, [batch, channels, side, side])
    }

    fn resize_backward(x: FlexTensor, gradient: FlexTensor, kind: Resize) -> FlexTensor {
        let dims @ [_, channels, side, _] = dims(&x);
        let (x, gradient) = (maps(&x), maps(&gradient));
        let (values, gradients, shape) = (x.values(), gradient.values(), (side, channels));
        let back = |pool| pool::backward(pool, values, shape, gradients);
        let values = match kind {
            Resize::MaxPool => back(Pool::Max),
            Resize::AveragePool => back(Pool::Average),
            Resize::UpSample => upsample::backward(gradients, shape),
        };
        from_maps(values, dims)
    }

    fn moments(x: FlexTensor) -> FlexTensor {
        let [_, channels, _, _] = dims(&x);
        let moments = norm::moments(maps(&x).values(), channels);
        tensor([moments.mean, moments.variance].concat(), [2, channels])
    }

    fn normalize(
        x: FlexTensor,
        moments: FlexTensor,
        gamma: FlexTensor,
        beta: FlexTensor,
        epsilon: f64,
    ) -> FlexTensor {
        let shape = dims(&x);
        let channels = channels(&moments, epsilon);
        let (x, gamma, beta) = (maps(&x), Ordered::new(&gamma), Ordered::new(&beta));
        from_maps(norm::forward(x.values(), &channels, gamma.values(), beta.values()), shape)
    }

    fn normalize_backward(
        x: FlexTensor,
        moments: FlexTensor,
        gamma: FlexTensor,
        gradient: FlexTensor,
        epsilon: f64,
        by_moments: bool,
    ) -> Gradients<Self> {
        let shape @ [_, count, _, _] = dims(&x);
        let channels = channels(&moments, epsilon);
        let (x, gamma, gradient) = (maps(&x), Ordered::new(&gamma), maps(&gradient));
        let found =
            norm::backward(x.values(), &channels, gamma.values(), gradient.values(), by_moments);
        Gradients {
            inputs: Some(from_maps(found.inputs, shape)),
            weights: tensor(found.gamma, [count]),
            bias: tensor(found.beta, [count]),
        }
    }

    fn adam(parameters: Vec<Moving<FlexTensor>>, size: f32) -> Vec<Moved<FlexTensor>> {
        let step = |[value, gradient, first, second]: Moving<FlexTensor>| {
            let gradient = Ordered::new(&gradient);
            let [mut value, mut first, mut second] = [value, first, second].map(ours);
            adam::step(
                value.storage_mut(),
                gradient.values(),
                first.storage_mut(),
                second.storage_mut(),
                size,
            );
            [value, first, second]
        };
        parameters.into_iter().map(step).collect()
    }
}

/// What `moments` `[2, channels]` normalise.
fn channels(moments: &FlexTensor, epsilon: f64) -> norm::Normalizer {
    let moments = Ordered::new(moments);
    let (mean, variance) = moments.values().split_at(moments.values().len() / 2);
    norm::Normalizer::new(mean, variance, epsilon as f32)
}

/// A loss, and how many of rows of `choices` are right.
fn judge(
    inputs: &FlexTensor,
    targets: &FlexTensor,
    kind: LossKind,
    choices: Option<usize>,
) -> (LossValue<Flex>, usize) {
    let shape = inputs.layout().shape().clone();
    // The order of the values does not matter, if it is the same and choices are last.
    let as_maps = shape.num_dims() == 4;
    let [inputs, targets] =
        [inputs, targets].map(|x| if as_maps { maps(x) } else { Ordered::new(x) });
    let (values, targets) = (inputs.values(), targets.values());
    let loss = match kind {
        LossKind::CrossEntropy => loss::cross_entropy(values, targets, shape[1]),
        LossKind::BinaryCrossEntropy => loss::binary_cross_entropy(values, targets, choices),
        LossKind::ClippedBinaryCrossEntropy => {
            loss::clipped_binary_cross_entropy(values, targets, choices)
        }
        LossKind::SquaredError => loss::squared_error(values, targets, choices),
    };
    let gradients = if as_maps {
        from_maps(loss.gradients, [shape[0], shape[1], shape[2], shape[3]])
    } else {
        FlexTensor::from_data(TensorData::new(loss.gradients, shape))
    };
    (LossValue { mean: tensor(vec![loss.mean], [1]), gradients }, loss.correct.unwrap_or(0))
}
