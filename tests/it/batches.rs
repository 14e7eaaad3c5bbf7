//! Batches as a device has them: on a GPU, which is given all pictures once, makes its batches itself and
//! compares what it draws with them; on other backends the host does. What a run tells is the same.

use tabgrad::backend::Backend;
use tabgrad::data::pictures::PictureShape;
use tabgrad::spec::{Noise, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;

use crate::support::{backends, dataset_of, device, losses, run, shape, short};

/// 200 test pictures, so that there are several batches of validation, and too few steps for rounding
/// to grow.
fn told(config: &RunConfig, picture: PictureShape, backend: Backend) -> Vec<RunEvent> {
    let data = dataset_of(picture, 20, 230);
    let mut trainer = Trainer::new(config.clone(), data, &device(backend)).expect("they fit");
    run(&mut trainer, 5)
}

/// Every number of an epoch's end.
fn measures(events: &[RunEvent]) -> Vec<f64> {
    let of_epoch = |event: &RunEvent| match event {
        RunEvent::Epoch { loss, accuracy, val_loss, val_accuracy, mse, psnr, ssim, .. } => {
            Some([Some(*loss), *accuracy, Some(*val_loss), *val_accuracy, *mse, *psnr, *ssim])
        }
        _ => None,
    };
    events.iter().filter_map(of_epoch).flatten().flatten().collect()
}

#[test]
fn every_backend_tells_the_same_of_a_run() {
    let noisy = |noise| RunConfig { noise, noise_level: 0.3, ..short("cae-denoise") };
    let noises = [Noise::Gaussian, Noise::SaltAndPepper, Noise::Masking];
    let cases = noises.map(noisy).into_iter().chain(["cnn-max-2", "cae-bn"].map(short));
    let cases = cases.map(|config| (config, PictureShape::CIFAR));
    // Pictures whose bytes fill no whole number of words, and others without windows of SSIM.
    let others = [
        (noisy(Noise::Gaussian), shape(24, 16, 1)),
        (noisy(Noise::Masking), shape(8, 8, 3)),
        (short("cnn-max-2"), shape(11, 13, 1)),
        (short("cnn-avg-2"), shape(15, 13, 3)),
    ];
    for (config, picture) in cases.chain(others) {
        let config = RunConfig { epochs: 2, learning_rate: 1e-4, ..config };
        let expected = told(&config, picture, Backend::Flex);
        for backend in backends() {
            let found = told(&config, picture, backend);
            assert_eq!(found.len(), expected.len(), "{backend:?}, {config:?}");
            // A pixel whose channels are nearly equal may fall either way: 20 pictures have 20,480.
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 3e-4 * b.abs();
            let pairs =
                [(losses(&found), losses(&expected)), (measures(&found), measures(&expected))];
            for (found, expected) in pairs {
                assert_eq!(found.len(), expected.len(), "{backend:?}, {config:?}");
                let same = found.iter().zip(&expected).all(close);
                assert!(same, "{backend:?}, {config:?}: {found:?} and {expected:?}");
            }
        }
    }
}
