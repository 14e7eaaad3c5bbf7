//! Activation functions, normalisations of each picture by itself and penalties on weights, against their
//! definitions.

use burn::tensor::{Tensor, TensorData};
use proptest::prelude::*;
use tabgrad::ops::{self, ActivationKind, NormSets, Penalty, Pointwise};

use super::{Found, Input, at, cases, check, each, host, map, on_each_backend, values};
use crate::support::{backends, device};

/// The normal distribution.
fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

const SLOPE: f32 = 0.25;

/// A function of a value alone, with its definition.
type Defined = (Pointwise, fn(f64) -> f64);

/// Every one of them.
const FUNCTIONS: [Defined; 7] = [
    (Pointwise::Relu, |x| x.max(0.0)),
    (Pointwise::LeakyRelu { negative_slope: SLOPE }, |x| if x < 0.0 { 0.25 * x } else { x }),
    (Pointwise::Elu, |x| if x < 0.0 { x.exp_m1() } else { x }),
    (Pointwise::Gelu, |x| x * normal(x)),
    (Pointwise::Silu, |x| x / (1.0 + (-x).exp())),
    (Pointwise::Tanh, f64::tanh),
    (Pointwise::Sigmoid, |x| 1.0 / (1.0 + (-x).exp())),
];

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count)
}

const EPSILON: f64 = 1e-3;

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn functions_of_a_value(seed: u64, dims in map(), stretch in 1_u8..20) {
        for (function, definition) in FUNCTIONS {
            let mut input = Input::new(seed, 0, &dims);
            // Far out, too, where exponentials overflow or vanish.
            input.values.iter_mut().for_each(|x| *x *= f32::from(stretch));
            on_each_backend!(
                seed, [input.clone()],
                |x: 4| ops::activation(x, ActivationKind::Pointwise(function)),
                |given: &[Vec<f64>]| given[0].iter().map(|x| definition(*x)).collect()
            );
        }
    }

    #[test]
    fn softmax_over_channels(seed: u64, dims in map()) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)],
            |x: 4| ops::activation(x, ActivationKind::Softmax),
            |given: &[Vec<f64>]| each(dims, |[b, c, y, x]| {
                let power = |c| at(&given[0], dims, [b, c, y, x]).exp();
                power(c) / (0..dims[1]).map(power).sum::<f64>()
            })
        );
    }

    #[test]
    fn softmax_over_units(seed: u64, rows in 1_usize..5, units in 1_usize..20) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &[rows, units])],
            |x: 2| ops::activation(x, ActivationKind::Softmax),
            |given: &[Vec<f64>]| given[0].chunks(units).flat_map(|row| {
                let total: f64 = row.iter().map(|x| x.exp()).sum();
                row.iter().map(move |x| x.exp() / total)
            }).collect()
        );
    }

    #[test]
    fn layer_normalisation(seed: u64, dims in map()) {
        let channels = dims[1];
        on_each_backend!(
            seed,
            [
                Input::new(seed, 0, &dims),
                Input::new(seed, 1, &[channels]),
                Input::new(seed, 2, &[channels])
            ],
            |x: 4, gamma: 1, beta: 1| ops::group_norm(x, gamma, beta, NormSets::Position, EPSILON),
            |given: &[Vec<f64>]| each(dims, |[b, c, y, x]| {
                let own: Vec<f64> =
                    (0..channels).map(|c| at(&given[0], dims, [b, c, y, x])).collect();
                let (mean, variance) = moments(&own);
                (own[c] - mean) / (variance + EPSILON).sqrt() * given[1][c] + given[2][c]
            })
        );
    }

    #[test]
    fn group_normalisation(
        seed: u64,
        [batch, groups, width, side] in (1_usize..3, 1_usize..4, 1_usize..5, 1_usize..5)
            .prop_map(|(batch, groups, width, side)| [batch, groups, width, side]),
    ) {
        let dims = [batch, groups * width, side, side + 1];
        let channels = dims[1];
        on_each_backend!(
            seed,
            [
                Input::new(seed, 0, &dims),
                Input::new(seed, 1, &[channels]),
                Input::new(seed, 2, &[channels])
            ],
            |x: 4, gamma: 1, beta: 1| {
                ops::group_norm(x, gamma, beta, NormSets::Groups(groups), EPSILON)
            },
            |given: &[Vec<f64>]| each(dims, |[b, c, y, x]| {
                let own = each([1, width, side, side + 1], |[_, of, y, x]| {
                    at(&given[0], dims, [b, c / width * width + of, y, x])
                });
                let (mean, variance) = moments(&own);
                let normal = (at(&given[0], dims, [b, c, y, x]) - mean) / (variance + EPSILON).sqrt();
                normal * given[1][c] + given[2][c]
            })
        );
    }

    #[test]
    fn samples_of_normal_distributions(seed: u64, rows in 1_usize..5, n in 1_usize..20) {
        let noise = values(seed, 1, rows * n);
        let apart = noise.clone();
        on_each_backend!(
            seed, [Input::new(seed, 0, &[rows, 2 * n])],
            |x: 2| {
                let noise = TensorData::new(noise.clone(), [rows, n]);
                let noise = Tensor::from_data(noise, &x.device());
                ops::reparameterize(x, noise)
            },
            |given: &[Vec<f64>]| {
                let rows = given[0].chunks(2 * n).zip(apart.chunks(n));
                rows.flat_map(|(row, noise)| (0..n).map(move |i| {
                    row[i] + (0.5 * row[n + i]).exp() * f64::from(noise[i])
                })).collect()
            }
        );
    }

    #[test]
    fn divergence_of_normal_distributions(seed: u64, rows in 1_usize..40, n in 1_usize..50, stretch in 1_u8..4) {
        let mut input = Input::new(seed, 0, &[rows, 2 * n]);
        input.values.iter_mut().for_each(|x| *x *= f32::from(stretch));
        on_each_backend!(
            seed, [input.clone()],
            |x: 2| ops::gaussian_kl(x),
            |given: &[Vec<f64>]| {
                let term = |mean: f64, log: f64| -0.5 * (1.0 + log - mean * mean - log.exp());
                let rows = given[0].chunks(2 * n);
                let sums = rows.clone().map(|row| (0..n).map(|i| term(row[i], row[n + i])).sum::<f64>());
                vec![sums.sum::<f64>() / rows.len() as f64]
            }
        );
    }

    #[test]
    fn penalties_on_weights(seed: u64, count in 1_usize..200) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &[count])],
            |weights: 1| ops::penalty(weights, Penalty { l1: 0.5, l2: 0.25 }),
            |given: &[Vec<f64>]| {
                vec![given[0].iter().map(|w| 0.5 * w.abs() + 0.25 * w * w).sum()]
            }
        );
    }
}
