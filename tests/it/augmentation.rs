//! Augmentation of training pictures, against a slow definition of each setting: a picture is a function of
//! where one looks, and each movement another function of it.

use serde_json::{Value, json};
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::spec::RunConfig;
use tabgrad::step::batch::{Batch, Draw, Mix};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{dataset_of, shape, short, with_settings};

const SEED: u64 = 5;
const EPOCH: u32 = 2;

fn pictures(shape: PictureShape) -> Pictures {
    dataset_of(shape, 40, 1).train.clone()
}

fn config(model: &str, settings: &Value) -> RunConfig {
    with_settings(short(model), &[json!({ "augmentation": settings })])
}

fn batch(pictures: &Pictures, indices: &[u32], config: &RunConfig) -> Batch {
    Batch::new(pictures, indices, config, Draw::Training(EPOCH))
}

/// What is drawn for a picture: every number, in the order of its stream.
struct Drawn {
    flips: [bool; 2],
    shifts: [u32; 2],
    turn: f64,
    crop: [f64; 3],
    brightness: f64,
    contrast: f64,
    cut: [u32; 2],
    partner: u32,
}

/// A whole number below `n`.
fn below(bits: u32, n: f64) -> f64 {
    (f64::from(bits) * n / 4_294_967_296.0).floor()
}

fn drawn(index: u32) -> Drawn {
    let stream = u64::from(EPOCH) << 32 | u64::from(index);
    let mut rng = Rng::new(SEED, Purpose::Augmentation, stream);
    let flips = [rng.unit() < 0.5, rng.unit() < 0.5];
    let shifts = [rng.bits(), rng.bits()];
    let turn = f64::from(rng.range(-1.0, 1.0));
    let crop = [rng.unit(), rng.unit(), rng.unit()].map(f64::from);
    let [brightness, contrast] = [rng.range(-1.0, 1.0), rng.range(-1.0, 1.0)].map(f64::from);
    let cut = [rng.bits(), rng.bits()];
    Drawn { flips, shifts, turn, crop, brightness, contrast, cut, partner: rng.bits() }
}

/// A pixel of the picture as it goes on beyond its edges.
fn beyond(fill: &str, mut index: i64, count: i64) -> Option<i64> {
    match fill {
        "constant" => (0..count).contains(&index).then_some(index),
        "nearest" => Some(index.max(0).min(count - 1)),
        _ => {
            // Mirrored until it is inside.
            while !(0..count).contains(&index) {
                index = if index < 0 { -1 - index } else { 2 * count - 1 - index };
            }
            Some(index)
        }
    }
}

/// The picture by the definition, `[y][x][channel]`; mixtures aside.
fn slow(pixels: &[u8], shape: PictureShape, settings: &Value, drawn: &Drawn) -> Vec<f64> {
    let [height, width, channels] = shape.dims();
    let number = |name: &str, default: f64| settings[name].as_f64().unwrap_or(default);
    let (tall, wide) = (height as f64, width as f64);
    // Light.
    let factor = 1.0 + number("contrast", 0.0) * drawn.contrast;
    let delta = number("brightness", 0.0) * drawn.brightness;
    let mean = |channel: usize| {
        let values = (0..height * width).map(|pixel| pixels[pixel * channels + channel]);
        values.map(|byte| f64::from(byte) / 255.0).sum::<f64>() / (tall * wide)
    };
    let means: Vec<f64> = (0..channels).map(mean).collect();
    let lit = |y: usize, x: usize, channel: usize| {
        let value = f64::from(pixels[(y * width + x) * channels + channel]) / 255.0;
        ((value - means[channel]) * factor + means[channel] + delta).clamp(0.0, 1.0)
    };
    // A function of where one looks.
    let fill = settings["fill_mode"].as_str().unwrap_or("reflect").to_owned();
    let pixel = move |y: i64, x: i64, channel: usize| match (
        beyond(&fill, y, height as i64),
        beyond(&fill, x, width as i64),
    ) {
        (Some(y), Some(x)) => lit(y as usize, x as usize, channel),
        _ => 0.0,
    };
    let between = move |y: f64, x: f64, channel: usize| {
        let (top, left) = (y.floor(), x.floor());
        let mut sum = 0.0;
        for (row, weight_y) in [(top, 1.0 - (y - top)), (top + 1.0, y - top)] {
            for (column, weight_x) in [(left, 1.0 - (x - left)), (left + 1.0, x - left)] {
                sum += weight_y * weight_x * pixel(row as i64, column as i64, channel);
            }
        }
        sum
    };
    let flip = settings["flip"].as_str().unwrap_or("");
    let across = flip.starts_with("horizontal") && drawn.flips[0];
    let down = flip.ends_with("vertical") && drawn.flips[1];
    let flipped = move |y: f64, x: f64, channel: usize| {
        let x = if across { wide - 1.0 - x } else { x };
        let y = if down { tall - 1.0 - y } else { y };
        between(y, x, channel)
    };
    let least = number("crop", 1.0);
    let side = (least + (1.0 - least) * drawn.crop[0]).sqrt();
    let [_, at_x, at_y] = drawn.crop;
    let cropped = move |y: f64, x: f64, channel: usize| {
        // Of edges, not of centres: the part's left edge is the picture's.
        let x = wide * (1.0 - side) * at_x + (x + 0.5) * side - 0.5;
        let y = tall * (1.0 - side) * at_y + (y + 0.5) * side - 0.5;
        flipped(y, x, channel)
    };
    let angle = number("rotation", 0.0) * drawn.turn * std::f64::consts::TAU;
    let turned = move |y: f64, x: f64, channel: usize| {
        let (x, y) = (x - (wide - 1.0) / 2.0, y - (tall - 1.0) / 2.0);
        let (from_x, from_y) =
            (x * angle.cos() - y * angle.sin(), x * angle.sin() + y * angle.cos());
        cropped(from_y + (tall - 1.0) / 2.0, from_x + (wide - 1.0) / 2.0, channel)
    };
    let part = number("shift", 0.0);
    let shift = |bits: u32, side: f64| {
        let most = if part == 0.0 { 0.0 } else { (part * side).round().max(1.0) };
        below(bits, 2.0 * most + 1.0) - most
    };
    let (right, below_it) = (shift(drawn.shifts[0], wide), shift(drawn.shifts[1], tall));
    let box_part = number("cutout", 0.0);
    let covers = |at: usize, bits: u32, side: f64| {
        let length = if box_part == 0.0 { 0.0 } else { (box_part * side).round().max(1.0) };
        let start = below(bits, side) - (length / 2.0).floor();
        (start..start + length).contains(&(at as f64))
    };
    let mut made = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let cut = covers(y, drawn.cut[1], tall) && covers(x, drawn.cut[0], wide);
            for channel in 0..channels {
                let value = turned(y as f64 - below_it, x as f64 - right, channel);
                made.push(if cut { 0.0 } else { value });
            }
        }
    }
    made
}

/// The largest difference of a batch from the definition.
fn apart(shape: PictureShape, model: &str, settings: &Value) -> f64 {
    let pictures = pictures(shape);
    let indices = [7, 0, 39, 12, 25, 3, 3];
    let batch = batch(&pictures, &indices, &config(model, settings));
    let of = |index: u32| {
        let (_, pixels) = pictures.get(index as usize).expect("a picture");
        slow(pixels, shape, settings, &drawn(index))
    };
    let mut largest: f64 = 0.0;
    for (row, (&index, found)) in
        indices.iter().zip(batch.clean.chunks_exact(shape.bytes())).enumerate()
    {
        let mut expected = of(index);
        if let Some(mixes) = &batch.mixes {
            let Mix { label, share } = mixes[row];
            let partner = below(drawn(index).partner, 40.0) as u32;
            assert_eq!(label, i32::from(pictures.labels()[partner as usize]));
            for (own, other) in expected.iter_mut().zip(of(partner)) {
                *own = *own * f64::from(share) + other * (1.0 - f64::from(share));
            }
        }
        assert_eq!(batch.labels[row], i32::from(pictures.labels()[index as usize]));
        let differences = found.iter().zip(&expected).map(|(a, b)| (f64::from(*a) - b).abs());
        largest = differences.fold(largest, f64::max);
    }
    largest
}

#[wasm_bindgen_test(unsupported = test)]
pub fn every_setting_does_what_its_slow_definition_says() {
    let shapes = [shape(32, 32, 3), shape(12, 20, 1), shape(9, 8, 3)];
    let mut cases = vec![
        json!({"flip": "horizontal"}),
        json!({"flip": "vertical"}),
        json!({"flip": "horizontal_and_vertical", "shift": 0.125}),
        json!({"crop": 0.3}),
        json!({"brightness": 0.4}),
        json!({"contrast": 0.9}),
        json!({"cutout": 0.5}),
        json!({"mixup": 0.4}),
        json!({"mixup": 1.0, "flip": "horizontal", "shift": 0.2, "cutout": 0.3}),
    ];
    for fill in ["reflect", "constant", "nearest"] {
        cases.extend([
            json!({"shift": 1.0, "fill_mode": fill}),
            json!({"rotation": 0.5, "fill_mode": fill}),
            json!({
                "flip": "horizontal_and_vertical", "shift": 0.3, "rotation": 0.1, "crop": 0.6,
                "brightness": 0.2, "contrast": 0.5, "cutout": 0.25, "mixup": 0.7, "fill_mode": fill
            }),
        ]);
    }
    for settings in &cases {
        for shape in shapes {
            let apart = apart(shape, "cnn-max-2", settings);
            assert!(apart < 3e-5, "{settings} of {shape}: {apart}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
pub fn flips_and_shifts_keep_every_byte() {
    let (shape, settings) = (shape(10, 14, 3), json!({"flip": "horizontal", "shift": 0.5}));
    let pictures = pictures(shape);
    let batch = batch(&pictures, &[4, 5, 6], &config("cae", &settings));
    let moved = batch.clean.chunks_exact(shape.bytes()).zip([4, 5, 6]).filter(|(found, index)| {
        let (_, pixels) = pictures.get(*index).expect("a picture");
        let whole = slow(pixels, shape, &settings, &drawn(*index as u32));
        let bytes = whole.iter().map(|value| (value * 255.0).round() as u8);
        let exact: Vec<f32> = bytes.map(|byte| f32::from(byte) / 255.0).collect();
        assert_eq!(*found, exact);
        !pixels.iter().zip(*found).all(|(byte, value)| f32::from(*byte) / 255.0 == *value)
    });
    assert!(moved.count() > 0);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn a_picture_is_augmented_by_seed_epoch_and_index_alone() {
    let shape = shape(12, 8, 3);
    let pictures = pictures(shape);
    let settings = json!({
        "flip": "horizontal", "shift": 0.3, "rotation": 0.1, "crop": 0.6, "contrast": 0.5,
        "cutout": 0.25, "mixup": 0.7
    });
    let config = config("cnn-max-2", &settings);
    let all: Vec<u32> = (0..40).rev().collect();
    let whole = batch(&pictures, &all, &config);
    assert_eq!(whole, batch(&pictures, &all, &config));
    for cut in [1, 7, 8, 33] {
        let (first, second) = all.split_at(cut);
        let parts = [first, second].map(|part| batch(&pictures, part, &config));
        assert_eq!(whole.clean, [parts[0].clean.clone(), parts[1].clean.clone()].concat());
        let mixes = parts.map(|part| part.mixes.expect("they are mixed")).concat();
        assert_eq!(whole.mixes, Some(mixes));
    }
    let another = Batch::new(&pictures, &all, &config, Draw::Training(EPOCH + 1));
    let seeded = batch(&pictures, &all, &RunConfig { seed: 6, ..config.clone() });
    for other in [&another, &seeded] {
        assert_ne!((&whole.clean, &whole.mixes), (&other.clean, &other.mixes));
    }
    // What is validated or shown is the picture itself.
    let plain = RunConfig { augmentation: Default::default(), ..config.clone() };
    let shown = |config| Batch::new(&pictures, &all, config, Draw::Fixed);
    assert_eq!(shown(&config), shown(&plain));
    assert_eq!(batch(&pictures, &all, &plain).clean, shown(&plain).clean);
}

#[wasm_bindgen_test(unsupported = test)]
pub fn noise_comes_after_and_what_was_augmented_is_the_target() {
    let shape = shape(16, 16, 3);
    let pictures = pictures(shape);
    let settings = [
        json!({"augmentation": {"shift": 0.3, "flip": "horizontal"}}),
        json!({"noise": "masking", "noiseLevel": 0.5}),
    ];
    // Any autoencoder takes noise, not only the preset that was made for it.
    for model in ["cae", "cae-denoise", "sae"] {
        let config = with_settings(short(model), &settings);
        let found = batch(&pictures, &[1, 2], &config);
        let clean = batch(&pictures, &[1, 2], &with_settings(short(model), &settings[..1]));
        assert_eq!(found.clean, clean.clean);
        let noisy = found.corrupted.expect("noise");
        let kept = noisy.iter().zip(&found.clean).filter(|(a, b)| a == b).count();
        assert!((noisy.len() / 3..noisy.len()).contains(&kept));
        assert!(noisy.iter().zip(&found.clean).all(|(a, b)| a == b || *a == 0.0));
    }
}

#[cfg(not(target_family = "wasm"))]
mod random {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};

    use super::*;

    /// A setting's value, of any kind, mostly one that fits.
    fn anything() -> impl Strategy<Value = Value> {
        prop_oneof![
            6 => (0.0..=1.0f64).prop_map(Value::from),
            1 => prop::num::f64::ANY.prop_map(Value::from),
            1 => any::<i32>().prop_map(Value::from),
            1 => Just(Value::Null),
            1 => prop::sample::select(vec!["", "horizontal", "reflect", "x"]).prop_map(Value::from),
        ]
    }

    fn settings() -> impl Strategy<Value = Value> {
        let names = ["shift", "rotation", "crop", "brightness", "contrast", "cutout", "mixup"];
        let numbers =
            prop::collection::btree_map(prop::sample::select(names.to_vec()), anything(), 0..5);
        let flip = prop::option::of(prop::sample::select(vec![
            "horizontal",
            "vertical",
            "horizontal_and_vertical",
            "sideways",
        ]));
        let fill =
            prop::option::of(prop::sample::select(vec!["reflect", "constant", "nearest", "wrap"]));
        (numbers, flip, fill).prop_map(|(numbers, flip, fill)| {
            let mut all = json!(numbers);
            flip.into_iter().for_each(|flip| all["flip"] = flip.into());
            fill.into_iter().for_each(|fill| all["fill_mode"] = fill.into());
            all
        })
    }

    proptest! {
        #![proptest_config(Config {
            rng_seed: RngSeed::Fixed(3),
            failure_persistence: None,
            ..Config::with_cases(300)
        })]

        #[test]
        fn any_settings_are_refused_in_a_sentence_or_augment(
            settings in settings(),
            height in 8usize..20,
            width in 8usize..20,
            grey in any::<bool>(),
        ) {
            let picture = shape(height, width, if grey { 1 } else { 3 });
            let json = json!({"model": "cnn-max-2", "seed": SEED, "augmentation": settings});
            match RunConfig::from_json(&json.to_string()) {
                Err(error) => {
                    let error = error.to_string();
                    prop_assert!(error.ends_with('.') && error.contains("augmentation"), "{error}");
                }
                Ok(config) => {
                    let written = serde_json::to_string(&config).expect("it serialises");
                    prop_assert_eq!(RunConfig::from_json(&written).expect("as it was written"), config.clone());
                    let found = batch(&pictures(picture), &[0, 9, 3], &config);
                    prop_assert!(found.clean.iter().all(|value| (0.0..=1.0).contains(value)));
                    let shares = found.mixes.iter().flatten().map(|mix| mix.share);
                    prop_assert!(shares.into_iter().all(|share| (0.0..=1.0).contains(&share)));
                    prop_assert!(apart(picture, "cnn-max-2", &settings) < 3e-5);
                }
            }
        }
    }
}
