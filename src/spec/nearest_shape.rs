//! For pictures that a model cannot be built for, the nearest size that it can.

use super::model::ModelSpec;
use super::validate::ValidModel;
use crate::data::pictures::{PictureShape, SIDES};

/// The shape nearest to `picture` that a model can be built for; `None` where the fault is none of the
/// shape's, because it cannot be built for CIFAR's either.
pub(super) fn nearest_shape(
    spec: &ModelSpec,
    picture: PictureShape,
    classes: usize,
) -> Option<PictureShape> {
    let fits = |picture: PictureShape| {
        let spec = spec.clone().for_pictures(picture);
        ValidModel::new(&spec, "", picture, classes).is_ok()
    };
    if !fits(PictureShape::CIFAR) {
        return None;
    }
    let (height, width, channels) = (picture.height(), picture.width(), picture.channels());
    let all = SIDES.flat_map(|height| SIDES.map(move |width| (height, width)));
    let mut sizes: Vec<(usize, usize)> = all.collect();
    sizes.sort_by_key(|&(h, w)| (h.abs_diff(height) + w.abs_diff(width), h, w));
    let shapes = sizes.into_iter().filter_map(|(h, w)| PictureShape::new(h, w, channels).ok());
    shapes.into_iter().find(|&shape| fits(shape))
}
