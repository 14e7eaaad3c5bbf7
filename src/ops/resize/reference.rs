//! Pooling and upsampling in burn's operations.

use burn::backend::ops::{InterpolateMode, InterpolateOptions};
use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};

use super::Resize;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

/// Windows of 2x2, side by side and without a border.
const WINDOW: ([usize; 2], [usize; 2], [usize; 2]) = ([2, 2], [2, 2], [0, 0]);

impl Operator<1> for Resize {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x] = array(inputs);
        let (size, stride, border) = WINDOW;
        let saved = vec![x.clone()];
        let output = match self {
            Self::MaxPool => B::max_pool2d(x, size, stride, border, [1, 1], false),
            Self::AveragePool => B::avg_pool2d(x, size, stride, border, true, false),
            Self::UpSample => {
                let sides = upsampled_sides::<B>(&x);
                B::interpolate(x, sides, InterpolateOptions::new(InterpolateMode::Nearest))
            }
        };
        Output::new(output, saved)
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 1>) -> InputGrads<B, 1> {
        let BackwardInput { saved, gradient, .. } = input;
        let [x] = array(saved);
        let (size, stride, border) = WINDOW;
        let by_inputs = match self {
            Self::MaxPool => {
                let integers = get_or_init_device_settings::<B>(&x.device()).int_dtype;
                let argmax = B::max_pool2d_with_indices(
                    x.clone(),
                    size,
                    stride,
                    border,
                    [1, 1],
                    false,
                    integers,
                );
                B::max_pool2d_with_indices_backward(
                    x,
                    size,
                    stride,
                    border,
                    [1, 1],
                    false,
                    gradient,
                    argmax.indices,
                )
                .x_grad
            }
            Self::AveragePool => {
                B::avg_pool2d_backward(x, gradient, size, stride, border, true, false)
            }
            Self::UpSample => {
                let sides = upsampled_sides::<B>(&x);
                let options = InterpolateOptions::new(InterpolateMode::Nearest);
                B::interpolate_backward(x, gradient, sides, options)
            }
        };
        [Some(by_inputs)]
    }
}

fn upsampled_sides<B: Kernels>(x: &FloatTensor<B>) -> [usize; 2] {
    let shape = x.shape();
    [2 * shape[2], 2 * shape[3]]
}
