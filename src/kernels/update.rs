//! The steps of optimizers as Keras 3 computes them: the update of one weight tensor, in a single pass
//! over its values. All slices of a call have one length.

/// How a step moves a weight `w` against its gradient `g`. A step of size `size` is given the learning
/// rate, for Adam corrected for the moments' start from zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// `w -= size g`.
    Sgd,
    /// `m = momentum m - size g`, then `w += m`, or Nesterov's `w += momentum m - size g`.
    Momentum {
        /// Share of the last move that is kept.
        momentum: f32,
        /// Whether the gradient counts once more, ahead of the move.
        nesterov: bool,
    },
    /// Adam (Kingma and Ba 2015, before their section 2.1): running means of the gradient and of its
    /// square, and with AMSGrad the largest of the latter.
    Adam {
        /// Weight of a new gradient in its mean, `1 - beta_1`.
        first_rate: f32,
        /// Weight of a new squared gradient in its mean, `1 - beta_2`.
        second_rate: f32,
        /// Added to the root of the uncorrected mean square.
        epsilon: f32,
        /// Whether the mean square never shrinks.
        amsgrad: bool,
    },
    /// RMSprop (Hinton 2012): by the root of the mean square, or of the variance where centered.
    RmsProp {
        /// Share of the old means that is kept.
        rho: f32,
        /// `1 - rho`.
        rest: f32,
        /// Share of the last move that is kept; 0 keeps no state for it.
        momentum: f32,
        /// Added below the root.
        epsilon: f32,
        /// Whether the mean gradient's square is taken off.
        centered: bool,
    },
    /// Adagrad (Duchi et al. 2011): by the root of the sum of squares.
    Adagrad {
        /// Added below the root.
        epsilon: f32,
    },
    /// Lion (Chen et al. 2023): by the sign of a mean alone.
    Lion {
        /// Share of the mean in what gives the sign.
        beta_1: f32,
        /// Share of the mean that is kept.
        beta_2: f32,
    },
}

/// Weights that shrink before each step, apart from their gradients (Loshchilov and Hutter 2019).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decay {
    /// How much, by the learning rate.
    pub weight_decay: f32,
    /// The learning rate.
    pub learning_rate: f32,
}

/// The smallest and largest number of state tensors that a rule keeps.
pub const MOST_STATES: usize = 3;

impl Rule {
    /// Tensors that it keeps for each tensor of weights.
    #[must_use]
    pub fn states(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum { .. } | Self::Adagrad { .. } | Self::Lion { .. } => 1,
            Self::Adam { amsgrad, .. } => 2 + usize::from(amsgrad),
            Self::RmsProp { momentum, centered, .. } => {
                1 + usize::from(momentum > 0.0) + usize::from(centered)
            }
        }
    }
}

/// One step of `size`, in place, of the weights `value` and of the rule's state.
///
/// # Panics
/// If there are not as many state tensors as the rule keeps.
pub fn step(rule: Rule, size: f32, value: &mut [f32], gradient: &[f32], state: &mut [&mut [f32]]) {
    match rule {
        Rule::Sgd => {
            value.iter_mut().zip(gradient).for_each(|(w, g)| *w -= *g * size);
        }
        Rule::Momentum { momentum, nesterov } => with_one(value, gradient, state, |w, g, m| {
            *m = *m * momentum - g * size;
            *w += if nesterov { *m * momentum - g * size } else { *m };
        }),
        Rule::Adam { first_rate, second_rate, epsilon, amsgrad } => {
            let moved = |m: &mut f32, v: &mut f32, g: f32| {
                let lerp = |old: f32, new: f32, rate: f32| old + (new - old) * rate;
                *m = lerp(*m, g, first_rate);
                *v = lerp(*v, g * g, second_rate);
            };
            // A square root is the same on every machine: IEEE 754 defines it.
            let change = |m: f32, v: f32| m * size / (v.sqrt() + epsilon);
            if amsgrad {
                with_three(value, gradient, state, |w, g, m, v, most| {
                    moved(m, v, g);
                    // `f32::max` would drop a NaN.
                    *most = if *v <= *most { *most } else { *v };
                    *w -= change(*m, *most);
                });
            } else {
                with_two(value, gradient, state, |w, g, m, v| {
                    moved(m, v, g);
                    *w -= change(*m, *v);
                });
            }
        }
        Rule::RmsProp { rho, rest, momentum, epsilon, centered } => {
            let mean = |old: &mut f32, new: f32| *old = rho * *old + rest * new;
            let change = |g: f32, square: f32| size * g / square.sqrt();
            match (momentum > 0.0, centered) {
                (false, false) => with_one(value, gradient, state, |w, g, v| {
                    mean(v, g * g);
                    *w -= change(g, *v + epsilon);
                }),
                (true, false) => with_two(value, gradient, state, |w, g, v, last| {
                    mean(v, g * g);
                    *last = momentum * *last + change(g, *v + epsilon);
                    *w -= *last;
                }),
                (false, true) => with_two(value, gradient, state, |w, g, v, average| {
                    mean(v, g * g);
                    mean(average, g);
                    *w -= change(g, *v - *average * *average + epsilon);
                }),
                (true, true) => with_three(value, gradient, state, |w, g, v, last, average| {
                    mean(v, g * g);
                    mean(average, g);
                    *last = momentum * *last + change(g, *v - *average * *average + epsilon);
                    *w -= *last;
                }),
            }
        }
        Rule::Adagrad { epsilon } => with_one(value, gradient, state, |w, g, sum| {
            *sum += g * g;
            *w -= size * g / (*sum + epsilon).sqrt();
        }),
        Rule::Lion { beta_1, beta_2 } => with_one(value, gradient, state, |w, g, m| {
            let direction = *m * beta_1 + g * (1.0 - beta_1);
            *w -= size * sign(direction);
            *m = *m * beta_2 + g * (1.0 - beta_2);
        }),
    }
}

/// -1, 0 or 1, and a NaN for a NaN.
#[inline(always)]
fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

fn states<'a, 'b, const N: usize>(state: &'a mut [&'b mut [f32]]) -> &'a mut [&'b mut [f32]; N] {
    state.try_into().expect("as many tensors as the rule keeps")
}

#[inline(always)]
fn with_one(
    value: &mut [f32],
    gradient: &[f32],
    state: &mut [&mut [f32]],
    each: impl Fn(&mut f32, f32, &mut f32),
) {
    let [a] = states(state);
    value.iter_mut().zip(gradient).zip(a.iter_mut()).for_each(|((w, g), a)| each(w, *g, a));
}

#[inline(always)]
fn with_two(
    value: &mut [f32],
    gradient: &[f32],
    state: &mut [&mut [f32]],
    each: impl Fn(&mut f32, f32, &mut f32, &mut f32),
) {
    let [a, b] = states(state);
    for (((w, a), b), g) in value.iter_mut().zip(a.iter_mut()).zip(b.iter_mut()).zip(gradient) {
        each(w, *g, a, b);
    }
}

#[inline(always)]
fn with_three(
    value: &mut [f32],
    gradient: &[f32],
    state: &mut [&mut [f32]],
    each: impl Fn(&mut f32, f32, &mut f32, &mut f32, &mut f32),
) {
    let [a, b, c] = states(state);
    let kept = a.iter_mut().zip(b.iter_mut()).zip(c.iter_mut());
    for ((w, ((a, b), c)), g) in value.iter_mut().zip(kept).zip(gradient) {
        each(w, *g, a, b, c);
    }
}

/// Weights that have shrunk.
pub fn decay(value: &mut [f32], Decay { weight_decay, learning_rate }: Decay) {
    value.iter_mut().for_each(|w| *w -= *w * weight_decay * learning_rate);
}

/// A gradient cut to `-limit..limit`.
pub fn clip(gradient: &mut [f32], limit: f32) {
    gradient.iter_mut().for_each(|g| *g = g.clamp(-limit, limit));
}

/// Partial sums of squares, side by side.
const LANES: usize = 4;

/// The sum of the squares of a gradient, in 64 bits.
#[must_use]
pub fn sum_of_squares(gradient: &[f32]) -> f64 {
    let mut lanes = [0.0_f64; LANES];
    let (chunks, rest) = gradient.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, g) in lanes.iter_mut().zip(chunk) {
            *sum += f64::from(*g) * f64::from(*g);
        }
    }
    let rest: f64 = rest.iter().map(|g| f64::from(*g) * f64::from(*g)).sum();
    lanes.iter().sum::<f64>() + rest
}
