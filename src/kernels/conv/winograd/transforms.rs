//! Winograd's transforms of a row (1-D) and, from these, of a tile (2-D), in registers. In Lavin
//! and Gray's notation Bᵀ transforms inputs, G kernels, and Aᵀ the products to outputs; gradients
//! use the transposes.

use crate::kernels::simd::F32x4;

/// A way to compute two outputs of a convolution by three weights with `S` multiplications; in two
/// dimensions 2x2 outputs of a 3x3 kernel with `S * S`.
pub(in crate::kernels::conv) trait Transforms<const S: usize> {
    /// Pixels from the input of a tile to that of the next.
    const INPUT_STEP: usize;

    /// Bᵀ d, the input transform.
    fn input(values: [F32x4; S]) -> [F32x4; S];

    /// The transpose of [`Transforms::input`]: input gradients from those of the transformed input.
    fn input_transposed(gradients: [F32x4; S]) -> [F32x4; S];

    /// G g, the kernel transform.
    fn kernel(weights: [F32x4; 3]) -> [F32x4; S];

    /// The transpose of [`Transforms::kernel`]: weight gradients from those of the transformed
    /// kernel.
    fn kernel_transposed(gradients: [F32x4; S]) -> [F32x4; 3];

    /// Aᵀ m, the output transform.
    fn output(products: [F32x4; S]) -> [F32x4; 2];

    /// The transpose of [`Transforms::output`]: gradients of the products from those of two
    /// outputs.
    fn output_transposed(gradients: [F32x4; 2]) -> [F32x4; S];

    /// [`Transforms::input`] of a tile, whose values are `value(y, x)`; calls `put(u, v, element)`.
    fn input_2d(value: impl Fn(usize, usize) -> F32x4, put: impl FnMut(usize, usize, F32x4));

    /// [`Transforms::input_transposed`] of a tile, from `value(u, v)` to `put(y, x, gradient)`.
    fn input_2d_transposed(
        value: impl Fn(usize, usize) -> F32x4,
        put: impl FnMut(usize, usize, F32x4),
    );

    /// [`Transforms::kernel`] of a 3x3 kernel, from `value(ky, kx)` to `put(u, v, element)`.
    fn kernel_2d(value: impl Fn(usize, usize) -> F32x4, put: impl FnMut(usize, usize, F32x4));

    /// [`Transforms::kernel_transposed`] of a tile, from `value(u, v)` to `put(ky, kx, gradient)`.
    fn kernel_2d_transposed(
        value: impl Fn(usize, usize) -> F32x4,
        put: impl FnMut(usize, usize, F32x4),
    );

    /// [`Transforms::output`] of a tile, whose products are `value(u, v)`: the 2x2 outputs.
    fn output_2d(value: impl Fn(usize, usize) -> F32x4) -> [[F32x4; 2]; 2];

    /// [`Transforms::output_transposed`] of the gradients of 2x2 outputs; calls `put(u, v,
    /// gradient)`.
    fn output_2d_transposed(window: [[F32x4; 2]; 2], put: impl FnMut(usize, usize, F32x4));
}

/// The transform of column `x` of the values in rows `y`; or puts a transformed column to its place
/// `x`, as it is or combined with others.
macro_rules! column {
    ($transform:path, $value:ident, $x:literal, [$($y:literal)+]) => {
        $transform([$($value($y, $x)),+])
    };
    ($put:ident, $x:literal, $column:ident, [$($y:literal)+]) => {
        $($put($y, $x, $column[$y]);)+
    };
    ($put:ident, $x:literal, minus $column:ident $other:ident, [$($y:literal)+]) => {
        $($put($y, $x, $column[$y] - $other[$y]);)+
    };
    ($put:ident, $x:literal, middle $a:ident $b:ident $c:ident, [$($y:literal)+]) => {
        $($put($y, $x, $b[$y] - $a[$y] - $c[$y]);)+
    };
}

/// Puts the transform of row `y` of transformed columns.
macro_rules! row {
    ($transform:path, $put:ident, $y:literal, [$($column:ident)+], [$($x:literal)+]) => {
        let transformed = $transform([$($column[$y]),+]);
        $($put($y, $x, transformed[$x]);)+
    };
}

/// 2-D transforms from the 1-D ones: of the columns first, then of the rows. Written out, because
/// loops over arrays would go by way of the stack: the name of each column beside its index, then
/// all names, then all indices.
macro_rules! transforms_2d {
    (@transform $function:ident, $transform:ident,
        [$($column:ident $at:literal)+] $columns:tt $rows:tt, [$($row:literal)+] $all:tt
    ) => {
        #[inline(always)]
        fn $function(
            value: impl Fn(usize, usize) -> F32x4,
            mut put: impl FnMut(usize, usize, F32x4),
        ) {
            $(let $column = column!(Self::$transform, value, $at, $rows);)+
            $(row!(Self::$transform, put, $row, $columns, $all);)+
        }
    };
    (@input [$($column:ident $at:literal)+] $columns:tt $all:tt) => {
        transforms_2d!(
            @transform input_2d, input, [$($column $at)+] $columns $all, [$($at)+] $all
        );
        transforms_2d!(
            @transform input_2d_transposed, input_transposed,
            [$($column $at)+] $columns $all, [$($at)+] $all
        );
    };
    (@kernel [$($column:ident $at:literal)+] $columns:tt $all:tt) => {
        transforms_2d!(
            @transform kernel_2d, kernel, [a 0 b 1 c 2] [a b c] [0 1 2], [$($at)+] $all
        );
        transforms_2d!(
            @transform kernel_2d_transposed, kernel_transposed,
            [$($column $at)+] $columns $all, [0 1 2] [0 1 2]
        );
    };
    (@output [$($column:ident $at:literal)+] $all:tt) => {
        #[inline(always)]
        fn output_2d(value: impl Fn(usize, usize) -> F32x4) -> [[F32x4; 2]; 2] {
            $(let $column = column!(Self::output, value, $at, $all);)+
            [Self::output([$($column[0]),+]), Self::output([$($column[1]),+])]
        }

        #[inline(always)]
        fn output_2d_transposed(
            [top, bottom]: [[F32x4; 2]; 2],
            mut put: impl FnMut(usize, usize, F32x4),
        ) {
            let left = Self::output_transposed([top[0], bottom[0]]);
            let right = Self::output_transposed([top[1], bottom[1]]);
            $(row!(Self::output_transposed, put, $at, [left right], $all);)+
        }
    };
}

/// F(2, 3) of Lavin and Gray (section 4.1), with the signs of the last element of Bᵀ d and of its
/// place in Aᵀ both changed: four multiplications instead of six.
#[derive(Debug)]
pub(in crate::kernels::conv) struct F2x3;

impl Transforms<4> for F2x3 {
    const INPUT_STEP: usize = 2;

    transforms_2d!(@input [a 0 b 1 c 2 d 3] [a b c d] [0 1 2 3]);
    transforms_2d!(@output [a 0 b 1 c 2 d 3] [0 1 2 3]);
    transforms_2d!(@kernel [a 0 b 1 c 2 d 3] [a b c d] [0 1 2 3]);

    #[inline(always)]
    fn input([a, b, c, d]: [F32x4; 4]) -> [F32x4; 4] {
        [a - c, b + c, c - b, d - b]
    }

    #[inline(always)]
    fn input_transposed([a, b, c, d]: [F32x4; 4]) -> [F32x4; 4] {
        [a, b - c - d, b + c - a, d]
    }

    #[inline(always)]
    fn kernel([a, b, c]: [F32x4; 3]) -> [F32x4; 4] {
        let half = F32x4::splat(0.5);
        let (outer, inner) = ((a + c) * half, b * half);
        [a, outer + inner, outer - inner, c]
    }

    #[inline(always)]
    fn kernel_transposed([a, b, c, d]: [F32x4; 4]) -> [F32x4; 3] {
        let half = F32x4::splat(0.5);
        let outer = (b + c) * half;
        [a + outer, (b - c) * half, outer + d]
    }

    #[inline(always)]
    fn output([a, b, c, d]: [F32x4; 4]) -> [F32x4; 2] {
        [a + b + c, b - c + d]
    }

    #[inline(always)]
    fn output_transposed([a, b]: [F32x4; 2]) -> [F32x4; 4] {
        [a, a + b, a - b, b]
    }
}

/// F(2, 3) of an upsampled row. Two outputs read a value twice, and its two neighbours; so one of
/// the four elements of the transformed input is zero, and three multiplications are left.
#[derive(Debug)]
pub(in crate::kernels::conv) struct F2x3Upsampled;

impl Transforms<3> for F2x3Upsampled {
    const INPUT_STEP: usize = 1;

    transforms_2d!(@input [a 0 b 1 c 2] [a b c] [0 1 2]);
    transforms_2d!(@output [a 0 b 1 c 2] [0 1 2]);
    transforms_2d!(@kernel [a 0 b 1 c 2] [a b c] [0 1 2]);

    #[inline(always)]
    fn input([a, b, c]: [F32x4; 3]) -> [F32x4; 3] {
        [a - b, b, c - b]
    }

    #[inline(always)]
    fn input_transposed([a, b, c]: [F32x4; 3]) -> [F32x4; 3] {
        [a, b - a - c, c]
    }

    #[inline(always)]
    fn kernel([a, b, c]: [F32x4; 3]) -> [F32x4; 3] {
        [a, a + b + c, c]
    }

    #[inline(always)]
    fn kernel_transposed([a, b, c]: [F32x4; 3]) -> [F32x4; 3] {
        [a + b, b, b + c]
    }

    #[inline(always)]
    fn output([a, b, c]: [F32x4; 3]) -> [F32x4; 2] {
        [a + b, b + c]
    }

    #[inline(always)]
    fn output_transposed([a, b]: [F32x4; 2]) -> [F32x4; 3] {
        [a, a + b, b]
    }
}

/// Two outputs of stride 2 by three weights. The outer weights meet every other value, which is
/// F(2, 2), three multiplications instead of four; the middle one meets those between, with two
/// more: five instead of six.
#[derive(Debug)]
pub(in crate::kernels::conv) struct F2x3Strided;

impl Transforms<5> for F2x3Strided {
    const INPUT_STEP: usize = 4;

    transforms_2d!(@output [a 0 b 1 c 2 d 3 e 4] [0 1 2 3 4]);
    transforms_2d!(@kernel [a 0 b 1 c 2 d 3 e 4] [a b c d e] [0 1 2 3 4]);

    // Columns that the second pass leaves as they are go first: a whole tile does not fit the
    // registers.
    #[inline(always)]
    fn input_2d(value: impl Fn(usize, usize) -> F32x4, mut put: impl FnMut(usize, usize, F32x4)) {
        let b = column!(Self::input, value, 1, [0 1 2 3 4]);
        column!(put, 3, b, [0 1 2 3 4]);
        let d = column!(Self::input, value, 3, [0 1 2 3 4]);
        column!(put, 4, d, [0 1 2 3 4]);
        let c = column!(Self::input, value, 2, [0 1 2 3 4]);
        column!(put, 1, c, [0 1 2 3 4]);
        let a = column!(Self::input, value, 0, [0 1 2 3 4]);
        column!(put, 0, minus a c, [0 1 2 3 4]);
        let e = column!(Self::input, value, 4, [0 1 2 3 4]);
        column!(put, 2, minus e c, [0 1 2 3 4]);
    }

    #[inline(always)]
    fn input_2d_transposed(
        value: impl Fn(usize, usize) -> F32x4,
        mut put: impl FnMut(usize, usize, F32x4),
    ) {
        let d = column!(Self::input_transposed, value, 3, [0 1 2 3 4]);
        column!(put, 1, d, [0 1 2 3 4]);
        let e = column!(Self::input_transposed, value, 4, [0 1 2 3 4]);
        column!(put, 3, e, [0 1 2 3 4]);
        let a = column!(Self::input_transposed, value, 0, [0 1 2 3 4]);
        column!(put, 0, a, [0 1 2 3 4]);
        let b = column!(Self::input_transposed, value, 1, [0 1 2 3 4]);
        let c = column!(Self::input_transposed, value, 2, [0 1 2 3 4]);
        column!(put, 4, c, [0 1 2 3 4]);
        column!(put, 2, middle a b c, [0 1 2 3 4]);
    }

    #[inline(always)]
    fn input([a, b, c, d, e]: [F32x4; 5]) -> [F32x4; 5] {
        [a - c, c, e - c, b, d]
    }

    #[inline(always)]
    fn input_transposed([a, b, c, d, e]: [F32x4; 5]) -> [F32x4; 5] {
        [a, d, b - a - c, e, c]
    }

    #[inline(always)]
    fn kernel([a, b, c]: [F32x4; 3]) -> [F32x4; 5] {
        [a, a + c, c, b, b]
    }

    #[inline(always)]
    fn kernel_transposed([a, b, c, d, e]: [F32x4; 5]) -> [F32x4; 3] {
        [a + b, d + e, b + c]
    }

    #[inline(always)]
    fn output([a, b, c, d, e]: [F32x4; 5]) -> [F32x4; 2] {
        [a + b + d, b + c + e]
    }

    #[inline(always)]
    fn output_transposed([a, b]: [F32x4; 2]) -> [F32x4; 5] {
        [a, a + b, b, a, b]
    }
}
