//! Penalties on weights, L1 and L2: the sum that a loss grows by, and its gradient.

/// Sums side by side, so that a loop over weights is vectorised.
const LANES: usize = 4;

/// `l1 * sum(|w|) + l2 * sum(w^2)`, summed in 64 bits.
#[must_use]
pub fn forward(weights: &[f32], l1: f32, l2: f32) -> f32 {
    let mut sizes = [0.0_f64; LANES];
    let mut squares = [0.0_f64; LANES];
    for weights in weights.chunks(LANES) {
        for (lane, weight) in weights.iter().enumerate() {
            let weight = f64::from(*weight);
            sizes[lane] += weight.abs();
            squares[lane] += weight * weight;
        }
    }
    let total = |lanes: [f64; LANES]| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    (f64::from(l1) * total(sizes) + f64::from(l2) * total(squares)) as f32
}

/// Its gradient times `factor`: `l1 * sign(w) + 2 * l2 * w`, where the sign of 0 is 0.
#[must_use]
pub fn backward(weights: &[f32], l1: f32, l2: f32, factor: f32) -> Vec<f32> {
    let (l1, twice) = (l1 * factor, 2.0 * l2 * factor);
    let slope = |weight: &f32| {
        let sign = if *weight > 0.0 {
            l1
        } else if *weight < 0.0 {
            -l1
        } else {
            0.0
        };
        sign + twice * weight
    };
    weights.iter().map(slope).collect()
}
