//! Which neighbouring layers are computed as one operator: a convolution of square maps with the
//! upsampling before it and the pooling after it, where no function but a relu and no beginning of a
//! residual block is between them.

use std::ops::Range;

use super::{AnyLayer, Shape, conv2d::Conv2D, residual};
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
    /// The group that begins at layer `start` of `layers`, which gets `input`.
    pub(super) fn new(layers: &'a [AnyLayer], input: Shape, start: usize) -> Self {
        let alone = Self { block: None, layer: start, end: start + 1 };
        if !matches!(input, Shape::Map { height, width, .. } if height == width) {
            return alone;
        }
        let by_two = |layer: &AnyLayer| matches!(layer, AnyLayer::UpSampling2D(upsampling) if upsampling.is_by_two());
        let upsample = layers.get(start).is_some_and(by_two);
        let layer = start + usize::from(upsample);
        let conv = match layers.get(layer) {
            Some(AnyLayer::Conv2D(conv)) if conv.fits_block() => conv,
            _ => return alone,
        };
        let pool = match layers.get(layer + 1).filter(|_| conv.activation.is_fused()) {
            Some(AnyLayer::MaxPooling2D(pooling)) => pooling.by_two(),
            Some(AnyLayer::AveragePooling2D(pooling)) => pooling.by_two(),
            _ => None,
        };
        let end = layer + 1 + usize::from(pool.is_some());
        Self { block: Some(Block { conv, upsample, pool }), layer, end }
    }
}

/// Where a group that begins at layer `start` has to end: before the next residual block begins, whose
/// input is needed, and before `end`.
pub(super) fn limit(beginning: &[usize], start: usize, end: usize) -> usize {
    let inner = start + 1..end;
    inner.into_iter().find(|&layer| beginning[layer] > 0).unwrap_or(end)
}

/// The layers that are computed together, all of them in order. `inputs` are what each gets.
#[must_use]
pub(crate) fn fused_groups(layers: &[AnyLayer], inputs: &[Shape]) -> Vec<Range<usize>> {
    let beginning = residual::beginning_at(layers);
    let mut groups = Vec::new();
    let mut start = 0;
    while start < layers.len() {
        let limit = limit(&beginning, start, layers.len());
        let end = Group::new(&layers[..limit], inputs[start], start).end;
        groups.push(start..end);
        start = end;
    }
    groups
}
