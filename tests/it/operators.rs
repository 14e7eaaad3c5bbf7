//! Every operator and its gradients against its definition, by property testing: random shapes
//! (odd sizes, one channel, one picture), the definition written slowly in `f64`, its gradients by
//! central differences. On every CPU backend; natively only, because the kernels' bits are the
//! same in a browser (`bits`).

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError};
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::ops::{self, ConvBlockAttrs, Pool, Resize};

use crate::support::{backends, device};

mod general;
mod losses;
mod pointwise;

/// Half the way between the two points of a difference: the operators are smooth over it, because
/// `values` stay away from their kinks.
const STEP: f64 = 1e-6;
/// Of the largest value of a tensor, or of 0.05 where all are smaller: sums may cancel.
const TOLERANCE: f64 = 2e-5;

/// The same cases every time; `PROPTEST_RNG_SEED` chooses others.
fn cases(cases: u32) -> Config {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok());
    Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed.unwrap_or(1)),
        ..Config::default()
    }
}

/// Distinct multiples of 0.01 around 0, none nearer to it than 0.005, in random order.
fn values(seed: u64, index: u64, count: usize) -> Vec<f32> {
    let order = Rng::new(seed, Purpose::Samples, index).permutation(count as u32);
    let place = |i: u32| (f64::from(i) - count as f64 / 2.0).floor() + 0.5;
    // Large tensors are squeezed into -3 to 3; no operator with a kink meets one so large.
    let scale = 0.01_f64.min(6.0 / count as f64);
    order.into_iter().map(|i| (place(i) * scale) as f32).collect()
}

/// A tensor to differentiate by.
#[derive(Clone)]
struct Input {
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Input {
    fn new(seed: u64, index: u64, shape: &[usize]) -> Self {
        let values = values(seed, index, shape.iter().product());
        Self { shape: shape.to_vec(), values }
    }

    fn exact(&self) -> Vec<f64> {
        self.values.iter().map(|&x| f64::from(x)).collect()
    }

    fn tensor<const D: usize>(&self, device: &Device) -> Tensor<D> {
        let shape: [usize; D] = self.shape.clone().try_into().expect("as many dimensions");
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = pollster::block_on(tensor.into_data_async()).expect("the device works");
    data.try_into_vec().expect("32-bit values")
}

fn close(what: &str, ours: &[f32], exact: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(ours.len(), exact.len(), "{}", what);
    let largest = exact.iter().fold(0.05_f64, |largest, x| largest.max(x.abs()));
    for (i, (ours, exact)) in ours.iter().zip(exact).enumerate() {
        let error = (f64::from(*ours) - exact).abs();
        prop_assert!(error <= TOLERANCE * largest, "{what}[{i}]: {ours} instead of {exact}");
    }
    Ok(())
}

/// What an operator gave: its outputs, and the gradient of `sum(outputs * weights)` by each
/// input.
struct Found {
    outputs: Vec<f32>,
    gradients: Vec<Vec<f32>>,
}

/// Compares what was found with `definition`, a function of the inputs in `f64`.
fn check(
    inputs: &[Input],
    weights: &[f32],
    found: &Found,
    definition: impl Fn(&[Vec<f64>]) -> Vec<f64>,
) -> Result<(), TestCaseError> {
    let exact: Vec<Vec<f64>> = inputs.iter().map(Input::exact).collect();
    close("output", &found.outputs, &definition(&exact))?;
    let total = |inputs: &[Vec<f64>]| -> f64 {
        definition(inputs).iter().zip(weights).map(|(y, w)| y * f64::from(*w)).sum()
    };
    for (index, ours) in found.gradients.iter().enumerate() {
        let mut moved = exact.clone();
        let by_differences: Vec<f64> = (0..exact[index].len())
            .map(|i| {
                let mut at = |x: f64| {
                    moved[index][i] = exact[index][i] + x;
                    let total = total(&moved);
                    moved[index][i] = exact[index][i];
                    total
                };
                (at(STEP) - at(-STEP)) / (2.0 * STEP)
            })
            .collect();
        close(&format!("gradient by input {index}"), ours, &by_differences)?;
    }
    Ok(())
}

/// Runs an operator of three inputs (of which some may be unused) on every backend.
macro_rules! on_each_backend {
    ($seed:expr, $inputs:expr, |$($name:ident: $d:literal),+| $run:expr, $definition:expr) => {
        for backend in backends() {
            let device = device(backend).autodiff();
            let inputs: &[Input] = &$inputs;
            let mut tensors = inputs.iter();
            $(let $name: Tensor<$d> =
                tensors.next().expect("an input").tensor::<$d>(&device).require_grad();)+
            let output = { $(let $name = $name.clone();)+ $run };
            let dims = output.dims();
            let weights = values($seed, 99, dims.iter().product());
            let factors = TensorData::new(weights.clone(), dims);
            let total = (output.clone() * Tensor::from_data(factors, &device)).sum();
            let slopes = total.backward();
            let gradients = vec![$(host($name.grad(&slopes).expect("a gradient"))),+];
            let found = Found { outputs: host(output.inner()), gradients };
            check(inputs, &weights, &found, $definition)?;
        }
    };
}
pub(crate) use on_each_backend;

/// `[batch, channels, h, w]`: odd sizes, one channel and one picture among them.
fn map() -> impl Strategy<Value = [usize; 4]> {
    [1_usize..3, 1_usize..4, 2_usize..7, 2_usize..7]
}

/// The same with equal sides.
fn square() -> impl Strategy<Value = [usize; 4]> {
    (map(), 2_usize..8).prop_map(|([batch, channels, ..], side)| [batch, channels, side, side])
}

/// The value of a map at a place.
fn at(x: &[f64], [_, channels, h, w]: [usize; 4], [b, c, y, column]: [usize; 4]) -> f64 {
    x[((b * channels + c) * h + y) * w + column]
}

/// One value for each place of a map, in order.
fn each([batch, channels, h, w]: [usize; 4], mut f: impl FnMut([usize; 4]) -> f64) -> Vec<f64> {
    let mut out = Vec::with_capacity(batch * channels * h * w);
    for b in 0..batch {
        for c in 0..channels {
            for y in 0..h {
                out.extend((0..w).map(|x| f([b, c, y, x])));
            }
        }
    }
    out
}

/// The four values of the 2x2 window at a place of a pooled map.
fn window(x: &[f64], dims: [usize; 4], [b, c, y, column]: [usize; 4]) -> [f64; 4] {
    [[0, 0], [0, 1], [1, 0], [1, 1]]
        .map(|[dy, dx]| at(x, dims, [b, c, 2 * y + dy, 2 * column + dx]))
}

fn halved([batch, channels, h, w]: [usize; 4]) -> [usize; 4] {
    [batch, channels, h / 2, w / 2]
}

fn pooling() -> impl Strategy<Value = Option<Pool>> {
    prop_oneof![Just(None), Just(Some(Pool::Max)), Just(Some(Pool::Average))]
}

/// A convolution of `batch` pictures of `side` with what is around it, against its definition.
fn check_block(
    seed: u64,
    (batch, channels, filters): (usize, usize, usize),
    (kernel, side): (usize, usize),
    attrs: ConvBlockAttrs,
) -> Result<(), TestCaseError> {
    let ConvBlockAttrs { stride, padding: (before, after), upsample, relu, pool } = attrs;
    let inputs = [
        Input::new(seed, 0, &[batch, channels, side, side]),
        Input::new(seed, 1, &[filters, channels, kernel, kernel]),
        Input::new(seed, 2, &[filters]),
    ];
    let times = if upsample { 2 } else { 1 };
    let out = (side * times + before + after - kernel) / stride + 1;
    // A map of one pixel has no window.
    let pool = pool.filter(|_| out > 1);
    let attrs = ConvBlockAttrs { pool, ..attrs };
    on_each_backend!(
        seed, inputs,
        |x: 4, weight: 4, bias: 1| ops::conv_block(x, weight, bias, attrs),
        |given: &[Vec<f64>]| {
            let dims = [batch, filters, out, out];
            let map = each(dims, |[b, filter, y, x]| {
                let mut sum = given[2][filter];
                for (channel, ky, kx) in (0..channels * kernel * kernel)
                    .map(|i| (i / kernel / kernel, i / kernel % kernel, i % kernel))
                {
                    let row = (y * stride + ky).wrapping_sub(before);
                    let column = (x * stride + kx).wrapping_sub(before);
                    if row < side * times && column < side * times {
                        let place = ((filter * channels + channel) * kernel + ky) * kernel + kx;
                        let from = [b, channel, row / times, column / times];
                        sum += given[1][place] * at(&given[0], [batch, channels, side, side], from);
                    }
                }
                if relu { sum.max(0.0) } else { sum }
            });
            let of = |place| window(&map, dims, place).into_iter();
            match pool {
                None => map,
                Some(Pool::Max) => each(halved(dims), |place| of(place).fold(f64::MIN, f64::max)),
                Some(Pool::Average) => each(halved(dims), |place| of(place).sum::<f64>() / 4.0),
            }
        }
    );
    Ok(())
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn convolution(
        seed: u64, batch in 1_usize..3, channels in 1_usize..10, filters in 1_usize..18,
        (kernel, before, after, side) in (1_usize..4).prop_flat_map(|kernel| {
            (Just(kernel), 0..kernel, 0..kernel, kernel..kernel + 8)
        }),
        stride in 1_usize..3, upsample: bool, relu: bool, pool in pooling(),
    ) {
        let attrs = ConvBlockAttrs { stride, padding: (before, after), upsample, relu, pool };
        check_block(seed, (batch, channels, filters), (kernel, side), attrs)?;
    }

    /// Those that models are mostly made of, for which a GPU has kernels of its own. Of one filter, all
    /// weights of the gradients cancel in the bias, and only rounding is left.
    #[test]
    fn blocks_of_the_models(
        seed: u64, batch in 1_usize..3, channels in 1_usize..4, filters in 2_usize..6,
        side in 3_usize..11, border in 0_usize..2, upsample: bool, relu: bool, pool in pooling(),
    ) {
        let attrs = if upsample {
            ConvBlockAttrs { stride: 1, padding: (1, 1), upsample, relu, pool: None }
        } else {
            ConvBlockAttrs { stride: 1, padding: (border, border), upsample, relu, pool }
        };
        check_block(seed, (batch, channels, filters), (3, side), attrs)?;
    }

    #[test]
    fn dense(
        seed: u64, rows in 1_usize..20, count in 1_usize..80, units in 1_usize..6, relu: bool,
    ) {
        let inputs = [
            Input::new(seed, 0, &[rows, count]),
            Input::new(seed, 1, &[count, units]),
            Input::new(seed, 2, &[units]),
        ];
        on_each_backend!(
            seed, inputs, |x: 2, weight: 2, bias: 1| ops::dense(x, weight, bias, relu),
            |given: &[Vec<f64>]| (0..rows * units).map(|i| {
                let (row, unit) = (i / units, i % units);
                let products = (0..count)
                    .map(|k| given[0][row * count + k] * given[1][k * units + unit]);
                let sum = given[2][unit] + products.sum::<f64>();
                if relu { sum.max(0.0) } else { sum }
            }).collect()
        );
    }

    #[test]
    fn batch_normalisation(seed: u64, dims in map(), by_moments: bool) {
        const EPSILON: f64 = 1e-3;
        let [batch, channels, h, w] = dims;
        let inputs = [
            Input::new(seed, 0, &dims),
            Input::new(seed, 1, &[channels]),
            Input::new(seed, 2, &[channels]),
        ];
        // Some other batch's, if not this one's.
        let fixed: Vec<f32> = (0..2 * channels).map(|i| 0.1 + 0.2 * i as f32).collect();
        on_each_backend!(
            seed, inputs,
            |x: 4, gamma: 1, beta: 1| {
                let moments = if by_moments {
                    ops::moments(x.clone())
                } else {
                    Tensor::from_data(TensorData::new(fixed.clone(), [2, channels]), &x.device())
                };
                ops::batch_norm(x, moments, gamma, beta, EPSILON, by_moments)
            },
            |given: &[Vec<f64>]| {
                let count = (batch * h * w) as f64;
                let moments: Vec<(f64, f64)> = (0..channels).map(|channel| {
                    if !by_moments {
                        return (f64::from(fixed[channel]), f64::from(fixed[channels + channel]));
                    }
                    let own = each([batch, 1, h, w], |[b, _, y, x]| {
                        at(&given[0], dims, [b, channel, y, x])
                    });
                    let mean = own.iter().sum::<f64>() / count;
                    (mean, own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count)
                }).collect();
                each(dims, |place| {
                    let (mean, variance) = moments[place[1]];
                    let normal = (at(&given[0], dims, place) - mean) / (variance + EPSILON).sqrt();
                    normal * given[1][place[1]] + given[2][place[1]]
                })
            }
        );
    }

    #[test]
    fn max_pooling(seed: u64, dims in square()) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::resize(x, Resize::MaxPool),
            |given: &[Vec<f64>]| each(halved(dims), |place| {
                window(&given[0], dims, place).into_iter().fold(f64::MIN, f64::max)
            })
        );
    }

    #[test]
    fn average_pooling(seed: u64, dims in square()) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::resize(x, Resize::AveragePool),
            |given: &[Vec<f64>]| each(halved(dims), |place| {
                window(&given[0], dims, place).iter().sum::<f64>() / 4.0
            })
        );
    }

    #[test]
    fn upsampling(seed: u64, dims in square()) {
        let [batch, channels, h, w] = dims;
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::resize(x, Resize::UpSample),
            |given: &[Vec<f64>]| each([batch, channels, 2 * h, 2 * w], |[b, c, y, x]| {
                at(&given[0], dims, [b, c, y / 2, x / 2])
            })
        );
    }

    #[test]
    fn flattening(seed: u64, dims in map()) {
        let [batch, channels, h, w] = dims;
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::flatten(x),
            |given: &[Vec<f64>]| each([batch, h, w, channels], |[b, y, x, c]| {
                at(&given[0], dims, [b, c, y, x])
            })
        );
    }

    #[test]
    fn activations(seed: u64, dims in map()) {
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| relu(x),
            |given: &[Vec<f64>]| given[0].iter().map(|x| x.max(0.0)).collect()
        );
        on_each_backend!(
            seed, [Input::new(seed, 0, &dims)], |x: 4| ops::sigmoid(x),
            |given: &[Vec<f64>]| given[0].iter().map(|x| 1.0 / (1.0 + (-x).exp())).collect()
        );
    }

}
