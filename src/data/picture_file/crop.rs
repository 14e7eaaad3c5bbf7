//! Which part of a picture is used: the largest in its middle that has the shape of the result.

use super::exif::Orientation;
use crate::data::pictures::PictureShape;

/// The part of a picture that is used, in pixels as they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Columns left of it.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Its columns, at least 1.
    pub width: u32,
    /// Its rows, at least 1.
    pub height: u32,
}

impl Crop {
    /// The middle of `width` by `height` pixels, of the shape that `to` has. Where there is no exact
    /// middle, it is the one left of it or above it as people see the picture, however it is stored.
    pub(super) fn middle(
        width: u32,
        height: u32,
        orientation: Orientation,
        to: PictureShape,
    ) -> Self {
        let (columns, rows) = stored(orientation, to.width() as u64, to.height() as u64);
        let (all_columns, all_rows) = (u64::from(width), u64::from(height));
        let (used_columns, used_rows) = if all_columns * rows > all_rows * columns {
            ((all_rows * columns / rows).max(1), all_rows)
        } else {
            (all_columns, (all_columns * rows / columns).max(1))
        };
        // Parts of what are 32 bits.
        let (used_columns, used_rows) = (used_columns as u32, used_rows as u32);
        let start = |spare: u32, backwards: bool| {
            if backwards { spare - spare / 2 } else { spare / 2 }
        };
        Self {
            left: start(width.saturating_sub(used_columns), orientation.columns),
            top: start(height.saturating_sub(used_rows), orientation.rows),
            width: used_columns,
            height: used_rows,
        }
    }
}

/// Columns and rows as they are stored, of those that are seen; and the other way round.
pub(super) fn stored<T>(orientation: Orientation, columns: T, rows: T) -> (T, T) {
    if orientation.transposed { (rows, columns) } else { (columns, rows) }
}
