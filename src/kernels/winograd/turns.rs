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

    /// A square of what `value` gives, row by row.
    fn square(value: impl Fn(usize, usize) -> Four) -> Square<S>;

    /// [`Turns::seen`] of a square.
    fn seen_square(rows: Square<S>) -> Square<S>;

    /// [`Turns::seen_back`] of a square.
    fn seen_back_square(rows: Square<S>) -> Square<S>;

    /// [`Turns::outputs`] of a square.
    fn outputs_square(rows: Square<S>) -> Square<2>;

    /// [`Turns::outputs_back`] of a square.
    fn outputs_back_square(rows: Square<2>) -> Square<S>;
}

/// Vectors row by row.
pub(super) type Square<const S: usize> = [[Four; S]; S];

/// Turns the columns of a square and then its rows. Written out: as loops they go by way of the stack.
macro_rules! twice {
    ($rows:expr, $turn:path, [$($first:ident)+] to [$($second:ident)+]) => {{
        let [$($first),+] = flip!($rows, $($first)+);
        let turned = [$($turn($first)),+];
        let [$($second),+] = flip!(turned, $($first)+);
        [$($turn($second)),+]
    }};
}

/// Rows become columns.
macro_rules! flip {
    ($rows:expr, $($row:ident)+) => {{
        let [$($row),+] = $rows;
        std::array::from_fn(|x| [$($row[x]),+])
    }};
}

/// The squares of a way, of these sides.
macro_rules! squares {
    ($side:literal [$($seen:ident $at:literal)+]) => {
        #[inline(always)]
        fn square(value: impl Fn(usize, usize) -> Four) -> Square<$side> {
            let row = |y| [$(value(y, $at)),+];
            [$(row($at)),+]
        }

        #[inline(always)]
        fn seen_square(rows: Square<$side>) -> Square<$side> {
            twice!(rows, Self::seen, [$($seen)+] to [$($seen)+])
        }

        #[inline(always)]
        fn seen_back_square(rows: Square<$side>) -> Square<$side> {
            twice!(rows, Self::seen_back, [$($seen)+] to [$($seen)+])
        }

        #[inline(always)]
        fn outputs_square(rows: Square<$side>) -> Square<2> {
            twice!(rows, Self::outputs, [$($seen)+] to [left right])
        }

        #[inline(always)]
        fn outputs_back_square(rows: Square<2>) -> Square<$side> {
            twice!(rows, Self::outputs_back, [left right] to [$($seen)+])
        }
    };
}

/// F(2, 3) of Lavin and Gray 2015 ("Fast Algorithms for Convolutional Neural Networks", section 4.1),
/// after Winograd: four multiplications instead of six.
#[derive(Debug)]
pub(in crate::kernels) struct Plain;

impl Turns<4> for Plain {
    const STEP: usize = 2;

    squares!(4 [a 0 b 1 c 2 d 3]);

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

    squares!(3 [a 0 b 1 c 2]);

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

/// Turns the columns of a square, and then its rows: for what is done once.
#[inline(always)]
pub(super) fn of_weights<const A: usize, const B: usize>(
    rows: Square<A>,
    turn: impl Fn([Four; A]) -> [Four; B],
) -> Square<B> {
    let columns: Square<A> = std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x]));
    let columns = columns.map(&turn);
    std::array::from_fn(|u| turn(std::array::from_fn(|x| columns[x][u])))
}
