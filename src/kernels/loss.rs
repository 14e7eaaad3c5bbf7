//! Losses, their gradients and how many answers are right, in one pass. Logarithms and exponentials
//! are `libm`'s, which are the same on every machine, or, where there is one for each pixel, series
//! that the compiler turns into SIMD; sums are folded. Knows no tensor.

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
    /// Right answers, where they were asked for.
    pub right: Option<usize>,
}

/// Values whose losses are added up in 32 bits: whole vectors, and whole pixels of three channels.
const RUN: usize = 96;
/// Sums of a run, side by side.
const LANES: usize = 4;

/// What the series are made of. V8 makes a vector that it knows anew wherever one is used, in three
/// instructions; one that it does not know stays where it is. So these are hidden from the compiler.
struct Series {
    one: f32,
    /// Added to a number, it leaves the nearest whole one in the lowest bits.
    round: f32,
    /// The lowest bits of a power of two, with those.
    power: u32,
    log2_e: f32,
    ln_2: [f32; 2],
    /// Beyond, powers are too small for a number.
    farthest: f32,
    exp: [f32; 6],
    ln_1p: [f32; 4],
}

impl Series {
    fn new() -> Self {
        const ROUND: f32 = 12_582_912.0;
        std::hint::black_box(Self {
            one: 1.0,
            round: ROUND,
            power: ROUND.to_bits() + 127,
            log2_e: std::f32::consts::LOG2_E,
            ln_2: [0.693_359_4, -2.121_944_4e-4],
            farthest: 87.0,
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

    /// `exp(-|x|)`, to 2e-7 of itself; beyond 87 that of 87, which is 1e-38. The reduction and the
    /// polynomial are those of `expf` in Moshier's Cephes library. (Polynomials are added up in pairs,
    /// because latency is what there is to wait for.)
    #[inline(always)]
    fn tail(&self, x: f32) -> f32 {
        let x = x.abs();
        // What is not a number stays so.
        let x = if x > self.farthest { self.farthest } else { x };
        let shifted = x * self.log2_e + self.round;
        let twos = shifted - self.round;
        let rest = (twos * self.ln_2[0] - x) + twos * self.ln_2[1];
        let square = rest * rest;
        let pair = |at: usize| self.exp[at] + self.exp[at + 1] * rest;
        let sum = pair(0) + square * (pair(2) + square * pair(4));
        let power = f32::from_bits(self.power.wrapping_sub(shifted.to_bits()) << 23);
        (sum * square + (rest + self.one)) * power
    }

    /// `ln(1 + x)` for `x` from 0 to 1, as `2 artanh(x / (2 + x))`, whose series (Abramowitz and
    /// Stegun 4.1.27) is cut short by a polynomial that is at most 5e-9 off.
    #[inline(always)]
    fn ln_1p(&self, x: f32) -> f32 {
        let part = x / (self.one + self.one + x);
        let square = part * part;
        let pair = |at: usize| self.ln_1p[at] + self.ln_1p[at + 1] * square;
        let twice = part + part;
        twice + twice * (square * (pair(0) + square * square * pair(2)))
    }

    /// The sigmoid of `x`, given its tail.
    #[inline(always)]
    fn sigmoid(&self, x: f32, tail: f32) -> f32 {
        (if x >= 0.0 { self.one } else { tail }) / (self.one + tail)
    }
}

/// The place of the first largest of a row.
#[inline(always)]
fn first_largest(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
}

/// The same of three, without a branch.
#[inline(always)]
fn first_largest_of_three([a, b, c]: [f32; 3]) -> u32 {
    let second = b > a;
    let larger = if second { b } else { a };
    if c > larger { 2 } else { u32::from(second) }
}

/// The rows of `choices` values of which the first largest stands where that of `targets` does.
#[must_use]
pub fn right(outputs: &[f32], targets: &[f32], choices: usize) -> usize {
    if choices == 3 {
        let rows = outputs.as_chunks().0.iter().zip(targets.as_chunks().0);
        let same = rows.map(|(output, target)| {
            u32::from(first_largest_of_three(*output) == first_largest_of_three(*target))
        });
        return same.sum::<u32>() as usize;
    }
    let rows = outputs.chunks_exact(choices).zip(targets.chunks_exact(choices));
    rows.filter(|(output, target)| first_largest(output) == first_largest(target)).count()
}

/// `1 / (1 + exp(-x))` in the place of each `x`, without overflow.
pub fn sigmoids(values: &mut [f32]) {
    let series = Series::new();
    values.iter_mut().for_each(|x| *x = series.sigmoid(*x, series.tail(*x)));
}

/// What is made of a value and its target.
struct One {
    loss: f32,
    slope: f32,
    /// What the value stands for.
    answer: f32,
}

/// The mean of the losses of values, their gradients, and, of rows of `choices` answers, how many are
/// right; each as `each(value, target, prepared)` gives them, where `prepare(value)` made what is
/// prepared, in a loop of its own: in two short loops a processor sees further ahead than in a long one.
#[inline(always)]
fn mean_of(
    values: &[f32],
    targets: &[f32],
    choices: Option<usize>,
    prepare: impl Fn(f32) -> f32,
    each: impl Fn(f32, f32, f32) -> One,
) -> Loss {
    let count = values.len() as f32;
    let share = 1.0 / count;
    let mut total = 0.0_f64;
    let mut hits = 0;
    let mut gradients = vec![0.0; values.len()];
    // Rows are not cut.
    assert!(choices.is_none_or(|choices| choices <= RUN), "a row of answers fits into a run");
    let run = choices.map_or(RUN, |choices| RUN / choices * choices);
    let runs = values.chunks(run).zip(targets.chunks(run)).zip(gradients.chunks_mut(run));
    for ((values, targets), gradients) in runs {
        let [mut prepared, mut losses, mut answers] = [[0.0; RUN]; 3];
        prepared.iter_mut().zip(values).for_each(|(to, value)| *to = prepare(*value));
        let results = gradients.iter_mut().zip(&mut losses).zip(&mut answers);
        let given = values.iter().zip(targets).zip(&prepared);
        for (((value, target), prepared), result) in given.zip(results) {
            let ((gradient, loss), answer) = result;
            let one = each(*value, *target, *prepared);
            (*gradient, *loss, *answer) = (one.slope * share, one.loss, one.answer);
        }
        let mut lanes = [0.0; LANES];
        for losses in losses.as_chunks::<LANES>().0 {
            (0..LANES).for_each(|lane| lanes[lane] += losses[lane]);
        }
        total += lanes.iter().map(|sum| f64::from(*sum)).sum::<f64>();
        if let Some(choices) = choices {
            hits += right(&answers[..values.len()], targets, choices);
        }
    }
    let mean = (total / f64::from(count)) as f32;
    Loss { mean, gradients, right: choices.map(|_| hits) }
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
    let right = Some(right(logits, targets, classes));
    Loss { mean: (sum / f64::from(rows)) as f32, gradients, right }
}

/// Binary cross-entropy of the sigmoid of `sums` against `targets` in 0 to 1, as
/// `max(x, 0) - x t + ln(1 + exp(-|x|))`, which does not overflow. Of rows of `choices` sigmoids, how
/// many are right.
#[must_use]
pub fn binary_cross_entropy(sums: &[f32], targets: &[f32], choices: Option<usize>) -> Loss {
    let series = Series::new();
    let tail = |x| series.tail(x);
    mean_of(sums, targets, choices, tail, |x, target, tail| {
        // `f32::max` would drop a NaN.
        let positive = if x < 0.0 { 0.0 } else { x };
        let answer = series.sigmoid(x, tail);
        One { loss: positive - x * target + series.ln_1p(tail), slope: answer - target, answer }
    })
}

/// Binary cross-entropy of `probabilities`, clipped to `CLIP..1 - CLIP`, against `targets` in 0 to
/// 1. Nothing flows back to a probability that was clipped. Of rows of `choices`, how many are right.
#[must_use]
pub fn clipped_binary_cross_entropy(
    probabilities: &[f32],
    targets: &[f32],
    choices: Option<usize>,
) -> Loss {
    mean_of(
        probabilities,
        targets,
        choices,
        |given| given,
        |given, target, _| {
            let p = given.clamp(CLIP, 1.0 - CLIP);
            let q = 1.0 - p;
            let loss = -(target * libm::logf(p) + (1.0 - target) * libm::logf(q));
            One {
                loss,
                slope: if p == given { (p - target) / (p * q) } else { 0.0 },
                answer: given,
            }
        },
    )
}

/// Mean squared error; of rows of `choices` outputs, how many are right.
#[must_use]
pub fn squared_error(outputs: &[f32], targets: &[f32], choices: Option<usize>) -> Loss {
    mean_of(
        outputs,
        targets,
        choices,
        |output| output,
        |output, target, _| {
            let error = output - target;
            One { loss: error * error, slope: 2.0 * error, answer: output }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_are_as_near_as_they_say() {
        let series = Series::new();
        for i in 0..200_000_i32 {
            let x = f64::from(i) * 4.5e-4;
            let x = x as f32;
            let exact = (-f64::from(x).min(87.0)).exp();
            let error = (f64::from(series.tail(x)) - exact).abs() / exact;
            assert!(error < 2e-7, "exp(-{x}): {error}");
            let part = i as f32 / 2e5;
            let exact = f64::from(part).ln_1p();
            let error = (f64::from(series.ln_1p(part)) - exact).abs();
            assert!(error <= 3e-7 * exact, "ln(1 + {part}): {error}");
        }
        assert!(series.tail(f32::NAN).is_nan() && series.ln_1p(f32::NAN).is_nan());
        assert!(series.tail(f32::INFINITY) > 0.0);
    }
}
