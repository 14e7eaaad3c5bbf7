//! Batches as a device has them: on a GPU, which is given all pictures once, makes its batches itself and
//! compares what it draws with them; on other backends the host does. What a run tells is the same.

use serde_json::{Value, json};
use tabgrad::backend::Backend;
use tabgrad::data::pictures::PictureShape;
use tabgrad::inspect::self_test;
use tabgrad::spec::{Noise, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;

use crate::support::{backends, dataset_of, device, losses, run, shape, short, with_settings};

/// 200 test pictures, so that there are several batches of validation, and too few steps for rounding
/// to grow.
fn told(config: &RunConfig, picture: PictureShape, backend: Backend) -> Vec<RunEvent> {
    let data = dataset_of(picture, 20, 230);
    let mut trainer = Trainer::new(config.clone(), data, &device(backend)).expect("they fit");
    run(&mut trainer, 5)
}

/// The settings of both.
fn merged(mut first: Value, second: Value) -> Value {
    for (name, value) in second.as_object().expect("settings") {
        first[name] = value.clone();
    }
    first
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
    let weights = json!({"classWeights": {"1": 0, "2": 3}, "labelSmoothing": 0.1});
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
    let light = json!({"brightness": 0.2, "contrast": 0.4, "cutout": 0.3});
    let moved =
        json!({"flip": "horizontal_and_vertical", "shift": 0.25, "rotation": 0.1, "crop": 0.7});
    let filled = |mut settings: Value, fill: &str| {
        settings["fill_mode"] = fill.into();
        settings
    };
    let augmented = [
        (noisy(Noise::Gaussian), json!({"flip": "horizontal", "shift": 0.125}), shape(24, 16, 1)),
        (noisy(Noise::Masking), filled(moved.clone(), "constant"), shape(8, 8, 3)),
        (short("cae-bn"), moved.clone(), PictureShape::CIFAR),
        (short("cae-bn"), light.clone(), PictureShape::CIFAR),
        (
            short("cnn-max-2"),
            json!({"mixup": 0.5, "shift": 0.2, "flip": "vertical"}),
            shape(11, 13, 1),
        ),
        (short("cnn-avg-2"), filled(merged(moved, light), "nearest"), shape(15, 13, 3)),
        (
            with_settings(short("cnn-max-2"), &[weights]),
            json!({"mixup": 1, "rotation": 0.5}),
            shape(16, 14, 3),
        ),
    ];
    let augmented = augmented.map(|(config, settings, picture)| {
        (with_settings(config, &[json!({"augmentation": settings})]), picture)
    });
    for (config, picture) in cases.chain(others).chain(augmented) {
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

#[test]
fn every_backend_augments_the_same_pictures() {
    let flex = device(Backend::Flex);
    for (model, settings, most) in [
        // To the digits of a byte's share of 1.
        ("cae", json!({"flip": "horizontal_and_vertical", "shift": 0.3}), 1e-7),
        ("cae", json!({"shift": 1, "fill_mode": "constant"}), 1e-7),
        ("cae", json!({"shift": 1, "fill_mode": "nearest", "cutout": 0.4}), 1e-7),
        ("cnn-max-2", json!({"mixup": 1, "cutout": 0.5, "brightness": 1, "contrast": 1}), 1e-6),
        ("cnn-max-2", json!({"rotation": 1, "crop": 0.05, "mixup": 0.3}), 2e-5),
        ("cae", json!({"rotation": 0.3, "shift": 1, "fill_mode": "constant"}), 2e-5),
        ("cae", json!({"rotation": 0.3, "crop": 0.5, "fill_mode": "nearest"}), 2e-5),
    ] {
        for seed in [0, 1] {
            let settings = json!({"augmentation": settings, "seed": seed});
            let config = with_settings(short(model), std::slice::from_ref(&settings));
            let odd = if model == "cae" { shape(24, 16, 1) } else { shape(11, 13, 1) };
            for picture in [shape(16, 16, 3), odd] {
                for backend in backends() {
                    let other = device(backend);
                    let found = self_test::check(&config, picture, &other, &flex);
                    let checks = pollster::block_on(found).expect("the device works");
                    let gathered: Vec<_> = checks
                        .iter()
                        .filter(|check| check.operator == "a batch of pictures")
                        .collect();
                    assert!(!gathered.is_empty(), "{checks:?}");
                    for check in gathered {
                        let apart = check.difference;
                        assert!(apart <= most, "{backend:?}, {settings}, {picture}: {check:?}");
                    }
                }
            }
        }
    }
}
