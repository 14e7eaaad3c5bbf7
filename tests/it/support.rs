//! A tiny data set, and a driver that runs a trainer to its end.

use std::rc::Rc;

use burn::tensor::Device;
use tabgrad::backend::Backend;
use tabgrad::data::dataset::Dataset;
use tabgrad::data::pictures::{PictureShape, Pictures};
use tabgrad::data::rng::{Purpose, Rng};
use tabgrad::spec::RunConfig;
use tabgrad::train::events::RunEvent;
use tabgrad::train::trainer::Trainer;

/// Pictures whose class is the place of a bright square on a noisy ground.
pub(crate) fn pictures(count: usize, seed: u64) -> Pictures {
    pictures_of(PictureShape::CIFAR, count, seed)
}

/// The same in any shape.
pub(crate) fn pictures_of(shape: PictureShape, count: usize, seed: u64) -> Pictures {
    let [height, width, channels] = shape.dims();
    let mut pictures = Pictures::new(shape);
    for n in 0..count {
        let mut rng = Rng::new(seed, Purpose::Synthetic, n as u64);
        let label = (n % 10) as u8;
        let (left, top) = (usize::from(label % 5) * 6 + 1, usize::from(label / 5) * 14 + 4);
        let mut pixels = vec![0; shape.bytes()];
        for (i, byte) in pixels.iter_mut().enumerate() {
            // In 32nds of a side.
            let pixel = i / channels;
            let (x, y) = (pixel % width * 32 / width, pixel / width * 32 / height);
            let inside = (left..left + 6).contains(&x) && (top..top + 8).contains(&y);
            *byte = rng.below(60) as u8 + if inside { 150 } else { 20 };
        }
        pictures.push(label, &pixels);
    }
    pictures
}

/// `train` training and `test` test pictures.
pub(crate) fn dataset(train: usize, test: usize) -> Rc<Dataset> {
    let classes = ('a'..='j').map(String::from).collect();
    Rc::new(Dataset::new(pictures(train, 1), pictures(test, 2), classes))
}

/// Pictures of any shape in both splits.
pub(crate) fn dataset_of(shape: PictureShape, train: usize, test: usize) -> Rc<Dataset> {
    let classes = ('a'..='j').map(String::from).collect();
    let pictures = |count, seed| pictures_of(shape, count, seed);
    Rc::new(Dataset::new(pictures(train, 1), pictures(test, 2), classes))
}

/// A shape of pictures.
pub(crate) fn shape(height: usize, width: usize, channels: usize) -> PictureShape {
    PictureShape::new(height, width, channels).expect("a shape")
}

/// A short run of `model`: batches of 8, one epoch.
pub(crate) fn short(model: &str) -> RunConfig {
    RunConfig { batch_size: 8, epochs: 1, seed: 5, ..RunConfig::named(model).expect("a preset") }
}

/// `config` with settings as its JSON has them.
pub(crate) fn with_settings(config: RunConfig, settings: &[serde_json::Value]) -> RunConfig {
    let mut all = serde_json::to_value(config).expect("it serialises");
    let object = all.as_object_mut().expect("an object");
    for more in settings {
        object.extend(more.as_object().expect("an object").clone());
    }
    RunConfig::from_json(&all.to_string()).expect("valid settings")
}

/// What the tests of operators and of Keras' runs compute with: the CPU backends of this build,
/// or the one that `TABGRAD_TEST_BACKEND` names. A GPU that is not there fails them: `cargo xtask
/// test` looks first, and reports what it could not run.
pub(crate) fn backends() -> Vec<Backend> {
    match std::env::var("TABGRAD_TEST_BACKEND") {
        Ok(name) => vec![name.parse().expect("a backend of this build")],
        Err(_) => Backend::ALL.iter().copied().filter(|backend| backend.name() != "wgpu").collect(),
    }
}

/// Natively every device is opened at once.
pub(crate) fn device(backend: Backend) -> Device {
    pollster::block_on(backend.device()).expect("a device")
}

pub(crate) fn trainer(config: RunConfig, data: Rc<Dataset>) -> Trainer {
    Trainer::new(config, data, &device(Backend::Flex)).expect("settings and data fit")
}

/// Pulls `units` at a time until the run is over.
pub(crate) fn run(trainer: &mut Trainer, units: usize) -> Vec<RunEvent> {
    let mut events = Vec::new();
    while !trainer.is_over() {
        events.extend(advance(trainer, units));
    }
    events
}

/// One pull. On the CPU nothing is ever awaited for long, so blocking works in a browser too.
pub(crate) fn advance(trainer: &mut Trainer, units: usize) -> Vec<RunEvent> {
    pollster::block_on(trainer.advance(units)).expect("the device works")
}

/// The losses of the steps among `events`.
pub(crate) fn losses(events: &[RunEvent]) -> Vec<f64> {
    let loss = |event: &RunEvent| match event {
        RunEvent::Step { loss, .. } => Some(*loss),
        _ => None,
    };
    events.iter().filter_map(loss).collect()
}
