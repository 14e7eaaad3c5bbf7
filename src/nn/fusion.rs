//! Which neighbouring layers are computed as one operator: a convolution with the upsampling before
//! it and the pooling after it.

use std::ops::Range;

use super::{AnyLayer, conv2d::Conv2D};
use crate::ops::Pool;

/// Layers that are computed together, or one alone.
pub(super) struct Group<'a> {
    /// The convolution with what is fused to it; `None` for any other layer.
    pub(super) block: Option<Block<'a>>,
    /// The layer whose parameters the group uses.
    pub(super) layer: usize,
    /// The layer after the group.
    pub(super) end: usize,
}

/// A convolution and what is fused to it.
pub(super) struct Block<'a> {
    pub(super) conv: &'a Conv2D,
    pub(super) upsample: bool,
    pub(super) pool: Option<Pool>,
}

impl<'a> Group<'a> {
    /// The group that begins at layer `start` of `layers`.
    pub(super) fn new(layers: &'a [AnyLayer], start: usize) -> Self {
        let upsample = matches!(
            layers.get(start..),
            Some([AnyLayer::UpSampling2D(_), AnyLayer::Conv2D(_), ..])
        );
        let layer = start + usize::from(upsample);
        let Some(AnyLayer::Conv2D(conv)) = layers.get(layer) else {
            return Self { block: None, layer, end: layer + 1 };
        };
        let pool = match layers.get(layer + 1) {
            Some(AnyLayer::MaxPooling2D(_)) => Some(Pool::Max),
            Some(AnyLayer::AveragePooling2D(_)) => Some(Pool::Average),
            _ => None,
        };
        let end = layer + 1 + usize::from(pool.is_some());
        Self { block: Some(Block { conv, upsample, pool }), layer, end }
    }
}

/// The layers that are computed together, all of them in order.
#[must_use]
pub(crate) fn fused_groups(layers: &[AnyLayer]) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    while start < layers.len() {
        let end = Group::new(layers, start).end;
        groups.push(start..end);
        start = end;
    }
    groups
}
