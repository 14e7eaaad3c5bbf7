//! Adam's step for one tensor of weights, in one pass.

/// Decay of the first moment, Keras' default.
pub const BETA_1: f64 = 0.9;
/// Decay of the second moment, Keras' default.
pub const BETA_2: f64 = 0.999;
/// Share of a gradient in the first moment.
pub const FIRST_RATE: f32 = (1.0 - BETA_1) as f32;
/// Share of a squared gradient in the second moment.
pub const SECOND_RATE: f32 = (1.0 - BETA_2) as f32;
/// Added to the root of the uncorrected second moment, Keras' default.
pub const EPSILON: f32 = 1e-7;

/// A step of `size`, which is the learning rate with the correction for the moments' start at
/// zero, on the weights `value` and the running means of their gradient and of its square, in place.
/// All slices are of one length.
pub fn step(value: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32], size: f32) {
    let move_to = |old: f32, new: f32, rate: f32| old + (new - old) * rate;
    for (((w, m), v), g) in value.iter_mut().zip(first).zip(second).zip(gradient) {
        *m = move_to(*m, *g, FIRST_RATE);
        *v = move_to(*v, g * g, SECOND_RATE);
        // A root is the same on every machine: IEEE 754 defines it.
        *w -= *m * size / (v.sqrt() + EPSILON);
    }
}
