//! Adam (Kingma and Ba 2015, algorithm 1, with Keras' defaults): the update of one weight tensor,
//! in a single pass over its values.

/// Decay of the first moment, Keras' default.
pub const BETA_1: f64 = 0.9;
/// Decay of the second moment, Keras' default.
pub const BETA_2: f64 = 0.999;
/// Weight of a new gradient in the first moment, `1 - BETA_1`.
pub const FIRST_RATE: f32 = (1.0 - BETA_1) as f32;
/// Weight of a new squared gradient in the second moment, `1 - BETA_2`.
pub const SECOND_RATE: f32 = (1.0 - BETA_2) as f32;
/// Added to the root of the uncorrected second moment, Keras' default.
pub const EPSILON: f32 = 1e-7;

/// One update, in place, of the weights `value` and of the moments `first` and `second`: running
/// means of the gradient and of its square. `step_size` is the learning rate times the bias
/// correction of both moments. All slices have one length.
pub fn step(
    value: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    step_size: f32,
) {
    let lerp = |old: f32, new: f32, rate: f32| old + (new - old) * rate;
    for (((w, m), v), g) in value.iter_mut().zip(first).zip(second).zip(gradient) {
        *m = lerp(*m, *g, FIRST_RATE);
        *v = lerp(*v, g * g, SECOND_RATE);
        // A square root is the same on every machine: IEEE 754 defines it.
        *w -= *m * step_size / (v.sqrt() + EPSILON);
    }
}
