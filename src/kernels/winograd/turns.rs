//! How a row or column is turned into sums before values and weights are multiplied place by place, and
//! turned back after it; and the same for a square, in registers. Each turn back in a gradient is the
//! transpose of a turn forward. Knows no map and no memory.

use crate::kernels::vector::Four;

/// A way to convolve two outputs by three weights from what is seen of them, in `S` multiplications.
pub(in crate::kernels) trait Turns<const S: usize> {
    /// Pixels from what is seen at two outputs to what is seen at the next two.
    const STEP: usize;

    /// The sums of what is seen.
    fn seen(values: [Four; S]) -> [Four; S];

    /// Gradients of what is seen from those of its sums.
    fn seen_back(sums: [Four; S]) -> [Four; S];

    /// The sums of weights.
    fn weights(weights: [Four; 3]) -> [Four; S];

    /// Gradients of the weights from those of their sums.
    fn weights_back(sums: [Four; S]) -> [Four; 3];

    /// Two outputs from the products.
    fn outputs(products: [Four; S]) -> [Four; 2];

    /// Gradients of the products from those of two outputs.
    fn outputs_back(gradients: [Four; 2]) -> [Four; S];

    /// [`Turns::seen`] of a square: of what `value` gives for a row and column. Each sum is put where
    /// `put` wants it.
    fn look(value: impl Fn(usize, usize) -> Four, put: impl FnMut(usize, usize, Four));

    /// [`Turns::seen_back`] of a square.
    fn look_back(value: impl Fn(usize, usize) -> Four, put: impl FnMut(usize, usize, Four));

    /// [`Turns::weights`] of a square.
    fn weigh(value: impl Fn(usize, usize) -> Four, put: impl FnMut(usize, usize, Four));

    /// [`Turns::weights_back`] of a square.
    fn weigh_back(value: impl Fn(usize, usize) -> Four, put: impl FnMut(usize, usize, Four));

    /// [`Turns::outputs`] of a square.
    fn collect(value: impl Fn(usize, usize) -> Four) -> [[Four; 2]; 2];

    /// [`Turns::outputs_back`] of a square.
    fn spread(window: [[Four; 2]; 2], put: impl FnMut(usize, usize, Four));
}

/// `turn` of a column, of the values in rows `y`.
macro_rules! column {
    ($turn:path, $value:ident, $x:literal, [$($y:literal)+]) => {
        $turn([$($value($y, $x)),+])
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

/// Puts `turn` of row `y` of columns.
macro_rules! row {
    ($turn:path, $put:ident, $y:literal, [$($column:ident)+], [$($x:literal)+]) => {
        let turned = $turn([$($column[$y]),+]);
        $($put($y, $x, turned[$x]);)+
    };
}

/// The squares of a way: columns first, then rows. Written out, because loops would go by way of the
/// stack: each name of a column beside its place, and then all names and all places.
macro_rules! squares {
    (@turn $function:ident, $turn:ident, [$($column:ident $at:literal)+] $columns:tt $seen:tt, [$($row:literal)+] $all:tt) => {
        #[inline(always)]
        fn $function(
            value: impl Fn(usize, usize) -> Four,
            mut put: impl FnMut(usize, usize, Four),
        ) {
            $(let $column = column!(Self::$turn, value, $at, $seen);)+
            $(row!(Self::$turn, put, $row, $columns, $all);)+
        }
    };
    (@look $function:ident, $turn:ident, [$($column:ident $at:literal)+] $columns:tt $all:tt) => {
        squares!(@turn $function, $turn, [$($column $at)+] $columns $all, [$($at)+] $all);
    };
    (@weights [$($column:ident $at:literal)+] $columns:tt $all:tt) => {
        squares!(@turn weigh, weights, [a 0 b 1 c 2] [a b c] [0 1 2], [$($at)+] $all);
        squares!(
            @turn weigh_back, weights_back, [$($column $at)+] $columns $all, [0 1 2] [0 1 2]
        );
    };
    (@windows [$($column:ident $at:literal)+] $all:tt) => {
        #[inline(always)]
        fn collect(value: impl Fn(usize, usize) -> Four) -> [[Four; 2]; 2] {
            $(let $column = column!(Self::outputs, value, $at, $all);)+
            [Self::outputs([$($column[0]),+]), Self::outputs([$($column[1]),+])]
        }

        #[inline(always)]
        fn spread([top, bottom]: [[Four; 2]; 2], mut put: impl FnMut(usize, usize, Four)) {
            let left = Self::outputs_back([top[0], bottom[0]]);
            let right = Self::outputs_back([top[1], bottom[1]]);
            $(row!(Self::outputs_back, put, $at, [left right], $all);)+
        }
    };
}

/// F(2, 3) of Lavin and Gray 2015 ("Fast Algorithms for Convolutional Neural Networks", section 4.1),
/// after Winograd: four multiplications instead of six.
#[derive(Debug)]
pub(in crate::kernels) struct Plain;

impl Turns<4> for Plain {
    const STEP: usize = 2;

    squares!(@look look, seen, [a 0 b 1 c 2 d 3] [a b c d] [0 1 2 3]);
    squares!(@look look_back, seen_back, [a 0 b 1 c 2 d 3] [a b c d] [0 1 2 3]);
    squares!(@windows [a 0 b 1 c 2 d 3] [0 1 2 3]);
    squares!(@weights [a 0 b 1 c 2 d 3] [a b c d] [0 1 2 3]);

    #[inline(always)]
    fn seen([a, b, c, d]: [Four; 4]) -> [Four; 4] {
        [a - c, b + c, c - b, d - b]
    }

    #[inline(always)]
    fn seen_back([a, b, c, d]: [Four; 4]) -> [Four; 4] {
        [a, b - c - d, b + c - a, d]
    }

    #[inline(always)]
    fn weights([a, b, c]: [Four; 3]) -> [Four; 4] {
        let half = Four::all(0.5);
        let (outer, inner) = ((a + c) * half, b * half);
        [a, outer + inner, outer - inner, c]
    }

    #[inline(always)]
    fn weights_back([a, b, c, d]: [Four; 4]) -> [Four; 3] {
        let half = Four::all(0.5);
        let outer = (b + c) * half;
        [a + outer, (b - c) * half, outer + d]
    }

    #[inline(always)]
    fn outputs([a, b, c, d]: [Four; 4]) -> [Four; 2] {
        [a + b + c, b - c + d]
    }

    #[inline(always)]
    fn outputs_back([a, b]: [Four; 2]) -> [Four; 4] {
        [a, a + b, a - b, b]
    }
}

/// The same of a row whose values each became two: what is seen at two outputs are a value, twice, and
/// its neighbours. One of the four sums is zero, so that three multiplications are left.
#[derive(Debug)]
pub(in crate::kernels) struct Doubled;

impl Turns<3> for Doubled {
    const STEP: usize = 1;

    squares!(@look look, seen, [a 0 b 1 c 2] [a b c] [0 1 2]);
    squares!(@look look_back, seen_back, [a 0 b 1 c 2] [a b c] [0 1 2]);
    squares!(@windows [a 0 b 1 c 2] [0 1 2]);
    squares!(@weights [a 0 b 1 c 2] [a b c] [0 1 2]);

    #[inline(always)]
    fn seen([a, b, c]: [Four; 3]) -> [Four; 3] {
        [a - b, b, c - b]
    }

    #[inline(always)]
    fn seen_back([a, b, c]: [Four; 3]) -> [Four; 3] {
        [a, b - a - c, c]
    }

    #[inline(always)]
    fn weights([a, b, c]: [Four; 3]) -> [Four; 3] {
        [a, a + b + c, c]
    }

    #[inline(always)]
    fn weights_back([a, b, c]: [Four; 3]) -> [Four; 3] {
        [a + b, b, b + c]
    }

    #[inline(always)]
    fn outputs([a, b, c]: [Four; 3]) -> [Four; 2] {
        [a + b, b + c]
    }

    #[inline(always)]
    fn outputs_back([a, b]: [Four; 2]) -> [Four; 3] {
        [a, a + b, b]
    }
}

/// The same of step 2. The outer weights see every other value: two outputs of a convolution by two
/// weights, in three multiplications instead of four. The middle one sees those between.
#[derive(Debug)]
pub(in crate::kernels) struct Strided;

impl Turns<5> for Strided {
    const STEP: usize = 4;

    squares!(@windows [a 0 b 1 c 2 d 3 e 4] [0 1 2 3 4]);
    squares!(@weights [a 0 b 1 c 2 d 3 e 4] [a b c d e] [0 1 2 3 4]);

    // What stays as it is goes first: a square is more than there are registers.
    #[inline(always)]
    fn look(value: impl Fn(usize, usize) -> Four, mut put: impl FnMut(usize, usize, Four)) {
        let b = column!(Self::seen, value, 1, [0 1 2 3 4]);
        column!(put, 3, b, [0 1 2 3 4]);
        let d = column!(Self::seen, value, 3, [0 1 2 3 4]);
        column!(put, 4, d, [0 1 2 3 4]);
        let c = column!(Self::seen, value, 2, [0 1 2 3 4]);
        column!(put, 1, c, [0 1 2 3 4]);
        let a = column!(Self::seen, value, 0, [0 1 2 3 4]);
        column!(put, 0, minus a c, [0 1 2 3 4]);
        let e = column!(Self::seen, value, 4, [0 1 2 3 4]);
        column!(put, 2, minus e c, [0 1 2 3 4]);
    }

    #[inline(always)]
    fn look_back(value: impl Fn(usize, usize) -> Four, mut put: impl FnMut(usize, usize, Four)) {
        let d = column!(Self::seen_back, value, 3, [0 1 2 3 4]);
        column!(put, 1, d, [0 1 2 3 4]);
        let e = column!(Self::seen_back, value, 4, [0 1 2 3 4]);
        column!(put, 3, e, [0 1 2 3 4]);
        let a = column!(Self::seen_back, value, 0, [0 1 2 3 4]);
        column!(put, 0, a, [0 1 2 3 4]);
        let b = column!(Self::seen_back, value, 1, [0 1 2 3 4]);
        let c = column!(Self::seen_back, value, 2, [0 1 2 3 4]);
        column!(put, 4, c, [0 1 2 3 4]);
        column!(put, 2, middle a b c, [0 1 2 3 4]);
    }

    #[inline(always)]
    fn seen([a, b, c, d, e]: [Four; 5]) -> [Four; 5] {
        [a - c, c, e - c, b, d]
    }

    #[inline(always)]
    fn seen_back([a, b, c, d, e]: [Four; 5]) -> [Four; 5] {
        [a, d, b - a - c, e, c]
    }

    #[inline(always)]
    fn weights([a, b, c]: [Four; 3]) -> [Four; 5] {
        [a, a + c, c, b, b]
    }

    #[inline(always)]
    fn weights_back([a, b, c, d, e]: [Four; 5]) -> [Four; 3] {
        [a + b, d + e, b + c]
    }

    #[inline(always)]
    fn outputs([a, b, c, d, e]: [Four; 5]) -> [Four; 2] {
        [a + b + d, b + c + e]
    }

    #[inline(always)]
    fn outputs_back([a, b]: [Four; 2]) -> [Four; 5] {
        [a, a + b, b, a, b]
    }
}
