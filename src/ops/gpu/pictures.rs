//! Batches on the GPU: pictures chosen, and pictures compared. How a kernel is launched is in `launch`.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Launch, wgsl};
use super::{dims, mean, one};
use crate::data::pictures::{CHANNELS, PICTURE_BYTES, SIDE};
use crate::ops::whole::{CHOSEN, SHELF};
use crate::step::metrics::{C1, C2, INSIDE, WINDOW, window};

/// Pixels of a channel.
const AREA: usize = SIDE * SIDE;

/// See [`crate::ops::whole::chosen`].
pub(in crate::ops) fn chosen(
    shelves: &[CubeTensor],
    chosen: &CubeTensor,
    noise: usize,
    level: f32,
) -> Vec<CubeTensor> {
    let batch = chosen.shape().num_elements() / CHOSEN;
    let shape = || Shape::new([batch, CHANNELS, SIDE, SIDE]);
    let launch = Launch::new(wgsl!(each "chosen"), chosen)
        .with("SHELVES", shelves.len())
        .with("SHELF", SHELF)
        .with("WORDS", PICTURE_BYTES / size_of::<u32>())
        .with("AREA", AREA)
        .with("CHOSEN", CHOSEN)
        .with("NOISE", noise)
        .reading(&shelves.iter().chain([chosen]).collect::<Vec<_>>())
        .info(&[batch * AREA])
        .info_bits(level);
    if noise == 0 {
        launch.by_value(batch * AREA, [shape()]).into()
    } else {
        launch.by_value(batch * AREA, [shape(), shape()]).into()
    }
}

/// See [`crate::ops::whole::ssim`].
pub(in crate::ops) fn ssim(outputs: &CubeTensor, targets: &CubeTensor) -> CubeTensor {
    let [batch, channels, _, _] = dims(outputs);
    let planes = batch * channels;
    // Windows are symmetric.
    let weights = window();
    let launch = |source| {
        let sized = Launch::new(source, outputs)
            .with("SIDE", SIDE)
            .with("INSIDE", INSIDE)
            .with("WINDOW", WINDOW)
            .with("HALF", INSIDE / 2);
        let names = ["G0", "G1", "G2", "G3", "G4", "G5"];
        names
            .into_iter()
            .zip(weights)
            .fold(sized, |sized, (name, weight)| sized.with(name, weight as f32))
    };
    let threads = planes * SIDE * 2;
    let rows = launch(wgsl!(each "ssim_rows"))
        .reading(&[outputs, targets])
        .info(&[threads])
        .by_value(threads, [Shape::new([planes, SIDE, INSIDE, 4])]);
    let threads = planes * INSIDE * 2;
    let parts = launch(wgsl!(each "ssim"))
        .with("C1", C1 as f32)
        .with("C2", C2 as f32)
        .reading(&[&one(rows)])
        .info(&[threads])
        .by_value(threads, [Shape::new([threads])]);
    mean(&one(parts), planes * INSIDE * INSIDE)
}
