//! Losses and their gradients in one pass, and how many answers are right. Logarithms and exponentials are `libm`'s, which are
//! the same on every machine, or, where there is one for each pixel, series that the compiler turns
//! into SIMD; sums are kept in `f64`.

/// Keras clips probabilities to this distance from 0 and 1 before it takes logarithms
/// (`keras.config.epsilon()`).
pub const CLIP: f32 = 1e-7;

/// A mean loss, and its gradient by each input value.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The mean.
    pub mean: f32,
    /// As long as the inputs.
    pub gradients: Vec<f32>,
}

/// Values whose losses are added up at once.
const RUN: usize = 64;

/// `exp(-x)` for `x` of at least 0, to 2e-7 of itself; beyond 87 that of 87, which is 1e-38. The
/// reduction and the polynomial are those of `expf` in Moshier's Cephes library.
#[inline(always)]
fn exp_of_negative(x: f32) -> f32 {
    // Adding it leaves a whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    const TERMS: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5e-1];
    // What is not a number stays so.
    let x = if x > 87.0 { 87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let twos = shifted - ROUND;
    let rest = (twos * LN_2[0] - x) + twos * LN_2[1];
    let sum = TERMS.iter().skip(1).fold(TERMS[0], |sum, term| sum * rest + term);
    let bits = shifted.to_bits().wrapping_sub(ROUND.to_bits());
    let power = f32::from_bits(127_u32.wrapping_sub(bits) << 23);
    (sum * (rest * rest) + rest + 1.0) * power
}

/// `ln(1 + x)` for `x` from 0 to 1, as `2 artanh(x / (2 + x))` (Abramowitz and Stegun 4.1.27); what
/// is left out of the series is below 1e-8 of it.
#[inline(always)]
fn ln_1p(x: f32) -> f32 {
    let part = x / (2.0 + x);
    let square = part * part;
    let terms = [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0_f32];
    2.0 * part * terms.iter().fold(0.0, |sum, term| sum * square + 1.0 / term)
}

/// The rows of `choices` values of which the first largest stands where that of `targets` does.
#[must_use]
pub fn right(outputs: &[f32], targets: &[f32], choices: usize) -> usize {
    let first_largest = |row: &[f32]| {
        row.iter()
            .enumerate()
            .fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
    };
    let rows = outputs.chunks_exact(choices).zip(targets.chunks_exact(choices));
    rows.filter(|(output, target)| first_largest(output) == first_largest(target)).count()
}

/// `1 / (1 + exp(-x))`, without overflow.
#[must_use]
pub fn sigmoid(x: f32) -> f32 {
    sigmoid_from(x, exp_of_negative(x.abs()))
}

/// The sigmoid of `x`, given `tail`, which is `exp(-|x|)`.
#[inline(always)]
fn sigmoid_from(x: f32, tail: f32) -> f32 {
    (if x >= 0.0 { 1.0 } else { tail }) / (1.0 + tail)
}

/// The mean of the losses of values, and their gradients, each as `each(value, target)` gives them.
#[inline(always)]
fn mean_of(values: &[f32], targets: &[f32], each: impl Fn(f32, f32) -> (f32, f32)) -> Loss {
    let count = values.len() as f32;
    let mut total = 0.0_f64;
    let mut gradients = vec![0.0; values.len()];
    let runs = values.chunks(RUN).zip(targets.chunks(RUN)).zip(gradients.chunks_mut(RUN));
    for ((values, targets), gradients) in runs {
        let mut losses = [0.0; RUN];
        let each_one = gradients.iter_mut().zip(&mut losses);
        for ((value, target), (gradient, loss)) in values.iter().zip(targets).zip(each_one) {
            let (found, slope) = each(*value, *target);
            (*loss, *gradient) = (found, slope / count);
        }
        total += losses.iter().map(|loss| f64::from(*loss)).sum::<f64>();
    }
    Loss { mean: (total / f64::from(count)) as f32, gradients }
}

/// Softmax of rows of `classes` logits.
#[must_use]
pub fn softmax(logits: &[f32], classes: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(logits.len());
    for row in logits.chunks_exact(classes) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let start = out.len();
        out.extend(row.iter().map(|x| libm::expf(x - largest)));
        let total: f32 = out[start..].iter().sum();
        out[start..].iter_mut().for_each(|value| *value /= total);
    }
    out
}

/// Softmax cross-entropy of rows of `classes` logits against `targets`, one row of class
/// weights that sum to 1 for each. The mean is over rows.
#[must_use]
pub fn cross_entropy(logits: &[f32], targets: &[f32], classes: usize) -> Loss {
    let rows = (logits.len() / classes) as f32;
    let mut sum = 0.0_f64;
    for (row, target) in logits.chunks_exact(classes).zip(targets.chunks_exact(classes)) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = row.iter().map(|x| libm::expf(x - largest)).sum();
        let log_total = largest + libm::logf(total);
        for (x, target) in row.iter().zip(target) {
            // A target of 0 must not meet an infinite logit: that product is not a number.
            if *target != 0.0 {
                sum += f64::from(target * (log_total - x));
            }
        }
    }
    let gradients = (softmax(logits, classes).iter().zip(targets))
        .map(|(probability, target)| (probability - target) / rows)
        .collect();
    Loss { mean: (sum / f64::from(rows)) as f32, gradients }
}

/// Binary cross-entropy of the sigmoid of `sums` against `targets` in 0 to 1, as
/// `max(x, 0) - x t + ln(1 + exp(-|x|))`, which does not overflow.
#[must_use]
pub fn binary_cross_entropy(sums: &[f32], targets: &[f32]) -> Loss {
    mean_of(sums, targets, |x, target| {
        let tail = exp_of_negative(x.abs());
        // `f32::max` would drop a NaN.
        let positive = if x < 0.0 { 0.0 } else { x };
        (positive - x * target + ln_1p(tail), sigmoid_from(x, tail) - target)
    })
}

/// Binary cross-entropy of `probabilities`, clipped to `CLIP..1 - CLIP`, against `targets` in 0 to
/// 1. Nothing flows back to a probability that was clipped.
#[must_use]
pub fn clipped_binary_cross_entropy(probabilities: &[f32], targets: &[f32]) -> Loss {
    mean_of(probabilities, targets, |given, target| {
        let p = given.clamp(CLIP, 1.0 - CLIP);
        let q = 1.0 - p;
        let loss = -(target * libm::logf(p) + (1.0 - target) * libm::logf(q));
        (loss, if p == given { (p - target) / (p * q) } else { 0.0 })
    })
}

/// Mean squared error.
#[must_use]
pub fn squared_error(outputs: &[f32], targets: &[f32]) -> Loss {
    mean_of(outputs, targets, |output, target| {
        let error = output - target;
        (error * error, 2.0 * error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_are_as_near_as_they_say() {
        for i in 0..200_000_i32 {
            let x = f64::from(i) * 4.5e-4;
            let x = x as f32;
            let exact = (-f64::from(x).min(87.0)).exp();
            let error = (f64::from(exp_of_negative(x)) - exact).abs() / exact;
            assert!(error < 2e-7, "exp(-{x}): {error}");
            let part = i as f32 / 2e5;
            let exact = f64::from(part).ln_1p();
            let error = (f64::from(ln_1p(part)) - exact).abs();
            assert!(error <= 3e-7 * exact, "ln(1 + {part}): {error}");
        }
        assert!(exp_of_negative(f32::NAN).is_nan() && ln_1p(f32::NAN).is_nan());
        assert!(exp_of_negative(f32::INFINITY) > 0.0);
    }
}
