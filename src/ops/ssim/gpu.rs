//! Structural similarity on the GPU: what windows see along rows, then along columns.

use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use crate::kernels::ssim::{C1, C2, WINDOW, inside, window};
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::gpu::mean;

/// Windows that a thread has at most: half of a row of CIFAR's pictures.
const MOST: usize = 11;

/// See [`super::ssim`].
pub(super) fn ssim(outputs: &CubeTensor, targets: &CubeTensor) -> CubeTensor {
    let [batch, channels, height, width] = dims(outputs);
    let [down, across] = inside([height, width]).expect("pictures are as large as a window");
    let planes = batch * channels;
    // Windows are symmetric.
    let weights = window();
    let launch = |source| {
        let sized = Launch::new(source, outputs).with("ACROSS", across).with("WINDOW", WINDOW);
        let names = ["G0", "G1", "G2", "G3", "G4", "G5"];
        names
            .into_iter()
            .zip(weights)
            .fold(sized, |sized, (name, weight)| sized.with(name, weight as f32))
    };
    let span = span(across);
    let parts = across / span;
    let threads = planes * height * parts;
    let rows = launch(wgsl!("ssim" "ssim_rows"))
        .with("WIDTH", width)
        .with("SPAN", span)
        .with("PARTS", parts)
        .reading(&[outputs, targets])
        .info(&[threads])
        .by_value(threads, [Shape::new([planes, height, across, 4])]);
    let span = self::span(down);
    let parts = down / span;
    let threads = planes * across * parts;
    let sums = launch(wgsl!("ssim" "ssim"))
        .with("HEIGHT", height)
        .with("SPAN", span)
        .with("PARTS", parts)
        .with("C1", C1 as f32)
        .with("C2", C2 as f32)
        .reading(&[&one(rows)])
        .info(&[threads])
        .by_value(threads, [Shape::new([threads])]);
    mean(&one(sums), planes * down * across)
}

/// Windows of a row or column that a thread has: the most up to [`MOST`] that leave no thread with fewer.
fn span(windows: usize) -> usize {
    (1..=MOST).rev().find(|span| windows.is_multiple_of(*span)).unwrap_or(1)
}
