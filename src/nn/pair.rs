//! Sizes of two directions, as Keras' settings have them: a number for both, or `[height, width]`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::layer::{ShapeError, within};

/// A height and a width. In JSON a number where they are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Pair {
    /// Along the rows of a map.
    pub height: usize,
    /// Along its columns.
    pub width: usize,
}

/// How a pair is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "it should be a whole number or [height, width]")]
enum Written {
    Both(usize),
    Each([usize; 2]),
}

impl Pair {
    /// One for both.
    pub(super) fn one() -> Self {
        1.into()
    }

    /// Height and width.
    #[must_use]
    pub fn sizes(self) -> [usize; 2] {
        [self.height, self.width]
    }

    /// What both are.
    #[must_use]
    pub fn square(self) -> Option<usize> {
        (self.height == self.width).then_some(self.height)
    }

    /// Whether both are one: Keras' default of many settings.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
    pub(super) fn is_one(&self) -> bool {
        self.square() == Some(1)
    }

    /// Refuses it as a `setting` where one of the two is out of its range.
    pub(super) fn within(
        self,
        setting: &str,
        range: std::ops::RangeInclusive<usize>,
    ) -> Result<(), ShapeError> {
        self.sizes().into_iter().try_for_each(|size| within(setting, size, range.clone()))
    }
}

impl From<usize> for Pair {
    fn from(size: usize) -> Self {
        Self { height: size, width: size }
    }
}

impl From<[usize; 2]> for Pair {
    fn from([height, width]: [usize; 2]) -> Self {
        Self { height, width }
    }
}

impl From<Written> for Pair {
    fn from(written: Written) -> Self {
        match written {
            Written::Both(size) => size.into(),
            Written::Each(sizes) => sizes.into(),
        }
    }
}

impl From<Pair> for Written {
    fn from(pair: Pair) -> Self {
        pair.square().map_or(Self::Each(pair.sizes()), Self::Both)
    }
}

/// `3` or `5x3`.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.square() {
            Some(size) => write!(f, "{size}"),
            None => write!(f, "{}x{}", self.height, self.width),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_two_are_read_and_written() {
        for (text, pair) in [("3", Pair::from(3)), ("[5,3]", Pair::from([5, 3]))] {
            assert_eq!(serde_json::from_str::<Pair>(text).expect("a pair"), pair);
            assert_eq!(serde_json::to_string(&pair).expect("a pair"), text);
        }
        assert_eq!(serde_json::from_str::<Pair>("[2,2]").expect("a pair"), 2.into());
        for text in ["-1", "[1]", "[1,2,3]", "1.5", "\"3\"", "{}", "99999999999999999999"] {
            let error = serde_json::from_str::<Pair>(text).expect_err(text).to_string();
            assert!(error.contains("a whole number or [height, width]"), "{error}");
        }
    }
}
