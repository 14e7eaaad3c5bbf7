//! Batches, compared like operators: a GPU makes them of pictures that it has, and says itself how alike
//! pictures are; on other devices the host does.

use burn::tensor::{Device, Tensor, TensorData};

use super::{BATCH, CLASSES, NamedTensors, flat, host_shares, named};
use crate::data::dataset::Dataset;
use crate::data::pictures::{CHANNELS, SIDE};
use crate::spec::{Noise, RunConfig};
use crate::step::batch::{Batch, Draw};
use crate::step::metrics::MetricSums;

/// Pictures of the data set, in another order than they lie in.
const CHOSEN: [u32; BATCH] = [2, 0];

/// What training gives the network to see.
pub(super) fn chosen(config: &RunConfig, device: &Device) -> NamedTensors {
    let pictures = Dataset::noise(3, CLASSES).train;
    let draw = Draw::Training(0);
    #[cfg(feature = "gpu")]
    if crate::backend::is_gpu(device) {
        use crate::train::device_dataset::DeviceDataset;
        let found = DeviceDataset::new(&pictures, device).batch(&CHOSEN, config, draw);
        let alone = DeviceDataset::once(&pictures, &CHOSEN, config, draw, device);
        return told(found.clean, found.noisy, alone.noisy.unwrap_or(alone.clean));
    }
    let batch = Batch::new(&pictures, &CHOSEN, config, draw);
    let noisy = (config.noise != Noise::None).then(|| batch.inputs(device));
    told(batch.targets(device), noisy, batch.inputs(device))
}

/// `alone`: what the network sees, of pictures that are uploaded for this batch.
fn told(clean: Tensor<4>, noisy: Option<Tensor<4>>, alone: Tensor<4>) -> NamedTensors {
    let noisy = noisy.map(|noisy| ("with noise", flat(noisy)));
    let found = [("pictures", flat(clean)), ("uploaded for it alone", flat(alone))];
    named(found.into_iter().chain(noisy).collect(), Vec::new())
}

/// Structural similarity.
pub(super) fn likeness(device: &Device) -> NamedTensors {
    let shape = [BATCH, CHANNELS, SIDE, SIDE];
    #[cfg(feature = "gpu")]
    if crate::backend::is_gpu(device) {
        let values = |stream| super::shares::<4>(stream, shape, device);
        let mean = crate::ops::whole::ssim(values(1), values(2));
        return named(vec![("mean", mean)], Vec::new());
    }
    // The same, pixel by pixel.
    let host = |stream| {
        let (planes, area) = (host_shares(stream, shape.iter().product()), SIDE * SIDE);
        let pixels = |picture: &[f32]| {
            let pixel = |at| (0..CHANNELS).map(move |channel| channel * area + at);
            (0..area).flat_map(pixel).map(|at| picture[at]).collect::<Vec<_>>()
        };
        planes.chunks_exact(CHANNELS * area).flat_map(pixels).collect::<Vec<_>>()
    };
    let mut tally = MetricSums::default();
    tally.add_drawings(&host(1), &host(2));
    let mean = tally.ssim().unwrap_or(f64::NAN) as f32;
    let mean = Tensor::from_data(TensorData::new(vec![mean], [1]), device);
    named(vec![("mean", mean)], Vec::new())
}
