//! Convolutions in general in burn's operations. A transposed convolution is the gradient of one by its
//! inputs.

use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::backend::{TensorMetadata, get_or_init_device_settings};
use burn::tensor::Shape;

use super::{Conv, ConvTranspose};
use crate::kernels::general_conv::ConvGeometry;
use crate::ops::operator::{BackwardInput, InputGrads, Kernels, Operator, Output, array};

impl Operator<3> for Conv {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, weight, bias] = array(inputs);
        let options = options(&self.geometry(dims::<B>(&x), dims::<B>(&weight)));
        let output = B::conv2d(x.clone(), weight.clone(), Some(bias), options);
        finished(output, [x, weight], self.0.relu)
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradient) = opened::<B>(saved, gradient, self.0.relu);
        let options = options(&self.geometry(dims::<B>(&x), dims::<B>(&weight)));
        let by_bias = channel_sums::<B>(gradient.clone());
        let by_inputs = wanted[0].then(|| {
            let (x, weight) = (x.clone(), weight.clone());
            B::conv2d_x_backward(x, weight, gradient.clone(), options.clone())
        });
        let by_weight = B::conv2d_weight_backward(x, weight, gradient, options);
        [by_inputs, Some(by_weight), Some(by_bias)]
    }
}

impl Operator<3> for ConvTranspose {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [x, weight, bias] = array(inputs);
        let geometry = self.geometry(dims::<B>(&x), dims::<B>(&weight));
        let ([batch, ..], [h, w]) = (dims::<B>(&x), geometry.map);
        // Only the shape of what was convolved is looked at.
        let convolved = zeros::<B>(&x, [batch, geometry.channels, h, w]);
        let (given, kernel) = (x.clone(), weight.clone());
        let output = B::conv2d_x_backward(convolved, kernel, given, options(&geometry));
        let across = Shape::new([1, geometry.channels, 1, 1]);
        let output = B::float_add(output, B::float_reshape(bias, across));
        finished(output, [x, weight], self.0.relu)
    }

    fn backward<B: Kernels>(self, input: BackwardInput<B, 3>) -> InputGrads<B, 3> {
        let BackwardInput { saved, gradient, wanted } = input;
        let ([x, weight], gradient) = opened::<B>(saved, gradient, self.0.relu);
        let options = options(&self.geometry(dims::<B>(&x), dims::<B>(&weight)));
        let by_bias = channel_sums::<B>(gradient.clone());
        let by_inputs =
            wanted[0].then(|| B::conv2d(gradient.clone(), weight.clone(), None, options.clone()));
        let by_weight = B::conv2d_weight_backward(gradient, weight, x, options);
        [by_inputs, Some(by_weight), Some(by_bias)]
    }
}

fn options(geometry: &ConvGeometry) -> ConvOptions<2> {
    let padding = [0, 1].map(|axis| {
        let before = geometry.before[axis].unsigned_abs();
        (before, geometry.extent(axis).saturating_sub(before + geometry.map[axis]))
    });
    let ConvGeometry { stride, dilation, groups, .. } = *geometry;
    ConvOptions::new_with_padding(stride, padding, dilation, groups)
}

fn dims<B: Kernels>(x: &FloatTensor<B>) -> [usize; 4] {
    let shape = x.shape();
    std::array::from_fn(|dim| shape[dim])
}

fn zeros<B: Kernels>(beside: &FloatTensor<B>, shape: [usize; 4]) -> FloatTensor<B> {
    let device = beside.device();
    let floats = get_or_init_device_settings::<B>(&device).float_dtype;
    B::float_zeros(Shape::new(shape), &device, floats)
}

/// The output after a relu, if there is one, with what its gradients are made from.
fn finished<B: Kernels>(
    output: FloatTensor<B>,
    inputs: [FloatTensor<B>; 2],
    relu: bool,
) -> Output<B> {
    let output = if relu { B::relu(output) } else { output };
    let active = relu.then(|| output.clone());
    Output::new(output, inputs.into_iter().chain(active).collect())
}

/// What was saved, and the gradient of the sums before a relu.
fn opened<B: Kernels>(
    mut saved: Vec<FloatTensor<B>>,
    gradient: FloatTensor<B>,
    relu: bool,
) -> ([FloatTensor<B>; 2], FloatTensor<B>) {
    let gradient = match saved.pop_if(|_| relu) {
        Some(active) => B::relu_backward(active, gradient),
        None => gradient,
    };
    (array(saved), gradient)
}

/// `[batch, channels, y, x]` summed to `[channels]`.
fn channel_sums<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    let shape = x.shape();
    let channels = shape[1];
    let rows = Shape::new([channels, shape.num_elements() / channels]);
    let sums = B::float_sum_dim(B::float_reshape(B::float_swap_dims(x, 0, 1), rows), 1);
    B::float_reshape(sums, Shape::new([channels]))
}
