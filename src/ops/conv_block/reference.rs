//! A block as one operator after another: a convolution in burn's operations, resizings as they are
//! computed where the block is.

use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;

use super::ConvBlockAttrs;
use crate::ops::Resize;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl ConvBlockAttrs {
    /// The convolution alone.
    fn alone(self) -> Self {
        Self { upsample: false, relu: false, pool: None, ..self }
    }

    fn options(self) -> ConvOptions<2> {
        let Self { stride, padding, .. } = self;
        ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1)
    }

    /// Gradients of the convolution alone by input, where it is `wanted`, weights and bias.
    pub(super) fn conv_backward<B: Kernels>(
        self,
        [x, weight, bias]: [FloatTensor<B>; 3],
        gradient: FloatTensor<B>,
        wanted: bool,
    ) -> [Option<FloatTensor<B>>; 3] {
        let options = self.options();
        let by_inputs = wanted.then(|| {
            let (x, weight) = (x.clone(), weight.clone());
            B::conv2d_x_backward(x, weight, gradient.clone(), options.clone())
        });
        let by_weight = B::conv2d_weight_backward(x.clone(), weight, gradient.clone(), options);
        [by_inputs, Some(by_weight), Some(B::conv2d_bias_backward(x, bias, gradient))]
    }
}

impl Operator<3> for ConvBlockAttrs {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, weight, bias] = array(inputs);
        if self == self.alone() {
            let saved = vec![x.clone(), weight.clone(), bias.clone()];
            return Output::new(B::conv2d(x, weight, Some(bias), self.options()), saved);
        }
        let map = if self.upsample {
            B::forward(Resize::UpSample, vec![x.clone()]).single()
        } else {
            x.clone()
        };
        let Output { outputs, mut saved } = B::forward(self.alone(), vec![map, weight, bias]);
        let [map] = array(outputs);
        let map = if self.relu { B::relu(map) } else { map };
        let output = match self.pool {
            Some(pool) => B::forward(Resize::from(pool), vec![map.clone()]).single(),
            None => map.clone(),
        };
        saved.extend([x, map]);
        Output::new(output, saved)
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { mut saved, mut gradient, wanted } = input;
        if self == self.alone() {
            return self.conv_backward::<B>(array(saved), gradient, wanted[0]);
        }
        let [x, map] = array(saved.split_off(saved.len() - 2));
        if let Some(pool) = self.pool {
            gradient = resize_backward::<B>(pool.into(), map.clone(), gradient);
        }
        if self.relu {
            gradient = B::relu_backward(map, gradient);
        }
        let [mut by_inputs, by_weight, by_bias] =
            B::backward(self.alone(), BackwardInput { saved, gradient, wanted });
        if self.upsample {
            by_inputs =
                by_inputs.map(|gradient| resize_backward::<B>(Resize::UpSample, x, gradient));
        }
        [by_inputs, by_weight, by_bias]
    }
}

/// The gradient by `x`, which is what a resizing saves on every backend.
fn resize_backward<B: Kernels>(
    kind: Resize,
    x: FloatTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B> {
    let [by_inputs] = B::backward(kind, BackwardInput { saved: vec![x], gradient, wanted: [true] });
    by_inputs.expect("it is wanted")
}
