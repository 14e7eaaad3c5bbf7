//! Batches and SSIM as operators of the self-test: a GPU gathers batches from its copy of the pictures
//! and computes SSIM itself; on other devices the host does both.

use burn::tensor::{Device, Tensor, TensorData};

use super::{BATCH, NamedTensors, flat, host_positive, named};
use crate::data::dataset::Dataset;
use crate::data::pictures::PictureShape;
use crate::ops;
use crate::spec::{Noise, RunConfig};
use crate::step::batch::{Batch, Draw};
use crate::step::metrics::MetricSums;

/// Pictures of the data set, in another order than its own.
const INDICES: [u32; BATCH] = [2, 0];

/// The inputs of a training step.
pub(super) fn gathered(config: &RunConfig, picture: PictureShape, device: &Device) -> NamedTensors {
    let pictures = Dataset::noise(picture, 3, 1).train;
    let draw = Draw::Training(0);
    #[cfg(feature = "gpu")]
    if crate::backend::is_gpu(device) {
        use crate::step::device_dataset::DeviceDataset;
        let found = DeviceDataset::new(&pictures, device).gather(&pictures, &INDICES, config, draw);
        let alone = DeviceDataset::upload_batch(&pictures, &INDICES, config, draw, device);
        return tensors(found.clean, found.noisy, alone.noisy.unwrap_or(alone.clean));
    }
    let batch = Batch::new(&pictures, &INDICES, config, draw);
    let noisy = (config.noise != Noise::None).then(|| batch.inputs(device));
    tensors(batch.targets(device), noisy, batch.inputs(device))
}

/// `alone`: the network's inputs, of pictures that are uploaded for this batch alone.
fn tensors(clean: Tensor<4>, noisy: Option<Tensor<4>>, alone: Tensor<4>) -> NamedTensors {
    let noisy = noisy.map(|noisy| ("with noise", flat(noisy)));
    let found = [("pictures", flat(clean)), ("uploaded for it alone", flat(alone))];
    named(found.into_iter().chain(noisy).collect(), Vec::new())
}

/// Structural similarity, of pictures that its window fits into.
pub(super) fn similarity(picture: PictureShape, device: &Device) -> NamedTensors {
    let [height, width, channels] = picture.dims();
    let shape = [BATCH, channels, height, width];
    #[cfg(feature = "gpu")]
    if crate::backend::is_gpu(device) {
        let values = |stream| super::positive::<4>(stream, shape, device);
        let mean = crate::ops::ssim(values(1), values(2));
        return named(vec![("mean", mean)], Vec::new());
    }
    // The same, pixel by pixel.
    let host = |stream| {
        let (planes, area) = (host_positive(stream, shape.iter().product()), picture.area());
        let pixels = |picture: &[f32]| {
            let pixel = |at| (0..channels).map(move |channel| channel * area + at);
            (0..area).flat_map(pixel).map(|at| picture[at]).collect::<Vec<_>>()
        };
        planes.chunks_exact(channels * area).flat_map(pixels).collect::<Vec<_>>()
    };
    let mut sums = MetricSums::default();
    sums.add_reconstructions(&host(1), &host(2), picture);
    let mean = sums.ssim(picture).expect("there are BATCH pictures") as f32;
    let mean = ops::from_data(TensorData::new(vec![mean], [1]), device);
    named(vec![("mean", mean)], Vec::new())
}
