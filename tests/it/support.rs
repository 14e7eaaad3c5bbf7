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
    pictures_of_classes(shape, 10, count, seed)
}

/// The same of up to twenty classes, of which the squares of the second ten are paler.
fn pictures_of_classes(shape: PictureShape, classes: usize, count: usize, seed: u64) -> Pictures {
    let [height, width, channels] = shape.dims();
    let mut pictures = Pictures::new(shape);
    for n in 0..count {
        let mut rng = Rng::new(seed, Purpose::Synthetic, n as u64);
        let label = (n % classes) as u8;
        let (left, top) = (usize::from(label % 5) * 6 + 1, usize::from(label / 5 % 2) * 14 + 4);
        let bright = 150 - label / 10 * 60;
        let mut pixels = vec![0; shape.bytes()];
        for (i, byte) in pixels.iter_mut().enumerate() {
            // In 32nds of a side.
            let pixel = i / channels;
            let (x, y) = (pixel % width * 32 / width, pixel / width * 32 / height);
            let inside = (left..left + 6).contains(&x) && (top..top + 8).contains(&y);
            *byte = rng.below(60) as u8 + if inside { bright } else { 20 };
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
    dataset_of_classes(shape, 10, train, test)
}

/// The same of so many classes.
pub(crate) fn dataset_of_classes(
    shape: PictureShape,
    classes: usize,
    train: usize,
    test: usize,
) -> Rc<Dataset> {
    let names = ('a'..).take(classes).map(String::from).collect();
    let pictures = |count, seed| pictures_of_classes(shape, classes, count, seed);
    Rc::new(Dataset::new(pictures(train, 1), pictures(test, 2), names))
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

/// Prints a line of the table of differences from Keras, which `tests/keras/differences.py` collects with
/// `--nocapture`: of a `kind` of thing, such as a layer, and which, and how far each thing compared is apart.
pub(crate) fn tell_differences(kind: &str, which: &str, backend: &str, found: &[(&str, f64)]) {
    let found: Vec<String> =
        found.iter().map(|(what, apart)| format!("{what} {apart:.1e}")).collect();
    #[allow(clippy::print_stdout)]
    {
        println!("differences\t{kind}\t{which}\t{backend}\t{}", found.join("\t"));
    }
}
