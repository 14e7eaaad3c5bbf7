//! Blocks on the CPU.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;

use super::ConvBlockAttrs;
use crate::kernels::conv::{self, ConvBlock, ConvShape};
use crate::ops::cpu::{Ordered, dims, from_maps, maps, tensor};
use crate::ops::operator::{BackwardInput, InputGrads, Kernel, Output, array};

/// The block that is computed of `x` and `weight`.
fn block(x: &FlexTensor, weight: &FlexTensor, attrs: ConvBlockAttrs) -> ConvBlock {
    let [_, channels, side, _] = dims(x);
    let [filters, _, kernel, _] = dims(weight);
    let ConvBlockAttrs { stride, padding, upsample, relu, pool } = attrs;
    let side = if upsample { 2 * side } else { side };
    let shape = ConvShape { channels, filters, kernel, stride, padding, side };
    ConvBlock { shape, upsample, relu, pool }
}

impl Kernel<Flex, 3> for ConvBlockAttrs {
    fn forward(self, inputs: Vec<FlexTensor>) -> Output<Flex> {
        let [x, weight, bias] = array(inputs);
        let block = block(&x, &weight, self);
        let [batch, ..] = dims::<4>(&x);
        let (map, weights, bias) = (maps(&x), Ordered::new(&weight), Ordered::new(&bias));
        let conv::Forward { outputs, argmax } =
            conv::forward(&block, map.values(), weights.values(), bias.values());
        let side = block.output_side();
        let output = from_maps(outputs, [batch, block.shape.filters, side, side]);
        // A relu's gradient needs its outputs, a pooling's which of each window were active.
        let active = if block.pool.is_some() {
            let count = argmax.len();
            FlexTensor::from_data(TensorData::new(argmax, [count]))
        } else {
            output.clone()
        };
        Output::new(output, vec![x, weight, active])
    }

    fn backward(self, input: BackwardInput<Flex, 3>) -> InputGrads<Flex, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let [x, weight, active] = array(saved);
        let block = block(&x, &weight, self);
        let (x_dims, weight_dims) = (dims::<4>(&x), dims::<4>(&weight));
        let (x, weight, gradient) = (maps(&x), Ordered::new(&weight), maps(&gradient));
        let outputs;
        let forward: (&[f32], &[u8]) = if block.pool.is_some() {
            (&[], active.as_slice().expect("what `forward` saved"))
        } else {
            outputs = maps(&active);
            (outputs.values(), &[])
        };
        let gradients = conv::backward(
            &block,
            x.values(),
            weight.values(),
            forward,
            gradient.values(),
            wanted[0],
        );
        [
            wanted[0].then(|| from_maps(gradients.inputs, x_dims)),
            Some(tensor(gradients.weights, weight_dims)),
            Some(tensor(gradients.bias, [block.shape.filters])),
        ]
    }
}
