//! The losses and their gradients, and the count of right answers, against their definitions.

use burn::tensor::{Tensor, TensorData};
use proptest::prelude::*;
#[cfg(feature = "gpu")]
use tabgrad::backend::Backend;
use tabgrad::data::pictures::PictureShape;
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::ops;
use tabgrad::spec::{Loss, Output};
use tabgrad::step::loss;
use tabgrad::step::metrics::MetricSums;

#[cfg(feature = "gpu")]
use super::close;
use super::{Found, Input, cases, check, host, map, on_each_backend, values};
use crate::support::{backends, device};

/// Pictures `[picture][y][x][channel]` of planes `[picture][channel][y][x]`.
fn pixels(planes: &[f32], shape: PictureShape) -> Vec<f32> {
    let (values, channels, area) = (shape.bytes(), shape.channels(), shape.area());
    let at = |i: usize| (i / values * channels + i % channels) * area + i % values / channels;
    (0..planes.len()).map(|i| planes[at(i)]).collect()
}

/// The structural similarity of two planes by its definition (Wang et al. 2004): every window of 11x11 and
/// every pixel in it, weighted by a Gaussian.
fn ssim(a: &[f32], b: &[f32], [height, side]: [usize; 2]) -> f64 {
    const WINDOW: usize = 11;
    let (down, across) = (height - WINDOW + 1, side - WINDOW + 1);
    let [c1, c2] = [0.01_f64, 0.03].map(|k| k * k);
    let weight = |y: usize, x: usize| {
        let [y, x] = [y, x].map(|at| (at as f64 - 5.0) / 1.5);
        (-(y * y + x * x) / 2.0).exp()
    };
    let pixels = || (0..WINDOW).flat_map(|y| (0..WINDOW).map(move |x| (y, x)));
    let all: f64 = pixels().map(|(y, x)| weight(y, x)).sum();
    let window = |top: usize, left: usize| {
        let mean = |f: &dyn Fn(f64, f64) -> f64| {
            let of = |(y, x): (usize, usize)| {
                let at = (top + y) * side + left + x;
                weight(y, x) / all * f(f64::from(a[at]), f64::from(b[at]))
            };
            pixels().map(of).sum::<f64>()
        };
        let (ma, mb) = (mean(&|a, _| a), mean(&|_, b| b));
        let va = mean(&|a, _| (a - ma) * (a - ma));
        let vb = mean(&|_, b| (b - mb) * (b - mb));
        let covariance = mean(&|a, b| (a - ma) * (b - mb));
        (2.0 * ma * mb + c1) * (2.0 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    };
    let windows = (0..down).flat_map(|top| (0..across).map(move |left| (top, left)));
    windows.map(|(top, left)| window(top, left)).sum::<f64>() / (down * across) as f64
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn right_answers(seed: u64, dims @ [batch, choices, h, w] in map()) {
        // Few different values, so that the first of several largest ones counts.
        let mut rng = Rng::new(seed, Purpose::Samples, 5);
        let mut draw = || (0..dims.iter().product()).map(|_| rng.below(3) as f32).collect();
        let [outputs, targets]: [Vec<f32>; 2] = [draw(), draw()];
        let first_largest = |x: &[f32], place: usize| {
            let (b, at) = (place / (h * w), place % (h * w));
            let of = |choice: usize| x[(b * choices + choice) * h * w + at];
            (0..choices).fold(0, |best, choice| if of(choice) > of(best) { choice } else { best })
        };
        let same = |place: &usize| match choices {
            // Keras' binary accuracy.
            1 => f32::from(u8::from(outputs[*place] > 0.5)) == targets[*place],
            _ => first_largest(&outputs, *place) == first_largest(&targets, *place),
        };
        let expected = (0..batch * h * w).filter(same).count();
        for backend in backends() {
            let device = device(backend);
            let tensor = |x: &[f32]| Tensor::<4>::from_data(TensorData::new(x.to_vec(), dims), &device);
            let found = host(ops::correct(tensor(&outputs), tensor(&targets)));
            prop_assert_eq!(found, vec![expected as f32]);
        }
    }

    #[test]
    fn structural_similarity(
        seed: u64, batch in 1_usize..3, share in 0_f32..1.0,
        // Every number of windows that a thread may have, and the shape of CIFAR's.
        (height, width, channels) in prop_oneof![
            Just((32, 32, 3)), (11_usize..40, 11_usize..40, prop_oneof![Just(1), Just(3)]),
        ],
    ) {
        let shape = PictureShape::new(height, width, channels).expect("a shape");
        let values = batch * shape.bytes();
        let mut rng = Rng::new(seed, Purpose::Samples, 6);
        let mut draw = || (0..values).map(|_| rng.below(256) as f32 / 255.0).collect();
        let [mut outputs, targets]: [Vec<f32>; 2] = [draw(), draw()];
        for (output, target) in outputs.iter_mut().zip(&targets) {
            *output = share * *output + (1.0 - share) * target;
        }
        let planes = outputs.chunks_exact(shape.area()).zip(targets.chunks_exact(shape.area()));
        let expected = planes.map(|(a, b)| ssim(a, b, [height, width])).sum::<f64>()
            / (batch * channels) as f64;
        for backend in backends() {
            #[cfg(feature = "gpu")]
            if backend == Backend::Wgpu {
                let device = device(backend);
                let dims = [batch, channels, height, width];
                let tensor = |x: &[f32]| Tensor::<4>::from_data(TensorData::new(x.to_vec(), dims), &device);
                let found = host(ops::ssim(tensor(&outputs), tensor(&targets)));
                close("structural similarity", &found, &[expected])?;
                continue;
            }
            // On the CPU of pixels, whatever the backend.
            let mut sums = MetricSums::default();
            sums.add_reconstructions(&pixels(&outputs, shape), &pixels(&targets, shape), shape);
            let found = sums.ssim(shape).expect("pictures were compared");
            prop_assert!((found - expected).abs() < 1e-9, "{backend:?}: {found}, not {expected}");
        }
    }

    #[test]
    fn cross_entropy(seed: u64, rows in 1_usize..6, classes in 2_usize..11) {
        let mut rng = Rng::new(seed, Purpose::Samples, 3);
        let labels: Vec<i32> = (0..rows).map(|_| rng.below(classes as u32) as i32).collect();
        on_each_backend!(
            seed, [Input::new(seed, 0, &[rows, classes])],
            |logits: 2| {
                let row = |label: i32| (0..classes as i32).map(move |i| f32::from(i8::from(i == label)));
                let one_hot: Vec<f32> = labels.iter().flat_map(|&label| row(label)).collect();
                let data = TensorData::new(one_hot, [rows, classes]);
                let device = logits.device();
                loss::cross_entropy(logits, Tensor::from_data(data, &device))
            },
            |given: &[Vec<f64>]| {
                let losses = given[0].chunks_exact(classes).zip(&labels).map(|(row, label)| {
                    row.iter().map(|x| x.exp()).sum::<f64>().ln() - row[*label as usize]
                });
                vec![losses.sum::<f64>() / rows as f64]
            }
        );
    }

    /// Of classes with weights, and labels that are smoothed; a label's weight may be 0.
    #[test]
    fn weighted_losses_of_classes(
        seed: u64, rows in 1_usize..6, classes in 2_usize..11, smoothing in 0_u32..5,
    ) {
        let mut rng = Rng::new(seed, Purpose::Samples, 7);
        let labels: Vec<usize> = (0..rows).map(|_| rng.below(classes as u32) as usize).collect();
        let weights: Vec<f32> = (0..rows).map(|_| rng.below(4) as f32 / 2.0).collect();
        for loss in [Loss::CrossEntropy, Loss::CategoricalHinge] {
            let smoothing =
                if loss == Loss::CrossEntropy { f64::from(smoothing) / 8.0 } else { 0.0 };
            let goal = |label: usize, class: usize| {
                f64::from(u8::from(label == class)) * (1.0 - smoothing) + smoothing / classes as f64
            };
            let goals: Vec<f32> = labels
                .iter()
                .flat_map(|&label| (0..classes).map(move |class| goal(label, class) as f32))
                .collect();
            on_each_backend!(
                seed, [Input::new(seed, 0, &[rows, classes])],
                |logits: 2| {
                    let device = logits.device();
                    let goals = TensorData::new(goals.clone(), [rows, classes]);
                    let weights = TensorData::new(weights.clone(), [rows]);
                    let goals = Tensor::from_data(goals, &device);
                    let weights = Tensor::from_data(weights, &device);
                    loss::classification(logits, goals, Some(weights), loss)
                },
                |given: &[Vec<f64>]| {
                    let each = given[0].chunks_exact(classes).zip(&labels).zip(&weights);
                    let losses = each.map(|((row, &label), weight)| {
                        let total = row.iter().map(|x| x.exp()).sum::<f64>();
                        let of = |class: usize| row[class].exp() / total;
                        let value = if loss == Loss::CrossEntropy {
                            (0..classes).map(|class| -goal(label, class) * of(class).ln()).sum()
                        } else {
                            let others = (0..classes).filter(|&class| class != label).map(of);
                            (others.fold(0.0, f64::max) - of(label) + 1.0).max(0.0)
                        };
                        f64::from(*weight) * value
                    });
                    vec![losses.sum::<f64>() / rows as f64]
                }
            );
        }
    }

    #[test]
    fn reconstruction_losses(seed: u64, dims in map()) {
        let mut rng = Rng::new(seed, Purpose::Samples, 4);
        let targets: Vec<f32> = (0..dims.iter().product()).map(|_| rng.unit()).collect();
        for loss in [
            Loss::BinaryCrossEntropy, Loss::MeanSquaredError, Loss::MeanAbsoluteError, Loss::Huber,
        ] {
            for output in [Output::Sigmoid, Output::Relu, Output::Linear] {
                on_each_backend!(
                    seed, [Input::new(seed, 0, &dims)],
                    |sums: 4| {
                        let data = TensorData::new(targets.clone(), dims);
                        let targets = Tensor::from_data(data, &sums.device());
                        loss::reconstruction(sums, targets, loss, output)
                    },
                    |given: &[Vec<f64>]| {
                        let losses = given[0].iter().zip(&targets).map(|(sum, target)| {
                            let target = f64::from(*target);
                            let y = match output {
                                Output::Sigmoid => 1.0 / (1.0 + (-sum).exp()),
                                Output::Relu => sum.max(0.0),
                                Output::Linear => *sum,
                            };
                            let error = (y - target).abs();
                            match loss {
                                Loss::MeanSquaredError => return error * error,
                                Loss::MeanAbsoluteError => return error,
                                Loss::Huber if error <= 1.0 => return error * error / 2.0,
                                Loss::Huber => return error - 0.5,
                                _ => {}
                            }
                            let p = y.clamp(1e-7, 1.0 - f64::from(1e-7_f32));
                            -(target * p.ln() + (1.0 - target) * (1.0 - p).ln())
                        });
                        vec![losses.sum::<f64>() / targets.len() as f64]
                    }
                );
            }
        }
    }
}
