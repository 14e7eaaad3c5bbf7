//! Structural similarity in burn's operations.

use burn::backend::TensorMetadata;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::tensor::TensorData;

use super::Ssim;
use crate::data::pictures::CHANNELS;
use crate::kernels::ssim::{C1, C2, WINDOW, window};
use crate::ops::operator::{Kernels, Operator, Output, array};

/// The middle of values in 0 to 1, from which they are counted, so that little is lost when the square of
/// a mean is taken from a mean of squares.
const MIDDLE: f64 = 0.5;

impl Operator<0> for Ssim {
    fn forward<B: Kernels>(self, inputs: Vec<FloatTensor<B>>) -> Output<B> {
        let [a, b] = <[_; 2]>::map(array(inputs), |x| B::float_sub_scalar(x, MIDDLE.into()));
        let product = |a: &FloatTensor<B>, b: &FloatTensor<B>| B::float_mul(a.clone(), b.clone());
        let add = |x, value: f64| B::float_add_scalar(x, value.into());
        let twice = |x| B::float_mul_scalar(x, 2.0.into());

        let squares = blurred::<B>(B::float_add(product(&a, &a), product(&b, &b)));
        let products = blurred::<B>(product(&a, &b));
        let [a, b] = [a, b].map(blurred::<B>);
        let covariance = B::float_sub(products, product(&a, &b));
        let variances = B::float_sub(squares, B::float_add(product(&a, &a), product(&b, &b)));
        let [a, b] = [a, b].map(|mean| add(mean, MIDDLE));
        let means = B::float_add(product(&a, &a), product(&b, &b));

        let luminance = B::float_div(add(twice(product(&a, &b)), C1), add(means, C1));
        let structure = B::float_div(add(twice(covariance), C2), add(variances, C2));
        let likeness = B::float_mul(luminance, structure);
        Output::new(B::float_mean(likeness), Vec::new())
    }
}

/// Gaussian means of every window of each plane.
fn blurred<B: Kernels>(x: FloatTensor<B>) -> FloatTensor<B> {
    let along = window();
    let plane = along.iter().flat_map(|down| along.map(|across| (down * across) as f32));
    let weights: Vec<f32> = std::iter::repeat_n(plane, CHANNELS).flatten().collect();
    let weights = TensorData::new(weights, [CHANNELS, 1, WINDOW, WINDOW]);
    let weights = B::float_from_data(weights, &x.device());
    B::conv2d(x, weights, None, ConvOptions::new([1, 1], [0, 0], [1, 1], CHANNELS))
}
