//! Convolutions in general on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{Conv, ConvTranspose};
use crate::kernels::general_conv::{channel_sums, forward, input_grad, weight_grad};
use crate::ops::cpu::{Ordered, dims, from_maps, maps, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

impl Kernel<Flex, 3> for Conv {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, weight, bias] = array(inputs);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let [batch, ..] = dims::<4>(&x);
        let (map, weights, bias) = (maps(&x), Ordered::new(&weight), Ordered::new(&bias));
        let outputs =
            forward(&geometry, map.values(), weights.values(), bias.values(), self.0.relu);
        let [h, w] = geometry.output;
        output(from_maps(outputs, [batch, geometry.filters, h, w]), [x, weight], self.0.relu)
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradients) = opened(saved, &gradient, self.0.relu);
        let (x_dims, weight_dims) = (dims(&x), dims(&weight));
        let geometry = self.geometry(x_dims, weight_dims);
        let by_inputs = wanted[0].then(|| {
            let weights = Ordered::new(&weight);
            from_maps(input_grad(&geometry, &gradients, weights.values(), &[]), x_dims)
        });
        let by_weight = weight_grad(&geometry, maps(&x).values(), &gradients);
        let by_bias = channel_sums(&gradients, geometry.filters, geometry.pixels());
        [by_inputs, Some(tensor(by_weight, weight_dims)), Some(tensor(by_bias, [geometry.filters]))]
    }
}

impl Kernel<Flex, 3> for ConvTranspose {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, weight, bias] = array(inputs);
        let geometry = self.geometry(dims(&x), dims(&weight));
        let [batch, ..] = dims::<4>(&x);
        let (map, weights, bias) = (maps(&x), Ordered::new(&weight), Ordered::new(&bias));
        let mut outputs = input_grad(&geometry, map.values(), weights.values(), bias.values());
        if self.0.relu {
            // A NaN stays a NaN.
            outputs.iter_mut().for_each(|sum| *sum = if *sum < 0.0 { 0.0 } else { *sum });
        }
        let [h, w] = geometry.map;
        output(from_maps(outputs, [batch, geometry.channels, h, w]), [x, weight], self.0.relu)
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradients) = opened(saved, &gradient, self.0.relu);
        let (x_dims, weight_dims) = (dims(&x), dims(&weight));
        let geometry = self.geometry(x_dims, weight_dims);
        let by_inputs = wanted[0].then(|| {
            let weights = Ordered::new(&weight);
            from_maps(forward(&geometry, &gradients, weights.values(), &[], false), x_dims)
        });
        let by_weight = weight_grad(&geometry, &gradients, maps(&x).values());
        let [h, w] = geometry.map;
        let by_bias = channel_sums(&gradients, geometry.channels, h * w);
        [
            by_inputs,
            Some(tensor(by_weight, weight_dims)),
            Some(tensor(by_bias, [geometry.channels])),
        ]
    }
}

/// An output with what its gradients are made from: a relu's need the output, too.
fn output(output: FlexTensor, inputs: [FlexTensor; 2], relu: bool) -> Output<Flex> {
    let active = relu.then(|| output.clone());
    Output::new(output, inputs.into_iter().chain(active).collect())
}

/// What was saved, and the gradients of the sums before a relu, `[picture][y][x][channel]`.
fn opened(
    mut saved: Vec<FlexTensor>,
    gradient: &FlexTensor,
    relu: bool,
) -> ([FlexTensor; 2], Vec<f32>) {
    let mut gradients = maps(gradient).values().to_vec();
    if let Some(active) = saved.pop_if(|_| relu) {
        let active = maps(&active);
        for (gradient, output) in gradients.iter_mut().zip(active.values()) {
            *gradient = if *output > 0.0 { *gradient } else { 0.0 };
        }
    }
    (array(saved), gradients)
}
