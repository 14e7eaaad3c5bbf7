//! The layers that compute, on burn tensors. Maps are `[batch, channels, height, width]`; which
//! layer follows which is not known here.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

use super::parameters::{Collected, Given, in_order};
use crate::data::rng::{Purpose, Rng};
use crate::ops::{self, ConvBlockAttrs, Pool};
use crate::spec::config::Padding;

/// Share of the old moving statistics kept at each step, Keras' default.
const MOMENTUM: f64 = 0.99;
/// Added to the variance before the root, Keras' default.
pub(super) const EPSILON: f64 = 1e-3;

/// Convolution with bias, and relu if asked.
#[derive(Module, Debug)]
pub(super) struct Conv2d {
    /// `[filters, channels, kernel, kernel]`
    weight: Param<Tensor<4>>,
    /// `[filters]`
    bias: Param<Tensor<1>>,
    stride: usize,
    same: bool,
    relu: bool,
}

/// Batch normalisation.
#[derive(Module, Debug)]
pub(super) struct BatchNorm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
    /// Not trained, but part of the model.
    moving_mean: Param<Tensor<1>>,
    /// Not trained, but part of the model.
    moving_variance: Param<Tensor<1>>,
}

/// Fully connected with bias, and relu if asked.
#[derive(Module, Debug)]
pub(super) struct Dense {
    /// `[inputs, units]`
    weight: Param<Tensor<2>>,
    /// `[units]`
    bias: Param<Tensor<1>>,
    relu: bool,
}

/// Starting weights, drawn on the host so that every backend gets the same ones. They are drawn
/// in Keras' layout and counted in Keras' order, so that a reference can repeat them.
pub(super) struct Initializer<'a> {
    pub(super) seed: u64,
    pub(super) device: &'a Device,
    /// Parameters given out so far; each draws from a stream of its own.
    pub(super) drawn: u64,
}

impl Initializer<'_> {
    /// Glorot-uniform: between plus and minus `sqrt(6 / (fan_in + fan_out))`
    /// (Glorot and Bengio 2010, equation 16).
    fn glorot(&mut self, size: usize, fan_in: usize, fan_out: usize) -> Vec<f32> {
        let limit = libm::sqrtf(6.0 / (fan_in + fan_out) as f32);
        let mut rng = Rng::new(self.seed, Purpose::Weights, self.drawn);
        self.drawn += 1;
        (0..size).map(|_| rng.range(-limit, limit)).collect()
    }

    fn constant(&mut self, size: usize, value: f32) -> Param<Tensor<1>> {
        self.drawn += 1;
        Param::from_tensor(Tensor::from_data(
            TensorData::new(vec![value; size], [size]),
            self.device,
        ))
    }

    pub(super) fn conv(
        &mut self,
        (filters, channels, kernel): (usize, usize, usize),
        stride: usize,
        padding: Padding,
        relu: bool,
    ) -> Conv2d {
        let window = kernel * kernel;
        let drawn = self.glorot(window * channels * filters, window * channels, window * filters);
        // Keras' [kernel, kernel, channels, filters] to [filters, channels, kernel, kernel].
        let weight = Tensor::<4>::from_data(
            TensorData::new(drawn, [kernel, kernel, channels, filters]),
            self.device,
        )
        .permute([3, 2, 0, 1]);
        Conv2d {
            weight: Param::from_tensor(in_order(weight)),
            bias: self.constant(filters, 0.0),
            stride,
            same: padding == Padding::Same,
            relu,
        }
    }

    pub(super) fn batch_norm(&mut self, channels: usize) -> BatchNorm {
        BatchNorm {
            gamma: self.constant(channels, 1.0),
            beta: self.constant(channels, 0.0),
            moving_mean: self.constant(channels, 0.0).set_require_grad(false),
            moving_variance: self.constant(channels, 1.0).set_require_grad(false),
        }
    }

    pub(super) fn dense(&mut self, inputs: usize, units: usize, relu: bool) -> Dense {
        let drawn = self.glorot(inputs * units, inputs, units);
        let weight = Tensor::from_data(TensorData::new(drawn, [inputs, units]), self.device);
        Dense { weight: Param::from_tensor(weight), bias: self.constant(units, 0.0), relu }
    }
}

impl Conv2d {
    pub(super) fn collect(&self, to: &mut Collected<'_>) {
        to.add_kernel(&self.weight);
        to.add("bias", &self.bias);
    }

    pub(super) fn take(&mut self, given: &Given<'_>) -> bool {
        given.put_kernel(&mut self.weight) || given.put("bias", &mut self.bias)
    }

    /// `[batch, channels, h, w]` to `[batch, filters, h', w']`, of twice the side before it if
    /// `upsample`, and pooled after it if asked.
    pub(super) fn forward(&self, x: Tensor<4>, upsample: bool, pool: Option<Pool>) -> Tensor<4> {
        let weight = self.weight.val();
        let [_, _, kernel, _] = weight.dims();
        let mut padding = (0, 0);
        if self.same {
            // Keras puts the odd one of the zeros below and to the right.
            let [_, _, side, _] = x.dims();
            let side = if upsample { 2 * side } else { side };
            let total =
                ((side.div_ceil(self.stride) - 1) * self.stride + kernel).saturating_sub(side);
            padding = (total / 2, total.div_ceil(2));
        }
        let attrs =
            ConvBlockAttrs { stride: self.stride, padding, upsample, relu: self.relu, pool };
        ops::conv_block(x, weight, self.bias.val(), attrs)
    }
}

impl BatchNorm {
    pub(super) fn collect(&self, to: &mut Collected<'_>) {
        to.add("gamma", &self.gamma);
        to.add("beta", &self.beta);
        to.add("moving_mean", &self.moving_mean);
        to.add("moving_variance", &self.moving_variance);
    }

    pub(super) fn take(&mut self, given: &Given<'_>) -> bool {
        given.put("gamma", &mut self.gamma)
            || given.put("beta", &mut self.beta)
            || given.put("moving_mean", &mut self.moving_mean)
            || given.put("moving_variance", &mut self.moving_variance)
    }

    /// Normalises with the moving statistics.
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let row = |param: &Param<Tensor<1>>| param.val().unsqueeze::<2>();
        let moments = Tensor::cat(vec![row(&self.moving_mean), row(&self.moving_variance)], 0);
        ops::batch_norm(x, moments, self.gamma.val(), self.beta.val(), EPSILON, false)
    }

    /// Normalises with the statistics of the batch, and moves the moving ones towards them, with
    /// the biased variance as Keras does.
    pub(super) fn train(&mut self, x: Tensor<4>) -> Tensor<4> {
        let moments = ops::moments(x.clone());
        self.move_towards(moments.clone().inner());
        ops::batch_norm(x, moments, self.gamma.val(), self.beta.val(), EPSILON, true)
    }

    /// Moves the moving statistics towards `moments` of a batch, `[2, channels]`.
    pub(super) fn move_towards(&mut self, moments: Tensor<2>) {
        let moved = |old: &Param<Tensor<1>>, row: usize| {
            let [_, channels] = moments.dims();
            let new = moments.clone().narrow(0, row, 1).reshape([channels]);
            old.clone().map(|old| (old.inner() * MOMENTUM + new * (1.0 - MOMENTUM)).autodiff())
        };
        self.moving_mean = moved(&self.moving_mean, 0);
        self.moving_variance = moved(&self.moving_variance, 1);
    }

    /// Scale and shift, which learn, off the autodiff device.
    pub(super) fn affine(&self) -> [Tensor<1>; 2] {
        [&self.gamma, &self.beta].map(|param| param.val().inner())
    }
}

impl Dense {
    pub(super) fn collect(&self, to: &mut Collected<'_>) {
        to.add("kernel", &self.weight);
        to.add("bias", &self.bias);
    }

    pub(super) fn take(&mut self, given: &Given<'_>) -> bool {
        given.put("kernel", &mut self.weight) || given.put("bias", &mut self.bias)
    }

    /// `[batch, inputs]` to `[batch, units]`.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        ops::dense(x, self.weight.val(), self.bias.val(), self.relu)
    }
}
