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
    /// The sizes of its tensor, pictures first.
    #[must_use]
    pub(crate) fn dims(&self) -> Vec<usize> {
        match self {
            Self::Map(x) => x.dims().to_vec(),
            Self::Flat(x) => x.dims().to_vec(),
        }
    }

    /// A row for each picture, a map in Keras' order y, x, channel.
    #[must_use]
    pub fn rows(self) -> Tensor<2> {
        match self {
            Self::Map(x) => ops::flatten(x),
            Self::Flat(x) => x,
        }
    }

    /// The maps, of that height, width and so many channels, that [`Activation::rows`] made rows of.
    #[must_use]
    pub(crate) fn from_rows(rows: Tensor<2>, [height, width, channels]: [usize; 3]) -> Self {
        let [batch, _] = rows.dims();
        Self::Map(in_order(rows.reshape([batch, height, width, channels]).permute([0, 3, 1, 2])))
    }

    /// What `function` makes of it as maps: vectors are maps of one pixel, with a channel for each unit.
    pub(super) fn by_maps(self, function: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Self {
        match self {
            Self::Map(x) => Self::Map(function(x)),
            Self::Flat(x) => {
                let [batch, units] = x.dims();
                Self::Flat(function(x.reshape([batch, units, 1, 1])).reshape([batch, units]))
            }
        }
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
