//! `Sampling`: the layer that makes an autoencoder a variational one (Kingma and Welling 2014), called as in
//! Keras' example "Variational AutoEncoder" (<https://keras.io/examples/generative/vae/>).
//!
//! It takes a vector of `2 n` values, `n` means and then the logarithms of `n` variances, such as one Dense
//! of `2 n` units gives them, and gives a code of `n`: in training `mean + exp(log_variance / 2) * epsilon`
//! with `epsilon` from the standard normal distribution, at inference the mean.
//!
//! The loss of a model with this layer is `reconstruction + kl_weight * kl`. `reconstruction` is the run's
//! loss, a mean over all values of all pictures of the batch; `kl` is the mean over the pictures of the
//! divergence of the code's distribution from the standard normal one, a sum over the code. In Keras:
//!
//! ```python
//! reconstruction = ops.mean(losses.binary_crossentropy(data, reconstructed))
//! kl = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
//! loss = reconstruction + kl_weight * ops.mean(ops.sum(kl, axis=1))
//! ```
//!
//! The example adds up cross-entropies over height and width and has no weight: its loss is this one with
//! `kl_weight = 1 / (height * width)`, the default, times `height * width`. Adam takes the same steps
//! with both, but for its epsilon.
//!
//! Two things differ from the example. It has a Dense for the means and one for the logarithms, whose
//! starting weights are drawn for `n` outputs each, not for `2 n`. And it samples at inference, too; here
//! a validation has no noise, so that it gives the same number each time: the loss of the mean's
//! reconstruction, with the same `kl`.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError, number_within};
use crate::data::pictures::PictureShape;
use crate::ops::{self, Draw};

/// The largest weight: beyond it no reconstruction would be trained.
const MAX_WEIGHT: f64 = 10.0;

/// Settings of the code of a variational autoencoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// The factor of the divergence in the loss; left out, 1 / (height * width) of a picture, which is that
    /// of Keras' example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kl_weight: Option<f64>,
}

impl Layer for Sampling {
    fn describe(&self) -> String {
        "sample of a normal distribution".to_owned()
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        if let Some(weight) = self.kl_weight {
            number_within("kl_weight", weight, 0.0..=MAX_WEIGHT)?;
        }
        match input {
            Shape::Flat(units) if units > 0 && units.is_multiple_of(2) => Ok(Shape::Flat(units / 2)),
            _ => Err(ShapeError::Unfit(
                "it takes a vector of as many means as logarithms of variances. Put a Dense before it, \
                 of twice as many units as the code is to have"
                    .to_owned(),
            )),
        }
    }

    fn for_data(&self, picture: PictureShape, _: usize) -> Self {
        let pixels = picture.height() * picture.width();
        Self { kl_weight: self.kl_weight.or(Some(1.0 / pixels as f64)) }
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, context: &mut Context<'_>) -> Activation {
        let x = x.flat();
        let [batch, width] = x.dims();
        let n = width / 2;
        context.add_divergence(ops::gaussian_kl(x.clone()));
        if !context.is_training() {
            return Activation::Flat(x.narrow(1, 0, n));
        }
        let draw = Draw::Normal { stddev: 1.0 };
        let noise = ops::random(context.streams(), [n, 1, 1], draw, &x.device().inner());
        let noise = Tensor::from_inner(noise.reshape([batch, n]));
        Activation::Flat(ops::reparameterize(x, noise))
    }
}
