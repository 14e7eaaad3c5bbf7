//! What flows between layers: maps or vectors, one per picture of the batch.

use burn::tensor::Tensor;

use super::parameter::in_order;
use crate::ops;

/// The activations of a layer on a batch.
#[derive(Debug, Clone)]
pub enum Activation {
    /// Feature maps, `[batch, channels, height, width]`.
    Map(Tensor<4>),
    /// Vectors, `[batch, units]`.
    Flat(Tensor<2>),
}

impl Activation {
    /// A row for each picture, a map in Keras' order y, x, channel.
    #[must_use]
    pub fn rows(self) -> Tensor<2> {
        match self {
            Self::Map(x) => ops::flatten(x),
            Self::Flat(x) => x,
        }
    }

    /// The maps that [`Activation::rows`] made rows of.
    #[must_use]
    pub(crate) fn from_rows(rows: Tensor<2>, side: usize, channels: usize) -> Self {
        let [batch, _] = rows.dims();
        Self::Map(in_order(rows.reshape([batch, side, side, channels]).permute([0, 3, 1, 2])))
    }

    /// The maps, where the layer before gives maps.
    pub(super) fn map(self) -> Tensor<4> {
        match self {
            Self::Map(x) => x,
            Self::Flat(x) => unreachable!("{x:?} where a map is wanted: shapes were validated"),
        }
    }

    /// The vectors, where the layer before gives vectors.
    pub(super) fn flat(self) -> Tensor<2> {
        match self {
            Self::Flat(x) => x,
            Self::Map(x) => unreachable!("{x:?} where a vector is wanted: shapes were validated"),
        }
    }
}
