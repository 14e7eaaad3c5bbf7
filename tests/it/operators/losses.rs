//! The losses and their gradients, and the count of right answers, against their definitions.

use burn::tensor::{Tensor, TensorData};
use proptest::prelude::*;
use tabgrad::data::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::ops;
use tabgrad::spec::{Loss, Output};
use tabgrad::step::loss;
use tabgrad::step::metrics::MetricSums;

use super::{Found, Input, cases, check, close, host, map, on_each_backend, values};
use crate::support::{backends, device};

/// Pixels of a picture.
const AREA: usize = SIDE * SIDE;

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
        let same = |place: &usize| {
            first_largest(&outputs, *place) == first_largest(&targets, *place)
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
    fn structural_similarity(seed: u64, batch in 1_usize..3) {
        let dims = [batch, CHANNELS, SIDE, SIDE];
        let mut rng = Rng::new(seed, Purpose::Samples, 6);
        let mut draw = || (0..dims.iter().product()).map(|_| rng.below(256) as f32 / 255.0).collect();
        let [outputs, targets]: [Vec<f32>; 2] = [draw(), draw()];
        let pixels = |planes: &[f32]| -> Vec<f32> {
            let at = |picture: usize, i: usize| (picture * CHANNELS + i % CHANNELS) * AREA + i / CHANNELS;
            let picture = |picture| (0..PICTURE_BYTES).map(move |i| at(picture, i));
            (0..batch).flat_map(picture).map(|at| planes[at]).collect()
        };
        let mut expected = MetricSums::default();
        expected.add_reconstructions(&pixels(&outputs), &pixels(&targets));
        let expected = expected.ssim().expect("pictures were compared");
        for backend in backends() {
            let device = device(backend);
            let tensor = |x: &[f32]| Tensor::<4>::from_data(TensorData::new(x.to_vec(), dims), &device);
            let found = host(ops::ssim(tensor(&outputs), tensor(&targets)));
            close("structural similarity", &found, &[expected])?;
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

    #[test]
    fn reconstruction_losses(seed: u64, dims in map()) {
        let mut rng = Rng::new(seed, Purpose::Samples, 4);
        let targets: Vec<f32> = (0..dims.iter().product()).map(|_| rng.unit()).collect();
        for loss in [Loss::BinaryCrossEntropy, Loss::MeanSquaredError] {
            for output in [Output::Sigmoid, Output::Relu] {
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
                            };
                            if loss == Loss::MeanSquaredError {
                                return (y - target) * (y - target);
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
