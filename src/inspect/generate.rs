//! Pictures out of nothing: what the decoder of a variational autoencoder makes of codes that are drawn from
//! the distribution that its training holds them to.

use crate::data::rng::{Purpose, Rng};
use crate::train::error::TrainError;
use crate::train::trainer::Trainer;

/// The most pictures that are generated at once.
const MOST: usize = 100;

impl Trainer {
    /// What the decoder makes of `count` codes from the standard normal distribution, as
    /// [`Trainer::decode`] gives it. The codes are those of `seed`: of more of them, the first are the same.
    ///
    /// # Errors
    /// [`TrainError`] for a model without a [`Sampling`](crate::nn::layers::Sampling) layer, no pictures or
    /// more than 100, or a device that fails.
    pub async fn generate(&self, count: usize, seed: u64) -> Result<Vec<f32>, TrainError> {
        let what = "generate pictures: only a variational autoencoder does";
        if self.model.kl_weight().is_none() {
            return Err(self.not_for_model(what));
        }
        if !(1..=MOST).contains(&count) {
            return Err(TrainError::NotSoMany { given: count, most: MOST });
        }
        let (_, shape) = self.code_shape(what)?;
        let mut codes = vec![0.0; count * shape.size()];
        for (index, code) in codes.chunks_exact_mut(shape.size()).enumerate() {
            Rng::new(seed, Purpose::Code, index as u64).normals(code);
        }
        self.decode(&codes).await
    }
}
