//! exp, ln and sigmoid with the same bits on every machine, unlike those of the system's C library.
//! [`exp`] and [`ln`] are the `libm` crate's, for rows of a few values; [`PixelMath`] are
//! polynomials that the compiler vectorises, for what is computed at every pixel.

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
        (sum * square + (remainder + self.one)) * power
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

#[cfg(test)]
mod tests {
    use super::*;

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
