//! `ZeroPadding2D` and `Cropping2D`: rows and columns of zeros around a map, or taken off it.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Shape, ShapeError, within};
use crate::ops;

/// Rows above and below, columns to the left and to the right. In JSON one number for all, two for
/// `[rows, columns]` on each side, or `[[above, below], [left, right]]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Borders {
    /// Rows above and below.
    pub rows: [usize; 2],
    /// Columns to the left and to the right.
    pub columns: [usize; 2],
}

/// How borders are written.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "it should be a whole number, [rows, columns] or [[above, below], [left, right]]"
)]
enum Written {
    All(usize),
    Each([usize; 2]),
    Sides([[usize; 2]; 2]),
}

impl From<Written> for Borders {
    fn from(written: Written) -> Self {
        match written {
            Written::All(size) => Self { rows: [size; 2], columns: [size; 2] },
            Written::Each([rows, columns]) => Self { rows: [rows; 2], columns: [columns; 2] },
            Written::Sides([rows, columns]) => Self { rows, columns },
        }
    }
}

impl From<Borders> for Written {
    fn from(Borders { rows, columns }: Borders) -> Self {
        match (rows, columns) {
            ([above, below], [left, right]) if above != below || left != right => {
                Self::Sides([rows, columns])
            }
            ([rows, _], [columns, _]) if rows != columns => Self::Each([rows, columns]),
            ([size, _], _) => Self::All(size),
        }
    }
}

impl Borders {
    fn check(self, setting: &str) -> Result<(), ShapeError> {
        let all = [self.rows, self.columns];
        all.as_flattened().iter().try_for_each(|size| within(setting, *size, 0..=1024))
    }

    fn describe(self) -> String {
        let Self { rows: [above, below], columns: [left, right] } = self;
        format!("{above} above, {below} below, {left} left and {right} right")
    }
}

/// Settings of a padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZeroPadding2D {
    /// Rows and columns that are added.
    #[serde(default = "one")]
    pub padding: Borders,
}

/// Keras' default of `padding`.
fn one() -> Borders {
    Written::All(1).into()
}

impl Default for ZeroPadding2D {
    fn default() -> Self {
        Self { padding: one() }
    }
}

/// Settings of a cropping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cropping2D {
    /// Rows and columns that are taken off.
    #[serde(default)]
    pub cropping: Borders,
}

impl Layer for ZeroPadding2D {
    fn describe(&self) -> String {
        format!("zeros: {}", self.padding.describe())
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [height, width, channels] = input.map()?;
        self.padding.check("padding")?;
        let Borders { rows: [above, below], columns: [left, right] } = self.padding;
        Ok(Shape::Map { height: height + above + below, width: width + left + right, channels })
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let x = x.map();
        let [_, _, height, width] = x.dims();
        let Borders { rows: [above, below], columns: [left, right] } = self.padding;
        let output = [height + above + below, width + left + right];
        Activation::Map(ops::frame(x, [above as isize, left as isize], output))
    }
}

impl Layer for Cropping2D {
    fn describe(&self) -> String {
        format!("cut off: {}", self.cropping.describe())
    }

    fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [height, width, channels] = input.map()?;
        self.cropping.check("cropping")?;
        let Borders { rows: [above, below], columns: [left, right] } = self.cropping;
        if above + below >= height || left + right >= width {
            return Err(ShapeError::Unfit(format!(
                "its `cropping` takes off {} rows and {} columns, so that nothing is left. Use less",
                above + below,
                left + right
            )));
        }
        Ok(Shape::Map { height: height - above - below, width: width - left - right, channels })
    }

    fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
        let x = x.map();
        let [_, _, height, width] = x.dims();
        let Borders { rows: [above, below], columns: [left, right] } = self.cropping;
        let output = [height - above - below, width - left - right];
        Activation::Map(ops::frame(x, [-(above as isize), -(left as isize)], output))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_are_read_and_the_shortest_is_written() {
        for (text, rows, columns, short) in [
            ("2", [2, 2], [2, 2], "2"),
            ("[1,2]", [1, 1], [2, 2], "[1,2]"),
            ("[[1,2],[0,3]]", [1, 2], [0, 3], "[[1,2],[0,3]]"),
            ("[[1,1],[1,1]]", [1, 1], [1, 1], "1"),
        ] {
            let read: Borders = serde_json::from_str(text).expect("borders");
            assert_eq!(read, Borders { rows, columns });
            assert_eq!(serde_json::to_string(&read).expect("borders"), short);
        }
        let error = serde_json::from_str::<Borders>("[1,2,3]").expect_err("three").to_string();
        assert!(error.contains("[[above, below], [left, right]]"), "{error}");
    }
}
