//! `MaxPooling2D` and `AveragePooling2D`: windows of any size and stride. What lies past the border counts
//! neither for the largest value nor for the mean.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::activation::Activation;
use super::context::Context;
use super::layer::{Layer, Padding, Shape, ShapeError};
use super::pair::Pair;
use super::sliding::{SIZES, Sliding};
use crate::ops::{self, Pool, PoolAttrs, Resize};

/// The settings of both, and what each makes of a window.
macro_rules! poolings {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $words:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Size of a window.
            #[serde(default = "two", skip_serializing_if = "is_two")]
            pub pool_size: Pair,
            /// Step from a window to the next; left out, the windows' size.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub strides: Option<Pair>,
            /// Border.
            #[serde(default, skip_serializing_if = "is_valid")]
            pub padding: Padding,
        }

        impl Default for $name {
            fn default() -> Self {
                Self { pool_size: two(), strides: None, padding: Padding::Valid }
            }
        }

        impl $name {
            fn sliding(&self) -> Sliding {
                Sliding {
                    size: self.pool_size,
                    strides: self.strides.unwrap_or(self.pool_size),
                    dilation: Pair::one(),
                    padding: self.padding,
                }
            }

            /// The pooling by two that a convolution before it can be fused with.
            pub(super) fn by_two(&self) -> Option<Pool> {
                is_by_two(self.sliding()).then_some(Pool::$kind)
            }
        }

        impl Layer for $name {
            fn describe(&self) -> String {
                describe($words, self.sliding())
            }

            fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
                output_shape(self.sliding(), input)
            }

            fn forward(&self, _: &[Tensor<1>], x: Activation, _: &mut Context<'_>) -> Activation {
                Activation::Map(forward(Pool::$kind, self.sliding(), x.map()))
            }
        }
    )+};
}

poolings! {
    /// The largest value of each window.
    MaxPooling2D: Max, "max pooling";
    /// The mean of each window.
    AveragePooling2D: Average, "average pooling";
}

/// Keras' default of `pool_size`.
fn two() -> Pair {
    2.into()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
fn is_two(size: &Pair) -> bool {
    *size == two()
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks so
fn is_valid(padding: &Padding) -> bool {
    *padding == Padding::Valid
}

/// Whether windows of 2x2 lie side by side, without a border.
fn is_by_two(Sliding { size, strides, padding, .. }: Sliding) -> bool {
    size == two() && strides == two() && padding == Padding::Valid
}

fn describe(words: &str, sliding: Sliding) -> String {
    if is_by_two(sliding) {
        return words.to_owned();
    }
    let [height, width] = sliding.size.sizes();
    let border = if sliding.padding == Padding::Same { ", padded" } else { "" };
    format!("{words} of {height}x{width} with stride {}{border}", sliding.strides)
}

fn output_shape(sliding: Sliding, input: Shape) -> Result<Shape, ShapeError> {
    let [height, width, channels] = input.map()?;
    sliding.size.within("pool_size", SIZES)?;
    sliding.strides.within("strides", SIZES)?;
    match sliding.places([height, width]) {
        Some(places) => {
            let [height, width] = places.output;
            Ok(Shape::Map { height, width, channels })
        }
        None => {
            let [height, width] = sliding.size.sizes();
            Err(ShapeError::Unfit(format!(
                "it needs at least {height}x{width}. Use fewer pooling layers before it, or `same` \
                 padding"
            )))
        }
    }
}

fn forward(kind: Pool, sliding: Sliding, x: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = x.dims();
    if is_by_two(sliding) && height == width {
        return ops::resize(x, Resize::from(kind));
    }
    let places = sliding.places([height, width]).expect("shapes were validated");
    let attrs = PoolAttrs {
        kind,
        size: sliding.size.sizes(),
        stride: sliding.strides.sizes(),
        before: places.before,
        output: places.output,
    };
    ops::pool(x, attrs)
}
