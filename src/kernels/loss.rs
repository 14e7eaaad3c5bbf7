//! Losses and their gradients in one pass. Logarithms and exponentials are `libm`'s, which are
//! the same on every machine; sums are kept in `f64`.

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

/// `1 / (1 + exp(-x))`, without overflow.
#[must_use]
pub fn sigmoid(x: f32) -> f32 {
    sigmoid_from(x, libm::expf(-x.abs()))
}

/// The sigmoid of `x`, given `tail`, which is `exp(-|x|)`.
fn sigmoid_from(x: f32, tail: f32) -> f32 {
    if x >= 0.0 { 1.0 / (1.0 + tail) } else { tail / (1.0 + tail) }
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
    let count = sums.len() as f32;
    let mut total = 0.0_f64;
    let gradients = (sums.iter().zip(targets))
        .map(|(&x, &target)| {
            let tail = libm::expf(-x.abs());
            // `f32::max` would drop a NaN.
            let positive = if x < 0.0 { 0.0 } else { x };
            total += f64::from(positive - x * target + libm::log1pf(tail));
            (sigmoid_from(x, tail) - target) / count
        })
        .collect();
    Loss { mean: (total / f64::from(count)) as f32, gradients }
}

/// Binary cross-entropy of `probabilities`, clipped to `CLIP..1 - CLIP`, against `targets` in 0 to
/// 1. Nothing flows back to a probability that was clipped.
#[must_use]
pub fn clipped_binary_cross_entropy(probabilities: &[f32], targets: &[f32]) -> Loss {
    let count = probabilities.len() as f32;
    let mut total = 0.0_f64;
    let gradients = (probabilities.iter().zip(targets))
        .map(|(&given, &target)| {
            let p = given.clamp(CLIP, 1.0 - CLIP);
            let q = 1.0 - p;
            total -= f64::from(target * libm::logf(p) + (1.0 - target) * libm::logf(q));
            if p == given { (p - target) / (p * q) / count } else { 0.0 }
        })
        .collect();
    Loss { mean: (total / f64::from(count)) as f32, gradients }
}

/// Mean squared error.
#[must_use]
pub fn squared_error(outputs: &[f32], targets: &[f32]) -> Loss {
    let count = outputs.len() as f32;
    let mut total = 0.0_f64;
    let gradients = (outputs.iter().zip(targets))
        .map(|(output, target)| {
            let error = output - target;
            total += f64::from(error * error);
            2.0 * error / count
        })
        .collect();
    Loss { mean: (total / f64::from(count)) as f32, gradients }
}
