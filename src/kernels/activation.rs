//! Activation functions, forward and backward: of a value alone, and the softmax of rows. Each says
//! what its slope is made from, its input or its output, which is what a step keeps of it.

use super::math::{ActivationMath, PixelMath};

/// A function of a value alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pointwise {
    /// `max(x, 0)`
    Relu,
    /// `x` above 0, `x * negative_slope` below.
    LeakyRelu {
        /// From 0 on.
        negative_slope: f32,
    },
    /// `x` above 0, `exp(x) - 1` below.
    Elu,
    /// `x` times the normal distribution at `x`.
    Gelu,
    /// `x / (1 + exp(-x))`
    Silu,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-x))`
    Sigmoid,
}

impl Pointwise {
    /// Whether its slope is made from its input; of the others it is from the output.
    #[must_use]
    pub fn saves_input(self) -> bool {
        matches!(self, Self::Gelu | Self::Silu)
    }
}

/// Replaces each of `values` by what `function` makes of it. What is not a number stays so.
pub fn forward(function: Pointwise, values: &mut [f32]) {
    let math = ActivationMath::new();
    match function {
        Pointwise::Relu => each(values, |x| if x < 0.0 { 0.0 } else { x }),
        Pointwise::LeakyRelu { negative_slope } => {
            each(values, |x| if x < 0.0 { x * negative_slope } else { x });
        }
        Pointwise::Elu => each(values, |x| {
            let below = math.exp_m1_negative(x);
            if x < 0.0 { below } else { x }
        }),
        Pointwise::Gelu => each(values, |x| x * math.normal(x).0),
        Pointwise::Silu => each(values, |x| x * math.sigmoid(x)),
        Pointwise::Tanh => each(values, |x| math.tanh(x)),
        Pointwise::Sigmoid => each(values, |x| math.sigmoid(x)),
    }
}

/// The gradients of the inputs from those of the outputs; `saved` are inputs or outputs, as
/// [`Pointwise::saves_input`] says.
#[must_use]
pub fn backward(function: Pointwise, saved: &[f32], gradients: &[f32]) -> Vec<f32> {
    let math = ActivationMath::new();
    match function {
        Pointwise::Relu => pairs(saved, gradients, |y, dy| if y > 0.0 { dy } else { 0.0 }),
        Pointwise::LeakyRelu { negative_slope } => {
            pairs(saved, gradients, |y, dy| if y > 0.0 { dy } else { dy * negative_slope })
        }
        Pointwise::Elu => {
            pairs(saved, gradients, |y, dy| if y < 0.0 { dy * (y + 1.0) } else { dy })
        }
        Pointwise::Gelu => pairs(saved, gradients, |x, dy| {
            let (cdf, density) = math.normal(x);
            dy * (cdf + x * density)
        }),
        Pointwise::Silu => pairs(saved, gradients, |x, dy| {
            let sigmoid = math.sigmoid(x);
            dy * (sigmoid * (1.0 + x * (1.0 - sigmoid)))
        }),
        Pointwise::Tanh => pairs(saved, gradients, |y, dy| dy * (1.0 - y * y)),
        Pointwise::Sigmoid => pairs(saved, gradients, |y, dy| dy * y * (1.0 - y)),
    }
}

#[inline(always)]
fn each(values: &mut [f32], function: impl Fn(f32) -> f32) {
    values.iter_mut().for_each(|x| *x = function(*x));
}

#[inline(always)]
fn pairs(saved: &[f32], gradients: &[f32], function: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    saved.iter().zip(gradients).map(|(x, dy)| function(*x, *dy)).collect()
}

/// Replaces rows of `classes` values by their softmax. (`loss` has one of few values, by `libm`.)
pub fn softmax(values: &mut [f32], classes: usize) {
    let math = PixelMath::new();
    for row in values.chunks_exact_mut(classes) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        row.iter_mut().for_each(|x| *x -= largest);
    }
    // All at once, so that it is vectorised however short a row is.
    values.iter_mut().for_each(|x| *x = math.exp_neg_abs(*x));
    for row in values.chunks_exact_mut(classes) {
        let total: f32 = row.iter().sum();
        row.iter_mut().for_each(|x| *x /= total);
    }
}

/// The gradients of the inputs of a [`softmax`] with these `outputs`, from those of the outputs.
#[must_use]
pub fn softmax_backward(outputs: &[f32], gradients: &[f32], classes: usize) -> Vec<f32> {
    let mut found = Vec::with_capacity(outputs.len());
    for (y, dy) in outputs.chunks_exact(classes).zip(gradients.chunks_exact(classes)) {
        let dot: f32 = y.iter().zip(dy).map(|(y, dy)| y * dy).sum();
        found.extend(y.iter().zip(dy).map(|(y, dy)| y * (dy - dot)));
    }
    found
}
