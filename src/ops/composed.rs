//! The operators in burn's own operations: what a backend computes that brings no kernels.

use burn::backend::ops::{ConvOptions, InterpolateMode, InterpolateOptions};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings};
use burn::tensor::Shape;

use super::{
    ConvBlockAttrs, ConvBlockOutput, Gradients, Kernels, LossKind, LossValue, Moved, Moving, Resize,
};
use crate::kernels::adam::{EPSILON, FIRST_RATE, SECOND_RATE};
use crate::kernels::loss::CLIP;

pub(super) fn block<B: Kernels>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    around: ConvBlockAttrs,
) -> ConvBlockOutput<B> {
    let map = if around.doubled { B::resize(x, Resize::UpSample) } else { x };
    let sums = B::conv(map.clone(), weight, bias, around.options());
    let activated = if around.relu { B::relu(sums) } else { sums };
    let output = match around.pool {
        Some(pool) => B::resize(activated.clone(), pool.into()),
        None => activated.clone(),
    };
    ConvBlockOutput { output, kept: vec![map, activated] }
}

pub(super) fn block_backward<B: Kernels>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    kept: Vec<FloatTensor<B>>,
    mut gradient: FloatTensor<B>,
    around: ConvBlockAttrs,
    wants_inputs: bool,
) -> Gradients<B> {
    let [map, activated] = kept.try_into().expect("what `block` kept");
    if let Some(pool) = around.pool {
        gradient = B::resize_backward(activated.clone(), gradient, pool.into());
    }
    if around.relu {
        gradient = B::relu_backward(activated, gradient);
    }
    let options = around.options();
    let mut gradients = B::conv_backward(map, weight, bias, gradient, options, wants_inputs);
    if around.doubled {
        let back = |gradient| B::resize_backward(x, gradient, Resize::UpSample);
        gradients.inputs = gradients.inputs.map(back);
    }
    gradients
}

pub(super) fn conv_backward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    gradient: FloatTensor<B>,
    options: ConvOptions<2>,
    wants_inputs: bool,
) -> Gradients<B> {
    let inputs = wants_inputs.then(|| {
        let (x, weight) = (x.clone(), weight.clone());
        B::conv2d_x_backward(x, weight, gradient.clone(), options.clone())
    });
    let weights = B::conv2d_weight_backward(x.clone(), weight, gradient.clone(), options);
    Gradients { inputs, weights, bias: B::conv2d_bias_backward(x, bias, gradient) }
}

pub(super) fn dense_backward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    output: Option<FloatTensor<B>>,
    mut gradient: FloatTensor<B>,
) -> Gradients<B> {
    if let Some(output) = output {
        gradient = B::relu_backward(output, gradient);
    }
    Gradients {
        inputs: Some(B::linear_x_backward(weight, gradient.clone())),
        weights: B::linear_weight_backward(x, gradient.clone()),
        bias: B::linear_bias_backward(gradient),
    }
}

pub(super) fn loss<B: Backend>(
    inputs: FloatTensor<B>,
    targets: FloatTensor<B>,
    kind: LossKind,
) -> LossValue<B> {
    let shape = inputs.shape();
    let (losses, gradients, count) = match kind {
        LossKind::CrossEntropy => {
            let largest = B::float_max_dim(inputs.clone(), 1);
            let shifted = B::float_sub(inputs, largest);
            let powers = B::float_exp(shifted.clone());
            let total = B::float_sum_dim(powers.clone(), 1);
            let logs = B::float_sub(shifted, B::float_log(total.clone()));
            let losses = B::float_neg(B::float_mul(logs, targets.clone()));
            (losses, B::float_sub(B::float_div(powers, total), targets), shape[0])
        }
        LossKind::BinaryCrossEntropy => {
            let tail = B::float_exp(B::float_neg(B::float_abs(inputs.clone())));
            let product = B::float_mul(inputs.clone(), targets.clone());
            let positive = B::float_sub(B::relu(inputs.clone()), product);
            let losses = B::float_add(positive, B::float_log1p(tail));
            (losses, B::float_sub(B::sigmoid(inputs), targets), shape.num_elements())
        }
        LossKind::ClippedBinaryCrossEntropy => {
            let one_minus = |x| B::float_add_scalar(B::float_neg(x), 1.0.into());
            let p = B::float_clamp(inputs.clone(), CLIP.into(), (1.0 - CLIP).into());
            let q = one_minus(p.clone());
            let yes = B::float_mul(targets.clone(), B::float_log(p.clone()));
            let no = B::float_mul(one_minus(targets.clone()), B::float_log(q.clone()));
            let losses = B::float_neg(B::float_add(yes, no));
            // Nothing flows back to an input that was clipped.
            let moved = B::float_abs(B::float_sub(p.clone(), inputs));
            let inside = one_minus(B::float_sign(moved));
            let slopes = B::float_div(B::float_sub(p.clone(), targets), B::float_mul(p, q));
            (losses, B::float_mul(slopes, inside), shape.num_elements())
        }
        LossKind::SquaredError => {
            let error = B::float_sub(inputs, targets);
            let losses = B::float_mul(error.clone(), error.clone());
            (losses, B::float_mul_scalar(error, 2.0.into()), shape.num_elements())
        }
    };
    let scale = 1.0 / count as f64;
    LossValue {
        mean: B::float_mul_scalar(B::float_sum(losses), scale.into()),
        gradients: B::float_mul_scalar(gradients, scale.into()),
    }
}

pub(super) fn right<B: Backend>(
    outputs: FloatTensor<B>,
    targets: FloatTensor<B>,
) -> FloatTensor<B> {
    let integers = get_or_init_device_settings::<B>(&outputs.device());
    let first = |x| B::float_argmax(x, 1, integers.int_dtype);
    let same = B::int_equal(first(outputs), first(targets), integers.bool_dtype);
    let ones = B::bool_into_float(same, integers.float_dtype);
    B::float_sum(ones)
}

/// Windows of 2x2, side by side and without a border.
const WINDOW: ([usize; 2], [usize; 2], [usize; 2]) = ([2, 2], [2, 2], [0, 0]);

pub(super) fn resize<B: Backend>(x: FloatTensor<B>, kind: Resize) -> FloatTensor<B> {
    let (size, stride, border) = WINDOW;
    match kind {
        Resize::MaxPool => B::max_pool2d(x, size, stride, border, [1, 1], false),
        Resize::AveragePool => B::avg_pool2d(x, size, stride, border, true, false),
        Resize::UpSample => {
            let doubled = doubled::<B>(&x);
            B::interpolate(x, doubled, InterpolateOptions::new(InterpolateMode::Nearest))
        }
    }
}

pub(super) fn resize_backward<B: Backend>(
    x: FloatTensor<B>,
    gradient: FloatTensor<B>,
    kind: Resize,
) -> FloatTensor<B> {
    let (size, stride, border) = WINDOW;
    match kind {
        Resize::MaxPool => {
            let integers = get_or_init_device_settings::<B>(&x.device()).int_dtype;
            let places = B::max_pool2d_with_indices(
                x.clone(),
                size,
                stride,
                border,
                [1, 1],
                false,
                integers,
            );
            let places = places.indices;
            B::max_pool2d_with_indices_backward(
                x,
                size,
                stride,
                border,
                [1, 1],
                false,
                gradient,
                places,
            )
            .x_grad
        }
        Resize::AveragePool => {
            B::avg_pool2d_backward(x, gradient, size, stride, border, true, false)
        }
        Resize::UpSample => {
            let doubled = doubled::<B>(&x);
            let options = InterpolateOptions::new(InterpolateMode::Nearest);
            B::interpolate_backward(x, gradient, doubled, options)
        }
    }
}

fn doubled<B: Backend>(x: &FloatTensor<B>) -> [usize; 2] {
    let shape = x.shape();
    [2 * shape[2], 2 * shape[3]]
}

pub(super) fn moments<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let channels = x.shape()[1];
    let values = by_channel::<B>(x);
    let mean = B::float_mean_dim(values.clone(), 1);
    let error = B::float_sub(values, mean.clone());
    let variance = B::float_mean_dim(B::float_mul(error.clone(), error), 1);
    let row = |x| B::float_reshape(x, Shape::new([1, channels]));
    B::float_cat(vec![row(mean), row(variance)], 0)
}

pub(super) fn normalize<B: Backend>(
    x: FloatTensor<B>,
    moments: FloatTensor<B>,
    gamma: FloatTensor<B>,
    beta: FloatTensor<B>,
    epsilon: f64,
) -> FloatTensor<B> {
    let (normal, _) = normalised::<B>(x, moments, epsilon);
    B::float_add(B::float_mul(normal, across::<B>(gamma)), across::<B>(beta))
}

pub(super) fn normalize_backward<B: Backend>(
    x: FloatTensor<B>,
    moments: FloatTensor<B>,
    gamma: FloatTensor<B>,
    gradient: FloatTensor<B>,
    epsilon: f64,
    by_moments: bool,
) -> Gradients<B> {
    let channels = gamma.shape()[0];
    let values = x.shape().num_elements() / channels;
    let (normal, scale) = normalised::<B>(x, moments, epsilon);
    let sum = |x| {
        let sums = B::float_sum_dim(by_channel::<B>(x), 1);
        B::float_reshape(sums, Shape::new([channels]))
    };
    let beta = sum(gradient.clone());
    let weights = sum(B::float_mul(gradient.clone(), normal.clone()));
    let mut inputs = gradient;
    if by_moments {
        let mean = |sums| across::<B>(B::float_mul_scalar(sums, (1.0 / values as f64).into()));
        inputs = B::float_sub(inputs, mean(beta.clone()));
        inputs = B::float_sub(inputs, B::float_mul(normal, mean(weights.clone())));
    }
    let inputs = B::float_mul(inputs, B::float_mul(scale, across::<B>(gamma)));
    Gradients { inputs: Some(inputs), weights, bias: beta }
}

pub(super) fn adam<B: Backend>(
    [value, gradient, first, second]: Moving<FloatTensor<B>>,
    size: f32,
) -> Moved<FloatTensor<B>> {
    let moved = |old: FloatTensor<B>, new, rate: f32| {
        let way = B::float_mul_scalar(B::float_sub(new, old.clone()), rate.into());
        B::float_add(old, way)
    };
    let squared = B::float_mul(gradient.clone(), gradient.clone());
    let first = moved(first, gradient, FIRST_RATE);
    let second = moved(second, squared, SECOND_RATE);
    let root = B::float_add_scalar(B::float_sqrt(second.clone()), EPSILON.into());
    let change = B::float_div(B::float_mul_scalar(first.clone(), size.into()), root);
    [B::float_sub(value, change), first, second]
}

/// `x` with its mean taken off and divided by its standard deviation, and one over that.
fn normalised<B: Backend>(
    x: FloatTensor<B>,
    moments: FloatTensor<B>,
    epsilon: f64,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let row = |at: usize| across::<B>(B::float_slice(moments.clone(), &[(at..at + 1).into()]));
    let deviation = B::float_sqrt(B::float_add_scalar(row(1), epsilon.into()));
    let scale = B::float_recip(deviation);
    (B::float_mul(B::float_sub(x, row(0)), scale.clone()), scale)
}

/// `[batch, channels, y, x]` as `[channels, batch * y * x]`.
fn by_channel<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let shape = x.shape();
    let channels = shape[1];
    let rows = Shape::new([channels, shape.num_elements() / channels]);
    B::float_reshape(B::float_swap_dims(x, 0, 1), rows)
}

/// A value for each channel, as `[1, channels, 1, 1]`.
fn across<B: Backend>(values: FloatTensor<B>) -> FloatTensor<B> {
    let channels = values.shape().num_elements();
    B::float_reshape(values, Shape::new([1, channels, 1, 1]))
}
