//! Windows that slide over a map, of convolutions and poolings: how many there are and where the first
//! lies, by Keras' arithmetic.

use super::layer::{Padding, ShapeError};
use super::pair::Pair;

/// The most pixels that padding may add around a map: kernels keep a padded copy of some channels.
const MOST_PADDING: usize = 1 << 17;
/// The largest kernels, windows and strides; maps of pictures are seldom larger.
pub(super) const SIZES: std::ops::RangeInclusive<usize> = 1..=64;
/// The largest dilations.
pub(super) const DILATIONS: std::ops::RangeInclusive<usize> = 1..=32;
/// The most weights that a filter may have.
pub(super) const MOST_WEIGHTS: usize = 1 << 18;

/// A window and its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sliding {
    pub(super) size: Pair,
    pub(super) strides: Pair,
    pub(super) dilation: Pair,
    pub(super) padding: Padding,
}

/// Where windows lie in a map, `[height, width]` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    /// How many windows there are.
    pub(super) output: [usize; 2],
    /// Rows and columns of the first above and to the left of the map.
    pub(super) before: [usize; 2],
}

impl Sliding {
    /// Pixels from the first to the last of a window.
    pub(super) fn reach(self) -> [usize; 2] {
        let (size, dilation) = (self.size.sizes(), self.dilation.sizes());
        [0, 1].map(|axis| (size[axis] - 1) * dilation[axis] + 1)
    }

    /// Where windows lie in `map`; `None` if it is smaller than one and nothing is padded.
    pub(super) fn places(self, map: [usize; 2]) -> Option<Places> {
        let (reach, strides) = (self.reach(), self.strides.sizes());
        let fits = (0..2).all(|axis| map[axis] >= reach[axis]);
        match self.padding {
            Padding::Valid => fits.then(|| Places {
                output: [0, 1].map(|axis| (map[axis] - reach[axis]) / strides[axis] + 1),
                before: [0, 0],
            }),
            Padding::Same => {
                let output = [0, 1].map(|axis| map[axis].div_ceil(strides[axis]));
                // Keras puts the odd one of the zeros below and to the right.
                let before = [0, 1].map(|axis| {
                    let covered = (output[axis] - 1) * strides[axis] + reach[axis];
                    covered.saturating_sub(map[axis]) / 2
                });
                Some(Places { output, before })
            }
        }
    }

    /// Where the windows lie in what a transposed convolution makes of `map`, and the size of that, as
    /// Keras chooses it.
    pub(super) fn transposed(self, map: [usize; 2]) -> ([usize; 2], Places) {
        let (reach, strides) = (self.reach(), self.strides.sizes());
        let made = [0, 1].map(|axis| match self.padding {
            Padding::Same => map[axis] * strides[axis],
            Padding::Valid => (map[axis] - 1) * strides[axis] + reach[axis].max(strides[axis]),
        });
        let before = match self.padding {
            Padding::Valid => [0, 0],
            Padding::Same => [0, 1].map(|axis| reach[axis].saturating_sub(strides[axis]) / 2),
        };
        (made, Places { output: map, before })
    }

    /// Refuses windows that reach so far over a map that no memory holds it with its padding.
    pub(super) fn check_reach(self, map: [usize; 2]) -> Result<(), ShapeError> {
        let reach = self.reach();
        let area = |added: [usize; 2]| {
            (map[0] as u64 + added[0] as u64).saturating_mul(map[1] as u64 + added[1] as u64)
        };
        if area(reach) - area([0, 0]) <= MOST_PADDING as u64 {
            return Ok(());
        }
        let [height, width] = reach;
        Err(ShapeError::Unfit(format!(
            "its kernel reaches over {height}x{width} pixels, too many for such maps. Use a smaller \
             `kernel_size` or `dilation_rate`"
        )))
    }
}
