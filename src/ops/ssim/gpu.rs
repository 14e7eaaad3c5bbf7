//! Structural similarity on the GPU: what windows see along rows, then along columns.

use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use crate::data::pictures::SIDE;
use crate::kernels::ssim::{C1, C2, INSIDE, WINDOW, window};
use crate::ops::gpu::launch::{Launch, dims, one, wgsl};
use crate::ops::gpu::mean;

/// See [`super::ssim`].
pub(super) fn ssim(outputs: &CubeTensor, targets: &CubeTensor) -> CubeTensor {
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
    let rows = launch(wgsl!("ssim" "ssim_rows"))
        .reading(&[outputs, targets])
        .info(&[threads])
        .by_value(threads, [Shape::new([planes, SIDE, INSIDE, 4])]);
    let threads = planes * INSIDE * 2;
    let parts = launch(wgsl!("ssim" "ssim"))
        .with("C1", C1 as f32)
        .with("C2", C2 as f32)
        .reading(&[&one(rows)])
        .info(&[threads])
        .by_value(threads, [Shape::new([threads])]);
    mean(&one(parts), planes * INSIDE * INSIDE)
}
