//! A model of one's own, natively: written in Rust, trained on drawn pictures, evaluated, and asked about a
//! picture.
//!
//! ```text
//! cargo run --release --example custom_model
//! ```

#![allow(clippy::print_stdout, reason = "a program that tells what it does")]

use std::error::Error;
use std::rc::Rc;

use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::manifest::Split;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::nn::layers::{BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D};
use tabgrad::spec::builder::LayerSettings;
use tabgrad::spec::summary::Summary;
use tabgrad::spec::{ModelSpec, RunConfig};
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;

const PICTURE: PictureShape = PictureShape::CIFAR;
/// What is drawn, by label.
const CLASSES: [&str; 3] = ["across", "down", "slanting"];

/// Pictures of stripes, on a ground that is not quite even.
fn drawn(count: usize, first: usize) -> Pictures {
    let mut pictures = Pictures::new(PICTURE);
    for n in first..first + count {
        let label = n % CLASSES.len();
        let mut pixels = vec![0; PICTURE.bytes()];
        for (at, byte) in pixels.iter_mut().enumerate() {
            let (x, y, channel) = (at / 3 % 32, at / 3 / 32, at % 3);
            let along = [y, x, x + y][label] + n % 8;
            let ground = (x * 7 + y * 13 + n * 29 + channel * 41) % 60;
            *byte = if along / 4 % 2 == 0 { 190 } else { ground as u8 };
        }
        pictures.push(label as u8, &pixels);
    }
    pictures
}

fn main() -> Result<(), Box<dyn Error>> {
    let spec = ModelSpec::classify(PICTURE.dims())
        .name("stripes")
        .layer(Conv2D::new(8, 5).same().relu())
        .layer(MaxPooling2D::new())
        .layer(BatchNormalization::new())
        .layer(Conv2D::new(16, 3).relu())
        .layer(MaxPooling2D::new())
        .layer(Flatten::new())
        .layer(Dense::new(24).relu())
        .layer(Dense::classes().softmax())
        .build()?;
    println!("{}\n", serde_json::to_string(&spec)?);

    let config = RunConfig { epochs: 4, batch_size: 16, seed: 1, ..RunConfig::new(spec) };
    println!("{}\n", Summary::new(&config.model(PICTURE, CLASSES.len())?));

    let classes = CLASSES.map(String::from).to_vec();
    let data = Rc::new(Dataset::new(drawn(240, 0), drawn(60, 1000), classes));
    let device = pollster::block_on(Backend::Flex.device())?;
    let mut trainer = Trainer::new(config, data, &device)?;
    while !trainer.is_over() {
        for event in pollster::block_on(trainer.advance(8))? {
            if let RunEvent::Epoch { progress, loss, val_loss, val_accuracy, .. } = event {
                println!(
                    "epoch {}: loss {loss:.4}, of the test pictures {val_loss:.4}, {:.0} % of them right",
                    progress.epoch,
                    100.0 * val_accuracy.unwrap_or_default()
                );
            }
        }
    }

    let probabilities = pollster::block_on(trainer.predict(Split::Test, &[0]))?;
    for (class, probability) in CLASSES.iter().zip(probabilities) {
        println!("the first test picture is {class}: {:.1} %", 100.0 * probability);
    }
    Ok(())
}
