//! Losses: the mean, its gradient with respect to every input, and how many predictions are
//! correct, in one pass. Rows are pictures `[row][class]`, or pixels `[pixel][channel]` of
//! reconstructions. Losses are summed in runs of 32 bits, the runs in 64, so that a mean over many
//! pixels loses nothing.

use super::math::{self, PixelMath};

/// Keras clips probabilities to this distance from 0 and 1 before it takes logarithms
/// (`keras.config.epsilon()`).
pub const CLIP: f32 = 1e-7;

/// A mean loss and its gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The mean over values, or of [`cross_entropy`] over rows.
    pub mean: f32,
    /// Of the mean with respect to each input, in their order.
    pub gradients: Vec<f32>,
    /// Rows predicted correctly, where they were counted.
    pub correct: Option<usize>,
}

/// Values whose losses are summed in 32 bits: whole vectors, and whole pixels of three channels.
const RUN: usize = 96;
/// Partial sums of a run, side by side.
const LANES: usize = 4;

/// The index of the first largest value of a row.
#[inline(always)]
fn argmax(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (at, value)| if *value > row[best] { at } else { best })
}

/// The same for three values, without a branch.
#[inline(always)]
fn argmax_of_three([a, b, c]: [f32; 3]) -> u32 {
    let second = b > a;
    let larger = if second { b } else { a };
    if c > larger { 2 } else { u32::from(second) }
}

/// 1 above a half, else 0.
fn binary(output: f32) -> f32 {
    f32::from(u8::from(output > 0.5))
}

/// The rows of `classes` values whose argmax is that of the row of `targets`; of one value, those that
/// are the target once they are rounded to 0 or 1, at 0.5 to 0: Keras' binary accuracy, which "accuracy"
/// means where outputs have one channel.
#[must_use]
pub fn correct(outputs: &[f32], targets: &[f32], classes: usize) -> usize {
    if classes == 1 {
        let pairs = outputs.iter().zip(targets);
        return pairs.filter(|&(&output, &target)| binary(output) == target).count();
    }
    if classes == 3 {
        let rows = outputs.as_chunks().0.iter().zip(targets.as_chunks().0);
        let same = rows.map(|(output, target)| {
            u32::from(argmax_of_three(*output) == argmax_of_three(*target))
        });
        return same.sum::<u32>() as usize;
    }
    let rows = outputs.chunks_exact(classes).zip(targets.chunks_exact(classes));
    rows.filter(|(output, target)| argmax(output) == argmax(target)).count()
}

/// What one input and its target give.
struct Pointwise {
    loss: f32,
    gradient: f32,
    /// What the input predicts: itself, or its sigmoid.
    prediction: f32,
}

/// The mean of pointwise losses, its gradients, and, with `classes`, how many rows of so many
/// predictions are correct. `each(value, target, prepared)` gives a value's part, from what
/// `prepare(value)` made in a loop of its own: a processor overlaps more iterations of two short
/// loops than of one long one.
#[inline(always)]
fn mean_of_pointwise(
    values: &[f32],
    targets: &[f32],
    classes: Option<usize>,
    prepare: impl Fn(f32) -> f32,
    each: impl Fn(f32, f32, f32) -> Pointwise,
) -> Loss {
    let count = values.len() as f32;
    let scale = 1.0 / count;
    let mut total = 0.0_f64;
    let mut correct_rows = 0;
    let mut gradients = vec![0.0; values.len()];
    // A run has whole rows.
    assert!(
        classes.is_none_or(|classes| classes <= RUN),
        "rows have {classes:?} values; at most {RUN} fit a run"
    );
    let run = classes.map_or(RUN, |classes| RUN / classes * classes);
    let runs = values.chunks(run).zip(targets.chunks(run)).zip(gradients.chunks_mut(run));
    for ((values, targets), gradients) in runs {
        let [mut prepared, mut losses, mut predictions] = [[0.0; RUN]; 3];
        prepared.iter_mut().zip(values).for_each(|(to, value)| *to = prepare(*value));
        let results = gradients.iter_mut().zip(&mut losses).zip(&mut predictions);
        let examples = values.iter().zip(targets).zip(&prepared);
        for (((value, target), prepared), result) in examples.zip(results) {
            let ((gradient, loss), prediction) = result;
            let one = each(*value, *target, *prepared);
            (*gradient, *loss, *prediction) = (one.gradient * scale, one.loss, one.prediction);
        }
        let mut lanes = [0.0; LANES];
        for losses in losses.as_chunks::<LANES>().0 {
            (0..LANES).for_each(|lane| lanes[lane] += losses[lane]);
        }
        total += lanes.iter().map(|sum| f64::from(*sum)).sum::<f64>();
        if let Some(classes) = classes {
            correct_rows += correct(&predictions[..values.len()], targets, classes);
        }
    }
    let mean = (total / f64::from(count)) as f32;
    Loss { mean, gradients, correct: classes.map(|_| correct_rows) }
}

/// Softmax of rows of `classes` logits.
#[must_use]
pub fn softmax(logits: &[f32], classes: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(logits.len());
    for row in logits.chunks_exact(classes) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let start = out.len();
        out.extend(row.iter().map(|x| math::exp(x - largest)));
        let total: f32 = out[start..].iter().sum();
        out[start..].iter_mut().for_each(|value| *value /= total);
    }
    out
}

/// Softmax cross-entropy of rows of `classes` logits against `targets`, rows of class probabilities
/// (one-hot for a label). The mean is over rows.
#[must_use]
pub fn cross_entropy(logits: &[f32], targets: &[f32], classes: usize) -> Loss {
    let rows = (logits.len() / classes) as f32;
    let mut sum = 0.0_f64;
    for (row, target) in logits.chunks_exact(classes).zip(targets.chunks_exact(classes)) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = row.iter().map(|x| math::exp(x - largest)).sum();
        let log_total = largest + math::ln(total);
        for (x, target) in row.iter().zip(target) {
            // A target of 0 must not meet an infinite logit: their product is NaN.
            if *target != 0.0 {
                sum += f64::from(target * (log_total - x));
            }
        }
    }
    let gradients = (softmax(logits, classes).iter().zip(targets))
        .map(|(probability, target)| (probability - target) / rows)
        .collect();
    // Of one class, every picture is.
    let correct = if classes == 1 { logits.len() } else { correct(logits, targets, classes) };
    let correct = Some(correct);
    Loss { mean: (sum / f64::from(rows)) as f32, gradients, correct }
}

/// [`cross_entropy`] whose rows count by their `weights`; the mean is over rows all the same.
#[must_use]
pub fn weighted_cross_entropy(
    logits: &[f32],
    targets: &[f32],
    weights: &[f32],
    classes: usize,
) -> Loss {
    let rows = (logits.len() / classes) as f32;
    let mut sum = 0.0_f64;
    let mut gradients = softmax(logits, classes);
    let examples = logits.chunks_exact(classes).zip(targets.chunks_exact(classes)).zip(weights);
    for (((row, target), weight), gradients) in examples.zip(gradients.chunks_exact_mut(classes)) {
        let alone = cross_entropy(row, target, classes);
        sum += f64::from(alone.mean * weight);
        for (gradient, target) in gradients.iter_mut().zip(target) {
            *gradient = (*gradient - target) * weight / rows;
        }
    }
    let correct = Some(correct(logits, targets, classes));
    Loss { mean: (sum / f64::from(rows)) as f32, gradients, correct }
}

/// Keras' categorical hinge of the softmax of rows of `classes` logits against one-hot `targets`: how
/// much less than 1 the label's probability is above the largest other one. Rows count by their
/// `weights`, where there are any. The mean is over rows.
#[must_use]
pub fn categorical_hinge(
    logits: &[f32],
    targets: &[f32],
    weights: Option<&[f32]>,
    classes: usize,
) -> Loss {
    let rows = (logits.len() / classes) as f32;
    let mut sum = 0.0_f64;
    let mut gradients = softmax(logits, classes);
    let examples = gradients.chunks_exact_mut(classes).zip(targets.chunks_exact(classes));
    for (row, (values, target)) in examples.enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        let others: Vec<f32> = values.iter().zip(target).map(|(p, t)| (1.0 - t) * p).collect();
        let other = argmax(&others);
        let own: f32 = values.iter().zip(target).map(|(p, t)| t * p).sum();
        let loss = others[other] - own + 1.0;
        // A NaN stays one.
        let open = loss > 0.0 || loss.is_nan();
        sum += f64::from(if open { loss * weight } else { 0.0 });
        let scale = if open { weight / rows } else { 0.0 };
        let slope = |at: usize| -target[at] + if at == other { 1.0 - target[at] } else { 0.0 };
        let through: f32 = (0..classes).map(|at| slope(at) * values[at]).sum();
        for (at, value) in values.iter_mut().enumerate() {
            *value *= (slope(at) - through) * scale;
        }
    }
    let correct = Some(correct(logits, targets, classes));
    Loss { mean: (sum / f64::from(rows)) as f32, gradients, correct }
}

/// Binary cross-entropy of the sigmoid of `logits` against `targets` in 0 to 1, as
/// `max(x, 0) - x t + ln(1 + exp(-|x|))`, which does not overflow. With `classes`, rows of so many
/// sigmoids are counted as correct.
#[must_use]
pub fn binary_cross_entropy(logits: &[f32], targets: &[f32], classes: Option<usize>) -> Loss {
    let math = PixelMath::new();
    let prepare = |x| math.exp_neg_abs(x);
    mean_of_pointwise(logits, targets, classes, prepare, |x, target, exp_neg_abs| {
        // `f32::max` would drop a NaN.
        let positive = if x < 0.0 { 0.0 } else { x };
        let prediction = math.sigmoid(x, exp_neg_abs);
        let loss = positive - x * target + math.ln_1p(exp_neg_abs);
        Pointwise { loss, gradient: prediction - target, prediction }
    })
}

/// Binary cross-entropy of `probabilities` against `targets`, both from 0 to 1; probabilities are
/// clipped to `CLIP..1 - CLIP`, and the gradient of a clipped one is zero. With `classes`, rows of
/// so many probabilities are counted as correct.
#[must_use]
pub fn clipped_binary_cross_entropy(
    probabilities: &[f32],
    targets: &[f32],
    classes: Option<usize>,
) -> Loss {
    mean_of_pointwise(
        probabilities,
        targets,
        classes,
        |probability| probability,
        |probability, target, _| {
            let p = probability.clamp(CLIP, 1.0 - CLIP);
            let q = 1.0 - p;
            let loss = -(target * math::ln(p) + (1.0 - target) * math::ln(q));
            Pointwise {
                loss,
                gradient: if p == probability { (p - target) / (p * q) } else { 0.0 },
                prediction: probability,
            }
        },
    )
}

/// Mean squared error. With `classes`, rows of so many outputs are counted as correct.
#[must_use]
pub fn squared_error(outputs: &[f32], targets: &[f32], classes: Option<usize>) -> Loss {
    mean_of_pointwise(
        outputs,
        targets,
        classes,
        |output| output,
        |output, target, _| {
            let error = output - target;
            Pointwise { loss: error * error, gradient: 2.0 * error, prediction: output }
        },
    )
}

/// Mean absolute error, whose slope at 0 is 0. With `classes`, rows of so many outputs are counted as
/// correct.
#[must_use]
pub fn absolute_error(outputs: &[f32], targets: &[f32], classes: Option<usize>) -> Loss {
    mean_of_pointwise(
        outputs,
        targets,
        classes,
        |output| output,
        |output, target, _| {
            let error = output - target;
            let gradient = if error == 0.0 { 0.0 } else { error.signum() };
            Pointwise { loss: error.abs(), gradient, prediction: output }
        },
    )
}

/// Huber's loss (1964): half the squared error up to `delta`, and from there on a line. With `classes`,
/// rows of so many outputs are counted as correct.
#[must_use]
pub fn huber(outputs: &[f32], targets: &[f32], delta: f32, classes: Option<usize>) -> Loss {
    mean_of_pointwise(
        outputs,
        targets,
        classes,
        |output| output,
        |output, target, _| {
            let error = output - target;
            let size = error.abs();
            let (loss, gradient) = if size > delta {
                (delta * size - 0.5 * (delta * delta), delta * error.signum())
            } else {
                (0.5 * (error * error), error)
            };
            Pointwise { loss, gradient, prediction: output }
        },
    )
}
