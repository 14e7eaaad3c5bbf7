//! Batch normalisation of a network from outside of it: where it is, and what it does with statistics
//! that were not computed by it, but of a batch that several workers share. Computes nothing.

use std::ops::Range;

use burn::tensor::{Device, Tensor, TensorData};

use super::layers::EPSILON;
use super::net::{Net, Unit};
use crate::kernels::norm::{Moments, Normalizer};

/// A layer of batch normalisation.
#[derive(Debug, Clone)]
pub(crate) struct Norm {
    /// Its place among the layers.
    pub(crate) layer: usize,
    /// The place of `gamma` among the parameters; that of `beta` is the next.
    pub(crate) place: usize,
    /// `gamma` and `beta`, `[channel]`.
    pub(crate) affine: [Tensor<1>; 2],
}

impl Norm {
    /// What normalises with `moments`.
    pub(crate) fn channels(moments: &Moments) -> Normalizer {
        Normalizer::new(&moments.mean, &moments.variance, EPSILON as f32)
    }
}

impl Net {
    /// The batch normalisations among layers `range`, in order.
    pub(crate) fn norms(&self, range: &Range<usize>) -> Vec<Norm> {
        let mut place = 0;
        let mut found = Vec::new();
        for (layer, unit) in self.units.iter().enumerate() {
            match unit {
                Unit::BatchNorm(norm) if range.contains(&layer) => {
                    found.push(Norm { layer, place, affine: norm.affine() });
                }
                _ => {}
            }
            place += parameters(unit);
        }
        found
    }

    /// Moves the moving statistics of the normalisation in layer `layer`, which are on `device`,
    /// towards `moments` of a batch; another layer has none.
    pub(crate) fn move_towards(&mut self, layer: usize, moments: &Moments, device: &Device) {
        if let Some(Unit::BatchNorm(norm)) = self.units.get_mut(layer) {
            let channels = moments.mean.len();
            let values = [moments.mean.as_slice(), &moments.variance].concat();
            let data = TensorData::new(values, [2, channels]);
            norm.move_towards(Tensor::from_data(data, device));
        }
    }
}

/// How many parameters a layer has.
fn parameters(unit: &Unit) -> usize {
    match unit {
        Unit::Conv(_) | Unit::Dense(_) => 2,
        Unit::BatchNorm(_) => 4,
        Unit::Fixed(_) => 0,
    }
}
