//! exp, ln, sigmoid, tanh and the normal distribution with the same bits on every machine, unlike those
//! of the system's C library. [`exp`] and [`ln`] are the `libm` crate's, for rows of a few values;
//! [`PixelMath`] and [`ActivationMath`] are polynomials that the compiler vectorises, for what is
//! computed at every pixel.

/// `e^x`, within one unit in the last place.
pub(super) use libm::expf as exp;
/// The natural logarithm, within one unit in the last place.
pub(super) use libm::logf as ln;

/// The coefficients of the polynomials. V8 rebuilds a constant vector wherever it is used, in three
/// instructions; one that it cannot see through stays in a register. So `black_box` hides these.
pub(super) struct PixelMath {
    one: f32,
    /// 1.5 * 2^23: added to a float, it leaves the nearest integer in the lowest bits.
    round: f32,
    /// The bits of `round` plus the bias of an exponent.
    power: u32,
    log2_e: f32,
    ln_2: [f32; 2],
    /// Beyond it `exp(-x)` underflows.
    max_exp: f32,
    exp: [f32; 6],
    ln_1p: [f32; 4],
}

impl PixelMath {
    pub(super) fn new() -> Self {
        const ROUND: f32 = 12_582_912.0;
        std::hint::black_box(Self {
            one: 1.0,
            round: ROUND,
            power: ROUND.to_bits() + 127,
            log2_e: std::f32::consts::LOG2_E,
            ln_2: [0.693_359_4, -2.121_944_4e-4],
            max_exp: 87.0,
            exp: [
                5e-1,
                1.666_666_5e-1,
                4.166_579_6e-2,
                8.333_452e-3,
                1.398_199_9e-3,
                1.987_569_1e-4,
            ],
            ln_1p: [0.333_332_1, 0.200_107_63, 0.140_009_1, 0.140_059_77],
        })
    }

    /// `exp(-|x|)`, with a relative error below 2e-7; from `|x|` = 87 on it stays at `exp(-87)`,
    /// 1e-38. The range reduction and the polynomial are those of `expf` in Moshier's Cephes
    /// library. (Polynomials are evaluated in pairs, Estrin's scheme, because latency is the
    /// bottleneck.)
    #[inline(always)]
    pub(super) fn exp_neg_abs(&self, x: f32) -> f32 {
        let Reduced { square, sum, remainder, power } = self.reduced(x);
        (sum * square + (remainder + self.one)) * power
    }

    /// `exp(-|x|) - 1`, without the loss of digits near 0: with a relative error below 3e-7.
    #[inline(always)]
    fn exp_m1_neg_abs(&self, x: f32) -> f32 {
        let Reduced { square, sum, remainder, power } = self.reduced(x);
        (sum * square + remainder) * power + (power - self.one)
    }

    #[inline(always)]
    fn reduced(&self, x: f32) -> Reduced {
        let x = x.abs();
        // Not `f32::min`, which would drop a NaN.
        let x = if x > self.max_exp { self.max_exp } else { x };
        let shifted = x * self.log2_e + self.round;
        let exponent = shifted - self.round;
        let remainder = (exponent * self.ln_2[0] - x) + exponent * self.ln_2[1];
        let square = remainder * remainder;
        let pair = |at: usize| self.exp[at] + self.exp[at + 1] * remainder;
        let sum = pair(0) + square * (pair(2) + square * pair(4));
        let power = f32::from_bits(self.power.wrapping_sub(shifted.to_bits()) << 23);
        Reduced { square, sum, remainder, power }
    }

    /// `ln(1 + x)` for `x` from 0 to 1, as `2 artanh(x / (2 + x))`, whose series (Abramowitz and
    /// Stegun 4.1.27) is replaced by a polynomial with an error of at most 5e-9.
    #[inline(always)]
    pub(super) fn ln_1p(&self, x: f32) -> f32 {
        let ratio = x / (self.one + self.one + x);
        let square = ratio * ratio;
        let pair = |at: usize| self.ln_1p[at] + self.ln_1p[at + 1] * square;
        let twice = ratio + ratio;
        twice + twice * (square * (pair(0) + square * square * pair(2)))
    }

    /// The sigmoid of `x`, `1 / (1 + exp(-x))` without overflow, given `exp_neg_abs(x)`.
    #[inline(always)]
    pub(super) fn sigmoid(&self, x: f32, exp_neg_abs: f32) -> f32 {
        (if x >= 0.0 { self.one } else { exp_neg_abs }) / (self.one + exp_neg_abs)
    }
}

/// What `exp(-|x|)` is put together from: `(1 + remainder + sum * square) * power`.
struct Reduced {
    square: f32,
    sum: f32,
    remainder: f32,
    power: f32,
}

/// The functions of hidden layers, on top of [`PixelMath`] and hidden from the compiler like it.
pub(super) struct ActivationMath {
    pub(super) pixel: PixelMath,
    one: f32,
    half: f32,
    /// Where [`ActivationMath::tanh`] changes from a polynomial to exponentials.
    near: f32,
    tanh: [f32; 5],
    cdf: [f32; 7],
    /// The scale of the variable that `cdf` is a polynomial of.
    cdf_scale: f32,
    /// `1 / sqrt(2 pi)`
    density: f32,
}

impl ActivationMath {
    pub(super) fn new() -> Self {
        std::hint::black_box(Self {
            pixel: PixelMath::new(),
            one: 1.0,
            half: 0.5,
            near: 0.625,
            tanh: [-0.333_332_63, 0.133_309, -0.053_692_956, 0.020_483_278, -0.005_528_591],
            cdf: [
                0.139_290_24,
                0.140_927_5,
                0.129_427_5,
                0.033_147_607,
                0.187_525_67,
                -0.172_426_15,
                0.042_107_66,
            ],
            cdf_scale: 0.35,
            density: 0.398_942_3,
        })
    }

    /// `exp(x) - 1` for `x` up to 0.
    #[inline(always)]
    pub(super) fn exp_m1_negative(&self, x: f32) -> f32 {
        self.pixel.exp_m1_neg_abs(x)
    }

    #[inline(always)]
    pub(super) fn sigmoid(&self, x: f32) -> f32 {
        self.pixel.sigmoid(x, self.pixel.exp_neg_abs(x))
    }

    /// With a relative error below 4e-7: by a polynomial near 0, where exponentials would cancel.
    #[inline(always)]
    pub(super) fn tanh(&self, x: f32) -> f32 {
        let e = self.pixel.exp_neg_abs(x + x);
        let far = (self.one - e) / (self.one + e);
        let z = x * x;
        let [a, b, c, d, f] = self.tanh;
        let series = a + z * (b + z * (c + z * (d + z * f)));
        let size = x.abs();
        let near = size + size * (z * series);
        (if size < self.near { near } else { far }).copysign(x)
    }

    /// The standard normal distribution at `x`, of which the tail is `exp(-x^2 / 2)` times a
    /// polynomial in `1 / (1 + 0.35 |x|)` (in the manner of Abramowitz and Stegun 26.2.17, with
    /// two terms more), and its density: with an absolute error below 3e-7.
    #[inline(always)]
    pub(super) fn normal(&self, x: f32) -> (f32, f32) {
        let bell = self.pixel.exp_neg_abs(self.half * x * x);
        let u = self.one / (self.one + self.cdf_scale * x.abs());
        let [a, b, c, d, e, f, g] = self.cdf;
        let series = a + u * (b + u * (c + u * (d + u * (e + u * (f + u * g)))));
        let tail = bell * (u * series);
        (if x < 0.0 { tail } else { self.one - tail }, bell * self.density)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_hidden_layers_are_as_accurate_as_documented() {
        let math = ActivationMath::new();
        for i in -200_000..200_000_i32 {
            let x = (f64::from(i) * 5e-5) as f32;
            let wide = f64::from(x);
            let relative = |ours: f32, exact: f64| (f64::from(ours) - exact).abs() / exact.abs();
            if i != 0 {
                assert!(relative(math.tanh(x), wide.tanh()) < 4e-7, "tanh({x})");
                let below = -x.abs();
                let exact = f64::from(below).exp_m1();
                assert!(relative(math.exp_m1_negative(below), exact) < 3e-7, "expm1({below})");
            }
            let (cdf, density) = math.normal(x);
            let exact = 0.5 * libm::erfc(-wide / std::f64::consts::SQRT_2);
            assert!((f64::from(cdf) - exact).abs() < 3e-7, "normal distribution at {x}: {cdf}");
            let exact = (-0.5 * wide * wide).exp() / std::f64::consts::TAU.sqrt();
            assert!((f64::from(density) - exact).abs() < 3e-7, "its density at {x}: {density}");
        }
        assert!(math.tanh(f32::NAN).is_nan() && math.normal(f32::NAN).0.is_nan());
        assert_eq!([math.tanh(1e30), math.tanh(-1e30), math.tanh(-0.0)], [1.0, -1.0, 0.0]);
        assert!(math.tanh(-0.0).is_sign_negative() && math.exp_m1_negative(-1e30) == -1.0);
    }

    #[test]
    fn polynomials_are_as_accurate_as_documented() {
        let math = PixelMath::new();
        for i in 0..200_000_i32 {
            let x = f64::from(i) * 4.5e-4;
            let x = x as f32;
            let exact = (-f64::from(x).min(87.0)).exp();
            let error = (f64::from(math.exp_neg_abs(x)) - exact).abs() / exact;
            assert!(error < 2e-7, "exp(-{x}): {error}");
            let part = i as f32 / 2e5;
            let exact = f64::from(part).ln_1p();
            let error = (f64::from(math.ln_1p(part)) - exact).abs();
            assert!(error <= 3e-7 * exact, "ln(1 + {part}): {error}");
        }
        assert!(math.exp_neg_abs(f32::NAN).is_nan() && math.ln_1p(f32::NAN).is_nan());
        assert!(math.exp_neg_abs(f32::INFINITY) > 0.0);
    }
}
